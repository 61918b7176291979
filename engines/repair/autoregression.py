"""Gaps filled by linear prediction: from both sides at once, or carried on from each side.

Samples here are float64 [frames] of one channel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]

#: A trace of white noise keeps the equations solvable where a sound is a pure tone or silence.
RIDGE = 1e-9


def interpolated(samples: Line, start: int, end: int, order: int, rounds: int = 4) -> Line:
    """The samples [end - start] that leave the least prediction error around the gap.

    Predictor and gap are found in turn. A. Janssen, R. Veldhuis, L. Vries: "Adaptive interpolation
    of discrete-time signals that can be modeled as autoregressive processes", IEEE TASSP 34, 1986.
    """
    from scipy.linalg import solveh_banded  # noqa: PLC0415 - heavy to import

    size = end - start
    order = max(1, min(order, (len(samples) - size) // 3))
    whole = np.pad(samples, order).astype(np.float64)
    first, last = start + order, end + order
    whole[first:last] = 0.0
    for _ in range(rounds):
        error = _predictor(whole[order:-order], order)
        own = np.correlate(error, error, "full")
        banded = np.zeros((min(order, size - 1) + 1, size))
        for lag in range(len(banded)):
            banded[lag, : size - lag] = own[order + lag]
        banded[0] *= 1 + 1e-8
        around = whole[first - order : last + order].copy()
        around[order : order + size] = 0.0
        pulled = np.convolve(around, own, "same" if len(around) >= len(own) else "full")
        middle = (len(pulled) - size) // 2
        whole[first:last] = solveh_banded(banded, -pulled[middle : middle + size], lower=True)
    return whole[first:last]


def carried_on(past: Line, frames: int, order: int) -> Line:
    """``past`` [frames] as it would go on for ``frames`` more samples.

    I. Kauppinen, K. Roth: "Audio signal extrapolation - theory and applications", DAFx 2002.
    """
    from scipy.signal import lfilter, lfiltic  # noqa: PLC0415 - heavy to import

    order = min(order, len(past) // 3)
    if order < 1 or not past.any():
        return np.zeros(frames)
    error = burg(past, order)
    state = lfiltic([1.0], error, past[::-1][:order])
    return np.asarray(lfilter([1.0], error, np.zeros(frames), zi=state)[0])


def bridged(before: Line, after: Line, frames: int, order: int) -> Line:
    """Both sides carried on into the gap of ``frames``, and faded from the one to the other."""
    share = np.cos(np.linspace(0, np.pi / 2, frames + 2)[1:-1]) ** 2
    if len(before) < 8:
        share[:] = 0.0
    elif len(after) < 8:
        share[:] = 1.0
    on = carried_on(before, frames, order)
    back = carried_on(after[::-1], frames, order)[::-1]
    return np.asarray(on * share + back * (1 - share))


def burg(samples: Line, order: int) -> Line:
    """The prediction error filter [order + 1] by Burg's method; it is always stable."""
    ahead, behind = samples[1:].astype(np.float64), samples[:-1].astype(np.float64)
    error = np.ones(1)
    for _ in range(order):
        power = float(ahead @ ahead + behind @ behind)
        if power <= 1e-20:
            break
        reflected = -2.0 * float(ahead @ behind) / power
        longer = np.append(error, 0.0)
        error = longer + reflected * longer[::-1]
        ahead, behind = (ahead + reflected * behind)[1:], (behind + reflected * ahead)[:-1]
    return np.pad(error, (0, order + 1 - len(error)))


def residual(samples: Line, order: int) -> Line:
    """What a short predictor does not foresee of ``samples``, as long as they are."""
    from scipy.signal import lfilter  # noqa: PLC0415 - heavy to import

    return np.asarray(lfilter(_predictor(samples, order), [1.0], samples))


def _predictor(samples: Line, order: int) -> Line:
    """The prediction error filter [order + 1] by the autocorrelation method."""
    from scipy.linalg import solve_toeplitz  # noqa: PLC0415 - heavy to import

    spectrum = np.fft.rfft(samples, 2 * len(samples))
    own = np.fft.irfft(np.square(np.abs(spectrum)))[: order + 1]
    own[0] = own[0] * (1 + RIDGE) + 1e-15
    return np.concatenate([[1.0], -solve_toeplitz(own[:order], own[1:])])
