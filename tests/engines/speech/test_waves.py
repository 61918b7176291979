"""Recordings through a network that is always right, but in any order and at any level."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.audio import resample
from engines.kinds import Samples
from engines.speech import at_once
from engines.speech.waves import PART_S, Waves
from evals.enhancement import si_sdr
from tests import recordings
from tests.conftest import Tell
from tests.engines.conftest import Write, private_mb
from tests.engines.speech.test_talkers import _voice

RATE = 8_000
SIZES = {"kernel_size": 16, "stride": 8, "sample_rate": RATE}


class Oracle(Waves):
    """It knows the talkers [2, channels, frames] of the recording that it is given."""

    def __init__(self, talkers: Samples) -> None:
        self.rate, self.name = RATE, "oracle"
        self._talkers = talkers
        self._rng = np.random.default_rng(3)
        self._calls = 0
        self.swapped = 0
        self._network = self._heard  # type: ignore[assignment]
        self._heard.__func__.sizes = SIZES  # type: ignore[attr-defined]

    def _heard(self, mixtures: torch.Tensor) -> torch.Tensor:
        number, channel = divmod(self._calls, self._talkers.shape[1])
        self._calls += 1
        start = number * round(PART_S * RATE / 2)
        known = self._talkers[:, channel, start : start + mixtures.shape[1]]
        known = np.pad(known, ((0, 0), (0, mixtures.shape[1] - known.shape[1])))
        known = known * self._rng.uniform(0.001, 1000, (2, 1)) * self._rng.choice([-1, 1], (2, 1))
        if self._rng.random() < 0.5:
            self.swapped += 1
            known = known[::-1]
        return torch.tensor(known.copy(), dtype=torch.float32)[None]


def _stream(samples: Samples) -> Iterator[Samples]:
    """Pieces of all sizes, an empty one among them."""
    sizes = [0, 1, 7_000, 90_000, *[12_345] * 100]
    at = 0
    for size in sizes:
        yield samples[:, at : at + size]
        at += size


def _two(rate: int, seconds: float) -> Samples:
    """Two people [2, 2, frames] before two microphones, half a metre apart."""
    voices = [
        _voice(recordings.two_cities(), rate, seconds, 1.0),
        np.resize(_voice(recordings.librivox()[0].path, rate, 7.0), round(seconds * rate)),
    ]
    frames = min(map(len, voices))
    delay = round(0.0015 * rate)
    a, b = (each[:frames] for each in voices)
    return np.stack(
        [
            np.stack([a, 0.6 * np.roll(a, delay)]),
            np.stack([0.4 * np.roll(b, delay), b]),
        ]
    ).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.2, 3.0, 8.0, 8.01, 30.0])
def test_parts_are_joined_whatever_order_and_level_they_come_in(seconds: float) -> None:
    talkers = _two(RATE, seconds)
    oracle = Oracle(talkers)
    mixture = talkers.sum(axis=0)
    found = np.concatenate(list(oracle.parted(_stream(mixture))), axis=2)
    assert found.shape == talkers.shape
    if seconds == 30:
        assert oracle.swapped > 2
    if found[0, 0] @ talkers[0, 0] < found[1, 0] @ talkers[0, 0]:
        found = found[::-1]
    np.testing.assert_allclose(found, talkers, atol=2e-3)


def test_silence_and_a_silent_channel() -> None:
    talkers = _two(RATE, 10.0)
    talkers[:, 1] = 0
    found = np.concatenate(list(Oracle(talkers).parted([talkers.sum(axis=0)])), axis=2)
    assert not found[:, 1].any()
    nothing = np.zeros((2, 1, 3 * RATE), dtype=np.float32)
    assert not np.concatenate(list(Oracle(nothing).parted([nothing[0]])), axis=2).any()
    assert list(Oracle(nothing).parted([])) == []


def test_the_sum_is_the_recording_and_what_is_above_the_band_is_shared(
    write: Write, tell: Tell
) -> None:
    """At twice the network's rate: an octave that it never hears."""
    rate = 2 * RATE
    whole = _two(rate, 20.0)
    whole[1, :, : 5 * rate] = 0
    low = np.stack([resample(each, rate, RATE) for each in whole])
    path = write(whole.sum(axis=0), rate)
    tracks = (np.zeros(whole.shape[1:], np.float32), np.zeros(whole.shape[1:], np.float32))
    fractions = list(at_once._by_waves(path, Oracle(low), tracks))
    assert fractions == sorted(fractions)
    np.testing.assert_allclose(tracks[0] + tracks[1], whole.sum(axis=0), atol=1e-5)
    order = tracks if si_sdr(tracks[0][0], whole[0, 0]) > 0 else tracks[::-1]
    heard = np.stack([resample(resample(each, rate, RATE), RATE, rate) for each in whole])
    frames = min(heard.shape[2], whole.shape[2])
    halves = (whole - heard[..., :frames]).sum(axis=0) / 2
    for number in (0, 1):
        high = whole[number] - heard[number, :, :frames]
        missed = [high - halves, high - (order[number] - heard[number, :, :frames])]
        equal, shared = (10 * np.log10((high**2).sum() / (each**2).sum()) for each in missed)
        tell(f"above the band: {equal:.1f} dB in equal halves, {shared:.1f} dB as it is shared")
        assert shared > equal + 1.5


def test_long_recordings_take_no_more_memory() -> None:
    """Twenty minutes, of which the network hears eight seconds at a time."""

    class Halves(Waves):
        def __init__(self) -> None:
            self.rate = RATE

        def _part(self, part: Samples) -> Samples:
            return np.stack([part / 2, part / 2])

    minute = np.random.default_rng(1).standard_normal((1, 60 * RATE)).astype(np.float32)
    before = private_mb()
    frames = 0
    for piece in Halves().parted(minute for _ in range(20)):
        frames += piece.shape[2]
        assert private_mb() < before + 30
    assert frames == 20 * 60 * RATE


def test_a_file_is_no_longer_than_it_was(write: Write, tmp_path: Path) -> None:
    """Resampling there and back may end a sample late."""
    for rate, frames in ((44_100, 30_001), (11_025, 12_347)):
        talkers = np.zeros((2, 1, frames * RATE // rate + 1), dtype=np.float32)
        noise = np.random.default_rng(2).standard_normal((1, frames)).astype(np.float32)
        tracks = (np.zeros((1, frames), np.float32), np.zeros((1, frames), np.float32))
        path = write(0.1 * noise, rate)
        assert list(at_once._by_waves(path, Oracle(talkers), tracks))[-1] == 1.0
        np.testing.assert_allclose(tracks[0] + tracks[1], 0.1 * noise, atol=1e-5)
