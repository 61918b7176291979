"""The tempo of music, and how sure it is: how strongly onsets come back after a beat.

Onset strength is the rise of a mel spectrum in decibels; its autocorrelation, weighted by how often
people tap at a tempo, is highest at the beat (Ellis, "Beat Tracking by Dynamic Programming",
Journal of New Music Research 36(1), 2007, sections 3.1 and 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.spectra import mel_filters, stft

#: What is expected: mono at so many Hz.
RATE = 22_050
SIZE, HOP, BANDS = 1024, 256, 40
#: So far below the loudest of a recording nothing counts, in dB.
FLOOR_DB = 60.0
#: A curve that varies less holds no onsets, in dB.
LEAST_DB = 0.1
#: Tempi in beats per minute: those that are looked for, and the one most tapped to, with the
#: spread of taps around it in octaves (Ellis, section 3.2).
SLOWEST, FASTEST = 45.0, 220.0
USUAL, SPREAD = 120.0, 0.9
#: A beat comes back after so many of itself, and mostly after half of it; one and a half beats
#: come back too, but not their half. Half counts so much beside the mean of the others.
BEATS = (1, 2, 3, 4)
HALF = 0.5
#: Onsets that come back no better than this are no beat: see `tests/engines/music/test_tempo.py`.
SURE = 0.35

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tempo:
    """Beats per minute. ``confidence`` is how alike the onsets are a few beats on, up to 1."""

    bpm: float
    confidence: float

    @property
    def sure(self) -> bool:
        """Whether it is worth telling."""
        return self.confidence >= SURE


def tempo(samples: Samples) -> Tempo | None:
    """The tempo of ``samples`` [frames] at 22,050 Hz; None where nothing begins, or too little."""
    onsets = onset_strength(samples)
    slowest = 60 * RATE / HOP / SLOWEST
    if len(onsets) < 2 * slowest or onsets.std() < LEAST_DB:
        return None
    alike = _autocorrelation(onsets)
    lags = np.arange(60 * RATE / HOP / FASTEST, slowest, 0.25)
    usual = np.exp(-0.5 * (np.log2(lags * HOP / RATE * USUAL / 60) / SPREAD) ** 2)
    half = np.maximum(0.0, np.interp(lags / 2, np.arange(len(alike)), alike))
    lag = float(lags[np.argmax(usual * (_comb(alike, lags) + HALF * half))])
    # Four beats on, the lag is known four times as well.
    near = lag * np.linspace(0.97, 1.03, 121)
    lag = float(near[np.argmax(_comb(alike, near))])
    return Tempo(60 * RATE / HOP / lag, float(_comb(alike, np.array([lag]))[0]))


def onset_strength(samples: Samples) -> Curve:
    """How much louder the bands get from one span of 12 ms to the next [spans], in dB."""
    power = np.abs(stft(samples, SIZE, HOP)) ** 2 @ mel_filters(RATE, SIZE, BANDS)
    level = 10 * np.log10(np.maximum(power, 1e-10))
    level = np.maximum(level, level.max() - FLOOR_DB)
    rise = np.maximum(0.0, np.diff(level, axis=0)).mean(axis=1)
    # The first and the last spans reach beyond the recording, where it begins and breaks off.
    return np.asarray(rise[SIZE // HOP : -SIZE // HOP], dtype=np.float64)


def _autocorrelation(onsets: Curve) -> Curve:
    """How alike the curve and itself are, so many spans on, from 1 for none on."""
    level = onsets - onsets.mean()
    size = 2 * len(level)
    product = np.fft.irfft(np.abs(np.fft.rfft(level, size)) ** 2)[: len(level)]
    overlap = np.arange(len(level), 0, -1)
    alike: Curve = product / overlap / (product[0] / len(level))
    alike[overlap < len(level) // 4] = 0.0  # too little is left to compare
    return alike


def _comb(alike: Curve, lags: Curve) -> Curve:
    """The mean likeness of :data:`BEATS` lags on, as far as the curve reaches."""
    beats = np.array(BEATS)[:, None] * lags
    known = beats < len(alike) * 3 // 4
    values = np.interp(beats, np.arange(len(alike)), alike)
    mean: Curve = (values * known).sum(axis=0) / np.maximum(1, known.sum(axis=0))
    return mean
