"""A real voice moved in pitch: it arrives where it should and stays understandable."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.spectra import stft
from engines.speech import manner, vocoder
from engines.speech.pitch import RATE, PitchTracker
from engines.speech.vocoder import Parts
from tests import recordings


@pytest.fixture(scope="module")
def tracker() -> PitchTracker:
    return PitchTracker()


@pytest.fixture(scope="module")
def speech() -> Samples:
    samples, rate = read(recordings.librivox()[4].path)
    return resample(mono(samples), rate, RATE)


@pytest.fixture(scope="module")
def parts(speech: Samples, tracker: PitchTracker) -> Parts:
    return vocoder.analyse(speech, RATE, tracker)


def _bands(samples: Samples) -> Samples:
    """How loud each third of an octave from 200 Hz is, in dB."""
    powers = np.square(np.abs(stft(samples, 1024, 512))).mean(axis=0)
    hertz = np.arange(513) * RATE / 1024
    edges = 200 * 2 ** (np.arange(16) / 3)
    inside = [powers[(hertz >= low) & (hertz < low * 2 ** (1 / 3))].sum() for low in edges]
    return np.asarray(10 * np.log10(np.array(inside) + 1e-9), dtype=np.float32)


@pytest.mark.parametrize("semitones", [-5.0, 0.0, 4.0, 12.0])
def test_the_pitch_arrives(
    parts: Parts, speech: Samples, tracker: PitchTracker, semitones: float
) -> None:
    before = manner.measure(speech, tracker)
    out = vocoder.moved(parts, semitones)
    after = manner.measure(out, tracker)
    assert out.shape == speech.shape
    assert before.pitch_hz
    assert after.pitch_hz
    arrived = 12 * np.log2(after.pitch_hz / before.pitch_hz)
    assert arrived == pytest.approx(semitones, abs=0.5)
    # The vowels stay: the spectrum's outline hardly changes.
    assert np.abs(_bands(out) - _bands(speech)).mean() < 4


def test_a_livelier_melody(parts: Parts, tracker: PitchTracker) -> None:
    spreads = [
        manner.measure(vocoder.moved(parts, 12.0, liveliness), tracker).spread or 0.0
        for liveliness in (0.6, 1.0, 1.5)
    ]
    assert spreads[0] / spreads[1] == pytest.approx(0.6, abs=0.12)
    assert spreads[2] / spreads[1] == pytest.approx(1.5, abs=0.3)


def test_what_has_no_pitch_gets_none(tracker: PitchTracker) -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, RATE).astype(np.float32)
    parts = vocoder.analyse(noise, RATE, tracker)
    out = vocoder.moved(parts, 7.0)
    assert np.isfinite(out).all()
    assert tracker(out).voiced.mean() < 0.1
