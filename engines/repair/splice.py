"""Longer gaps filled with the part of the same sound whose surroundings are most alike.

Goodman et al., "Waveform substitution techniques for recovering missing speech segments in packet
voice communications", IEEE TASSP 34, 1986: here with both sides of the gap, over several seconds.
"""

from __future__ import annotations

import numpy as np

from engines.repair.autoregression import Line

#: The sound on each side that is compared.
TEMPLATE_S = 0.025
#: A part is made this much louder or quieter at most.
MOST_GAIN = 3.0


def spliced(samples: Line, start: int, end: int, rate: int) -> tuple[Line, float] | None:
    """Other samples of ``samples`` [frames] for the gap, and how alike the surroundings are (0..1).

    None where there is no room for a like part outside the gap.
    """
    edge, size = int(TEMPLATE_S * rate), end - start
    before, after = samples[max(0, start - edge) : start], samples[end : end + edge]
    best: tuple[float, int] = (0.0, -1)
    for low, high in ((0, start), (end, len(samples))):
        # The part and what is compared at its sides lie all on one side of the gap.
        room = samples[low:high]
        places = len(room) - len(before) - size - len(after) + 1
        if places < 1:
            continue
        alike = np.zeros(places)
        power = np.full(places, 1e-9)
        for template, offset in ((before, 0), (after, len(before) + size)):
            if len(template):
                part = room[offset : offset + places + len(template) - 1]
                alike += _correlation(part, template)
                power += _correlation(part * part, np.ones(len(template)))
        own = float(before @ before + after @ after) + 1e-9
        scores = alike / np.sqrt(np.maximum(power, 1e-9) * own)
        place = int(np.argmax(scores))
        if best[1] < 0 or scores[place] > best[0]:
            best = (float(scores[place]), low + place + len(before))
    if best[1] < 0:
        return None
    found = best[1]
    around = np.concatenate(
        [samples[found - len(before) : found], samples[found + size : found + size + len(after)]]
    )
    wanted = float(np.sqrt(before @ before + after @ after))
    gain = min(MOST_GAIN, max(1 / MOST_GAIN, wanted / max(1e-9, float(np.linalg.norm(around)))))
    return gain * samples[found : found + size], max(0.0, best[0])


def faded_in(middle: Line, edges: Line, frames: int) -> Line:
    """``edges`` at both ends of the gap, ``middle`` between, faded over ``frames`` samples."""
    frames = max(1, min(frames, len(middle) // 2))
    share = np.ones(len(middle))
    ramp = np.sin(np.linspace(0, np.pi / 2, frames)) ** 2
    share[:frames], share[len(middle) - frames :] = ramp, ramp[::-1]
    return np.asarray(middle * share + edges * (1 - share))


def _correlation(samples: Line, template: Line) -> Line:
    """The sliding product of the two, for every place where the template fits."""
    from scipy.signal import fftconvolve  # noqa: PLC0415 - heavy to import

    return np.asarray(fftconvolve(samples, template[::-1], mode="valid"))
