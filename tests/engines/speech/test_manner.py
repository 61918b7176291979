"""The manner of voices: pitch against another method, syllables against a count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.speech import manner
from engines.speech.pitch import RATE, PitchTracker
from tests import recordings


@pytest.fixture(scope="module")
def tracker() -> PitchTracker:
    return PitchTracker()


def _speech(number: int) -> Samples:
    samples, rate = read(recordings.librivox()[number].path)
    return resample(mono(samples), rate, RATE)


def test_pitch_agrees_with_another_method(tracker: PitchTracker) -> None:
    import pyworld

    speech = _speech(0)
    found = manner.measure(speech, tracker).pitch_hz
    hertz, _ = pyworld.harvest(speech.astype(np.float64), RATE)
    assert found == pytest.approx(float(np.median(hertz[hertz > 0])), rel=0.06)


def test_syllables(tracker: PitchTracker) -> None:
    """Counted by hand: 99 in the five sentences of the reading, 23 in the playing cards.

    Measured: 95 and 22, and no sentence off by more than four.
    """
    heard = []
    for recording in [*recordings.librivox(), *recordings.cards()]:
        samples, rate = read(recording.path)
        speech = resample(mono(samples), rate, RATE)
        heard.append(manner.syllables(speech, tracker(speech)))
    by_hand = np.array([30, 9, 20, 27, 13, 3, 4, 4, 2, 10])
    assert np.abs(np.array(heard) - by_hand).max() <= 4
    assert sum(heard) == pytest.approx(by_hand.sum(), rel=0.1)


def test_played_faster_it_is_higher_and_quicker(tracker: PitchTracker) -> None:
    """Played at 1.5 times its speed, speech rises by 7 semitones and quickens by half."""
    speech = np.concatenate([_speech(0), _speech(3)])
    slow = manner.measure(speech, tracker)
    fast = manner.measure(resample(speech, 3 * RATE, 2 * RATE), tracker)
    assert slow.pitch_hz
    assert fast.pitch_hz
    assert 12 * np.log2(fast.pitch_hz / slow.pitch_hz) == pytest.approx(7.02, abs=0.5)
    assert fast.spread == pytest.approx(slow.spread, rel=0.15)
    assert fast.rate / slow.rate == pytest.approx(1.5, rel=0.15)


def test_a_whisper_has_no_pitch(tracker: PitchTracker) -> None:
    """Noise that swells three times a second stands for one: level and rhythm, and no tone."""
    noise = np.random.default_rng(2).normal(0, 1, 3 * RATE)
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * 3 * np.arange(3 * RATE) / RATE)
    found = manner.measure((0.1 * beat * noise).astype(np.float32), tracker)
    assert found.pitch_hz is None
    assert found.spread is None


@pytest.mark.parametrize("frames", [0, 100, RATE // 5])
def test_any_length(tracker: PitchTracker, frames: int) -> None:
    found = manner.measure(np.zeros(frames, dtype=np.float32), tracker)
    assert (found.pitch_hz, found.rate) == (None, 0)
