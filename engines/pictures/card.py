"""The card all our pictures are drawn on: dark, so that it sits well on light and dark chats."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 300
#: Drawn so many times larger and brought down, for smooth edges.
SCALE = 2
MARGIN = 44
RADIUS = 28

CARD = (24, 27, 38)
EDGE = (58, 64, 84)
LABEL = (150, 158, 180)
TITLE = (226, 230, 242)
#: What is shown runs from the one to the other colour.
FIRST, LAST = (64, 201, 198), (150, 120, 255)

#: Seconds between labels; the first that gives at most so many is taken.
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_LABELS = 9

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def blank(height: int = HEIGHT) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty card, ``SCALE`` times as large as it will be, and what draws on it."""
    image = Image.new("RGB", (WIDTH * SCALE, height * SCALE), CARD)
    return image, ImageDraw.Draw(image)


def png(image: Image.Image) -> bytes:
    """The finished card as a PNG, 1200 pixels wide, with transparent corners."""
    width, height = image.width // SCALE, image.height // SCALE
    card = image.resize((width, height), Image.Resampling.BOX, reducing_gap=None)
    card = card.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
    card.putalpha(_corners(width, height))
    buffer = io.BytesIO()
    card.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def time_axis(
    draw: ImageDraw.ImageDraw, seconds: float, top: int, left: int = MARGIN, right: int = 0
) -> None:
    """A thin line at ``top`` with the times; none of these for an empty sound.

    ``left`` and ``right`` are its distances from the card's sides, in pixels of the finished card.
    """
    start, end = left * SCALE, (WIDTH - (right or MARGIN)) * SCALE
    draw.line([start, top * SCALE, end, top * SCALE], EDGE, SCALE)
    if seconds <= 0:
        return
    step = next((step for step in STEPS if seconds / step <= MOST_LABELS), STEPS[-1])
    for number in range(int(seconds / step + 1e-6) + 1):
        at = start + (end - start) * number * step / seconds
        draw.line([at, top * SCALE, at, (top + 6) * SCALE], EDGE, SCALE)
        # A label at either end stays within the axis.
        anchor = "lm" if number == 0 else "rm" if end - at < 20 * SCALE else "mm"
        draw.text((at, (top + 20) * SCALE), _label(number * step, step), LABEL, font(16), anchor)


@lru_cache(maxsize=8)
def font(size: int) -> Font:
    """The font at so many pixels of the finished card."""
    return ImageFont.load_default(size * SCALE)


def shortened(title: str, most: int = 90) -> str:
    """One line of a title, no longer than the card is wide."""
    line = " ".join(title.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _label(seconds: float, step: float) -> str:
    """The time as it is written at the axis: "0.5 s", "1:05", "1:00:00"."""
    if step < 1:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


@lru_cache(maxsize=4)
def _corners(width: int, height: int) -> Image.Image:
    """The card's shape as a mask."""
    mask = Image.new("L", (width * 4, height * 4), 0)
    box = (0, 0, width * 4 - 1, height * 4 - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, RADIUS * 4, 255)
    return mask.resize((width, height), Image.Resampling.BOX)
