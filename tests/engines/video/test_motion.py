"""A calm head: seeded, small, blinking as people do."""

from __future__ import annotations

import numpy as np

from engines.video.motion import PITCH, ROLL, YAW, moments
from engines.video.pose import Pose
from engines.video.visemes import PARTS, RATE

SECONDS, FPS = 60.0, 25


def poses(seed: int, seconds: float = SECONDS) -> list[Pose]:
    count = round(seconds * RATE) + 1
    level = np.abs(np.sin(np.arange(count) / 37)) * (np.arange(count) % 400 < 300)
    tracks = dict.fromkeys(PARTS, 0.5 * level)
    return list(moments(tracks, level, seconds, FPS, seed))


def test_the_same_for_the_same_seed() -> None:
    assert poses(3) == poses(3)
    assert poses(3) != poses(4)


def test_calm() -> None:
    for seed in range(4):
        found = poses(seed)
        assert len(found) == SECONDS * FPS
        for part, most in (("yaw", YAW), ("pitch", PITCH + 0.02), ("roll", ROLL)):
            track = np.array([getattr(pose, part) for pose in found])
            assert np.abs(track).max() <= most + 1e-9, part
            assert np.abs(np.diff(track)).max() < 0.006, part
            assert track.std() > 0.1 * most, f"{part} is frozen"


def test_blinks_as_people_do() -> None:
    """12 to 28 a minute, each shorter than half a second."""
    for seed in range(4):
        shut = np.array([pose.blink for pose in poses(seed)]) > 0.5
        begins = int((np.diff(shut.astype(int)) == 1).sum())
        assert 10 <= begins <= 28
        assert shut.sum() / FPS / begins < 0.3


def test_it_begins_at_rest() -> None:
    first = poses(1)[0]
    assert max(abs(first.yaw), abs(first.pitch), abs(first.roll)) < 0.002


def test_next_to_no_time() -> None:
    assert len(poses(0, 0.0)) == 1
    assert len(poses(0, 0.01)) == 1
    assert len(poses(0, 0.081)) == 3
