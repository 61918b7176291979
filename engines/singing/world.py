"""A voice taken apart into pitch, spectral envelope and breath, and put together again.

WORLD (Morise, Yokomori and Ozawa, "WORLD: a vocoder-based high-quality speech synthesis system for
real-time applications", IEICE Trans. E99-D(7), 2016): Harvest finds the pitch, CheapTrick the
envelope, D4C the aperiodicity, every 5 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples

Curve = NDArray[np.float64]
PERIOD_S = 0.005
LOWEST_HZ, HIGHEST_HZ = 60.0, 600.0
#: Breath in a held vowel is at most this up to 1.5 kHz and this from 8 kHz on: speech has spans
#: that the analysis takes for noise, and sung on a note they would lose its pitch.
BREATH_LOW, BREATH_HIGH = 0.015, 0.5
BREATH_FROM_HZ, BREATH_TO_HZ = 1500.0, 8000.0


@dataclass(frozen=True, slots=True)
class Parts:
    """``envelope`` and ``breath`` [spans, bins], ``voiced`` [spans], every 5 ms at ``rate`` Hz."""

    voiced: NDArray[np.bool_]
    envelope: Curve
    breath: Curve
    rate: int


def taken_apart(samples: Samples, rate: int) -> Parts:
    """The parts of a voice [frames]."""
    import pyworld  # noqa: PLC0415 - a compiled library

    sound = np.ascontiguousarray(samples, dtype=np.float64)
    hertz, times = pyworld.harvest(
        sound, rate, frame_period=1000 * PERIOD_S, f0_floor=LOWEST_HZ, f0_ceil=HIGHEST_HZ
    )
    envelope = pyworld.cheaptrick(sound, hertz, times, rate)
    return Parts(hertz > 0, envelope, pyworld.d4c(sound, hertz, times, rate), rate)


def put_together(parts: Parts, where: Curve, hertz: Curve, vowel: Curve) -> Samples:
    """A voice [frames] that is at ``where`` [spans] s of the one taken apart.

    ``hertz`` [spans] is its pitch, 0 for none; ``vowel`` [spans], from 0 to 1, is how much it is a
    held vowel, in which breath is kept down. Spans are 5 ms.
    """
    import pyworld  # noqa: PLC0415 - as above

    last = len(parts.voiced) - 1
    places = np.clip(where / PERIOD_S, 0.0, last)
    low = np.minimum(places.astype(int), max(0, last - 1))
    share = (places - low)[:, None]
    high = np.minimum(low + 1, last)
    logs = np.log(parts.envelope + 1e-16)
    envelope = np.exp((1 - share) * logs[low] + share * logs[high])
    breath = (1 - share) * parts.breath[low] + share * parts.breath[high]
    heights = np.linspace(0.0, parts.rate / 2, breath.shape[1])
    ramp = np.clip((heights - BREATH_FROM_HZ) / (BREATH_TO_HZ - BREATH_FROM_HZ), 0.0, 1.0)
    most = BREATH_LOW + (BREATH_HIGH - BREATH_LOW) * ramp
    kept = vowel[:, None]
    breath = np.minimum(breath, kept * most + (1 - kept))
    sound = pyworld.synthesize(
        np.ascontiguousarray(hertz),
        np.ascontiguousarray(envelope),
        np.ascontiguousarray(breath),
        parts.rate,
        1000 * PERIOD_S,
    )
    return np.asarray(sound, dtype=np.float32)
