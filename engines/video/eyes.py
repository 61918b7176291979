"""Eyes that blink and look about, in a portrait's own pixels.

A blink stretches the skin above an eye over it, lashes and all, column by column; the eyeball stays
where it is. A look shifts what is between the lids, not the lids.
"""

from __future__ import annotations

import numpy as np

from engines.faces import landmarks
from engines.faces.finder import Pixels
from engines.faces.opencv import opencv
from engines.video.rig import Rig
from engines.video.warp import Field, rise

#: Steps between open and shut.
STEPS = 6
#: The skin that comes down is taken from so far above the lid.
SKIN, LEAST_SKIN = 0.085, 0.034
#: Darker than this, of what is usual there, it is no skin: a brow, or the rim of glasses.
DARK = 0.4
#: How far a look goes at most.
LOOK = 0.022
#: The lower lid is so much lower than the mesh has it.
BELOW = 0.028
#: An eye lower than this is shut already.
SHUT = 0.018


class Eyes:
    """The eyes of a picture; :meth:`put` writes them into a copy of it."""

    def __init__(self, picture: Pixels, rig: Rig) -> None:
        self._eyes = []
        for upper, lower in (
            (landmarks.RIGHT_UPPER_LID, landmarks.RIGHT_LOWER_LID),
            (landmarks.LEFT_UPPER_LID, landmarks.LEFT_LOWER_LID),
        ):
            height = np.linalg.norm(rig.points[upper[4]] - rig.points[lower[4]])
            if height > SHUT * rig.unit:
                self._eyes.append(_Eye(picture, rig, upper, lower))

    def put(self, picture: Pixels, blink: float, x: float, y: float) -> None:
        """Write both eyes into ``picture``: shut by ``blink`` 0..1, looking along x, y -1..1."""
        for eye in self._eyes:
            eye.put(picture, blink, x, y)


class _Eye:
    def __init__(
        self, picture: Pixels, rig: Rig, upper: tuple[int, ...], lower: tuple[int, ...]
    ) -> None:
        unit = rig.unit
        both = np.vstack([rig.points[list(upper)], rig.points[list(lower)]])
        low = np.floor(both.min(axis=0) - (0.04 * unit, (SKIN + 0.03) * unit)).astype(int)
        high = np.ceil(both.max(axis=0) + 0.04 * unit).astype(int)
        low = np.maximum(low, 0)
        high = np.minimum(high, (rig.width, rig.height))
        self._box = (slice(low[1], high[1]), slice(low[0], high[0]))
        self._own = picture[self._box].copy()
        rows, columns = self._own.shape[:2]
        down, across = np.mgrid[0:rows, 0:columns].astype(np.float32)
        tops, bottoms = rig.points[list(upper)] - low, rig.points[list(lower)] - low
        order = np.arange(columns, dtype=np.float64)
        # The lid's edge is drawn a little above the lashes, which come down with it.
        lid = np.interp(order, tops[:, 0], tops[:, 1]) + 0.006 * unit
        under = np.interp(order, bottoms[:, 0], bottoms[:, 1])
        ends = tops[0, 0], tops[-1, 0]
        taper = rise(order, ends[0] - 0.02 * unit, ends[0] + 0.02 * unit) * rise(
            order, ends[1] + 0.02 * unit, ends[1] - 0.02 * unit
        )
        # The mesh's lower lid lies above the eye's own.
        gap = np.maximum(0.0, under - lid + BELOW * unit) * taper
        skin = _skin(self._own, lid, gap, unit)
        shares = [step / STEPS for step in range(STEPS + 1)]
        self._maps = [self._shut(down, lid, gap, share, skin) for share in shares]
        # The lid covers what lies above its edge, and where it moves at all.
        here = rise(gap, 0.0, 1.5)
        self._covers = [
            (rise(down - lid - gap * share, 0.8, -0.8) * here)[..., None].astype(np.float32)
            for share in shares
        ]
        self._across, self._down = across, down
        middle = (lid + under) / 2
        half = np.maximum(0.5, (under - lid) / 2)
        inside = rise(np.abs(down - middle) / half, 1.05, 0.35)
        along = (order - (ends[0] + ends[1]) / 2) / max(1.0, (ends[1] - ends[0]) / 2)
        self._free = (inside * rise(np.abs(along), 0.95, 0.3) * (gap > 0)).astype(np.float32)
        self._reach = LOOK * unit

    @staticmethod
    def _shut(down: Field, lid: np.ndarray, gap: np.ndarray, share: float, skin: float) -> Field:
        """Which row to take for each place [rows, columns], the lid being down by a share."""
        fall = gap * share
        top = lid - skin
        bent = np.clip((down - top) / (skin + fall), 0.0, 1.0)
        # The lid's edge with its lashes keeps its thickness, the skin above it is stretched.
        stretched = top + skin * bent ** np.minimum(2.4, (skin + fall) / skin)
        return np.where(down < top, down, stretched).astype(np.float32)

    def put(self, picture: Pixels, blink: float, x: float, y: float) -> None:
        cv2 = opencv()

        step = round(float(np.clip(blink, 0, 1)) * STEPS)
        seen = self._own
        if x or y:
            seen = cv2.remap(
                seen,
                self._across - np.float32(x * self._reach) * self._free,
                self._down - np.float32(0.6 * y * self._reach) * self._free,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
        if step:
            lid = cv2.remap(
                seen,
                self._across,
                self._maps[step],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            cover = self._covers[step]
            seen = np.rint(seen * (1 - cover) + lid * cover).astype(np.uint8)
        picture[self._box] = seen


def _skin(eye: Pixels, lid: np.ndarray, gap: np.ndarray, unit: float) -> float:
    """How many pixels of plain skin there are above the lid, for it to come down."""
    light = eye.mean(axis=2)
    columns = np.flatnonzero(gap > 0.5 * gap.max())
    least = max(2.0, LEAST_SKIN * unit)
    # The lashes and the lid's own fold are dark and may come down.
    rows = np.arange(0.045, SKIN, 0.005) * unit
    if not len(columns):
        return least
    seen = np.array(
        [
            light[np.clip(np.rint(lid[columns] - row).astype(int), 0, len(light) - 1), columns]
            for row in rows
        ]
    )
    usual = float(np.percentile(seen, 75))
    dark = np.flatnonzero((seen < DARK * usual).mean(axis=1) > 0.35)
    return max(least, float(rows[dark[0]]) - 0.01 * unit) if len(dark) else SKIN * unit
