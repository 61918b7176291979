"""A scene as sound: its loudness, its edges, its places, and the same for the same words."""

from __future__ import annotations

import numpy as np
import pytest

from engines import loudness
from engines.foley.table import RATE
from engines.scenes.render import rendered
from engines.scenes.schedule import scene

TEXTS = (
    "rain with distant thunder, then a door slams",
    "a gunshot",
    "a mouse click",
    "a dog barks twice in a cave",
    "a motorcycle passes by",
    "applause that slowly fades",
)


def made(text: str, seed: int = 0) -> np.ndarray:
    *shares, sound = rendered(scene(text), seed)
    assert all(0 <= share <= 1 for share in shares)
    return sound


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_as_loud_as_everything_else_and_does_not_clip(text: str) -> None:
    sound = made(text)
    assert sound.shape == (2, round(scene(text).seconds * RATE))
    assert loudness.integrated(sound, RATE) == pytest.approx(loudness.TARGET_LUFS, abs=1.0)
    assert loudness.true_peak(sound, RATE) < loudness.CEILING_DBTP + 0.1
    assert np.abs(sound[:, [0, -1]]).max() < 0.005


def test_the_same_words_give_the_same_bytes_and_another_seed_another_take() -> None:
    text = "birds and a stream"
    assert made(text).tobytes() == made(text).tobytes()
    assert made(text).tobytes() != made(text, seed=1).tobytes()


def test_a_sound_on_the_left_is_on_the_left() -> None:
    left, right = made("a clock ticking on the left")
    assert np.square(left).sum() > 10 * np.square(right).sum()


def test_a_fade_fades_and_what_comes_gets_louder() -> None:
    for text, louder in (("rain that slowly fades", False), ("a motorcycle approaching", True)):
        sound = made(text)
        first, last = (np.square(part).mean() for part in np.array_split(sound, 4, axis=1)[::3])
        assert (last if louder else first) > 4 * (first if louder else last)


def test_distance_is_heard() -> None:
    def centroid(text: str) -> float:
        spectrum = np.abs(np.fft.rfft(made(text).mean(axis=0)[: 5 * RATE]))
        return float((spectrum * np.arange(len(spectrum))).sum() / spectrum.sum())

    assert centroid("rain far away") < 0.8 * centroid("rain close by")
    assert centroid("a vacuum cleaner next door") < 0.3 * centroid("a vacuum cleaner")
