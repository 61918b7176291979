"""The inside of a mouth: a dark hollow, upper and lower teeth, a tongue, and the lips' shadow.

Everything is drawn once, and set each frame where jaw and skull are. Lengths are in the units of
:mod:`engines.video.rig`, a hundredth being about a millimetre; the teeth's breadths are the mean
ones of Wheeler's "Dental Anatomy", the rear ones as seen from the front.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.faces.finder import Pixels
from engines.faces.opencv import opencv
from engines.video.rig import Rig
from engines.video.warp import Points, rise

Image = NDArray[np.float32]

#: Pixels to a unit in the drawings.
FINE = 640
#: Half a row of teeth, from the middle outwards: (breadth, height).
UPPER = (
    (0.090, 0.105),
    (0.068, 0.092),
    (0.066, 0.100),
    (0.050, 0.088),
    (0.040, 0.080),
    (0.03, 0.07),
)
LOWER = (
    (0.056, 0.085),
    (0.060, 0.086),
    (0.062, 0.092),
    (0.052, 0.080),
    (0.045, 0.075),
    (0.03, 0.07),
)
#: How far the upper teeth reach below the resting lip.
SHOWN = 0.024
#: How far the lower ones stand above the lower lip, wide open.
STAND = 0.020
#: How far the tongue's top is above the middle of its drawing.
CROWN = 0.16
#: The light on a cheek, 0..255, at which the colours are as written.
LIGHT = 185.0
#: The colour of skin in white light, of mean 1.
USUAL = np.array([1.22, 0.95, 0.83])
ENAMEL, GUM = (230, 220, 204), (150, 78, 76)
HOLLOW, TONGUE = (46, 17, 18), (168, 86, 82)


class Mouth:
    """What is seen between the lips of the face that ``rig`` moves, in the light of its picture."""

    def __init__(self, picture: Pixels, rig: Rig) -> None:
        self._rig = rig
        light = self._light(picture)
        self._hollow = np.array(HOLLOW, dtype=np.float32) * light
        self._upper = _lit(_teeth(UPPER, downwards=True), light)
        self._lower = _lit(_teeth(LOWER, downwards=False), light * np.float32(0.80))
        self._tongue = _lit(_tongue(), light * np.float32(0.85))
        self._own = None if rig.sealed else _OwnTeeth(picture, rig)
        if self._own is not None and self._own.enamel is not None:
            # Teeth that are drawn beside the portrait's own are as bright as those.
            tint = self._own.enamel / np.maximum(1.0, np.array(ENAMEL) * light)
            self._upper[..., :3] *= np.clip(tint, 0.3, 1.2).astype(np.float32)
            self._lower[..., :3] *= np.clip(tint, 0.3, 1.2).astype(np.float32)

    def drawn(
        self,
        box: tuple[int, int, int, int],
        upper: Points,
        lower: Points,
        hole: Image,
        shift: Points,
        roll: float,
        tongue: float,
    ) -> Image:
        """The inside [height, width, 3], 0..255, within ``box`` (left, top, right, bottom).

        ``upper`` and ``lower`` are the lips' inner edges [49, 2]; ``hole`` [height, width], 0..1,
        is what lies between; ``shift`` and ``roll`` are the head's; ``tongue`` is how far it is up.
        """
        cv2 = opencv()

        rig, left, top = self._rig, box[0], box[1]
        size = (box[2] - left, box[3] - top)
        inside = np.empty((size[1], size[0], 3), dtype=np.float32)
        inside[:] = self._hollow
        middle = len(upper) // 2
        axes = rig.axes @ np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
        gap = float(np.dot(lower[middle] - upper[middle], axes[1]) / rig.unit)
        gape = float(rise(np.array(gap), 0.02, 0.12))
        skull = rig.upper_edge[middle] + shift + SHOWN * rig.unit * axes[1]
        jaw = lower[middle] - (STAND * gape - 0.004) * rig.unit * axes[1]
        above = 0.05 + 0.34 * gap + 0.55 * tongue * max(0.0, gap)
        tip = lower[middle] + (CROWN - above) * rig.unit * axes[1]
        for sprite, at in ((self._tongue, tip), (self._lower, jaw), (self._upper, skull)):
            matrix = _placing(sprite.shape, axes, at, rig.unit, (left, top))
            drawn = cv2.warpAffine(sprite, matrix, size, flags=cv2.INTER_AREA)
            inside = inside * (1 - drawn[..., 3:]) + drawn[..., :3]
        # The lips' shadow: deep at the upper one, slight at the lower.
        blur = max(0.8, 0.022 * rig.unit)
        near = cv2.GaussianBlur(hole, (0, 0), blur)
        down = np.array([[1, 0, 0], [0, 1, 0.016 * rig.unit]], dtype=np.float32)
        near = np.minimum(near, cv2.warpAffine(near, down, size, borderMode=cv2.BORDER_REPLICATE))
        # In a narrow gap everything is near a lip, yet light gets in.
        deep = max(0.35, float(near.max()))
        shade = np.clip((near / deep - 0.22) * 1.5, 0.25, 1.0)
        inside *= shade[..., None]
        if self._own is not None:
            self._own.over(inside, box, shift)
        return inside

    def _light(self, picture: Pixels) -> Image:
        """How bright and of what colour the light is [3], from both cheeks."""
        cv2 = opencv()

        small = cv2.GaussianBlur(picture, (0, 0), 0.04 * self._rig.unit)
        cheeks = self._rig.points[[50, 280, 101, 330, 10, 151]]
        high, wide = picture.shape[:2]
        at = np.clip(np.rint(cheeks).astype(int), 0, (wide - 1, high - 1))
        seen = small[at[:, 1], at[:, 0]].astype(np.float32)
        brightness = float(np.median(seen.mean(axis=1)))
        # Dark skin is not dim light: half of the way at most.
        strength = float(np.clip(0.45 + 0.55 * brightness / LIGHT, 0.5, 1.12))
        # A warm picture is warm within the mouth too; skin's own colour is not the light's.
        tint = np.median(seen, axis=0) / max(1.0, brightness) / USUAL
        tint = np.clip(1 + 0.35 * (tint / tint.mean() - 1), 0.85, 1.15)
        return np.asarray(strength * tint, dtype=np.float32)


class _OwnTeeth:
    """What a portrait itself shows between its lips; it stays with the skull."""

    def __init__(self, picture: Pixels, rig: Rig) -> None:
        cv2 = opencv()

        contour = np.vstack([rig.upper_edge, rig.lower_edge[::-1]])
        pad = 4
        low = np.floor(contour.min(axis=0)).astype(int) - pad
        high = np.ceil(contour.max(axis=0)).astype(int) + pad
        low = np.maximum(low, 0)
        high = np.minimum(high, (rig.width, rig.height))
        self._corner = low
        part = picture[low[1] : high[1], low[0] : high[0]]
        mask = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(mask, [_sixteenths(contour - low)], 255, cv2.LINE_AA, 4)
        mask = cv2.erode(mask, np.ones((3, 3), np.uint8))
        soft = cv2.GaussianBlur(mask, (0, 0), max(0.7, 0.008 * rig.unit)).astype(np.float32) / 255
        self._patch = np.dstack([part.astype(np.float32) * soft[..., None], soft])
        bright = part[mask > 200].astype(np.float64)
        self.enamel: NDArray[np.float64] | None = None
        if len(bright) > 20:
            light = bright.mean(axis=1)
            colour = bright[light >= np.percentile(light, 70)].mean(axis=0)
            # Only what is bright and hardly coloured are teeth.
            if colour.min() > 0.6 * colour.max() and colour.max() > 90:
                self.enamel = colour

    def over(self, inside: Image, box: tuple[int, int, int, int], shift: Points) -> None:
        """Lay it over ``inside``, the part of the picture within ``box``."""
        cv2 = opencv()

        to = self._corner - (box[0], box[1]) + shift
        matrix = np.array([[1, 0, to[0]], [0, 1, to[1]]], dtype=np.float32)
        size = (box[2] - box[0], box[3] - box[1])
        drawn = cv2.warpAffine(self._patch, matrix, size, flags=cv2.INTER_LINEAR)
        inside *= 1 - drawn[..., 3:]
        inside += drawn[..., :3]


def _placing(
    shape: tuple[int, ...], axes: Points, at: Points, unit: float, corner: tuple[int, int]
) -> Points:
    """The map [2, 3] of a drawing onto the picture, its middle coming to lie ``at``."""
    scale = unit / FINE
    turn = axes.T * scale
    middle = np.array([shape[1] / 2, shape[0] / 2])
    return np.column_stack([turn, np.asarray(at) - corner - turn @ middle])


def _lit(drawing: Image, light: Image) -> Image:
    """A drawing [height, width, 4] in that light, its colours times their coverage."""
    lit = drawing.copy()
    lit[..., :3] *= light * lit[..., 3:]
    return lit


def _teeth(halves: tuple[tuple[float, float], ...], *, downwards: bool) -> Image:
    """A row of teeth [height, width, 4] whose edges lie at the drawing's middle."""
    cv2 = opencv()

    half = int(sum(breadth for breadth, _ in halves) * FINE) + 12
    tall = int(0.16 * FINE)
    drawing = np.zeros((2 * tall, 2 * half, 4), dtype=np.float32)
    gum = np.zeros(drawing.shape[:2], np.float32)
    enamel = np.zeros_like(gum)
    down = np.arange(2 * tall, dtype=np.float32)[:, None] - tall
    x = 0.0
    for number, (breadth, height) in enumerate(halves):
        # The edge curves up towards the back; the canine is pointed.
        lift = 0.004 * number**1.7 + (0.008 if number == 1 else 0.0)
        for side in (-1, 1):
            middle = half + side * (x + breadth / 2) * FINE
            tooth = _tooth(breadth, height, lift, pointed=number == 2) * (1, -1)
            tooth = tooth * FINE + (middle, tall)
            mask = np.zeros(gum.shape, np.uint8)
            cv2.fillPoly(mask, [_sixteenths(tooth)], 255, cv2.LINE_AA, 4)
            share = mask.astype(np.float32) / 255
            # Rounded: darker towards each tooth's sides, and the row's.
            across = (np.arange(2 * half, dtype=np.float32) - middle) / (breadth * FINE / 2)
            bright = (1 - 0.16 * np.abs(across) ** 3) * (1 - 0.085 * number)
            enamel = np.maximum(enamel, share * bright[None, :])
            drawing[..., 3] = np.maximum(drawing[..., 3], share)
        x += breadth
    band = (down < -0.06 * FINE).astype(np.float32)
    gum = cv2.GaussianBlur(band, (0, 0), 0.01 * FINE)
    sides = np.abs(np.arange(2 * half, dtype=np.float32) - half)[None, :] / half
    shade = np.clip(1 - 0.75 * sides**2.2, 0, 1)
    # Enamel is a little translucent at its edge, and yellower at the neck.
    neck = np.clip(-down / (0.1 * FINE), 0, 1)[..., None]
    colour = np.array(ENAMEL, dtype=np.float32) * (
        1 - neck * np.array([0.02, 0.05, 0.12], dtype=np.float32)
    )
    colour = colour * np.where(down > -0.012 * FINE, 0.94, 1.0).astype(np.float32)[..., None]
    teeth = colour * (enamel * shade)[..., None]
    gums = np.array(GUM, dtype=np.float32) * shade[..., None]
    covered = drawing[..., 3:].copy()
    drawing[..., :3] = teeth * covered + gums * (1 - covered) * gum[..., None]
    drawing[..., 3] = np.maximum(drawing[..., 3], gum)
    whole = np.maximum(drawing[..., 3:], 1e-3)
    drawing[..., :3] /= whole
    if not downwards:
        drawing = np.ascontiguousarray(drawing[::-1])
    return np.asarray(cv2.GaussianBlur(drawing, (0, 0), 0.004 * FINE), dtype=np.float32)


