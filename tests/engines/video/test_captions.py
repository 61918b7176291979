"""Subtitles: in time, in the frame, readable; and the mark is always there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engines.video.captions import (
    Caption,
    Writer,
    from_segments,
    from_text,
    letters_across,
    writable,
)
from engines.video.visemes import Timed

SIZE = (512, 512)


def phonemes(count: int, each: float = 0.08) -> list[Timed]:
    return [Timed("a", 0.5 + n * each, 0.5 + (n + 1) * each) for n in range(count)]


def test_words_come_when_they_are_said() -> None:
    text = "One two three. " + "Four five six seven eight nine ten. " + "Eleven twelve."
    sounds = phonemes(60)
    found = from_text(text, sounds, 6.0, 30)
    assert " ".join(each.text for each in found) == " ".join(text.split())
    assert found[0].start == pytest.approx(0.5)
    for before, after in pairwise(found):
        assert before.start < before.end <= after.start + 1e-9
    letters = len(text.replace(" ", ""))
    part = len("Onetwothree.") / letters
    assert found[1].start == pytest.approx(0.5 + part * 60 * 0.08, abs=0.1)


def test_long_segments_are_parted() -> None:
    words = "word " * 60
    given = [{"text": words, "start": 0.0, "end": 30.0}, {"text": "end", "start": 30, "end": 31}]
    found = from_segments(given, 31.0, 20)
    assert max(len(each.text) for each in found) <= 45
    assert found[-1].text == "end"
    assert found[-1].start == 30
    assert all(each.start < each.end for each in found)


@pytest.mark.parametrize(
    "given",
    [
        [],
        [{}],
        [{"text": "a"}],
        [{"text": " ", "start": 0, "end": 1}],
        [{"text": "a", "start": 1, "end": 1}],
        [{"text": "a", "start": "x", "end": 2}],
    ],
)
def test_senseless_segments(given: list[dict[str, object]]) -> None:
    assert from_segments(given, 5.0, 30) == []


def test_text_without_sounds_or_words() -> None:
    assert from_text("  ", phonemes(3), 1.0, 30) == []
    (only,) = from_text("hello there", [], 2.0, 30)
    assert (only.start, only.end) == (0.0, 2.0)


@pytest.mark.parametrize("size", [(256, 256), (512, 910), (910, 512), (1080, 1080)])
def test_the_mark_and_a_subtitle_are_in_the_frame(size: tuple[int, int]) -> None:
    grey = np.full((size[1], size[0], 3), 120, np.uint8)
    long = Caption("We could go home now, or stop and chat about the weather.", 1.0, 2.0)
    writer = Writer(size, [long])
    before, during = grey.copy(), grey.copy()
    writer.write(before, 0.5)
    writer.write(during, 1.5)
    half = size[1] // 2
    assert np.ptp(before[:half]) > 80, "no mark"
    assert (before[half:] == 120).all()
    written = during[half:]
    assert written.max() > 240
    assert written.min() < 50
    rows = np.flatnonzero((written != 120).any(axis=(1, 2)))
    columns = np.flatnonzero((written != 120).any(axis=(0, 2)))
    assert rows[0] > 0
    assert rows[-1] < len(written) - 1
    assert columns[0] > 0
    assert columns[-1] < size[0] - 1
    again = grey.copy()
    writer.write(again, 2.5)
    assert (again == before).all()


@pytest.mark.parametrize("text", ["W" * 300, "word " * 80, "i"])
def test_odd_texts_fit(text: str) -> None:
    frame = np.full((256, 256, 3), 120, np.uint8)
    Writer((256, 256), [Caption(text, 0.0, 1.0)]).write(frame, 0.5)
    assert frame[128:].max() > 200


def test_letters_that_no_font_has() -> None:
    assert writable([Caption("Plain words, naïve façade.", 0, 1)])
    assert not writable([Caption("\U000f1234", 0, 1)])
    assert letters_across((256, 256)) >= 8
