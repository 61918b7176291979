"""The face of a portrait: where it is, its mesh, how it is turned, and why it may not do.

The detector is BlazeFace (Bazarevsky et al., arXiv 1907.05047, short range), the mesh the one of
Kartynnik et al. (arXiv 1907.06724), both as the tflite files of MediaPipe. A face that cannot be
animated is refused with a reason that a person can act upon.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engines.faces import landmarks
from engines.faces.opencv import opencv
from engines.kinds import Refusal

Points = NDArray[np.float64]
Pixels = NDArray[np.uint8]

DETECTOR = "face_detection_short_range.tflite"
MESH = "face_landmark.tflite"
#: Sides of what the networks look at, in pixels.
DETECTOR_SIDE, MESH_SIDE = 128, 192
#: Likelier than this a box is a face, and a mesh a face's. A cat reaches .87 with the mesh, a
#: flower and a wheel .95; people and drawn people are beyond .99.
BOX_SURE, MESH_SURE = 0.5, 0.97
#: Two boxes that share so much are one face.
SAME = 0.3
#: The mesh sees half as much again as the box.
MARGIN = 1.5
#: Turned further than this, in degrees, half the mouth is hidden.
YAW_LIMIT, PITCH_LIMIT = 30, 35
#: Fewer pixels than this from eye to eye (outer corners), and the lips are a blur.
EYES_LEAST = 24
#: The detector overlooks faces below about a sixth of what it sees: it looks at parts too, each of
#: so much of the longer side; at the smaller ones where it has found nothing yet.
PARTS = (0.5, 0.25)
#: More pixels a side than this no video needs.
LONGEST = 2400


@dataclass(frozen=True, slots=True)
class Box:
    """A found face: its middle, width and height in pixels, how sure, and its tilt in radians."""

    x: float
    y: float
    width: float
    height: float
    sure: float
    tilt: float

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    def shared(self, other: Box) -> float:
        """What both cover, of the smaller one's area."""
        across = (self.width + other.width) / 2 - abs(self.x - other.x)
        down = (self.height + other.height) / 2 - abs(self.y - other.y)
        across = min(across, self.width, other.width)
        down = min(down, self.height, other.height)
        return max(0.0, across) * max(0.0, down) / min(self.area, other.area)


@dataclass(frozen=True, slots=True)
class Face:
    """A face that can be animated.

    ``points`` [468, 3] are x and y in pixels of the picture, and z on the same scale, smaller
    towards the viewer. ``yaw``, ``pitch`` and ``roll`` are degrees; ``others`` counts the further
    faces in the picture.
    """

    points: Points
    sure: float
    yaw: float
    pitch: float
    roll: float
    others: int = 0


