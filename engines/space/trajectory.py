"""Words for a place or a movement, as a path around the listener's head.

A path is a row of points on the sphere around the head, each at a share of the sound's length;
between two of them it takes the shorter arc. Understood are English and Korean.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: A vector to the right, to the front and up.
Vector = NDArray[np.float64]

PLACES: dict[str, tuple[float, float, float]] = {
    "left": (-1, 0, 0),
    "right": (1, 0, 0),
    "front": (0, 1, 0),
    "behind": (0, -1, 0),
    "above": (0, 0, 1),
    "below": (0, 0, -1),
}
_SECTORS = (
    *("front", "front-right", "right", "behind-right"),
    *("behind", "behind-left", "left", "front-left"),
)
#: Seconds of one turn or of one way there and back, where no number was given.
SLOW, USUAL, FAST = 16.0, 8.0, 3.0
NEAR, ARM, FAR = 0.5, 1.0, 4.0
MOST_TURNS = 500
#: A circle above or below the head leans so many degrees.
LEANING = 40.0

_SIDES = {
    "left": r"left|좌측|왼",
    "right": r"right|우측|오른",
    "front": r"front|ahead|정면|앞|cent(?:er|re)|middle|가운데",
    "behind": r"behind|back(?!\s+and\s+forth)|rear|뒤",
    "above": r"above|over\s?head|over(?=\s+(?:my|the|your)?\s*head)|upper|up|top|(?<!주)위(?!치)",
    "below": r"below|beneath|under|down|lower|bottom|아래|밑",
}
_TOKENS = re.compile(
    r"(?P<degrees>-?\d{1,3})\s?(?:degrees?\b|deg\b|°|도)|"
    + "|".join(
        f"(?P<{name}>" + re.sub(r"(^|\|)([a-z])", r"\1\\b\2", words) + ")"
        for name, words in _SIDES.items()
    )
    + r"|(?P<from>\bfrom\b)"
    r"|(?P<start>에서|부터)"
    r"|(?P<next>\bto(?:wards?)?\b|\bthen\b|\binto\b|\bvia\b|\bthrough\b|\bpast\b|\bover\b"
    r"|\bround\b|\baround\b|\band\b|,|→|->|으로|[쪽편]?로\b|까지|거쳐|지나)",
    re.IGNORECASE,
)
_CIRCLE = re.compile(
    r"\bcircl|\borbit|\brotat|\bspin|\bspiral|\bturns?\b|\brevol|\blaps?\b|\bclockwise"
    r"|clockwise\b|\b(?:a|)round\s+(?:me|us|(?:my|the|your)\s+(?:head|ears?|listener))|\baround$"
    r"|\b360\b|바퀴|빙글|빙빙|주위|주변|시계|원을|원형|회전|돌아|돌면|돌려|돌게",
    re.IGNORECASE,
)
_FORTH = re.compile(
    r"back and forth|to and fro|side to side|ping[- ]?pong|\bbetween\b|왔다\s?갔다|왔다\s?가",
    re.IGNORECASE,
)
_ANTI = re.compile(r"anti-?\s?clockwise|counter-?\s?clockwise|반시계|시계\s?반대", re.IGNORECASE)
_NUMBERS = {
    "once|one|한": 1,
    "twice|two|두": 2,
    "thrice|three|세": 3,
    "four|네": 4,
    "five|다섯": 5,
    "six|여섯": 6,
    "eight|여덟": 8,
    "ten|열": 10,
}
_COUNT = re.compile(
    r"(?P<digits>\d{1,4})\s*(?:times|turns?|circles|laps|revolutions|rotations|x\b|바퀴|번|회)"
    r"|\b(?P<word>once|twice|thrice)\b"
    r"|\b(?P<spelt>one|two|three|four|five|six|eight|ten)\s+(?:full\s+)?"
    r"(?:times?|turns?|circles?|laps?|rev|rot)"
    r"|(?P<korean>한|두|세|네|다섯|여섯|여덟|열)\s?(?:바퀴|번)",
    re.IGNORECASE,
)
_SLOWLY = re.compile(r"\bslow|천천히|느리|느릿|서서히", re.IGNORECASE)
_QUICKLY = re.compile(r"\bfast|\bquick|\brapid|빨리|빠르|빠른", re.IGNORECASE)
_NEARBY = re.compile(r"\bclose\b|\bnear|\bears?\b|\bwhisper|가까|귀", re.IGNORECASE)
_AWAY = re.compile(r"\bfar\b(?!\s+(?:left|right))|distan|far away|멀|먼", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """A unit vector (right, front, up) at ``share`` 0..1 of the sound; ``distance`` is metres."""

    share: float
    vector: tuple[float, float, float]
    distance: float = ARM

    @property
    def azimuth(self) -> float:
        """Degrees clockwise from ahead."""
        return math.degrees(math.atan2(self.vector[0], self.vector[1]))

    @property
    def elevation(self) -> float:
        """Degrees above the horizon."""
        return math.degrees(math.asin(max(-1.0, min(1.0, self.vector[2]))))


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A path; ``turns`` is how often it goes round the head, with the clock if positive."""

    points: tuple[Point, ...]
    turns: float = 0.0

    @property
    def moves(self) -> bool:
        """Whether it goes anywhere."""
        return len(self.points) > 1

    def at(self, share: float) -> Point:
        """Where the sound is at ``share`` of its length."""
        if not self.moves or share <= 0:
            return self.points[0]
        index = int(np.searchsorted([point.share for point in self.points], share))
        if index >= len(self.points):
            return self.points[-1]
        before, after = self.points[index - 1], self.points[index]
        part = (share - before.share) / (after.share - before.share)
        vector = _arc(np.array(before.vector), np.array(after.vector), part)
        distance = before.distance + (after.distance - before.distance) * part
        return _point(share, vector, distance)


