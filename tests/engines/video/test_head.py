"""Every frame is a face: the mouth opens as far as asked, closes whole, and the rest is still."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.faces import landmarks
from engines.faces.finder import FaceFinder, Pixels
from engines.video.head import Head
from engines.video.pose import Pose
from engines.video.warp import Spline, inverse

WILD = Pose(
    open=1, wide=-1, round=1, tongue=1, blink=0.5, gaze_x=1, yaw=0.05, pitch=-0.04, roll=0.04
)


def opening(finder: FaceFinder, frame: Pixels) -> float:
    """How far the lips are apart by the mesh, in distances between the eyes."""
    points = finder.find(frame).points[:, :2]
    gap = np.linalg.norm(points[13] - points[14])
    eyes = np.linalg.norm(points[landmarks.LEFT_EYE] - points[landmarks.RIGHT_EYE])
    return float(gap / eyes)


@pytest.mark.parametrize("which", ["drawn_head", "smiling_head"])
def test_the_mouth_opens_as_far_as_asked(
    finder: FaceFinder, which: str, request: pytest.FixtureRequest
) -> None:
    head: Head = request.getfixturevalue(which)
    found = [opening(finder, head.frame(Pose(open=far))) for far in (0, 0.25, 0.5, 0.75, 1)]
    assert (np.diff(found) > 0.002).all(), found
    assert found[-1] - found[0] > 0.09, found


def test_a_smile_closes(smiling_head: Head) -> None:
    """Between the lips of the photograph there are bright teeth; closed there are none."""
    assert not smiling_head.rig.sealed
    x, y = np.rint(smiling_head.rig.centre).astype(int)

    def teeth(pose: Pose) -> int:
        part = smiling_head.frame(pose)[y - 8 : y + 12, x - 15 : x + 16].astype(int)
        return int(((part.min(axis=2) > 200) & (np.ptp(part, axis=2) < 38)).sum())

    assert teeth(Pose(open=0.5)) > 80
    assert teeth(Pose()) < 0.1 * teeth(Pose(open=0.5))


def test_wide_and_narrow(drawn_head: Head, finder: FaceFinder) -> None:
    def breadth(pose: Pose) -> float:
        points = finder.find(drawn_head.frame(pose)).points[:, :2]
        ends = points[landmarks.LEFT_CORNER] - points[landmarks.RIGHT_CORNER]
        return float(np.linalg.norm(ends))

    rest = breadth(Pose(open=0.25))
    assert breadth(Pose(open=0.25, wide=-1, round=1)) < 0.93 * rest
    assert breadth(Pose(open=0.25, wide=1)) > 1.02 * rest


def test_a_blink(smiling_head: Head) -> None:
    """Shut, the highlights and the dark of the eye are gone from its middle."""
    points = smiling_head.rig.points
    for inner, outer in ((133, 33), (362, 263)):
        x, y = np.rint((points[inner] + points[outer]) / 2).astype(int)
        eye = (slice(y - 5, y + 2), slice(x - 8, x + 9))
        spreads = [
            float(smiling_head.frame(Pose(blink=shut))[eye].mean(axis=2).std())
            for shut in (0.0, 1.0)
        ]
        assert spreads[1] < 0.65 * spreads[0], spreads


@pytest.mark.parametrize("which", ["drawn_head", "smiling_head"])
def test_the_background_is_still(which: str, request: pytest.FixtureRequest) -> None:
    head: Head = request.getfixturevalue(which)
    rest, wild = head.frame(Pose()).astype(int), head.frame(WILD).astype(int)
    moved = np.abs(rest - wild).max(axis=2)
    assert moved[:, :8].max() == moved[:, -8:].max() == moved[-8:].max() == 0
    assert moved.max() > 40, "nothing moved"


def test_a_closed_mouth_at_rest_is_the_picture_itself(drawn_head: Head) -> None:
    still = drawn_head.frame(Pose()).astype(int)
    own = drawn_head._still.astype(int)
    assert np.abs(still - own).mean() < 0.15
    assert np.percentile(np.abs(still - own), 99.9) < 12


def test_nothing_tears(drawn_head: Head) -> None:
    """Across the jaw's edge the warped picture has no step that the picture itself has not."""
    for pose in (WILD, replace(WILD, yaw=-0.05, wide=1, round=0)):
        frame = drawn_head.frame(pose).astype(float).mean(axis=2)
        own = drawn_head._still.astype(float).mean(axis=2)
        x, y = np.rint(drawn_head.rig.points[landmarks.CHIN]).astype(int)
        around = (slice(y - 40, y + 60), slice(x - 110, x + 110))
        for axis in (0, 1):
            step = np.abs(np.diff(frame[around], axis=axis))
            usual = np.abs(np.diff(own[around], axis=axis))
            assert np.percentile(step, 99.5) < 1.6 * np.percentile(usual, 99.5) + 4


def test_the_same_pose_is_the_same_picture(drawn_head: Head) -> None:
    first = drawn_head.frame(WILD)
    drawn_head.frame(Pose(blink=1, gaze_x=-1))
    assert (drawn_head.frame(WILD) == first).all()


def test_every_pose_makes_a_frame(drawn_head: Head) -> None:
    source = np.random.default_rng(1)
    for _ in range(20):
        values = source.uniform(0, 1, 9)
        turns = source.uniform(-0.08, 0.08, 3)
        pose = Pose(values[0], 2 * values[1] - 1, *values[2:8], values[8], values[0], *turns)
        frame = drawn_head.frame(pose)
        assert frame.shape == (512, 512, 3)
        assert frame.dtype == np.uint8


def test_a_spline_meets_its_points() -> None:
    source = np.random.default_rng(2)
    points, values = source.uniform(0, 100, (30, 2)), source.normal(0, 3, (30, 2))
    assert np.allclose(Spline(points, 50.0).at(points, values), values, atol=0.05)


def test_an_inverse_undoes() -> None:
    y, x = np.mgrid[0:60, 0:80].astype(np.float32)
    bump = np.exp(-((x - 40) ** 2 + (y - 30) ** 2) / 200)[..., None]
    field = (bump * np.array([5.0, -3.0])).astype(np.float32)
    back = inverse(field, (1.0, 1.0))
    # What arrives at (40, 30) came from where the field leads to there.
    came = np.array([40.0, 30.0]) - back[30, 40]
    there = np.rint(came).astype(int)
    assert np.abs(came + field[there[1], there[0]] - (40, 30)).max() < 0.6
