"""How loud a sound is, and bringing it to a wanted loudness.

Integrated loudness and true peak after Recommendation ITU-R BS.1770-4 (annexes 1 and 2): the
K-weighting filters, blocks of 400 ms overlapping by 75 %, an absolute gate at -70 LUFS and a
relative one 10 LU below what passed it; the true peak of the sound oversampled four times.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engines.audio import pieces, resampled
from engines.kinds import Samples

#: What speech and music in chat are brought to. EBU R 128 asks for -23 of broadcasts; the common
#: figure for voice on phones is -16 (Audio Engineering Society, TD1004, 2015).
TARGET_LUFS = -16.0
CEILING_DBTP = -1.0

#: Milliseconds on either side of a peak over which the limiter moves.
HOLD_STEPS = 5

ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
STEP_S = 0.1
STEPS_PER_BLOCK = 4

#: Quieter than any sound in 24 bits: what is measured of silence.
SILENCE_LUFS = -120.0


class Meter:
    """Integrated loudness of a sound that comes in pieces [1 or 2 channels, frames]."""

    def __init__(self, rate: int) -> None:
        self._step = round(STEP_S * rate)
        self._weighting = _k_weighting(rate)
        self._before: NDArray[np.float64] | None = None
        self._rest = np.zeros(0)
        self._sums: list[float] = []
        self._frames = 0

    def add(self, piece: Samples) -> None:
        """Take the next samples."""
        tail = len(self._weighting) - 1
        for first in range(0, piece.shape[1], 10 * self._step):
            part = piece[:, first : first + 10 * self._step]
            if self._before is None:
                self._before = np.zeros((len(part), tail))
            # Overlap-save: each part is filtered together with the end of the one before.
            joined = np.concatenate([self._before, part], axis=1)
            size = 1 << int(np.ceil(np.log2(joined.shape[1])))
            spectrum = np.fft.rfft(joined, size) * np.fft.rfft(self._weighting, size)
            filtered = np.fft.irfft(spectrum, size)[:, tail : joined.shape[1]]
            self._before = joined[:, joined.shape[1] - tail :]
            self._frames += part.shape[1]
            powers = np.concatenate([self._rest, np.square(filtered).sum(axis=0)])
            whole = len(powers) // self._step * self._step
            self._sums += powers[:whole].reshape(-1, self._step).sum(axis=1).tolist()
            self._rest = powers[whole:]

    def integrated(self) -> float:
        """LUFS of all samples so far; -120 for silence. Less than 400 ms count as one block."""
        if len(self._sums) < STEPS_PER_BLOCK:
            powers = np.array([sum(self._sums) + self._rest.sum()]) / max(1, self._frames)
        else:
            powers = np.convolve(self._sums, np.ones(STEPS_PER_BLOCK), "valid")
            powers /= self._step * STEPS_PER_BLOCK
        loud = powers[_lufs(powers) > ABSOLUTE_GATE]
        if not len(loud):
            return SILENCE_LUFS
        gated = loud[_lufs(loud) > _lufs(loud.mean()) + RELATIVE_GATE]
        return float(_lufs(gated.mean()))


def integrated(samples: Samples, rate: int) -> float:
    """Gated loudness in LUFS of ``samples`` [1 or 2 channels, frames]; -120 for silence."""
    meter = Meter(rate)
    for piece in pieces(samples, rate):
        meter.add(piece)
    return meter.integrated()


def true_peak(samples: Samples, rate: int) -> float:
    """The largest magnitude between the samples, found at four times the rate, in dBTP."""
    if not samples.size:
        return SILENCE_LUFS
    over = resampled(pieces(samples, rate), rate, 4 * rate)
    highest = max((float(np.abs(piece).max(initial=0.0)) for piece in over), default=0.0)
    # Oversampling smooths a lone impulse; the samples themselves are a lower bound.
    highest = max(highest, float(np.abs(samples).max(initial=0.0)))
    return max(SILENCE_LUFS, 20 * float(np.log10(max(highest, 1e-12))))


def normalised(
    samples: Samples, rate: int, target: float = TARGET_LUFS, ceiling: float = CEILING_DBTP
) -> Samples:
    """``samples`` brought to ``target`` LUFS, their true peaks held under ``ceiling`` dBTP.

    Peaks are turned down for a few milliseconds, not clipped. Silence stays as it is.
    """
    loudness = integrated(samples, rate)
    if loudness <= ABSOLUTE_GATE:
        return samples
    louder = np.asarray(samples * np.float32(10 ** ((target - loudness) / 20)), dtype=np.float32)
    return limited(louder, rate, ceiling)


def limited(samples: Samples, rate: int, ceiling: float) -> Samples:
    """``samples`` with a look-ahead limiter over them: no true peak above ``ceiling`` dBTP.

    The gain every millisecond needs is held for the milliseconds around it and smoothed with a
    window no wider than that, so it is fully down when the peak comes (Giannoulis, Massberg and
    Reiss, "Digital Dynamic Range Compressor Design", J. Audio Eng. Soc. 60(6), 2012, section 3).
    """
    step = max(1, rate // 1000)
    # The oversampled peaks, with a little to spare: the gain that changes moves them slightly.
    top = 10 ** ((ceiling - 0.1) / 20)
    count = -(-samples.shape[1] // step)
    over = resampled(pieces(samples, rate), rate, 4 * rate)
    between = _tops(np.concatenate([np.abs(piece).max(axis=0) for piece in over]), count, 4 * step)
    tops = np.maximum(between, _tops(np.abs(samples).max(axis=0), count, step))
    needed = np.minimum(1.0, top / np.maximum(tops, top))
    if needed.min(initial=1.0) == 1.0:
        return samples
    held = np.lib.stride_tricks.sliding_window_view(
        np.pad(needed, HOLD_STEPS, constant_values=1.0), 2 * HOLD_STEPS + 1
    ).min(axis=1)
    window = np.hanning(2 * HOLD_STEPS + 1)[1:-1]
    smooth = np.convolve(np.pad(held, HOLD_STEPS - 1, mode="edge"), window / window.sum(), "valid")
    at = (np.arange(count) + 0.5) * step
    gains = np.interp(np.arange(samples.shape[1]), at, smooth)
    return np.asarray(samples * gains, dtype=np.float32)


def _tops(magnitudes: Samples, count: int, step: int) -> Samples:
    """The largest of every ``step`` magnitudes, for ``count`` steps."""
    padded = np.zeros(count * step, dtype=np.float32)
    length = min(len(magnitudes), len(padded))
    padded[:length] = magnitudes[:length]
    return np.asarray(padded.reshape(count, step).max(axis=1))


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))


@lru_cache(maxsize=8)
def _k_weighting(rate: int) -> NDArray[np.float64]:
    """The impulse response of both filters of annex 1, long enough to have died away.

    The Recommendation gives coefficients for 48 kHz only; these are the analogue prototypes behind
    them, brought to any rate by the bilinear transform (Brecht De Man, "Evaluation of
    implementations of the EBU R128 loudness measurement", AES 145, 2018, section 3).
    """
    shelf = _high_shelf(rate, 1681.974450955533, 3.999843853973347, 0.7071752369554196)
    highpass = _highpass(rate, 38.13547087602444, 0.5003270373238773)
    length = int(0.4 * rate)
    frequencies = np.exp(-2j * np.pi * np.arange(length) / (2 * length))
    half = np.ones(length, dtype=np.complex128)
    for numerator, denominator in (shelf, highpass):
        half *= np.polyval(numerator[::-1], frequencies) / np.polyval(
            denominator[::-1], frequencies
        )
    response = np.fft.irfft(np.append(half, half[-1].real), 2 * length)
    return np.asarray(response[:length])


def _high_shelf(
    rate: int, frequency: float, decibels: float, quality: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    k = np.tan(np.pi * frequency / rate)
    high = 10 ** (decibels / 20)
    band = high**0.4996667741545416
    denominator = np.array([1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k])
    numerator = np.array(
        [
            high + band * k / quality + k * k,
            2 * (k * k - high),
            high - band * k / quality + k * k,
        ]
    )
    return numerator / denominator[0], denominator / denominator[0]


def _highpass(
    rate: int, frequency: float, quality: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    k = np.tan(np.pi * frequency / rate)
    denominator = np.array([1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k])
    return np.array([1.0, -2.0, 1.0]), denominator / denominator[0]
