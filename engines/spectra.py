"""Spectra of sound: the short-time Fourier transform and back, and mel filters.

Samples are float32 [frames]; a spectrogram is complex64 [spans, bins]. The window is a periodic
Hann, so that what comes back from an unchanged spectrogram is the sound itself (Griffin & Lim,
"Signal estimation from modified short-time Fourier transform", IEEE TASSP 32, 1984).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engines.kinds import Samples

Spectrogram = NDArray[np.complex64]


def hann(size: int) -> Samples:
    """A periodic Hann window [size]."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size), dtype=np.float32)


def stft(samples: Samples, size: int, hop: int) -> Spectrogram:
    """The spectra [spans, size // 2 + 1] of spans of ``size`` samples, ``hop`` apart.

    The first is centred on the first sample, the last reaches past the last one; beyond the ends
    there is silence. ``hop`` must be at most half of ``size``.
    """
    spans = -(-len(samples) // hop) + 1
    padded = np.zeros((spans - 1) * hop + size, dtype=np.float32)
    padded[size // 2 : size // 2 + len(samples)] = samples
    views = sliding_window_view(padded, size)[::hop]
    return np.asarray(np.fft.rfft(views * hann(size), axis=1), dtype=np.complex64)


def istft(spectrogram: Spectrogram, size: int, hop: int, frames: int) -> Samples:
    """The sound [frames] whose :func:`stft` comes nearest to ``spectrogram``."""
    window = hann(size)
    spans = np.fft.irfft(spectrogram, size, axis=1) * window
    total = (len(spans) - 1) * hop + size
    sound, weight = np.zeros(total), np.zeros(total)
    for number, span in enumerate(spans):
        at = number * hop
        sound[at : at + size] += span
        weight[at : at + size] += window * window
    sound /= np.maximum(weight, 1e-8)
    return np.asarray(sound[size // 2 : size // 2 + frames], dtype=np.float32)


def mel_filters(
    rate: int, size: int, bands: int, lowest: float = 0.0, highest: float | None = None
) -> Samples:
    """Triangular filters [bins, bands], evenly spaced on HTK's mel scale, of height 1.

    For magnitudes or powers of ``size // 2 + 1`` bins at ``rate`` Hz; ``highest`` is half the rate
    if left out.
    """
    edges = np.linspace(_mel(lowest), _mel(highest or rate / 2), bands + 2)
    bins = _mel(np.arange(size // 2 + 1) * rate / size)[:, None]
    up = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    filters = np.maximum(0.0, np.minimum(up, down))
    filters[0] = 0.0  # a constant is no sound
    return np.asarray(filters, dtype=np.float32)


def _mel(hertz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz) / 700.0))