def default() -> Trajectory:
    """A half circle from left to right, past the front."""
    return _through([np.array(PLACES["left"], float), np.array(PLACES["right"], float)], ARM, False)


def place(point: Point) -> str:
    """The nearest of ten plain places: "left", "front left", "above" and so on."""
    if abs(point.elevation) > 60:
        return "above" if point.elevation > 0 else "below"
    return _SECTORS[round(point.azimuth / 45) % 8]


def understood(words: str, seconds: float) -> Trajectory | None:
    """The path that ``words`` mean for a sound of ``seconds``; None where they mean none.

    >>> path = understood("from left to right", 4.0)
    >>> [round(path.at(share).azimuth) for share in (0, 0.25, 0.5, 0.75, 1)]
    [-90, -45, 0, 45, 90]
    """
    text = " ".join(words.lower().split())[:300]
    distance = NEAR if _NEARBY.search(text) else FAR if _AWAY.search(text) else ARM
    places = _places(text)
    period = SLOW if _SLOWLY.search(text) else FAST if _QUICKLY.search(text) else USUAL
    count = _counted(text)
    if _FORTH.search(text):
        ends = places[:2] if len(places) >= 2 else [np.array(PLACES[e], float) for e in _ENDS]
        ways = 2 * count if count else max(2, round(2 * seconds / period))
        return _through([ends[way % 2] for way in range(min(ways, MOST_TURNS) + 1)], distance)
    if len(places) < 2 and _CIRCLE.search(text):
        turns = count or max(1, round(seconds / period))
        return _circle(places, min(turns, MOST_TURNS), bool(_ANTI.search(text)), distance)
    if not places:
        return None
    return _through(places, distance, bool(_ANTI.search(text)))


_ENDS = ("left", "right")


def _places(text: str) -> list[Vector]:
    """The places named, in the order in which they are passed.

    Words without a connective between them are one place: "behind me on the left".
    """
    groups: list[list[str]] = [[]]
    first = -1
    for token in _TOKENS.finditer(text):
        kind = str(token.lastgroup)
        if kind == "from":
            groups.append([])
            first = len(groups) - 1
        elif kind == "start":
            if len(groups) > 1 and groups[-1]:
                first = len(groups) - 1
            groups.append([])
        elif kind == "next":
            # "45 degrees to the left", "90도로 왼쪽": the angle waits for its side.
            if not _only_angle(groups[-1]):
                groups.append([])
        else:
            named = token["degrees"] if kind == "degrees" else kind
            # "왼쪽에서 45도" is one place too.
            if kind == "degrees" and not groups[-1] and len(groups) == 2 and len(groups[0]) == 1:
                groups = [[*groups[0]]]
            elif token[0].startswith("over"):
                groups.append([])
            groups[-1].append(named)
    if 0 < first < len(groups):
        groups.insert(0, groups.pop(first))
    vectors = (_direction(group) for group in groups if group)
    return [vector for vector in vectors if vector is not None]


