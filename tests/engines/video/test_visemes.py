"""Lips meet where they must, are round where they must, and never jump."""

from __future__ import annotations

import numpy as np
import pytest

from engines.video.visemes import PARTS, RATE, VISEMES, Timed, closed, spoken, timed


def said(word: str, each: float = 0.09, start: float = 0.3) -> list[Timed]:
    """The letters of a word, one after the other."""
    return [
        Timed(letter, start + number * each, start + (number + 1) * each)
        for number, letter in enumerate(word)
    ]


def at(track: np.ndarray, seconds: float) -> float:
    return float(track[round(seconds * RATE)])


def test_lips_meet_for_p_b_and_m() -> None:
    phonemes = said("ɑpɑbɑmɑ")
    tracks = spoken(phonemes, 1.4)
    for each in phonemes:
        span = tracks["open"][round(each.start * RATE) : round(each.end * RATE) + 1]
        if each.phoneme in "pbm":
            assert span.max() < 0.02, each
        else:
            assert span.max() > 0.3, each


def test_a_very_short_closure_is_long_enough_for_a_frame() -> None:
    phonemes = [Timed("ɑ", 0.2, 0.4), Timed("p", 0.4, 0.415), Timed("ɑ", 0.415, 0.6)]
    shut = (spoken(phonemes, 0.9)["open"][30:60] < 0.02).sum() / RATE
    assert shut >= 0.06


def test_shapes() -> None:
    tracks = {vowel: spoken(said(vowel, 0.2), 0.9) for vowel in "iuɑf"}
    middle = 0.4
    assert at(tracks["i"]["wide"], middle) > 0.4
    assert at(tracks["u"]["wide"], middle) < -0.5
    assert at(tracks["u"]["round"], middle) > 0.6
    assert at(tracks["ɑ"]["open"], middle) > 2 * at(tracks["i"]["open"], middle)
    assert at(tracks["f"]["tuck"], middle) > 0.9


def test_coarticulation() -> None:
    """Lips round for the vowel while the consonant before it is still heard."""
    before_round, before_wide = (spoken(said("s" + vowel, 0.12), 0.9) for vowel in "ui")
    time = 0.40  # within the s
    assert at(before_round["round"], time) > at(before_wide["round"], time) + 0.2


def test_nothing_jumps() -> None:
    tracks = spoken(said("hɛloʊmaɪnAmɪzpOtɚ", 0.07), 2.0)
    for part in PARTS:
        assert np.isfinite(tracks[part]).all()
        assert np.abs(np.diff(tracks[part])).max() * RATE / 25 < 0.9, part
        low = -1.0 if part == "wide" else 0.0
        assert low <= tracks[part].min()
        assert tracks[part].max() <= 1


def test_a_pause_closes_the_mouth() -> None:
    phonemes = said("ɑɑ") + said("ɑɑ", start=1.3)
    tracks = spoken(phonemes, 2.0)
    assert at(tracks["open"], 0.9) < 0.12
    assert at(tracks["open"], 0.35) > 0.4


def test_marks_and_glides() -> None:
    given = [
        {"phoneme": "ˈ", "start": 0.1, "end": 0.15},
        {"phoneme": "A", "start": 0.15, "end": 0.25},
        {"phoneme": "i", "start": 0.25, "end": 0.3},
        {"phoneme": "ː", "start": 0.3, "end": 0.4},
    ]
    found = timed(given)
    assert [each.phoneme for each in found] == ["e", "ɪ", "i"]
    assert (found[0].start, found[-1].end) == (0.1, 0.4)


@pytest.mark.parametrize(
    "given",
    [
        [{}],
        [{"phoneme": "p"}],
        [{"phoneme": "", "start": 0, "end": 1}],
        [{"phoneme": "p", "start": "soon", "end": 1}],
        [{"phoneme": "p", "start": float("nan"), "end": 1}],
        [{"phoneme": "p", "start": 2, "end": 1}],
        [{"phoneme": None, "start": None, "end": None}],
    ],
)
def test_senseless_phonemes_are_left_out(given: list[dict[str, object]]) -> None:
    assert timed(given) == []


@pytest.mark.parametrize("word", ["", "💥", "漢字", "....", "p" * 400])
def test_odd_phonemes(word: str) -> None:
    tracks = spoken(said(word, 0.01), 0.5)
    assert all(len(track) == 0.5 * RATE + 1 for track in tracks.values())


def test_every_letter_of_the_voice_is_known() -> None:
    """What a neural voice's alphabet has of vowels and consonants (misaki's English)."""
    letters = "bdfhijklmnpstuvwzðŋɑɔəɛɜɡɪɹʃʊʌʒʤʧθᵊæɐTᵻɾaoɒ"
    assert [each for each in letters if each not in VISEMES] == []


def test_closing_changes_nothing_else() -> None:
    tracks = {part: np.full(100, 0.5) for part in PARTS}
    again = closed({**tracks}, [Timed("ɑ", 0.2, 0.6)])
    assert all((again[part] == 0.5).all() for part in PARTS)
