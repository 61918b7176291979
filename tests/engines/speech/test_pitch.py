"""The pitch of tones known to the cent, and of real voices."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.speech.pitch import HOP, PIECE, RATE, PitchTracker
from tests import recordings


@pytest.fixture(scope="module")
def tracker() -> PitchTracker:
    return PitchTracker()


def _buzz(hertz: float, seconds: float) -> Samples:
    """A voice-like tone [frames]: twelve harmonics, each weaker than the one before."""
    times = np.arange(int(seconds * RATE)) / RATE
    harmonics = range(1, 13)
    waves = [np.sin(2 * np.pi * hertz * n * times) / n for n in harmonics if n * hertz < RATE / 2]
    return np.asarray(0.2 * sum(waves), dtype=np.float32)


@pytest.mark.parametrize("hertz", [80.0, 110.0, 220.0, 440.0, 700.0])
def test_a_tone_is_met_to_the_tenth_of_a_semitone(tracker: PitchTracker, hertz: float) -> None:
    track = tracker(_buzz(hertz, 1.0))
    assert track.voiced[5:-5].mean() > 0.9
    cents = 1200 * np.log2(np.median(track.hertz[track.voiced]) / hertz)
    assert abs(cents) < 10


def test_noise_and_silence_have_no_pitch(tracker: PitchTracker) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    assert tracker(noise).voiced.mean() < 0.1
    assert not tracker(np.zeros(RATE, dtype=np.float32)).voiced.any()


def test_the_hum_of_the_mains_is_no_voice(tracker: PitchTracker) -> None:
    for hum in (50.0, 60.0):
        track = tracker(_buzz(hum, 1.0)[:RATE])
        assert not (track.hertz[track.voiced] < 64).any()


@pytest.mark.parametrize("frames", [0, 1, HOP - 1, HOP, 3 * HOP + 5])
def test_any_length(tracker: PitchTracker, frames: int) -> None:
    track = tracker(_buzz(200, 1.0)[:frames])
    assert len(track.hertz) == len(track.voiced) == frames // HOP
    assert (track.at(np.array([0.0, 5.0])) >= 0).all()


def test_a_long_recording_is_followed_without_seams(tracker: PitchTracker) -> None:
    """The 44 s are followed in two pieces; about the seam the track is that of one piece."""
    samples, rate = read(recordings.two_cities())
    speech = resample(mono(samples), rate, RATE)
    whole = tracker(speech)
    around = slice(PIECE - 100, PIECE + 100)
    alone = tracker(speech[(PIECE - 300) * HOP : (PIECE + 300) * HOP])
    np.testing.assert_allclose(whole.hertz[around], alone.hertz[200:400], rtol=1e-3)


def test_between_spans_the_pitch_glides(tracker: PitchTracker) -> None:
    glide = np.concatenate([_buzz(100, 0.5), np.zeros(RATE // 2, dtype=np.float32)])
    found = tracker(glide).at(np.arange(0.05, 0.95, 0.005))
    assert np.median(found[:70]) == pytest.approx(100, rel=0.01)
    assert (found[-60:] == 0).all()