class FaceFinder:
    """Both networks, read from ``folder`` once."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - heavy

        self._detector = Interpreter(str(folder / DETECTOR), num_threads=threads)
        self._mesh = Interpreter(str(folder / MESH), num_threads=threads)
        self._detector.allocate_tensors()
        self._mesh.allocate_tensors()
        self._anchors = _anchors()

    def find(self, picture: Pixels) -> Face:
        """The largest face of a picture [height, width, 3].

        Raises :class:`Refusal` ``face_missing``, ``face_cut`` (by the picture's edge),
        ``face_turned`` (``degrees``, ``limit``) or ``face_too_small`` (``pixels``, ``least``).
        """
        meshes = []
        for box in self.boxes(picture):
            meshed = self.mesh(picture, box)
            if meshed is not None:
                meshes.append(meshed)
        if not meshes:
            raise Refusal("face_missing")
        points, sure = meshes[0]
        height, width = picture.shape[:2]
        needed = points[[landmarks.CHIN, *landmarks.OUTER_LOWER, *landmarks.EYES], :2]
        if (needed < 0).any() or (needed > (width - 1, height - 1)).any():
            raise Refusal("face_cut")
        yaw, pitch, roll = pose(points)
        for turned, limit in ((yaw, YAW_LIMIT), (pitch, PITCH_LIMIT)):
            if abs(turned) > limit:
                raise Refusal("face_turned", degrees=round(abs(turned)), limit=limit)
        eyes = float(
            np.linalg.norm(np.subtract(*points[[landmarks.LEFT_EYE, landmarks.RIGHT_EYE]]))
        )
        if eyes < EYES_LEAST:
            raise Refusal("face_too_small", pixels=round(eyes), least=EYES_LEAST)
        return Face(points, sure, yaw, pitch, roll, len(meshes) - 1)

    def boxes(self, picture: Pixels) -> list[Box]:
        """Every face of a picture [height, width, 3], the largest first."""
        height, width = picture.shape[:2]
        found = self._detected(picture, 0, 0)
        for share in PARTS:
            side = max(DETECTOR_SIDE, round(share * max(height, width)))
            for top, left in product(_starts(height, side), _starts(width, side)):
                part = picture[top : top + side, left : left + side]
                found += self._detected(part, left, top)
            if found:
                break
        kept: list[Box] = []
        for box in sorted(found, key=lambda each: -each.sure):
            if all(box.shared(other) < SAME for other in kept):
                kept.append(box)
        return sorted(kept, key=lambda box: -box.area)

    def mesh(self, picture: Pixels, box: Box) -> tuple[Points, float] | None:
        """The mesh [468, 3] of the face in a box and how sure it is; None where there is none."""
        middle = np.array([box.x, box.y])
        side, tilt = MARGIN * max(box.width, box.height), box.tilt
        found = self._looked(picture, middle, side, tilt)
        # The second look is straighter and better centred: the points of the first say where.
        return self.again(picture, found[0]) if found is not None else None

    def again(self, picture: Pixels, points: Points) -> tuple[Points, float] | None:
        """The same where ``points`` [468, 3] say that a face is, as in the picture before."""
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        across = points[landmarks.LEFT_EYE] - points[landmarks.RIGHT_EYE]
        tilt = float(np.arctan2(across[1], across[0]))
        return self._looked(picture, (low + high) / 2, MARGIN * float((high - low).max()), tilt)

    def _looked(
        self, picture: Pixels, middle: Points, side: float, tilt: float
    ) -> tuple[Points, float] | None:
        cut, back = _cut(picture, middle, side, tilt)
        network = self._mesh
        network.set_tensor(network.get_input_details()[0]["index"], cut[None])
        network.invoke()
        values = [
            network.get_tensor(each["index"]).reshape(-1) for each in network.get_output_details()
        ]
        flat = next(value for value in values if len(value) == 3 * landmarks.COUNT)
        sure = float(_sigmoid(next(value for value in values if len(value) == 1))[0])
        if sure < MESH_SURE:
            return None
        seen = flat.reshape(-1, 3).astype(np.float64)
        flat_points = seen[:, :2] @ back[:, :2].T + back[:, 2]
        return np.column_stack([flat_points, seen[:, 2] * side / MESH_SIDE]), sure

    def _detected(self, picture: Pixels, left: int, top: int) -> list[Box]:
        cv2 = opencv()

        height, width = picture.shape[:2]
        side = max(height, width)
        share = DETECTOR_SIDE / side
        size = (max(1, round(width * share)), max(1, round(height * share)))
        square = np.zeros((DETECTOR_SIDE, DETECTOR_SIDE, 3), np.uint8)
        square[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        network: Any = self._detector
        given = square.astype(np.float32) / np.float32(127.5) - 1
        network.set_tensor(network.get_input_details()[0]["index"], given[None])
        network.invoke()
        values = [network.get_tensor(each["index"])[0] for each in network.get_output_details()]
        sure = _sigmoid(next(value for value in values if value.shape[-1] == 1)[:, 0])
        offsets = next(value for value in values if value.shape[-1] == 16) / DETECTOR_SIDE
        found = []
        for at in np.flatnonzero(sure > BOX_SURE):
            offset = offsets[at] * side
            x, y = self._anchors[at] * side + offset[:2] + (left, top)
            eyes = offset[6:8] - offset[4:6]
            tilt = float(np.arctan2(eyes[1], eyes[0]))
            size_ = (float(offset[2]), float(offset[3]))
            found.append(Box(float(x), float(y), *size_, float(sure[at]), tilt))
        return found


def opened(path: Path, handle: str = "") -> Pixels:
    """A picture file as [height, width, 3]; what is transparent is white.

    Raises :class:`Refusal` ``picture_unreadable`` for what is no picture.
    """
    try:
        with Image.open(path) as image:
            seen = image.convert("RGBA")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
    ) as error:
        raise Refusal("picture_unreadable", handle=handle) from error
    white = Image.new("RGBA", seen.size, "white")
    flat = Image.alpha_composite(white, seen).convert("RGB")
    flat.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.asarray(flat)


def pose(points: Points) -> tuple[float, float, float]:
    """Yaw, pitch and roll of a mesh [468, 3] in degrees, all near 0 for a face looking at us.

    From the directions cheek to cheek and chin to forehead. A positive yaw is towards the right
    of the picture, a positive pitch upwards.
    """
    across = points[landmarks.LEFT_CHEEK] - points[landmarks.RIGHT_CHEEK]
    up = points[landmarks.FOREHEAD] - points[landmarks.CHIN]
    ahead = np.cross(across, up)
    yaw = np.degrees(np.arctan2(ahead[0], -ahead[2]))
    pitch = np.degrees(np.arctan2(-ahead[1], -ahead[2]))
    roll = np.degrees(np.arctan2(across[1], across[0]))
    return float(yaw), float(pitch), float(roll)


def _anchors() -> Points:
    """The middles [896, 2] of the detector's cells: two a cell of 1/16, six a cell of 1/8."""
    grid = [(cells, each) for cells, each in ((16, 2), (8, 6))]
    return np.array(
        [
            ((x + 0.5) / cells, (y + 0.5) / cells)
            for cells, each in grid
            for y, x, _ in product(range(cells), range(cells), range(each))
        ]
    )


def _starts(length: int, side: int) -> list[int]:
    """Where parts of ``side`` begin that cover ``length`` and overlap by half or more."""
    count = 1 + max(0, -(-2 * (length - side) // side))
    return [round(each) for each in np.linspace(0, max(0, length - side), count)]


def _cut(
    picture: Pixels, middle: Points, side: float, tilt: float
) -> tuple[NDArray[np.float32], Points]:
    """The square around a face, upright, in 0..1, and the map [2, 3] from it to the picture."""
    cv2 = opencv()

    scale = side / MESH_SIDE
    cosine, sine = scale * np.cos(tilt), scale * np.sin(tilt)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    back = np.column_stack([turn, middle - turn @ np.full(2, MESH_SIDE / 2)])
    # Sampling every third pixel of a large face would flicker: it is cut larger, then averaged.
    finer = int(np.clip(scale, 1, 8))
    cut = cv2.warpAffine(
        picture,
        back * [[1 / finer, 1 / finer, 1]] * 1.0,
        (MESH_SIDE * finer, MESH_SIDE * finer),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
    )
    if finer > 1:
        cut = cv2.resize(cut, (MESH_SIDE, MESH_SIDE), interpolation=cv2.INTER_AREA)
    return cut.astype(np.float32) / np.float32(255), back


def _sigmoid(value: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -50, 50).astype(np.float64))))
