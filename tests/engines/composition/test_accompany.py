"""An accompaniment finds a tune's bars and chords, and is silent where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from engines.composition.accompany import Tone, accompaniment, bars, harmony
from engines.composition.render import RATE


def tune(notes: str, bpm: float, start: float = 0.1) -> list[Tone]:
    """Notes such as "60:1 62:2": a pitch and its beats."""
    found, at = [], start
    for each in notes.split():
        pitch, _, beats = each.partition(":")
        end = at + float(beats) * 60 / bpm
        found.append(Tone(float(pitch), at, end))
        at = end
    return found


TWINKLE = tune("60:1 60:1 67:1 67:1 69:1 69:1 67:2 65:1 65:1 64:1 64:1 62:1 62:1 60:2", 100)
#: "Happy birthday" begins before the bar: three beats to one, from the third on.
BIRTHDAY = tune(
    "55:.75 55:.25 57:1 55:1 60:1 59:2 55:.75 55:.25 57:1 55:1 62:1 60:2"
    " 55:.75 55:.25 67:1 64:1 60:1 59:1 57:1 65:.75 65:.25 64:1 60:1 62:1 60:2",
    100,
)


def test_the_bars_of_four_and_the_upbeat_of_three() -> None:
    four = bars(TWINKLE, 100)
    assert (four.metre, four.origin, four.count) == (4, pytest.approx(0.1), 4)
    three = bars(BIRTHDAY, 100)
    assert three.metre == 3
    assert three.origin == pytest.approx(0.1 + 60 / 100)


def test_the_chords_are_those_that_everybody_plays() -> None:
    found = [each.numeral for each in harmony(TWINKLE, bars(TWINKLE, 100), 0, False, 100)]
    assert found[0] == "I"
    assert "V" not in found[1]
    assert found[-1] == "I"
    waltz = harmony(BIRTHDAY, bars(BIRTHDAY, 100), 0, False, 100)
    assert waltz[-1].numeral == "I"
    assert "V" in [each.numeral for each in waltz]


def test_it_is_as_long_as_it_is_wanted_and_begins_with_the_first_bar() -> None:
    sound = accompaniment(BIRTHDAY, 0, False, 100, 12.0, 24_000)
    assert sound.shape == (2, 288_000)
    assert np.abs(sound[:, : round(0.6 * 24_000)]).max() < 1e-3
    assert np.abs(sound[:, round(0.75 * 24_000) : 48_000]).max() > 0.01


def test_no_tune_no_accompaniment_and_one_note_is_a_bar() -> None:
    assert not accompaniment([], 0, False, 100, 1.0, RATE).any()
    assert accompaniment([Tone(60.0, 0.1, 0.5)], 0, True, 100, 1.0, RATE).any()
