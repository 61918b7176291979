"""The waveform picture that goes with a sound, or with what it was before and what it is now.

Every bar is one span of time: its outer height is the peak, the bright core the root mean square,
both by the square root so that quiet passages are seen.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw

from engines.audio import mono
from engines.kinds import Samples
from engines.pictures import card
from engines.pictures.card import CARD, FIRST, LABEL, LAST, MARGIN, SCALE, TITLE, WIDTH

#: The middle of the bars and their longest reach: without a title there is more room.
BARE, TITLED = (134, 108), (146, 94)
AXIS = 256
BAR, PITCH = 5, 8
BARS = (WIDTH - 2 * MARGIN + PITCH - BAR) // PITCH
#: The height of a picture of two waveforms, their names, middles and longest reach.
TALL = 420
HALVES = (("before", (122, 72)), ("after", (292, 72)))
#: The outer part of a bar is mixed with the card.
OUTER = 0.45

#: Peak and RMS of every bar, [2, BARS].
Heights = NDArray[np.float64]


def waveform(samples: Samples, rate: int, title: str = "") -> bytes:
    """A PNG of 1200 by 300 pixels with transparent corners, for ``samples`` [channels, frames]."""
    image, draw = card.blank()
    frames = samples.shape[1]
    band = TITLED if title else BARE
    _bars(draw, _shown(heights([samples], frames)), band)
    card.time_axis(draw, frames / rate, AXIS)
    if title:
        place = (MARGIN * SCALE, 22 * SCALE)
        draw.text(place, card.shortened(title), TITLE, card.font(20), anchor="lm")
    return card.png(image)


def before_and_after(before: Heights, after: Heights, seconds: float) -> bytes:
    """A PNG of 1200 by 420 pixels: what a sound was and what it is, at one scale, by the clock."""
    image, draw = card.blank(TALL)
    shown = _shown(np.concatenate([before, after], axis=1))
    for half, (name, band) in enumerate(HALVES):
        _bars(draw, shown[:, half * BARS : (half + 1) * BARS], band)
        place = (MARGIN * SCALE, (band[0] - band[1] - 12) * SCALE)
        draw.text(place, name, LABEL, card.font(16), anchor="lm")
    card.time_axis(draw, seconds, TALL - 44)
    return card.png(image)


def heights(pieces: Iterable[Samples], frames: int) -> Heights:
    """Peak and RMS [2, BARS] of equal spans of a sound of ``frames``, given piece by piece."""
    found, powers, counts = np.zeros((3, BARS))
    at = 0
    for piece in pieces:
        sound = mono(piece)
        spans = (at + np.arange(len(sound))) * BARS // frames
        np.maximum.at(found, spans, np.abs(sound))
        np.add.at(powers, spans, np.square(sound, dtype=np.float64))
        np.add.at(counts, spans, 1)
        at += len(sound)
    if at and frames < BARS:  # fewer samples than bars: some bars show the sample before them
        shown = np.maximum.accumulate(np.where(counts > 0, np.arange(BARS), 0))
        found, powers, counts = found[shown], powers[shown], counts[shown]
    return np.stack([found, np.sqrt(powers / np.maximum(counts, 1))])


def _shown(heights: Heights) -> Heights:
    """The heights as shares of the loudest peak, square-rooted."""
    # Silence, or what is as good as silence, is not blown up to fill the picture.
    return np.asarray(np.sqrt(heights / max(float(heights.max()), 1e-4)))


def _bars(draw: ImageDraw.ImageDraw, heights: Heights, band: tuple[int, int]) -> None:
    first, last = np.array(FIRST), np.array(LAST)
    for number, (peak, power) in enumerate(heights.T):
        left = MARGIN + number * PITCH
        colour = first + (last - first) * (number / BARS)
        _bar(draw, left, band, float(peak), OUTER * colour + (1 - OUTER) * np.array(CARD))
        _bar(draw, left, band, float(power), colour)


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
