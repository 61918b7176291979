"""The waveform picture that goes with a sound: a dark card that sits well on light and dark chats.

Every bar is one span of time: its outer height is the peak, the bright core the root mean square,
both by the square root so that quiet passages are seen.
"""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engines.audio import mono
from engines.kinds import Samples

WIDTH, HEIGHT = 1200, 300
#: Drawn so many times larger and brought down, for smooth edges.
SCALE = 2

MARGIN = 44
#: The middle of the bars and their longest reach: without a title there is more room.
BARE, TITLED = (134, 108), (146, 94)
AXIS = 256
BAR, PITCH = 5, 8
RADIUS = 28

CARD = (24, 27, 38)
EDGE = (58, 64, 84)
LABEL = (150, 158, 180)
TITLE = (226, 230, 242)
#: The bars run from the one to the other colour; their outer part is mixed with the card.
FIRST, LAST = np.array([64, 201, 198]), np.array([150, 120, 255])
OUTER = 0.45

#: Seconds between labels; the first that gives at most so many is taken.
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_LABELS = 9


def waveform(samples: Samples, rate: int, title: str = "") -> bytes:
    """A PNG of 1200 by 300 pixels with transparent corners, for ``samples`` [channels, frames]."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), CARD)
    draw = ImageDraw.Draw(image)
    peaks, powers = _heights(samples, (WIDTH - 2 * MARGIN + PITCH - BAR) // PITCH)
    band = TITLED if title else BARE
    for number, (peak, power) in enumerate(zip(peaks, powers, strict=True)):
        left = MARGIN + number * PITCH
        colour = FIRST + (LAST - FIRST) * (number / len(peaks))
        _bar(draw, left, band, float(peak), OUTER * colour + (1 - OUTER) * np.array(CARD))
        _bar(draw, left, band, float(power), colour)
    _axis(draw, samples.shape[1] / rate)
    if title:
        draw.text((MARGIN * SCALE, 22 * SCALE), _shortened(title), TITLE, _font(20), anchor="lm")
    card = image.resize((WIDTH, HEIGHT), Image.Resampling.BOX, reducing_gap=None)
    card = card.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
    card.putalpha(_corners())
    buffer = io.BytesIO()
    card.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


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


def _axis(draw: ImageDraw.ImageDraw, seconds: float) -> None:
    """A thin line with the times; none for an empty sound."""
    left, right = MARGIN * SCALE, (WIDTH - MARGIN) * SCALE
    draw.line([left, AXIS * SCALE, right, AXIS * SCALE], EDGE, SCALE)
    if seconds <= 0:
        return
    step = next((step for step in STEPS if seconds / step <= MOST_LABELS), STEPS[-1])
    for number in range(int(seconds / step + 1e-6) + 1):
        at = left + (right - left) * number * step / seconds
        draw.line([at, AXIS * SCALE, at, (AXIS + 6) * SCALE], EDGE, SCALE)
        # A label at either end stays within the axis.
        anchor = "lm" if number == 0 else "rm" if right - at < 20 * SCALE else "mm"
        draw.text((at, (AXIS + 20) * SCALE), _label(number * step, step), LABEL, _font(16), anchor)


def _label(seconds: float, step: float) -> str:
    """The time as it is written at the axis: "0.5 s", "1:05", "1:00:00"."""
    if step < 1:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


def _shortened(title: str, most: int = 90) -> str:
    """One line of a title, no longer than the card is wide."""
    line = " ".join(title.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * SCALE)


@lru_cache(maxsize=1)
def _corners() -> Image.Image:
    """The card's shape as a mask."""
    mask = Image.new("L", (WIDTH * 4, HEIGHT * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, WIDTH * 4 - 1, HEIGHT * 4 - 1), RADIUS * 4, 255)
    return mask.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
