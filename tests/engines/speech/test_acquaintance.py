"""People known by voice: what is like enough, and who is who."""

from __future__ import annotations

import numpy as np

from engines.kinds import Samples
from engines.speech.acquaintance import SAME, from_text, known_again, to_text, without
from engines.speech.voiceprint import SIZE, unit


def voice(seed: int) -> Samples:
    return unit(np.random.default_rng(seed).normal(size=SIZE).astype(np.float32))


def like(other: Samples, cosine: float) -> Samples:
    """A voiceprint that has this cosine with another."""
    away = voice(99)
    away = unit((away - (away @ other) * other)[None])[0]
    return np.asarray(cosine * other + np.sqrt(1 - cosine**2) * away, dtype=np.float32)


def test_who_is_like_enough_is_known() -> None:
    ann = voice(1)
    assert known_again({1: like(ann, SAME + 0.01)}, {"Ann": ann}) == {1: "Ann"}
    assert known_again({1: like(ann, SAME - 0.01)}, {"Ann": ann}) == {}
    assert known_again({}, {"Ann": ann}) == known_again({1: ann}, {}) == {}


def test_who_was_taken_for_two_is_one_person() -> None:
    ann = voice(1)
    assert known_again({1: like(ann, 0.9), 2: like(ann, 0.95)}, {"Ann": ann}) == {
        1: "Ann",
        2: "Ann",
    }
    assert known_again({1: ann}, {"Ann": like(ann, 0.95), "Bob": like(ann, 0.9)}) == {1: "Ann"}


def test_a_voiceprint_survives_as_text() -> None:
    ann = voice(1)
    text = to_text(ann)
    assert len(text) < 700
    assert float(from_text(text) @ ann) > 0.9999


def test_a_name_that_is_given_is_not_looked_for() -> None:
    people = {"Ann": to_text(voice(1)), "Bob": to_text(voice(2))}
    assert list(without(people, ["ANN"])) == ["Bob"]
