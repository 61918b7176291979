from __future__ import annotations

import re
import subprocess

import numpy as np
import pytest

from engines import loudness
from engines.kinds import Samples
from tests.engines.conftest import Write, tone


def _noise(seconds: float, rate: int, level: float, channels: int = 1) -> Samples:
    generator = np.random.default_rng(1)
    return (level * generator.standard_normal((channels, int(seconds * rate)))).astype(np.float32)


def test_the_recommendations_reference_tone() -> None:
    """A full-scale sine of 997 Hz in one channel reads -3.01 LUFS (annex 1)."""
    times = np.arange(5 * 48_000) / 48_000
    sine = np.sin(2 * np.pi * 997 * times)[None].astype(np.float32)
    assert loudness.integrated(sine, 48_000) == pytest.approx(-3.01, abs=0.02)
    assert loudness.true_peak(sine, 48_000) == pytest.approx(0.0, abs=0.05)
    assert loudness.integrated(np.vstack([sine, sine]), 48_000) == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000, 11_025])
def test_it_agrees_with_ffmpeg(write: Write, rate: int) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="needs the ffmpeg binary it carries")
    quiet = _noise(3, rate, 0.01, 2)
    samples = np.concatenate([_noise(3, rate, 0.1, 2), 0 * quiet, quiet, tone(1, rate, 0.2, 2)], 1)
    path = write(samples, rate)
    command = [ffmpeg.get_ffmpeg_exe(), "-nostats", "-i", str(path), "-af", "ebur128", "-f", "null"]
    report = subprocess.run([*command, "-"], capture_output=True, text=True, check=True).stderr
    expected = float(re.findall(r"I: +(-?[\d.]+) LUFS", report)[-1])
    assert loudness.integrated(samples, rate) == pytest.approx(expected, abs=0.11)


def test_pieces_of_any_length_measure_the_same() -> None:
    samples = np.concatenate([_noise(2.37, 44_100, 0.1), _noise(1, 44_100, 0.003)], axis=1)
    meter = loudness.Meter(44_100)
    for start in range(0, samples.shape[1], 777):
        meter.add(samples[:, start : start + 777])
    assert meter.integrated() == pytest.approx(loudness.integrated(samples, 44_100), abs=1e-6)


def test_silence_and_shortness() -> None:
    silence = np.zeros((1, 48_000), dtype=np.float32)
    assert loudness.integrated(silence, 48_000) == loudness.SILENCE_LUFS
    assert loudness.integrated(silence[:, :0], 48_000) == loudness.SILENCE_LUFS
    assert loudness.true_peak(silence[:, :0], 48_000) == loudness.SILENCE_LUFS
    np.testing.assert_array_equal(loudness.normalised(silence, 48_000), silence)
    assert loudness.integrated(tone(0.2, 48_000), 48_000) == pytest.approx(-13.5, abs=1)


@pytest.mark.parametrize("rate", [24_000, 44_100])
@pytest.mark.parametrize("level", [0.001, 0.02, 0.3])
def test_normalising_reaches_the_target_under_the_ceiling(rate: int, level: float) -> None:
    samples = _noise(4, rate, level)
    samples[:, ::5000] *= 4  # clicks well above the rest
    out = loudness.normalised(samples, rate)
    assert loudness.integrated(out, rate) == pytest.approx(-16, abs=0.3)
    assert loudness.true_peak(out, rate) <= loudness.CEILING_DBTP + 0.05


def test_the_limiter_touches_only_what_is_near_a_peak() -> None:
    samples = tone(2, 24_000, 0.1)
    samples[0, 24_000] = 2.0
    out = loudness.limited(samples, 24_000, -1.0)
    assert np.abs(out).max() <= 10 ** (-1 / 20)
    np.testing.assert_array_equal(out[:, :23_500], samples[:, :23_500])
    np.testing.assert_array_equal(out[:, 24_500:], samples[:, 24_500:])
