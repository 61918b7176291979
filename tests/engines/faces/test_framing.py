"""A framed face has its place and size in every shape, and its mesh goes with it."""

from __future__ import annotations

import numpy as np
import pytest

from engines.faces import landmarks
from engines.faces.drawn import portrait
from engines.faces.finder import FaceFinder, Pixels
from engines.faces.framing import FACE_MOST, FACE_SHARE, SHAPES, dimensions, framed


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("size", [256, 512, 720])
def test_every_shape(finder: FaceFinder, shape: str, size: int) -> None:
    face = finder.find(portrait())
    seen = framed(portrait(), face, shape, size)
    width, height = dimensions(shape, size)
    assert seen.picture.shape == (height, width, 3)
    assert min(width, height) == size
    assert width % 2 == height % 2 == 0
    tall = np.linalg.norm(seen.points[landmarks.FOREHEAD, :2] - seen.points[landmarks.CHIN, :2])
    assert FACE_SHARE * size * 0.98 <= tall <= FACE_MOST * size * 1.02
    assert seen.points[:, 0].mean() == pytest.approx(width / 2, abs=0.05 * width)


def test_the_mesh_goes_with_the_picture(finder: FaceFinder, astronaut: Pixels) -> None:
    """Found anew in the framed picture, the mesh is where it was brought to."""
    seen = framed(astronaut, finder.find(astronaut), "square", 512)
    again = finder.find(seen.picture)
    off = np.linalg.norm(again.points[:, :2] - seen.points[:, :2], axis=1)
    eyes = np.linalg.norm(
        seen.points[landmarks.LEFT_EYE, :2] - seen.points[landmarks.RIGHT_EYE, :2]
    )
    assert np.median(off) < 0.02 * eyes


def test_beyond_the_picture_there_is_a_blur(finder: FaceFinder, astronaut: Pixels) -> None:
    close = np.ascontiguousarray(astronaut[40:230, 150:310])
    seen = framed(close, finder.find(close), "landscape", 360)
    sides = np.concatenate([seen.picture[:, :60], seen.picture[:, -60:]], axis=1).astype(int)
    assert sides.mean() > 30, "black bars"
    assert np.abs(np.diff(sides[:, :60], axis=1)).max() < 12, "not blurred"
