"""The waveform picture that goes with a sound.

Every bar is one span of time: its outer height is the peak, the bright core the root mean square,
both by the square root so that quiet passages are seen.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw

from engines.audio import mono
from engines.kinds import Samples
from engines.pictures import card
from engines.pictures.card import CARD, FIRST, LAST, MARGIN, SCALE, TITLE, WIDTH

#: The middle of the bars and their longest reach: without a title there is more room.
BARE, TITLED = (134, 108), (146, 94)
AXIS = 256
BAR, PITCH = 5, 8
#: The outer part of a bar is mixed with the card.
OUTER = 0.45


def waveform(samples: Samples, rate: int, title: str = "") -> bytes:
    """A PNG of 1200 by 300 pixels with transparent corners, for ``samples`` [channels, frames]."""
    image, draw = card.blank()
    peaks, powers = _heights(samples, (WIDTH - 2 * MARGIN + PITCH - BAR) // PITCH)
    band = TITLED if title else BARE
    first, last = np.array(FIRST), np.array(LAST)
    for number, (peak, power) in enumerate(zip(peaks, powers, strict=True)):
        left = MARGIN + number * PITCH
        colour = first + (last - first) * (number / len(peaks))
        _bar(draw, left, band, float(peak), OUTER * colour + (1 - OUTER) * np.array(CARD))
        _bar(draw, left, band, float(power), colour)
    card.time_axis(draw, samples.shape[1] / rate, AXIS)
    if title:
        place = (MARGIN * SCALE, 22 * SCALE)
        draw.text(place, card.shortened(title), TITLE, card.font(20), anchor="lm")
    return card.png(image)


def _heights(samples: Samples, count: int) -> tuple[Samples, Samples]:
    """Peak and RMS of ``count`` spans as shares of the loudest peak, square-rooted."""
    edges = np.linspace(0, samples.shape[1], count + 1).astype(int)
    heights = np.zeros((2, count), dtype=np.float32)
    for number, (start, end) in enumerate(pairwise(edges)):
        # Fewer samples than bars: some bars show the sample before them.
        span = mono(samples[:, min(start, end - 1) if end else 0 : max(end, 1)])
        if len(span):
            heights[:, number] = np.abs(span).max(), np.sqrt(np.square(span).mean())
    # Silence, or what is as good as silence, is not blown up to fill the picture.
    heights = np.sqrt(heights / max(float(heights.max()), 1e-4))
    return heights[0], heights[1]


def _bar(
    draw: ImageDraw.ImageDraw,
    left: int,
    band: tuple[int, int],
    height: float,
    colour: NDArray[np.float64],
) -> None:
    centre, longest = band
    reach = max(height * longest, BAR / 2)
    box = [edge * SCALE for edge in (left, centre - reach, left + BAR, centre + reach)]
    fill = (int(colour[0]), int(colour[1]), int(colour[2]))
    draw.rounded_rectangle(box, BAR * SCALE / 2, fill)
