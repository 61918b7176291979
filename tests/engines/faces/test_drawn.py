"""The drawn portrait is a face to the networks: straight, closed-mouthed, found exactly."""

from __future__ import annotations

import numpy as np

from engines.faces import landmarks
from engines.faces.brush import ORIGIN
from engines.faces.drawn import portrait
from engines.faces.finder import FaceFinder


def test_the_mesh_finds_it_where_it_was_drawn(finder: FaceFinder) -> None:
    face = finder.find(portrait())
    assert abs(face.yaw) < 3
    assert abs(face.roll) < 3
    assert face.sure > 0.999
    flat = face.points[:, :2] - ORIGIN
    mouth = (flat[landmarks.INNER_UPPER[5]] + flat[landmarks.INNER_LOWER[5]]) / 2
    assert np.linalg.norm(mouth - (0, 160)) < 12
    for point, place in ((landmarks.RIGHT_EYE, (-89, 6)), (landmarks.LEFT_EYE, (89, 6))):
        assert np.linalg.norm(flat[point] - place) < 14


def test_it_is_always_the_same() -> None:
    first = portrait().copy()
    portrait.cache_clear()
    assert (portrait() == first).all()
    assert not portrait().flags.writeable