def _tooth(breadth: float, height: float, lift: float, *, pointed: bool) -> Points:
    """The outline of a tooth [n, 2], its edge at 0 and its neck upwards."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, 25)
    power = 0.55 if not pointed else 0.85
    x = np.sign(turn) * np.abs(np.sin(turn)) ** power * breadth * 0.496
    y = lift + 0.017 * (1 - np.cos(turn) ** 0.5) * (1.0 if not pointed else 1.5)
    neck = np.linspace(1, -1, 9)
    return np.vstack(
        [
            np.column_stack([x, y]),
            np.column_stack([neck * breadth * 0.475, height - 0.015 * neck**2 + lift]),
        ]
    )


def _tongue() -> Image:
    """A tongue [height, width, 4] seen from the front, its top CROWN above the drawing's middle."""
    half, tall = int(0.30 * FINE), int(0.22 * FINE)
    y, x = np.mgrid[-tall:tall, -half:half].astype(np.float32) / FINE
    far = np.sqrt((x / 0.20) ** 2 + ((y - 0.02) / (CROWN + 0.02)) ** 2)
    alpha = rise(far, 1.0, 0.78).astype(np.float32)
    # Lit from the front: the tip is bright, the back and the sides fall away.
    light = np.clip(1.0 - 0.8 * np.clip(far, 0, 1) ** 2, 0, 1)
    light *= 1 - 0.14 * np.exp(-((x / 0.016) ** 2))
    drawing = np.empty((*far.shape, 4), dtype=np.float32)
    drawing[..., :3] = np.array(TONGUE, dtype=np.float32) * light[..., None]
    drawing[..., 3] = alpha
    return drawing


def _sixteenths(points: Points) -> NDArray[np.int32]:
    """Points as cv2 draws them with a shift of 4."""
    return np.rint(np.asarray(points) * 16).astype(np.int32)
