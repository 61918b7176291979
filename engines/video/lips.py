"""How far each point of lips, jaw, cheeks and brows goes in each movement of a face.

Lengths are shares of the distance between the outer corners of the eyes, some 90 mm in an adult, so
0.01 is about a millimetre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engines.faces import landmarks
from engines.video.pose import MOVES
from engines.video.warp import Points, rise

#: How far the lips are apart at most, and what of it the upper one does.
GAPE, UPPER_SHARE = 0.20, 0.22
#: How far the jaw's tip and the mouth's corners go down with it.
CHIN_SHARE, CORNER_SHARE = 0.60, 0.14
#: Of half the mouth's width: how far its corners go out when wide, and in when narrow.
WIDER, NARROWER = 0.12, 0.26
#: The lips of "oo" bulge, those of "m" are pressed, the upper one of "f" is lifted off the lower.
BULGE, PRESS, LIFT = 0.030, 0.014, 0.035
BROW = 0.030

#: Parts of displacements [n], in units, by the name of the movement.
Parts = Mapping[str, Points]


@dataclass(frozen=True, slots=True)
class Mouthwise:
    """A face as seen from its mouth.

    ``points`` [468, 2], the mouth's ``centre`` [2], its ``axes`` [2, 2] (along it, and down) and
    the ``unit`` of length are in pixels.
    """

    points: Points
    centre: Points
    axes: Points
    unit: float

    @classmethod
    def of(cls, points: Points, centre: Points, unit: float) -> Mouthwise:
        """The same with the axes of the line from corner to corner."""
        along = points[landmarks.LEFT_CORNER] - points[landmarks.RIGHT_CORNER]
        along = along / np.linalg.norm(along)
        return cls(points, centre, np.array([along, (-along[1], along[0])]), unit)

    def own(self, points: Points) -> Points:
        """Points of the picture on the mouth's axes, in units."""
        return np.asarray((points - self.centre) @ self.axes.T / self.unit)


