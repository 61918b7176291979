"""Smooth fields of movement: thin-plate splines through points, their inverse, and their picture.

A spline is linear in what its points are given (Bookstein, "Principal warps", IEEE TPAMI 11,
1989), so the field of every movement is worked out once, and a frame is a weighted sum of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.faces.opencv import opencv

Points = NDArray[np.float64]
#: Displacements [height, width, 2] in pixels.
Field = NDArray[np.float32]

#: Of the points' spacing: how little a spline may miss a point by, so that points that all but
#: coincide do not make it swing.
SMOOTHING = 1e-4
#: Rounds in which the inverse of a field is found; each leaves at most a third of the error.
ROUNDS = 4


class Spline:
    """A thin-plate spline through ``points`` [n, 2]; ``unit`` is a length of their order."""

    def __init__(self, points: Points, unit: float) -> None:
        self._points, self._unit = points / unit, unit
        count = len(points)
        system = np.zeros((count + 3, count + 3))
        system[:count, :count] = _kernel(self._points, self._points) + SMOOTHING * np.eye(count)
        system[:count, count] = system[count, :count] = 1
        system[:count, count + 1 :] = self._points
        system[count + 1 :, :count] = self._points.T
        self._inverse = np.linalg.inv(system)[:, :count]

    def at(self, where: Points, values: Points) -> Points:
        """The spline's values [m, k] at ``where`` [m, 2], given ``values`` [n, k] at its points."""
        weights = self._inverse @ values
        count = len(self._points)
        found = np.empty((len(where), values.shape[1]))
        for start in range(0, len(where), 4096):
            part = where[start : start + 4096] / self._unit
            kernel = _kernel(part, self._points)
            found[start : start + 4096] = (
                kernel @ weights[:count] + weights[count] + part @ weights[count + 1 :]
            )
        return found


def grid(width: int, height: int, step: float) -> tuple[Points, tuple[int, int]]:
    """Points [rows * columns, 2] some ``step`` pixels apart, edge to edge, and (rows, columns)."""
    columns, rows = max(2, round(width / step)), max(2, round(height / step))
    # As cv2.resize places the pixels of the smaller picture.
    across = (np.arange(columns) + 0.5) * width / columns - 0.5
    down = (np.arange(rows) + 0.5) * height / rows - 0.5
    x, y = np.meshgrid(across, down)
    return np.column_stack([x.ravel(), y.ravel()]), (rows, columns)


def inverse(field: Field, step: tuple[float, float]) -> Field:
    """What to subtract from a place to find where it came from; ``step`` is pixels a cell (x, y).

    By fixed-point iteration, which converges where neighbours do not overtake one another.
    """
    cv2 = opencv()

    rows, columns = field.shape[:2]
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    found = field
    for _ in range(ROUNDS):
        found = cv2.remap(
            field,
            x - found[..., 0] / np.float32(step[0]),
            y - found[..., 1] / np.float32(step[1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return found


def rise(value: NDArray[np.floating], start: float, end: float) -> NDArray[np.float64]:
    """0 before ``start``, 1 after ``end``, smooth between (either may be the larger)."""
    share = np.clip((np.asarray(value, dtype=np.float64) - start) / (end - start), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _kernel(some: Points, others: Points) -> Points:
    squared = ((some[:, None, :] - others[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(0.5 * squared * np.log(np.maximum(squared, 1e-12)))
