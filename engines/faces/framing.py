"""Framing a face: the picture cut and scaled to a wanted shape, with the head where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engines.faces import landmarks
from engines.faces.finder import Face, Pixels, Points
from engines.faces.opencv import opencv

Shape = Literal["square", "portrait", "landscape"]
#: Width by height, of the shorter side.
SHAPES: dict[str, tuple[float, float]] = {
    "square": (1, 1),
    "portrait": (1, 16 / 9),
    "landscape": (16 / 9, 1),
}
#: The face, forehead to chin, takes so much of the shorter side; more where the picture is cut
#: close, up to the second.
FACE_SHARE, FACE_MOST = 0.40, 0.62
#: Its middle is so far down.
MIDDLE_DOWN = 0.47
#: What the picture does not reach is filled with itself, blurred by so much of the shorter side.
BLUR, DIM = 0.05, 0.85


@dataclass(frozen=True, slots=True)
class Framed:
    """A picture [height, width, 3] of the wanted size, and the mesh [468, 3] in its pixels."""

    picture: Pixels
    points: Points


def dimensions(shape: str, size: int) -> tuple[int, int]:
    """Width and height in pixels, both even, for a shape whose shorter side is ``size``."""
    across, down = SHAPES[shape]
    return round(across * size / 2) * 2, round(down * size / 2) * 2


def framed(picture: Pixels, face: Face, shape: str, size: int) -> Framed:
    """The face of ``picture`` [height, width, 3] in a frame, ``size`` its shorter side.

    The frame stays within the picture where it can, and comes closer for that if it must; beyond
    the picture's edge there is a blur of it.
    """
    cv2 = opencv()

    width, height = dimensions(shape, size)
    flat = face.points[:, :2]
    tall = float(np.linalg.norm(flat[landmarks.FOREHEAD] - flat[landmarks.CHIN]))
    middle = (flat[landmarks.FOREHEAD] + flat[landmarks.CHIN]) / 2
    own = np.array([picture.shape[1], picture.shape[0]], dtype=float)
    shorter = min(width, height)
    # Pixels of the picture to one of the frame.
    wanted = tall / (FACE_SHARE * shorter)
    fits = float((own / (width, height)).min())
    scale = float(np.clip(fits, tall / (FACE_MOST * shorter), wanted))
    extent = np.array([width, height]) * scale
    corner = middle - extent * (0.5, MIDDLE_DOWN)
    for axis in (0, 1):
        if extent[axis] <= own[axis]:
            corner[axis] = np.clip(corner[axis], 0, own[axis] - extent[axis])
    seen = _scaled(picture, corner, scale, (width, height))
    if (extent > own + 1e-6).any() or (corner < -1e-6).any():
        whole = np.full(picture.shape[:2], 255, np.uint8)
        inside = _scaled(whole, corner, scale, (width, height), border=0)
        ground = _blurred(picture, (width, height))
        share = cv2.GaussianBlur(inside, (0, 0), 1.0)[..., None].astype(np.float32) / 255
        seen = np.asarray(np.rint(seen * share + ground * (1 - share)), dtype=np.uint8)
    points = face.points.copy()
    # Pixel centres, not corners, are what the points count from.
    points[:, :2] = (points[:, :2] + 0.5 - corner) / scale - 0.5
    points[:, 2] /= scale
    return Framed(np.ascontiguousarray(seen), points)


def _scaled(
    picture: Pixels, corner: Points, scale: float, size: tuple[int, int], border: int = 1
) -> Pixels:
    """The part of the picture that begins at ``corner``, ``scale`` of its pixels to one.

    Beyond its edges it goes on as it ends (``border`` 1, cv2.BORDER_REPLICATE), or black (0).
    """
    cv2 = opencv()

    image = picture
    if scale > 1:
        # Averaged first, as sampling alone would flicker.
        smaller = (
            max(1, round(picture.shape[1] / scale)),
            max(1, round(picture.shape[0] / scale)),
        )
        image = cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA)
        corner, scale = corner * (smaller[0] / picture.shape[1]), 1.0
    matrix = np.array(
        [[scale, 0, corner[0] + scale / 2 - 0.5], [0, scale, corner[1] + scale / 2 - 0.5]]
    )
    found: Pixels = cv2.warpAffine(
        image,
        matrix,
        size,
        flags=(cv2.INTER_CUBIC if scale != 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP,
        borderMode=border,
    )
    return found


def _blurred(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """The whole picture, blurred, filling the frame."""
    cv2 = opencv()

    width, height = size
    scale = max(width / picture.shape[1], height / picture.shape[0])
    cover = (
        max(width, round(picture.shape[1] * scale)),
        max(height, round(picture.shape[0] * scale)),
    )
    large = cv2.resize(picture, cover, interpolation=cv2.INTER_AREA)
    left, top = (cover[0] - width) // 2, (cover[1] - height) // 2
    part = large[top : top + height, left : left + width]
    soft = cv2.GaussianBlur(part, (0, 0), BLUR * min(size))
    return np.asarray(soft * DIM, dtype=np.uint8)
