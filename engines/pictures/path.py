"""The picture that goes with a placed sound: the head from above, and the path around it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import ImageDraw

from engines.pictures import card
from engines.pictures.card import CARD, EDGE, FIRST, LABEL, LAST, SCALE, WIDTH
from engines.space.trajectory import Point

HEIGHT = 520
CENTRE = (WIDTH // 2, HEIGHT // 2)
#: The horizon at one metre, in pixels; what is nearer or farther lies inside or outside of it.
RING = 170
NEAREST, FARTHEST = 0.72, 1.32
HEAD = 46
DOT, END = 4, 11


def path(points: Sequence[Point], seconds: float) -> bytes:
    """A PNG of 1200 by 520 pixels of the way through ``points`` in ``seconds``; ahead is up.

    What is above or below the head is drawn nearer to it, and fades below the horizon.
    """
    image, draw = card.blank(HEIGHT)
    _circle(draw, CENTRE, RING, outline=EDGE)
    for degrees in range(0, 360, 45):
        inner, outer = (_ring(degrees, RING + reach) for reach in (-5, 5))
        draw.line([*inner, *outer], EDGE, 2 * SCALE)
    _head(draw)
    spots = [_spot(point) for point in points]
    for number, (spot, point) in enumerate(zip(spots, points, strict=True)):
        colour = _colour(number / max(1, len(spots) - 1), point.elevation)
        if number:
            draw.line([*spots[number - 1], *spot], colour, 2 * DOT * SCALE)
        _circle(draw, (spot[0] / SCALE, spot[1] / SCALE), DOT, fill=colour)
    _ends(draw, points, spots, seconds)
    return card.png(image)


def _ends(
    draw: ImageDraw.ImageDraw,
    points: Sequence[Point],
    spots: Sequence[tuple[float, float]],
    seconds: float,
) -> None:
    """Where it begins and where it ends, with the times."""
    first, last = spots[0], spots[-1]
    apart = math.dist(first, last) > 2 * END * SCALE
    _circle(draw, (first[0] / SCALE, first[1] / SCALE), END, fill=_colour(0, 90))
    times = ((first, 0.0),)
    if apart:
        _circle(draw, (last[0] / SCALE, last[1] / SCALE), END, fill=_colour(1, 90))
        times = (*times, (last, seconds))  # type: ignore[assignment]
    if len(points) == 1:
        return
    for (x, y), time in times:
        # Beside the end, on the far side of the head.
        away = math.atan2(y / SCALE - CENTRE[1], x / SCALE - CENTRE[0])
        place = (x + 52 * SCALE * math.cos(away), y + 34 * SCALE * math.sin(away))
        draw.text(place, _time(time), LABEL, card.font(18), "mm")


def _head(draw: ImageDraw.ImageDraw) -> None:
    """A head from above: the ears at the sides, the nose ahead."""
    x, y = CENTRE
    for side in (-1, 1):
        ear = (x + side * HEAD, y + 4)
        box = [ear[0] - 9, ear[1] - 16, ear[0] + 9, ear[1] + 16]
        draw.ellipse([edge * SCALE for edge in box], LABEL)
    nose = [(x - 13, y - HEAD + 5), (x, y - HEAD - 17), (x + 13, y - HEAD + 5)]
    draw.polygon([(a * SCALE, b * SCALE) for a, b in nose], LABEL)
    _circle(draw, CENTRE, HEAD, fill=EDGE, outline=LABEL)


def _spot(point: Point) -> tuple[float, float]:
    away = RING * min(FARTHEST, max(NEAREST, point.distance**0.25))
    x, y = _ring(point.azimuth, away * math.cos(math.radians(point.elevation)))
    return x, y


def _ring(degrees: float, radius: float) -> tuple[float, float]:
    turned = math.radians(degrees)
    x = CENTRE[0] + radius * math.sin(turned)
    return x * SCALE, (CENTRE[1] - radius * math.cos(turned)) * SCALE


def _circle(
    draw: ImageDraw.ImageDraw,
    centre: tuple[float, float],
    radius: float,
    fill: tuple[int, int, int] | None = None,
    outline: tuple[int, int, int] | None = None,
) -> None:
    x, y = centre
    box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
    draw.ellipse(box, fill, outline, 2 * SCALE)


def _colour(share: float, elevation: float) -> tuple[int, int, int]:
    """From the first to the last colour; below the horizon halfway to the card's."""
    strength = 1.0 if elevation >= 0 else 1.0 + elevation / 180
    red, green, blue = (
        round(strength * (a + (b - a) * share) + (1 - strength) * c)
        for a, b, c in zip(FIRST, LAST, CARD, strict=True)
    )
    return red, green, blue


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds else "0 s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
