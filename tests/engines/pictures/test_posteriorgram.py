from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image

from engines.pictures.posteriorgram import NAMES, ROW, TOP, posteriorgram


def _image(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def _row(image: Image.Image, number: int) -> np.ndarray:
    """How bright the columns of a row are [columns]."""
    light = np.asarray(image.convert("L"), dtype=float)
    return light[TOP + number * ROW + ROW // 2, NAMES:]


@pytest.mark.parametrize(("rows", "patches"), [(0, 0), (0, 5), (1, 1), (3, 0), (10, 5000)])
def test_every_size_has_a_picture(rows: int, patches: int) -> None:
    scores = np.full((rows, patches), 0.5, dtype=np.float32)
    image = _image(posteriorgram(scores, ["A name"] * rows, 0.24, patches * 0.24))
    assert image.width == 1200
    assert image.height >= TOP + ROW * rows
    assert image.mode == "RGBA"


def test_what_is_heard_is_bright_where_it_is_heard() -> None:
    scores = np.zeros((2, 100), dtype=np.float32)
    scores[0, :50] = 0.9
    scores[1, 75:] = 0.9
    image = _image(posteriorgram(scores, ["First", "Second"], 0.24, 24.0))
    first, second = _row(image, 0), _row(image, 1)
    assert first[50:380].min() > 2 * first[480:800].max()
    assert second[660:800].min() > 2 * second[50:600].max()


def test_a_short_sound_in_a_long_recording_is_seen() -> None:
    scores = np.zeros((1, 5000), dtype=np.float32)
    scores[0, 2500] = 1.0
    light = _row(_image(posteriorgram(scores, ["Bang"], 0.24, 1200.0)), 0)
    assert light[400:460].max() > 2 * light[:300].max()


def test_long_names_keep_clear_of_the_rows_and_the_edge() -> None:
    scores = np.zeros((1, 10), dtype=np.float32)
    name = "Bird vocalization, bird call, bird song / Livestock, farm animals, working animals"
    light = np.asarray(_image(posteriorgram(scores, [name], 0.24, 2.4)).convert("L"))
    assert light[TOP : TOP + ROW, 36:NAMES].max() > 150
    assert light[TOP : TOP + ROW, 4:30].max() < 60


def test_small_and_quick() -> None:
    scores = np.random.default_rng(0).random((10, 5000)).astype(np.float32)
    started = time.process_time()
    png = posteriorgram(scores, ["A name"] * 10, 0.24, 1200.0, "A title")
    assert time.process_time() - started < 0.6
    assert len(png) < 150_000
