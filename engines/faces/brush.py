"""Drawing with smooth curves, as the portrait of :mod:`engines.faces.drawn` is.

Coordinates are pixels from ORIGIN; a canvas is float32 [height, width, 3], 0..255.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.faces.finder import Points
from engines.faces.opencv import opencv

Canvas = NDArray[np.float32]
Colour = tuple[int, int, int]
Curve = Sequence[tuple[float, float]]

#: Where the coordinates count from, and how much finer everything is drawn first.
ORIGIN = (800, 640)
FINER = 2


def shape(
    canvas: Canvas,
    curve: Curve,
    colour: Colour,
    *,
    soft: float = 0.0,
    strength: float = 1.0,
    within: Curve | None = None,
) -> None:
    """Fill a smooth closed curve, its edge softened, and nothing outside of ``within``."""
    _paint(canvas, _smooth(curve, closed=True), colour, soft, strength, within)


def line(
    canvas: Canvas,
    curve: Curve,
    colour: Colour,
    wide: float,
    *,
    soft: float = 0.6,
    strength: float = 1.0,
    within: Curve | None = None,
) -> None:
    """Draw a smooth open curve that tapers towards its ends."""
    path = _smooth(curve, closed=False)
    along = np.gradient(path, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]])
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    half = wide / 2 * (0.25 + 0.75 * np.sin(np.pi * np.linspace(0, 1, len(path))) ** 0.7)
    outline = np.vstack([path + across * half[:, None], (path - across * half[:, None])[::-1]])
    _paint(canvas, outline, colour, soft, strength, within)


def _paint(
    canvas: Canvas,
    outline: Points,
    colour: Colour,
    soft: float,
    strength: float,
    within: Curve | None,
) -> None:
    margin = 3 * soft + 2
    side = np.array(canvas.shape[1::-1])
    low = np.clip(np.floor(outline.min(axis=0) + ORIGIN - margin), 0, side - 1)
    high = np.clip(np.ceil(outline.max(axis=0) + ORIGIN + margin), 1, side)
    (left, top), (right, bottom) = low.astype(int), high.astype(int)
    window = int(left), int(top), int(right), int(bottom)
    mask = _filled(outline, window)
    if soft:
        mask = opencv().GaussianBlur(mask, (0, 0), soft)
    if within is not None:
        mask = mask * _filled(_smooth(within, closed=True), window)
    part = canvas[top:bottom, left:right]
    share = (mask * np.float32(strength))[..., None]
    part[:] = part * (1 - share) + np.array(colour, dtype=np.float32) * share


def _filled(outline: Points, window: tuple[int, int, int, int]) -> Canvas:
    """What lies within an outline, 0..1 in a window (left to bottom), drawn finer and averaged."""
    cv2 = opencv()
    left, top, right, bottom = window
    drawn = np.zeros(((bottom - top) * FINER, (right - left) * FINER), np.uint8)
    places = np.rint((outline + ORIGIN - (left, top)) * FINER).astype(np.int32)
    cv2.fillPoly(drawn, [places], 255)
    small = cv2.resize(drawn, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return np.asarray(small / np.float32(255), dtype=np.float32)


def ellipse(x: float, y: float, across: float, down: float) -> Curve:
    """An upright ellipse about a point."""
    turns = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    return [(x + across * np.cos(turn), y + down * np.sin(turn)) for turn in turns]


def _smooth(curve: Curve, *, closed: bool) -> Points:
    """A Catmull-Rom spline through the points, twelve steps from each to the next."""
    points = np.asarray(curve, dtype=float)
    if closed:
        around = np.vstack([points[-1:], points, points[:2]])
    else:
        around = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, 12, endpoint=False)[None, :, None]
    before, start, end, after = (around[at : len(around) - 3 + at, None, :] for at in range(4))
    pieces = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.asarray(pieces.reshape(-1, 2))