def _only_angle(group: list[str]) -> bool:
    return len(group) == 1 and group[0] not in PLACES


def _direction(group: list[str]) -> Vector | None:
    """One direction of words such as ["45", "left"] or ["behind", "left"]; None for none."""
    sides = [word for word in group if word in PLACES]
    angles = [float(word) for word in group if word not in PLACES]
    if angles:
        turned = math.radians(angles[0])
        if "above" in sides or "below" in sides:
            up = math.sin(turned) * (1 if "above" in sides else -1)
            flat = sum(
                (np.array(PLACES[s], float) for s in sides if PLACES[s][2] == 0), np.zeros(3)
            )
            flat = flat if flat.any() else np.array(PLACES["front"], float)
            return np.asarray(flat / np.linalg.norm(flat) * math.cos(turned) + [0, 0, up])
        # "45 degrees behind left" is counted from behind.
        front = -1.0 if "behind" in sides and ({"left", "right"} & set(sides)) else 1.0
        if sides == ["behind"]:
            return np.array([0.0, -1.0, 0.0])
        way = -1.0 if "left" in sides else 1.0
        return np.array([way * math.sin(turned), front * math.cos(turned), 0.0])
    total = sum((np.array(PLACES[side], float) for side in dict.fromkeys(sides)), np.zeros(3))
    length = float(np.linalg.norm(total))
    return total / length if length > 1e-6 else None


def _counted(text: str) -> int:
    """How many turns were asked for; 0 where no number is given."""
    match = _COUNT.search(text)
    if match is None:
        return 0
    if match["digits"]:
        return int(match["digits"])
    word = match["word"] or match["spelt"] or match["korean"]
    return next(n for words, n in _NUMBERS.items() if word in words.split("|"))


def _circle(places: list[Vector], turns: int, anti: bool, distance: float) -> Trajectory:
    """So many turns around the head, from the place named or from ahead."""
    start = places[0] if places else np.array(PLACES["front"], float)
    leaning = math.radians(LEANING) * float(np.sign(start[2]))
    begin = math.atan2(start[0], start[1]) if np.hypot(start[0], start[1]) > 1e-6 else 0.0
    up = np.array([0.0, 0.0, math.sin(leaning)])
    way = -1.0 if anti else 1.0
    steps = 4 * turns
    points = []
    for step in range(steps + 1):
        angle = begin + way * step * math.pi / 2
        flat = np.array([math.sin(angle), math.cos(angle), 0.0]) * math.cos(leaning)
        points.append(_point(step / steps, flat + up, distance))
    return Trajectory(tuple(points), way * turns)


def _through(places: list[Vector], distance: float, anti: bool = False) -> Trajectory:
    """The path through ``places`` at an even pace."""
    stops = [places[0]]
    for before, after in pairwise(places):
        if float(before @ after) < -0.999:
            stops.append(_between(before, anti))
        if float(before @ after) < 0.999:
            stops.append(after)
    lengths = [math.acos(max(-1.0, min(1.0, float(a @ b)))) for a, b in pairwise(stops)]
    shares = np.concatenate([[0.0], np.cumsum(lengths)]) / max(sum(lengths), 1e-9)
    return Trajectory(
        tuple(
            _point(float(share), stop, distance) for share, stop in zip(shares, stops, strict=True)
        )
    )


def _between(before: Vector, anti: bool) -> Vector:
    """Where to pass on the way to the opposite place: ahead, or on the right."""
    ahead = np.array(PLACES["behind" if anti else "front"], float)
    if abs(float(before @ ahead)) < 0.5:
        beside = ahead - before * float(before @ ahead)
    else:
        right = np.array(PLACES["left" if anti else "right"], float)
        beside = right - before * float(before @ right)
    return np.asarray(beside / np.linalg.norm(beside))


def _arc(before: Vector, after: Vector, part: float) -> Vector:
    """The point at ``part`` of the shorter arc between two unit vectors."""
    angle = math.acos(max(-1.0, min(1.0, float(before @ after))))
    if angle < 1e-6:
        return after
    mixed = before * math.sin((1 - part) * angle) + after * math.sin(part * angle)
    return np.asarray(mixed / math.sin(angle))


def _point(share: float, vector: Vector, distance: float) -> Point:
    return Point(share, (float(vector[0]), float(vector[1]), float(vector[2])), distance)
