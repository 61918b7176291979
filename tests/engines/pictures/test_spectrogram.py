from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engines.pictures.spectrogram import BOTTOM, LEFT, MARK, TOP, spectrogram
from tests.engines.conftest import tone


def _pixels(png: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(png))
    assert image.size == (1200, 420)
    return np.asarray(image.convert("RGB")).astype(int)


def test_a_tone_is_a_line_at_its_pitch() -> None:
    """440 Hz at 16 kHz lies at 0.193 of the mel scale up to 8 kHz."""
    inside = _pixels(spectrogram(tone(2), 16_000))[TOP:BOTTOM, LEFT + 100 : 1100]
    brightest = int(np.argmax(inside.sum(axis=(1, 2))))
    share = 1 - brightest / (BOTTOM - TOP)
    assert abs(share - np.log1p(440 / 700) / np.log1p(8000 / 700)) < 0.02


def test_the_marked_span_is_marked() -> None:
    """From 1 to 1.5 s of 2 s: the third quarter."""
    pixels = _pixels(spectrogram(tone(2), 16_000, [(1.0, 1.5)]))
    near = np.abs(pixels[TOP - 10] - np.array(MARK)).max(axis=1) < 30
    columns = np.flatnonzero(near)
    width = 1200 - 44 - LEFT
    assert abs(columns[0] - (LEFT + width / 2)) < 4
    assert abs(columns[-1] - (LEFT + 0.75 * width)) < 4


@pytest.mark.parametrize("frames", [0, 1, 100])
def test_almost_no_sound(frames: int) -> None:
    assert _pixels(spectrogram(np.zeros((2, frames), dtype=np.float32), 8_000)).any()
