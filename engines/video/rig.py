"""How a face can move: one field for every movement, made from its mesh once.

There are two layers. The upper one follows the upper lip, the lower one the lower lip; between the
corners of the mouth they part, everywhere else they are one. Lengths are shares of the distance
between the outer corners of the eyes, some 90 mm in an adult, so 0.01 is about a millimetre.
"""

from __future__ import annotations

import numpy as np

from engines.faces import landmarks
from engines.faces.finder import Pixels
from engines.faces.opencv import opencv
from engines.video.lips import Lips, Mouthwise
from engines.video.pose import MOVES, Pose
from engines.video.warp import Field, Points, Spline, grid, rise

#: A mouth open by less than this is closed: the mesh is not more exact.
SEALED = 0.032
#: The lips' inner edges are so much further apart than the mesh has them.
EDGE = 0.010
#: The head turns about a point so far behind the face.
PIVOT = 0.9
#: Pixels from one value of a field to the next, at 512 pixels.
STEP = 4.0
#: Points of the finer contour of a lip.
STATIONS = 49


class Rig:
    """The fields of a face, for a picture [height, width, 3] and its mesh ``points`` [468, 3]."""

    def __init__(self, picture: Pixels, points: Points) -> None:
        self.height, self.width = picture.shape[:2]
        flat, self.depth = points[:, :2], points[:, 2]
        self.points = flat
        self.unit = float(np.linalg.norm(flat[landmarks.LEFT_EYE] - flat[landmarks.RIGHT_EYE]))
        self.tall = float(np.linalg.norm(flat[landmarks.FOREHEAD] - flat[landmarks.CHIN]))
        upper, lower = flat[list(landmarks.INNER_UPPER)], flat[list(landmarks.INNER_LOWER)]
        self.centre = (upper[5] + lower[5]) / 2
        self.mouthwise = Mouthwise.of(flat, self.centre, self.unit)
        #: The mouth's own directions: along it, and down.
        self.axes = self.mouthwise.axes
        gap = np.maximum(0.0, (lower - upper) @ self.axes[1])
        self.sealed = bool(gap.max() < SEALED * self.unit)
        if self.sealed:
            upper = lower = self._seam(picture, (upper + lower) / 2)
            gap = np.zeros(len(gap))
        else:
            # The mesh draws the edge inside the lip; teeth must not move with it.
            edge = EDGE * self.unit * np.sin(np.pi * np.linspace(0, 1, len(gap)))
            upper = upper - edge[:, None] * self.axes[1]
            lower = lower + edge[:, None] * self.axes[1]
            gap = gap + 2 * edge
        self.gap = float(gap.max())
        self._lips = Lips(self.mouthwise, upper, lower, gap)
        fine = np.linspace(0, 1, STATIONS)
        self.upper_edge = _finer(upper, fine)
        self.lower_edge = _finer(lower, fine)
        self._solve()

    def moved(self, layer: int, weights: np.ndarray) -> Field:
        """The displacements of the upper (0) or lower (1) layer on the grid, for weights [k]."""
        return np.tensordot(weights.astype(np.float32), self.fields[layer], axes=1)

    def edge(self, layer: int, weights: np.ndarray) -> Points:
        """Where the upper (0) or lower (1) lip's inner edge is [49, 2], for weights [k]."""
        rest = (self.upper_edge, self.lower_edge)[layer]
        return np.asarray(rest + np.tensordot(weights, self.edges[layer], axes=1))

    def weights(self, pose: Pose) -> np.ndarray:
        """How much of each of MOVES and TURNS makes up a pose."""
        return np.array(
            [
                1.0,
                pose.open,
                max(0.0, pose.wide),
                max(0.0, -pose.wide),
                pose.round,
                pose.press,
                pose.tuck,
                pose.brow,
                pose.yaw,
                pose.pitch,
                pose.roll,
            ]
        )

    def _seam(self, picture: Pixels, between: Points) -> Points:
        """The line between closed lips: the darkest near where the mesh has it, smoothed."""
        cv2 = opencv()

        light = cv2.GaussianBlur(
            cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), max(0.6, 0.006 * self.unit)
        ).astype(np.float32)
        reach = np.linspace(-0.03, 0.03, 25)
        places = between[:, None, :] + reach[None, :, None] * self.unit * self.axes[1]
        found = cv2.remap(
            light,
            places[..., 0].astype(np.float32),
            places[..., 1].astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        # The farther off, the darker it must be.
        best = reach[np.argmin(found + 400 * np.abs(reach)[None, :], axis=1)]
        best[[0, -1]] = 0
        smooth = np.convolve(np.pad(best, 1, mode="edge"), (0.25, 0.5, 0.25), mode="valid")
        return np.asarray(between + smooth[:, None] * self.unit * self.axes[1])

    def _solve(self) -> None:
        still = self._still()
        lips = self._lips
        area, shape = grid(self.width, self.height, STEP * min(self.width, self.height) / 512)
        self.step = (self.width / shape[1], self.height / shape[0])
        turning = self._turning(area, still)
        side = self._outside(area)
        edges = (self.upper_edge, self.lower_edge)
        layers: list[Points] = []
        at_edges: list[Points] = []
        for own in (lips.upper, lips.lower):
            points = np.vstack([own[0], lips.shared[0], still])
            moves = np.concatenate(
                [own[1], lips.shared[1], np.zeros((len(MOVES), len(still), 2))], axis=1
            )
            spline = Spline(points, self.unit)
            values = moves.transpose(1, 0, 2).reshape(len(points), -1)
            layers.append(spline.at(area, values).reshape(-1, len(MOVES), 2))
            edge = edges[len(at_edges)]
            at_edges.append(spline.at(edge, values).reshape(len(edge), len(MOVES), 2))
        fade = self._fade(area)[:, None, None]
        mean = (layers[0] + layers[1]) / 2
        out: list[Field] = []
        for layer in layers:
            one = (layer * (1 - side[:, None, None]) + mean * side[:, None, None]) * fade
            whole = np.concatenate([one, turning], axis=1)
            out.append(
                np.ascontiguousarray(
                    whole.reshape(*shape, -1, 2).transpose(2, 0, 1, 3), dtype=np.float32
                )
            )
        #: [2 layers][moves and turns, rows, columns, 2] and [2 layers][moves and turns, 49, 2].
        self.fields = out
        self.edges = [
            np.concatenate([each, self._turning(edge, still)], axis=1).transpose(1, 0, 2)
            for each, edge in zip(at_edges, edges, strict=True)
        ]
        # The inner corners are in both layers.
        for index in (0, -1):
            both = (self.edges[0][:, index] + self.edges[1][:, index]) / 2
            self.edges[0][:, index] = self.edges[1][:, index] = both

    def _turning(self, area: Points, still: Points) -> Points:
        """The displacements [m, 3, 2] of turning the head by a radian, each way."""
        some = np.unique(np.r_[0 : landmarks.COUNT : 4, list(landmarks.OVAL)])
        oval = self.points[list(landmarks.OVAL)]
        middle = self.points.mean(axis=0)
        # Beyond the face there is hair, as deep as the face's edge.
        around = middle + 1.5 * (oval - middle)
        edge = self.depth[list(landmarks.OVAL)]
        spline = Spline(np.vstack([self.points[some], around]), self.unit)
        values = np.r_[self.depth[some], edge][:, None]
        depth = np.clip(spline.at(area, values)[:, 0], self.depth.min(), self.depth.max())
        ahead = PIVOT * self.unit - depth + float(self.depth[list(landmarks.JAW)].mean())
        neck = self.points[landmarks.CHIN] + 0.15 * self.tall * self.axes[1]
        share = self._head(area)
        off = area - neck
        zero = np.zeros(len(area))
        turned = np.stack(
            [
                np.column_stack([ahead, zero]),
                np.column_stack([zero, -ahead]),
                np.column_stack([-off[:, 1], off[:, 0]]),
            ],
            axis=1,
        )
        return np.asarray(turned * share[:, None, None])

    def _head(self, area: Points) -> Points:
        """How much of the head's movement each place takes part in: face and hair in all."""
        middle = (self.points[landmarks.FOREHEAD] + self.points[landmarks.CHIN]) / 2
        x, y = ((area - middle) @ self.axes.T / self.tall).T
        up = np.hypot(x / 0.62, np.minimum(0, y) / 0.80)
        down = np.hypot(x / 0.62, np.maximum(0, y) / 0.62)
        far = np.where(y < 0, up, down)
        return rise(far, 1.75, 0.9) * self._fade(area)

    def _fade(self, area: Points) -> Points:
        """0 at the picture's edges, 1 away from them: the edges are still."""
        margin = 0.08 * min(self.width, self.height)
        nearest = np.minimum.reduce(
            [
                area[:, 0],
                area[:, 1],
                self.width - 1 - area[:, 0],
                self.height - 1 - area[:, 1],
            ]
        )
        return rise(nearest, 0, margin)

    def _outside(self, area: Points) -> Points:
        """0 between the mouth's inner corners, 1 beyond the outer ones: there is one layer."""
        own = self.mouthwise.own(area)[:, 0]
        left, right = self._lips.inner
        beyond = np.maximum(own / right, own / left)
        return rise(beyond, 0.94, 1.25)

    def _still(self) -> Points:
        """Points that no speech moves: eyes and nose, a ring around the jaw, the frame."""
        face = (6, 197, 195, 5, 4, 1, 2, 98, 327, 48, 278, 64, 294, 50, 280, 101, 330, 117, 346)
        eyes = (33, 133, 159, 145, 263, 362, 386, 374, 111, 340, 127, 356, 10, 234, 454, 93, 323)
        jaw = self.points[list(landmarks.JAW[1:-1])]
        nose = self.points[landmarks.NOSE_TIP]
        ring = nose + (jaw - nose) * (1.22, 1.36)
        far = nose + (jaw - nose) * (1.5, 1.8)
        across, down = np.linspace(0, self.width, 9), np.linspace(0, self.height, 9)
        frame = [(x, y) for x in across for y in (0, self.height)]
        frame += [(x, y) for y in down[1:-1] for x in (0, self.width)]
        return np.vstack([self.points[list(face + eyes)], ring, far, np.array(frame, dtype=float)])


def _finer(contour: Points, shares: Points) -> Points:
    """A contour [n, 2] drawn through more points, at shares 0..1 of its length."""
    lengths = np.r_[0, np.cumsum(np.linalg.norm(np.diff(contour, axis=0), axis=1))]
    lengths /= lengths[-1]
    slopes = np.gradient(contour, lengths, axis=0)
    at = np.clip(np.searchsorted(lengths, shares, side="right") - 1, 0, len(lengths) - 2)
    span = (lengths[at + 1] - lengths[at])[:, None]
    t = ((shares - lengths[at]) / span[:, 0])[:, None]
    # Cubic Hermite pieces.
    return np.asarray(
        (1 + 2 * t) * (1 - t) ** 2 * contour[at]
        + t * (1 - t) ** 2 * span * slopes[at]
        + t**2 * (3 - 2 * t) * contour[at + 1]
        + t**2 * (t - 1) * span * slopes[at + 1]
    )
