"""Voiceprints of real voices: near for one person, far for two, whatever the level."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.speech.voiceprint import RATE, SIZE, Voiceprints
from tests import recordings


@pytest.fixture(scope="module")
def voices() -> dict[str, Samples]:
    """Three readers, at least ten seconds of each."""
    librivox = [_speech(each.path) for each in recordings.librivox()]
    return {
        "librivox": np.concatenate(librivox),
        "two cities": _speech(recordings.two_cities()),
        "beckett": _speech(recordings.beckett()),
    }


def _speech(path: Path) -> Samples:
    samples, rate = read(path)
    return resample(mono(samples), rate, RATE)


def test_one_voice_is_near_and_two_are_far(
    voiceprints: Voiceprints, voices: dict[str, Samples]
) -> None:
    """Measured: .89 to .95 for the halves of one reading, .46 to .76 for two readers."""
    halves = {name: np.array_split(samples, 2) for name, samples in voices.items()}
    prints = {name: [voiceprints(half) for half in both] for name, both in halves.items()}
    for name, (first, second) in prints.items():
        assert first @ second > 0.86, name
        for other in prints.keys() - {name}:
            assert max(first @ each for each in prints[other]) < 0.8, (name, other)


def test_the_level_does_not_matter(voiceprints: Voiceprints, voices: dict[str, Samples]) -> None:
    samples = voices["beckett"][: 5 * RATE]
    assert voiceprints(samples) @ voiceprints(samples * np.float32(0.01)) > 0.999


def test_a_phone_line_is_still_the_same_voice(
    voiceprints: Voiceprints, voices: dict[str, Samples]
) -> None:
    samples = voices["two cities"][: 10 * RATE]
    phone = resample(resample(samples, RATE, 8_000), 8_000, RATE)
    assert voiceprints(samples) @ voiceprints(phone) > 0.85


@pytest.mark.parametrize("frames", [0, 1, 200, RATE // 5, 2 * RATE])
def test_any_length_and_silence(voiceprints: Voiceprints, frames: int) -> None:
    found = voiceprints(np.zeros(frames, dtype=np.float32))
    assert found.shape == (SIZE,)
    assert np.isfinite(found).all()


def test_windows_are_heard_each_for_itself(
    voiceprints: Voiceprints, voices: dict[str, Samples]
) -> None:
    """More windows than one batch, of unlike lengths; none changes another's voiceprint."""
    samples = voices["two cities"]
    windows = [samples[at : at + 8_000 + at % 9_000] for at in range(0, 70 * 4_000, 4_000)]
    together = voiceprints.of_windows(windows)
    alone = np.concatenate([voiceprints.of_windows([window]) for window in windows[60:]])
    assert together.shape == (70, SIZE)
    np.testing.assert_allclose(together[60:], alone, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-4)
    assert voiceprints.of_windows([]).shape == (0, SIZE)