class Lips:
    """The points of lips and jaw, and how far each movement takes them, in pixels.

    ``upper``, ``lower`` and ``shared`` are (points [n, 2], displacements [moves, n, 2]).
    """

    def __init__(self, face: Mouthwise, upper: Points, lower: Points, gap: Points) -> None:
        self._face = face
        outer_upper = face.points[list(landmarks.OUTER_UPPER)]
        outer_lower = face.points[list(landmarks.OUTER_LOWER)]
        own = face.own(upper)
        self.inner = float(own[0, 0]), float(own[-1, 0])
        outer = face.own(outer_upper)
        self._outer = float(outer[0, 0]), float(outer[-1, 0])
        middle = slice(1, -1)
        gaps = gap / face.unit
        self._gap = float(gaps.max())
        self.upper = self._joined(
            self._lip(upper[middle], gaps[middle], -1, inner=True),
            self._lip(outer_upper[middle], gaps[middle], -1, inner=False),
        )
        self.lower = self._joined(
            self._lip(lower[middle], gaps[middle], 1, inner=True),
            self._lip(outer_lower[middle], gaps[middle], 1, inner=False),
        )
        corners = np.vstack([outer_upper[[0, -1]], upper[[0, -1]]])
        self.shared = self._joined(
            (corners, self._corner(corners)), self._jaw(), self._brows(), self._cheeks()
        )

    def _joined(self, *groups: tuple[Points, Points]) -> tuple[Points, Points]:
        return np.vstack([each[0] for each in groups]), np.concatenate(
            [each[1] for each in groups], axis=1
        )

    def _share(self, points: Points, ends: tuple[float, float]) -> Points:
        """Where along the mouth points are: 0 in its middle, -1 and 1 at its corners."""
        x = self._face.own(points)[:, 0]
        return np.asarray(np.clip(np.where(x < 0, x / -ends[0], x / ends[1]), -1.3, 1.3))

    def _lip(self, points: Points, gap: Points, sign: int, inner: bool) -> tuple[Points, Points]:
        """A lip's edge: its upper (``sign`` -1) or lower (1), inner or outer."""
        along = self._share(points, self.inner if inner else self._outer)
        full = np.maximum(0, 1 - along**2) ** 0.75
        share = UPPER_SHARE if sign < 0 else 1 - UPPER_SHARE
        follows = 1.0 if inner else (0.85 if sign < 0 else 0.93)
        corner = CORNER_SHARE * GAPE * np.abs(along) ** 3
        down = {
            # The gap closes whole at the inner edge; the lips' flesh follows it.
            "close": -sign * gap * (0.45 if sign < 0 else 0.55) * (1 if inner else 0.8),
            "open": sign * share * GAPE * full * follows + corner * (1 - full),
            "narrow": 0 * full,
            "round": sign * BULGE * (0.25 if inner else 1) * full * (0 if inner else 1),
            "press": -sign * PRESS * full * (0 if inner else 1),
            "tuck": (-LIFT * full if sign < 0 else -(0.25 if inner else 0.8) * LIFT * full),
        }
        # What is open is a narrower, rounder hole when the lips are rounded.
        return points, self._moves(down, self._sideways(points, along))

    def _corner(self, points: Points) -> Points:
        along = self._share(points, self._outer)
        one = np.ones(len(points))
        down = {"open": CORNER_SHARE * GAPE * one, "wide": -0.012 * one}
        return self._moves(down, self._sideways(points, along))

    def _sideways(self, points: Points, along: Points) -> Parts:
        half = np.where(along < 0, -self._outer[0], self._outer[1])
        return {
            "open": -0.06 * half * np.sign(along) * np.abs(along) ** 2,
            "wide": WIDER * half * along,
            "narrow": -NARROWER * half * along,
            "round": -0.06 * half * along,
            "close": 0.0 * along,
        }

    def _jaw(self) -> tuple[Points, Points]:
        face = self._face
        chin = (18, 200, 199, 175, 83, 313, 201, 421, 208, 428)
        points = face.points[[*chin, *landmarks.JAW[2:-2]]]
        own = face.own(points)
        tip = face.own(face.points[[landmarks.CHIN]])[0, 1]
        level = rise(own[:, 1] / tip, -0.2, 0.85)
        middle = np.exp(-0.5 * (own[:, 0] / 0.42) ** 2)
        chin_part = np.r_[np.ones(len(chin)), np.zeros(len(points) - len(chin))]
        drop = CHIN_SHARE * GAPE * middle * np.maximum(level, 0.55 * chin_part)
        # The skin between lip and chin goes with the lip.
        near = np.clip(1 - own[:, 1] / tip, 0, 1) * chin_part
        drop = drop + near * 0.14 * GAPE
        down = {
            "open": drop,
            "close": -0.25 * self._gap * middle * level,
            "round": -0.006 * chin_part,
            "tuck": -0.2 * LIFT * near,
        }
        return points, self._moves(down, {})

    def _brows(self) -> tuple[Points, Points]:
        brows = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 52, 65, 282, 295)
        points = self._face.points[list(brows)]
        return points, self._moves({"brow": -BROW * np.ones(len(points))}, {})

    def _cheeks(self) -> tuple[Points, Points]:
        """Beside the mouth: half of what its corners do sideways, a little of the jaw's way."""
        cheeks = (57, 186, 92, 287, 410, 322, 43, 106, 273, 335, 202, 422, 212, 432, 205, 425)
        points = self._face.points[list(cheeks)]
        own = self._face.own(points)
        along = self._share(points, self._outer)
        side = {name: 0.55 * value for name, value in self._sideways(points, along).items()}
        tip = self._face.own(self._face.points[[landmarks.CHIN]])[0, 1]
        level = rise(own[:, 1] / tip, -0.45, 0.9)
        down = {"open": 0.75 * CORNER_SHARE * GAPE * (0.4 + 2.0 * level) * np.exp(-(along**2) / 4)}
        return points, self._moves(down, side)

    def _moves(self, down: Parts, side: Parts) -> Points:
        """Displacements [moves, n, 2] in pixels from parts down and along the mouth, in units."""
        axes, unit = self._face.axes, self._face.unit
        count = len(next(iter((*side.values(), *down.values()))))
        found = np.zeros((len(MOVES), count, 2))
        for number, name in enumerate(MOVES):
            parts = np.column_stack(
                [np.zeros(count) + side.get(name, 0.0), np.zeros(count) + down.get(name, 0.0)]
            )
            found[number] = parts @ axes * unit
        return found
