from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engines.pictures.path import path
from engines.space.trajectory import understood


def _drawn(words: str) -> np.ndarray:
    way = understood(words, 4.0)
    assert way is not None
    points = [way.at(share) for share in np.linspace(0, 1, 50)] if way.moves else [way.points[0]]
    image = Image.open(io.BytesIO(path(points, 4.0)))
    assert image.size == (1200, 520)
    return np.asarray(image.convert("RGB")).astype(int)


def _coloured(pixels: np.ndarray) -> np.ndarray:
    """Where something brighter than the card and the head is drawn in colour."""
    return np.asarray((pixels.max(axis=2) - pixels.min(axis=2) > 60) & (pixels.max(axis=2) > 120))


def test_a_place_is_drawn_where_it_is() -> None:
    for words, right, down in (
        ("left", -1, 0),
        ("right", 1, 0),
        ("front", 0, -1),
        ("behind", 0, 1),
    ):
        rows, columns = np.nonzero(_coloured(_drawn(words)))
        assert abs(columns.mean() - 600 - 170 * right) < 5
        assert abs(rows.mean() - 260 - 170 * down) < 5


def test_a_circle_goes_all_round() -> None:
    rows, columns = np.nonzero(_coloured(_drawn("circle once")))
    assert columns.max() - columns.min() > 330
    assert rows.max() - rows.min() > 330
