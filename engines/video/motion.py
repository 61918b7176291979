"""What a face does beside speaking: it blinks, looks about, and its head is never quite still.

All of it is calm, and the same for the same seed. People who speak blink every two to five seconds
(Bentivoglio et al., "Analysis of blink rate patterns", Movement Disorders 12, 1997).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from engines.video.pose import Pose
from engines.video.visemes import PARTS, RATE, Track

#: Seconds between blinks, and how shut the lids are over the course of one.
BLINKS_S = (2.2, 5.5)
BLINK_S, LIDS = (0.0, 0.06, 0.10, 0.16, 0.26), (0.0, 0.9, 1.0, 0.75, 0.0)
#: Seconds that a look lasts, and within which the eyes move on.
LOOKS_S, SHIFT_S = (0.9, 2.6), 0.05
#: The slow movements of the head in Hz, and their strength in radians.
SWAYS_HZ = (0.11, 0.19, 0.31)
YAW, PITCH, ROLL = 0.030, 0.016, 0.014
#: The head nods a little with loud syllables, and the brows go up a little.
NOD, BROW = 0.010, 0.45
#: It begins and ends at rest, within so many seconds.
EASE_S = 0.7


def moments(
    tracks: Mapping[str, Track], level: Track, seconds: float, fps: float, seed: int
) -> Iterator[Pose]:
    """The pose of every frame of a video, for the movements of speech and how loud it is."""
    source = np.random.default_rng(seed)
    count = max(1, int(np.ceil(seconds * fps - 1e-9)))
    # A frame shows the middle of the time that it stands for.
    times = np.asarray((np.arange(count) + 0.5) / fps, dtype=np.float64)
    order = np.arange(len(level)) / RATE
    mouth = {
        part: np.interp(times, np.arange(len(tracks[part])) / RATE, tracks[part]) for part in PARTS
    }
    blink = _blinks(times, seconds, source)
    gaze = _looks(times, seconds, source)
    ease = np.clip(np.minimum(times, seconds - times) / EASE_S, 0, 1)
    ease = ease * ease * (3 - 2 * ease)
    slow = np.interp(times, order, _slow(level, 0.35))
    slower = np.interp(times, order, _slow(level, 1.6))
    accent = np.clip(slow - slower, -0.5, 0.5)
    turns = [_sway(times, source) for _ in range(3)]
    yaw, roll = YAW * turns[0] * ease, ROLL * turns[2] * ease
    pitch = (PITCH * turns[1] - NOD * 2 * accent) * ease
    brow = BROW * np.clip(2.5 * accent, 0, 1) * ease
    for at in range(count):
        yield Pose(
            **{part: float(mouth[part][at]) for part in PARTS},
            blink=float(blink[at]),
            brow=float(brow[at]),
            gaze_x=float(gaze[0][at] * ease[at]),
            gaze_y=float(gaze[1][at] * ease[at]),
            yaw=float(yaw[at]),
            pitch=float(pitch[at]),
            roll=float(roll[at]),
        )


def _blinks(times: Track, seconds: float, source: np.random.Generator) -> Track:
    shut = np.zeros(len(times))
    at = float(source.uniform(0.9, 2.5))
    while at < seconds:
        shut = np.maximum(shut, np.interp(times - at, BLINK_S, LIDS, left=0, right=0))
        at += float(source.uniform(*BLINKS_S))
    return shut


def _looks(times: Track, seconds: float, source: np.random.Generator) -> list[Track]:
    """Where the eyes look: mostly ahead, now and then a little aside."""
    begins, looks = [0.0], [(0.0, 0.0)]
    at = 0.0
    while at < seconds:
        at += float(source.uniform(*LOOKS_S))
        aside = source.uniform() < 0.5
        look = (source.uniform(-0.8, 0.8), source.uniform(-0.4, 0.4)) if aside else (0.0, 0.0)
        begins += [at, at + SHIFT_S]
        looks += [looks[-1], look]
    return [np.interp(times, begins, [each[axis] for each in looks]) for axis in (0, 1)]


def _sway(times: Track, source: np.random.Generator) -> Track:
    """A slow movement within -1..1."""
    total = np.zeros(len(times))
    for hertz in SWAYS_HZ:
        phase, share = source.uniform(0, 2 * np.pi), source.uniform(0.6, 1.0)
        total += share * np.sin(2 * np.pi * hertz * source.uniform(0.85, 1.15) * times + phase)
    return np.asarray(np.clip(total / 2.0, -1, 1))


def _slow(level: Track, seconds: float) -> Track:
    spans = min(len(level), max(1, int(seconds * RATE)))
    window = np.hanning(spans + 2)[1:-1]
    return np.convolve(level, window / window.sum(), mode="same")
