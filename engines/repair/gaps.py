"""Finding gaps: dropouts, held values, sudden drops of level, and clicks.

A gap is told from a pause by its edges: a sound that stops dead and is there again at once. The
silence between two sentences comes after a sound that has died away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.repair.autoregression import residual

#: The shortest run of equal values, and the longest gap that is looked for, in s.
SHORTEST_S, LONGEST_S = 0.002, 1.0
#: The sound beside a gap is measured over so long, and is at least so loud: absolutely, and
#: against the loud moments of the recording.
SIDE_S, SIDE_LEVEL, SIDE_SHARE = 0.005, 0.002, 0.03
#: A recording whose quietest moments are louder than this has a room in it.
HISS = 3e-4
#: A drop of level: at most so long, this much quieter than the sound beside it.
DROP_S, DROP = 0.15, 0.003
#: More runs of held values than this in a second are the sound's own shape (a square wave).
MOST_HELD = 12
#: A click: so many times the usual prediction error, so large against the loud moments, at most
#: so long, and so far from any other gap.
CLICK, CLICK_SHARE, CLICK_S, CLICK_NEAR_S = 60.0, 0.8, 0.001, 0.005
CLICK_ORDER, CLICK_SPAN_S = 32, 0.1


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples ``start`` to ``end`` of one ``channel``; ``kind`` says what is wrong with them."""

    channel: int
    start: int
    end: int
    kind: str


def gaps(samples: Samples, rate: int, channel: int = 0) -> list[Gap]:
    """The gaps in ``samples`` [frames], in order; none overlaps another."""
    frames = len(samples)
    if frames < int(0.05 * rate):
        return []
    loud = float(np.percentile(np.abs(samples), 95))
    broken = sorted(_runs(samples, rate, loud) + _drops(samples, rate, loud))
    # The edge of a gap is a burst too.
    near = int(CLICK_NEAR_S * rate)
    clicks = [
        click
        for click in _clicks(samples, rate, loud)
        if not any(start - near < click[1] and click[0] < end + near for start, end, _ in broken)
    ]
    kept: list[Gap] = []
    for start, end, kind in sorted(broken + clicks):
        if not kept or start > kept[-1].end:
            kept.append(Gap(channel, start, end, kind))
    return kept


def _runs(samples: Samples, rate: int, loud: float) -> list[tuple[int, int, str]]:
    """Runs of one value, zero or another, with sound on both sides."""
    same = np.concatenate([[False], samples[1:] == samples[:-1], [False]])
    turns = np.flatnonzero(same[1:] != same[:-1])
    starts, ends = turns[0::2], turns[1::2] + 1
    top = float(np.abs(samples).max())
    floor = _floor(samples, rate)
    zeros, held = [], []
    for first, end in zip(starts, ends, strict=True):
        start = int(first)
        value = abs(float(samples[start]))
        if not SHORTEST_S * rate <= end - start <= LONGEST_S * rate:
            continue
        # The value that is held is the last good one; a flat top is clipping, no gap.
        if value > 0.95 * top:
            continue
        hissing = value == 0.0 and floor > HISS and _hisses(samples, start, int(end), rate, floor)
        if not hissing and not _stops_dead(samples, start, int(end), rate, loud):
            continue
        if value == 0.0:
            zeros.append((start, int(end), "dropout"))
        else:
            held.append((start + 1, int(end), "held"))
    return zeros + (held if len(held) <= MOST_HELD * len(samples) / rate else [])


def _drops(samples: Samples, rate: int, loud: float) -> list[tuple[int, int, str]]:
    """Short stretches where hardly anything is left of a loud sound."""
    quiet = np.abs(samples) < max(1e-5, DROP * loud)
    edges = np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8))
    starts, ends = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    found = []
    for start, end in zip(starts, ends, strict=True):
        if SHORTEST_S * rate <= end - start <= DROP_S * rate:
            inside = samples[start:end]
            exact = bool((inside == inside[0]).all())
            if not exact and _stops_dead(samples, int(start), int(end), rate, loud, share=0.15):
                found.append((int(start), int(end), "drop"))
    return found


def _stops_dead(
    samples: Samples, start: int, end: int, rate: int, loud: float, share: float = SIDE_SHARE
) -> bool:
    """Whether there is sound right up to the gap and right after it."""
    side = max(4, int(SIDE_S * rate))
    if start < side or end + side > len(samples):
        return False
    least = max(SIDE_LEVEL, share * loud)
    sides = (samples[start - side : start], samples[end : end + side])
    near = (samples[start - side // 3 : start], samples[end : end + side // 3])
    return all(
        float(np.sqrt(np.mean(np.square(part)))) >= least * factor
        for parts, factor in ((sides, 1.0), (near, 0.7))
        for part in parts
    )


def _floor(samples: Samples, rate: int) -> float:
    """The level that a twentieth of all 10 ms stay under: of a room, or none at all."""
    size = rate // 100
    spans = samples[: len(samples) // size * size].reshape(-1, size)
    return float(np.percentile(np.sqrt(np.square(spans).mean(axis=1)), 5))


def _hisses(samples: Samples, start: int, end: int, rate: int, floor: float) -> bool:
    """Whether the room is heard on both sides: a room does not fall silent by itself."""
    side = max(4, int(SIDE_S * rate))
    sides = (samples[max(0, start - side) : start], samples[end : end + side])
    return all(
        len(part) == side and float(np.sqrt(np.square(part).mean())) > 0.5 * floor for part in sides
    )


def _clicks(samples: Samples, rate: int, loud: float) -> list[tuple[int, int, str]]:
    """Single bursts that a short predictor does not foresee, in an else foreseeable sound."""
    span = max(8 * CLICK_ORDER, int(CLICK_SPAN_S * rate))
    reach = max(2, int(CLICK_S * rate))
    found: list[tuple[int, int, str]] = []
    for begin in range(0, len(samples) - span + 1, span // 2):
        part = samples[begin : begin + span].astype(np.float64)
        if not part.any():
            continue
        error = np.abs(residual(part, CLICK_ORDER))
        error[:CLICK_ORDER] = 0.0
        usual = float(np.median(error)) / 0.6745
        least = max(CLICK * usual, CLICK_SHARE * loud, 0.01)
        places = np.flatnonzero(error > least)
        inner = places[(places >= span // 8) & (places < span - span // 8)]
        if not len(inner) or inner[-1] - inner[0] > reach:
            continue
        # Voices have a burst in every period; a click has no second one a fifth its size.
        apart = np.ones(span, dtype=bool)
        apart[max(0, inner[0] - reach) : inner[-1] + reach + CLICK_ORDER] = False
        if _alone(error, apart, inner, usual):
            at = begin + int(inner[0])
            end = begin + int(inner[-1]) + 1
            found.append((max(0, at - 2), min(len(samples), end + 2), "click"))
    return found


def _alone(
    error: NDArray[np.float64], apart: NDArray[np.bool_], at: NDArray[np.int64], usual: float
) -> bool:
    """Whether no other burst comes near the one of the samples ``at``."""
    others = float(error[apart].max(initial=0.0))
    return others < 0.2 * float(error[at].max()) and others < 12 * usual
