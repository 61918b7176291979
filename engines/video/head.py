"""A portrait that moves: one picture for every pose.

Two layers of the portrait are warped, one with the upper lip, one with the lower; what opens
between them is drawn (:mod:`engines.video.mouth`). Nothing but the head's surroundings is touched:
the rest of the picture stays as it is, to the pixel.
"""

from __future__ import annotations

import numpy as np

from engines.faces.finder import Pixels
from engines.faces.framing import Framed
from engines.faces.opencv import opencv
from engines.video.eyes import Eyes
from engines.video.mouth import Mouth
from engines.video.pose import MOVES, Pose
from engines.video.rig import Rig
from engines.video.warp import Field, Points, inverse

#: A field is followed where it moves anything by more than this, in pixels, at its strongest.
LEAST = 0.05
#: The strongest of each turn, in radians.
STRONGEST = 0.08
#: Teeth may reach so much further than the mesh has them.
TEETH_EDGE = 0.014
#: How dark the line between closed lips is made, 0..1.
LINE = 0.45


class Head:
    """The portrait ``framed``, ready to be moved."""

    def __init__(self, framed: Framed) -> None:
        self._still = framed.picture
        self.rig = Rig(framed.picture, framed.points)
        self._base = framed.picture.copy() if self.rig.sealed else _toothless(framed, self.rig)
        self._eyes = Eyes(framed.picture, self.rig)
        self._mouth = Mouth(framed.picture, self.rig)
        self._cells, self._box = self._moving()
        left, top, right, bottom = self._box
        y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
        self._x, self._y = x, y

    def frame(self, pose: Pose) -> Pixels:
        """The picture [height, width, 3] of a pose."""
        rig = self.rig
        weights = rig.weights(pose)
        self._eyes.put(self._base, pose.blink, pose.gaze_x, pose.gaze_y)
        upper, lower = rig.edge(0, weights), rig.edge(1, weights)
        self._met(upper, lower)
        left, top, right, bottom = self._box
        found = self._still.copy()
        part = found[top:bottom, left:right]
        part[:] = self._warped(0, weights, top)
        # The lower layer is wanted from the upper lip down.
        start = int(np.clip(np.floor(upper[:, 1].min()) - 3, top, bottom))
        below = self._warped(1, weights, start)
        turned = np.concatenate([np.zeros(len(MOVES)), weights[len(MOVES) :]])
        middle = len(upper) // 2
        shift = rig.edge(0, turned)[middle] - rig.upper_edge[middle]
        self._joined(found, below, start, upper, lower, shift, pose)
        return found

    def _joined(
        self,
        found: Pixels,
        below: Pixels,
        start: int,
        upper: Points,
        lower: Points,
        shift: Points,
        pose: Pose,
    ) -> None:
        """Lay the mouth's inside and the lower layer ``below`` over the upper one, in place."""
        cv2 = opencv()

        rig = self.rig
        left, _, right, bottom = self._box
        # Away from the mouth's rows the lower layer is all there is.
        deep = int(np.clip(np.ceil(lower[:, 1].max()) + 4, start, bottom))
        found[deep:bottom, left:right] = below[deep - start :]
        if deep <= start:
            return
        corner = np.array([left, start])
        size = (deep - start, right - left)
        # To the sides the layers are one, and the line between them goes on as it runs.
        along = rig.axes[0] * 2 * max(rig.width, rig.height)
        under = np.vstack([lower[0] - along, lower, lower[-1] + along])
        ends = np.array([[right + 9 * size[1], bottom * 4], [left - 9 * size[1], bottom * 4]])
        covers = _filled(np.vstack([under, ends]) - corner, size)
        blur = max(0.5, 0.0055 * rig.unit)
        share = cv2.GaussianBlur(covers, (0, 0), blur)
        row = found[start:deep, left:right]
        gap = (lower - upper) @ rig.axes[1]
        if gap.max() > 0.4:
            low = np.minimum(upper.min(axis=0), lower.min(axis=0)) - 0.05 * rig.unit
            high = np.maximum(upper.max(axis=0), lower.max(axis=0)) + 0.05 * rig.unit
            box = (
                max(left, int(low[0])),
                start,
                min(right, int(high[0]) + 1),
                deep,
            )
            outline = np.vstack([upper, lower[::-1]]) - (box[0], start)
            hole = _filled(outline, (deep - start, box[2] - box[0]))
            inside = self._mouth.drawn(box, upper, lower, hole, shift, pose.roll, pose.tongue)
            seen = row[:, box[0] - left : box[2] - left]
            soft = cv2.GaussianBlur(hole, (0, 0), blur)
            # Near the corners, where the gap is thinner than a pixel, the hole is faint.
            seen[:] = _mixed(seen, inside, soft)
        row[:] = _mixed(row, below[: deep - start].astype(np.float32), share)
        line = float(np.clip(1 - gap.max() / (0.03 * rig.unit), 0, 1)) * LINE
        if line > 0.01 and not rig.sealed:
            self._line(row, (upper + lower) / 2 - corner, line)

    def _line(self, row: Pixels, seam: Points, strength: float) -> None:
        """Darken the line between lips that have come together."""
        cv2 = opencv()

        drawn = np.zeros(row.shape[:2], np.uint8)
        points = np.rint(seam[2:-2] * 16).astype(np.int32)
        thick = max(1, round(0.010 * self.rig.unit))
        cv2.polylines(drawn, [points], False, 255, thick, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(drawn, (0, 0), max(0.7, 0.008 * self.rig.unit))
        dark = soft.astype(np.float32)[..., None] / 255 * np.float32(strength)
        row[:] = (row * (1 - dark * np.array([0.7, 0.95, 0.95], dtype=np.float32))).astype(np.uint8)

    def _met(self, upper: Points, lower: Points) -> None:
        """Keep the upper lip from passing through the lower one, in place."""
        down = self.rig.axes[1]
        past = np.maximum(0.0, (upper - lower) @ down)[:, None] * down
        upper -= past / 2
        lower += past / 2

    def _warped(self, layer: int, weights: np.ndarray, start: int) -> Pixels:
        """A layer's pixels within the box, from row ``start`` on."""
        cv2 = opencv()

        rig = self.rig
        left, top, right, bottom = self._box
        rows, columns = self._cells
        field = np.ascontiguousarray(rig.moved(layer, weights)[rows, columns])
        back: Field = cv2.resize(
            inverse(field, rig.step), (right - left, bottom - top), interpolation=cv2.INTER_LINEAR
        )
        skip = start - top
        return np.asarray(
            cv2.remap(
                self._base,
                self._x[skip:] - back[skip:, :, 0],
                self._y[skip:] - back[skip:, :, 1],
                cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            )
        )

    def _moving(self) -> tuple[tuple[slice, slice], tuple[int, int, int, int]]:
        """The cells of the fields that can move anything, and their pixels (left to bottom)."""
        rig = self.rig
        strengths = np.array([1.0] * len(MOVES) + [STRONGEST] * 3, dtype=np.float32)
        most = np.zeros(rig.fields[0].shape[1:3], dtype=np.float32)
        for field in rig.fields:
            most = np.maximum(
                most, (np.abs(field).max(axis=3) * strengths[:, None, None]).max(axis=0)
            )
        moving = most > LEAST
        rows, columns = np.flatnonzero(moving.any(axis=1)), np.flatnonzero(moving.any(axis=0))
        high, wide = moving.shape
        first, last = max(0, rows[0] - 1), min(high, rows[-1] + 2)
        begin, end = max(0, columns[0] - 1), min(wide, columns[-1] + 2)
        box = (
            round(begin * rig.step[0]),
            round(first * rig.step[1]),
            round(end * rig.step[0]),
            round(last * rig.step[1]),
        )
        return (slice(first, last), slice(begin, end)), box


def _toothless(framed: Framed, rig: Rig) -> Pixels:
    """The picture with the lips' own skin where it shows teeth.

    What the lips take with them must not have an edge of teeth: the mesh is not that exact.
    """
    cv2 = opencv()
    outline = np.vstack([rig.upper_edge, rig.lower_edge[::-1]])
    within = (_filled(outline, framed.picture.shape[:2]) > 0.02).astype(np.uint8)
    wider = 2 * round(TEETH_EDGE * rig.unit) + 1
    within = cv2.dilate(within, np.ones((wider, wider), np.uint8))
    low = np.maximum(np.floor(outline.min(axis=0) - 0.15 * rig.unit).astype(int), 0)
    high = np.ceil(outline.max(axis=0) + 0.15 * rig.unit).astype(int)
    part = (slice(low[1], high[1]), slice(low[0], high[0]))
    found = framed.picture.copy()
    found[part] = cv2.inpaint(found[part], within[part], 3, cv2.INPAINT_TELEA)
    return found


def _filled(outline: Points, size: tuple[int, int]) -> Field:
    """What lies within an outline [n, 2], as 0..1 [rows, columns]."""
    cv2 = opencv()

    drawn = np.zeros(size, np.uint8)
    cv2.fillPoly(drawn, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return drawn.astype(np.float32) / np.float32(255)


def _mixed(under: Pixels, over: Field, share: Field) -> Pixels:
    """``over`` laid on ``under`` where ``share`` [rows, columns] is 1."""
    blend = share[..., None]
    mixed = under.astype(np.float32) * (1 - blend) + over * blend
    return np.asarray(np.clip(np.rint(mixed), 0, 255), dtype=np.uint8)
