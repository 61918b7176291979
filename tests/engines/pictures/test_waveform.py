from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image

from engines.kinds import Samples
from engines.pictures import card
from engines.pictures import waveform as pictures
from tests.engines.conftest import tone


def _image(samples: Samples, rate: int = 16_000, title: str = "") -> Image.Image:
    return Image.open(io.BytesIO(pictures.waveform(samples, rate, title)))


def _brightness(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L"), dtype=float)[: pictures.AXIS - 4]


@pytest.mark.parametrize("frames", [0, 1, 7, 100, 16_000])
def test_every_length_has_a_picture(frames: int) -> None:
    image = _image(tone(2)[:, :frames])
    assert image.size == (1200, 300)
    assert image.mode == "RGBA"


def test_the_corners_are_transparent_and_the_card_is_not() -> None:
    alpha = np.asarray(_image(tone(1)))[..., 3]
    assert alpha[0, 0] == alpha[-1, -1] == 0
    assert alpha[150, 600] == alpha[0, 600] == 255


def test_loud_passages_stand_taller() -> None:
    samples = np.concatenate([tone(1, level=0.05), tone(1, level=0.9)], axis=1)
    light = (_brightness(_image(samples)) > 60).sum(axis=0)
    assert light[700:1100].mean() > 2 * light[100:500].mean()


def test_silence_is_a_row_of_dots() -> None:
    light = (_brightness(_image(np.zeros((2, 16_000), dtype=np.float32))) > 60).sum(axis=0)
    assert 0 < light.max() <= 8


def test_small_and_quick() -> None:
    noise = np.random.default_rng(0).standard_normal((1, 480_000)).astype(np.float32)
    pictures.waveform(noise, 16_000)
    started = time.process_time()
    png = pictures.waveform(noise, 16_000, "A title")
    assert time.process_time() - started < 0.3  # some 40 ms where nothing else runs
    assert len(png) < 60_000


@pytest.mark.parametrize(
    ("seconds", "step", "label"),
    [
        (0.5, 0.5, "0.5 s"),
        (0, 1, "0:00"),
        (65, 5, "1:05"),
        (600, 60, "10:00"),
        (3600, 600, "1:00:00"),
        (0.9999999, 1, "0:01"),
    ],
)
def test_times_at_the_axis(seconds: float, step: float, label: str) -> None:
    assert card._label(seconds, step) == label


def test_long_titles_are_shortened_to_one_line() -> None:
    assert card.shortened("a\n  b") == "a b"
    assert len(card.shortened("word " * 60)) <= 90
    assert _image(tone(1), title="word " * 60).size == (1200, 300)
