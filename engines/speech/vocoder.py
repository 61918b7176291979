"""A voice taken apart and put together with another pitch: the WORLD vocoder.

WORLD (Morise, Yokomori and Ozawa, "WORLD: a vocoder-based high-quality speech synthesis system for
real-time applications", IEICE Transactions E99-D, 2016) parts speech into pitch, spectral envelope
and aperiodicity every 5 ms. Moved in pitch alone, the envelope and with it the vowels stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.audio import resample
from engines.kinds import Samples
from engines.speech import pitch
from engines.speech.pitch import PitchTracker

PERIOD_S = 0.005
#: What pitch is moved to at most, in Hz.
LOWEST, HIGHEST = 50.0, 800.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Speech at ``rate`` Hz taken apart, every 5 ms; it has ``frames`` samples in all.

    ``hertz`` [spans] is 0 where there is no pitch; ``envelope`` and ``aperiodicity`` are
    [spans, bins].
    """

    hertz: NDArray[np.float64]
    envelope: NDArray[np.float64]
    aperiodicity: NDArray[np.float64]
    rate: int
    frames: int


def analyse(samples: Samples, rate: int, tracker: PitchTracker) -> Parts:
    """Take speech [frames] at ``rate`` Hz apart."""
    import pyworld  # noqa: PLC0415 - needed by few requests

    sound = samples.astype(np.float64)
    spans = int(len(samples) / rate / PERIOD_S) + 1
    times = np.arange(spans, dtype=np.float64) * PERIOD_S
    rough = tracker(resample(samples, rate, pitch.RATE)).at(times)
    hertz = pyworld.stonemask(sound, rough, times, rate)
    hertz[rough == 0] = 0.0
    envelope = pyworld.cheaptrick(sound, hertz, times, rate)
    aperiodicity = pyworld.d4c(sound, hertz, times, rate)
    return Parts(hertz, envelope, aperiodicity, rate, len(samples))


def moved(
    parts: Parts, semitones: float, liveliness: float = 1.0, middle_hz: float | None = None
) -> Samples:
    """The speech [frames] with its pitch ``semitones`` higher, its resonances where they were.

    Every distance of the pitch from ``middle_hz``, the median if left out, is made ``liveliness``
    times as large.
    """
    import pyworld  # noqa: PLC0415 - as in analyse

    voiced = parts.hertz > 0
    hertz = np.zeros_like(parts.hertz)
    if voiced.any():
        logarithms = np.log2(parts.hertz[voiced])
        middle = np.log2(middle_hz) if middle_hz else np.median(logarithms)
        asked = middle + semitones / 12 + liveliness * (logarithms - middle)
        hertz[voiced] = np.clip(2**asked, LOWEST, HIGHEST)
    sound = pyworld.synthesize(
        hertz, parts.envelope, parts.aperiodicity, parts.rate, 1000 * PERIOD_S
    )
    out = np.zeros(parts.frames, dtype=np.float32)
    out[: len(sound)] = sound[: parts.frames]
    return out
