"""Faces are found where they are, whatever their size, and nothing else is one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.faces import finder as finding
from engines.faces import landmarks
from engines.faces.finder import FaceFinder, Pixels, opened, pose
from engines.kinds import Refusal
from tests.engines.faces.conftest import laid

#: The tip of the astronaut's nose.
NOSE = (223, 127)


def test_a_face_is_found_where_it_is(finder: FaceFinder, astronaut: Pixels) -> None:
    face = finder.find(astronaut)
    assert face.points.shape == (landmarks.COUNT, 3)
    # Marked by hand in the photograph.
    for point, place in (
        (landmarks.NOSE_TIP, NOSE),
        (landmarks.RIGHT_EYE, (193, 101)),
        (landmarks.LEFT_EYE, (258, 104)),
        (landmarks.RIGHT_CORNER, (203, 139)),
        (landmarks.LEFT_CORNER, (248, 139)),
        (landmarks.CHIN, (222, 179)),
    ):
        off = np.linalg.norm(face.points[point, :2] - place)
        assert off < 6, (point, face.points[point], off)
    assert abs(face.yaw) < 8
    assert abs(face.roll) < 8
    assert face.others == 0


@pytest.mark.parametrize(
    "name", ["chelsea", "china", "coffee", "flower", "page", "motorcycle_right", "rocket"]
)
def test_nothing_else_is_a_face(finder: FaceFinder, pictures: dict[str, Path], name: str) -> None:
    with pytest.raises(Refusal) as refused:
        finder.find(opened(pictures[name]))
    assert refused.value.code == "face_missing"


@pytest.mark.parametrize("kind", ["black", "noise", "sliver", "pixel"])
def test_no_picture_is_too_odd(finder: FaceFinder, kind: str) -> None:
    shape = {"sliver": (3, 900, 3), "pixel": (1, 1, 3)}.get(kind, (300, 400, 3))
    picture = np.zeros(shape, np.uint8)
    if kind != "black":
        picture = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    with pytest.raises(Refusal) as refused:
        finder.find(picture)
    assert refused.value.code == "face_missing"


def test_of_three_faces_the_largest(finder: FaceFinder, astronaut: Pixels) -> None:
    close = astronaut[20:240, 115:335]
    canvas = np.full((600, 1200, 3), 128, np.uint8)
    laid(canvas, close, 330, 20, 200)
    laid(canvas, close, 500, 380, 60)
    laid(canvas, close, 290, 890, 200)
    face = finder.find(canvas)
    assert face.others == 2
    nose = face.points[landmarks.NOSE_TIP, :2]
    place = np.add((380, 60), np.multiply(np.subtract(NOSE, (115, 20)), 500 / 220))
    assert np.linalg.norm(nose - place) < 12


def test_a_small_face_in_a_large_picture(finder: FaceFinder, astronaut: Pixels) -> None:
    canvas = np.full((1100, 1500, 3), 90, np.uint8)
    laid(canvas, astronaut, 300, 1040, 640)
    nose = finder.find(canvas).points[landmarks.NOSE_TIP, :2]
    assert np.linalg.norm(nose - np.add((1040, 640), np.multiply(NOSE, 300 / 512))) < 6


def test_a_face_too_small_to_speak(finder: FaceFinder, astronaut: Pixels) -> None:
    small = np.asarray(Image.fromarray(astronaut).resize((150, 150), Image.Resampling.LANCZOS))
    with pytest.raises(Refusal) as refused:
        finder.find(small)
    assert refused.value.code == "face_too_small"
    assert refused.value.facts["least"] == finding.EYES_LEAST
    assert refused.value.facts["pixels"] == pytest.approx(19, abs=2)


def test_a_face_without_its_chin(finder: FaceFinder, astronaut: Pixels) -> None:
    with pytest.raises(Refusal) as refused:
        finder.find(astronaut[:148])
    assert refused.value.code in {"face_cut", "face_missing"}
    with pytest.raises(Refusal) as refused:
        finder.find(astronaut[:170])
    assert refused.value.code == "face_cut"


@pytest.mark.parametrize("turn", [-25, 20])
def test_a_tilted_head(finder: FaceFinder, astronaut: Pixels, turn: int) -> None:
    tilted = Image.fromarray(astronaut).rotate(turn, Image.Resampling.BICUBIC, center=NOSE)
    face = finder.find(np.asarray(tilted))
    assert face.roll == pytest.approx(3 - turn, abs=5)
    assert np.linalg.norm(face.points[landmarks.NOSE_TIP, :2] - NOSE) < 8


@pytest.mark.parametrize(("yaw", "pitch"), [(0, 0), (42, 0), (-50, 0), (0, 55)])
def test_how_a_head_is_turned(
    finder: FaceFinder, astronaut: Pixels, yaw: int, pitch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mesh of a face turned by known angles: its pose is those, and a profile is refused."""
    face = finder.find(astronaut)
    own = np.array(pose(face.points))
    points = face.points - face.points.mean(axis=0)
    a, b = np.radians(yaw), np.radians(pitch)
    aside = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    upwards = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    turned = points @ aside.T @ upwards.T + face.points.mean(axis=0)
    found = np.array(pose(turned))
    assert found[0] - own[0] == pytest.approx(yaw, abs=8)
    assert found[1] - own[1] == pytest.approx(pitch, abs=8)
    monkeypatch.setattr(finder, "mesh", lambda picture, box: (turned, 1.0))
    if yaw == pitch == 0:
        assert finder.find(astronaut).yaw == pytest.approx(own[0])
        return
    with pytest.raises(Refusal) as refused:
        finder.find(astronaut)
    assert refused.value.code == "face_turned"


def test_reading_pictures(tmp_path: Path, astronaut: Pixels) -> None:
    path = tmp_path / "picture"
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])
    assert opened(path).shape == (30, 40, 3)
    assert opened(path)[0, 0].tolist() == [255, 0, 0]
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(path, "PNG")
    assert (opened(path) == 255).all()
    Image.new("L", (5000, 20)).save(path, "PNG")
    assert opened(path).shape[1] == finding.LONGEST
    path.write_bytes(b"no picture")
    with pytest.raises(Refusal) as refused:
        opened(path, "i1")
    assert refused.value.code == "picture_unreadable"
