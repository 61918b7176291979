"""How a sound of a scene is told to be: how many, how near, how loud, when, for how long.

English and Korean; the words are in ``wording.toml``, numbers and times here.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from engines.scenes.scene import Room

Bears = Literal["before", "after", "either"]
_FLAGS = re.IGNORECASE

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "once": 1, "twice": 2, "thrice": 3, "a couple of": 2,
    "a pair of": 2, "several": 4, "a few": 3, "some": 3, "many": 8, "lots of": 8, "a lot of": 8,
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "여러": 4, "몇": 3, "많은": 8,
}  # fmt: skip
_MANY = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SECONDS = r"(?P<{0}>\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|a|an|half a)"
_UNIT = r"[\s-]*(?P<{0}u>s\b|secs?\b|seconds?\b|minutes?\b|mins?\b|m\b|초|분)"


@dataclass(frozen=True, slots=True)
class Modifier:
    """What was said of a sound, by ``kind``, and where: characters ``start`` to ``end``.

    Kinds: "count", "metres", "side", "muffled", "gain", "motion", "at" (s from the start), "for"
    (s), "every" (s), "end" (of the scene), "often", "fade" and "room".
    """

    kind: str
    value: float | str
    bears: Bears
    start: int
    end: int


_COUNT = re.compile(
    rf"(?<![\w.])(?P<n>\d{{1,2}}|{_MANY})(?:\s*(?P<times>times|번|차례|회)|\s+(?=[a-z가-힣])|\s*(?:마리|명|대|개)의?)?",
    _FLAGS,
)
_TIMED = (
    (
        "every",
        re.compile(rf"\bevery {_SECONDS.format('n')}{_UNIT.format('n')}|(?P<k>\d+)초마다", _FLAGS),
    ),
    (
        "at",
        re.compile(
            rf"\b(?:after|at|starting at|beginning at|from) (?:the )?{_SECONDS.format('n')}"
            rf"{_UNIT.format('n')}|(?P<k>\d+)초 ?(?:후에?|뒤에?|에|부터)",
            _FLAGS,
        ),
    ),
    (
        "for",
        re.compile(
            rf"(?:\bfor |\blasting |\babout |\baround )?{_SECONDS.format('n')}{_UNIT.format('n')}"
            r"(?: long| of)?|(?P<k>\d+)초(?: ?동안|간|짜리)?",
            _FLAGS,
        ),
    ),
)
FILE = Path(__file__).with_name("wording.toml")


@dataclass(frozen=True, slots=True)
class _Told:
    pattern: re.Pattern[str]
    kind: str
    value: float | str
    bears: Bears


def modifiers(text: str) -> list[Modifier]:
    """What is told of sounds in a text, in its order; what overlaps an earlier find is left out."""
    taken: list[tuple[int, int]] = []
    found: list[Modifier] = []
    for each in _all(text):
        if all(each.end <= start or each.start >= end for start, end in taken):
            taken.append((each.start, each.end))
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def room(text: str) -> Room:
    """What the scene is heard in, where it is told."""
    rooms = (told for told in _table() if told.kind == "room" and told.pattern.search(text))
    return cast(Room, next((told.value for told in rooms), ""))


@functools.cache
def empty() -> frozenset[str]:
    """Words that say nothing of what sounds."""
    words = tomllib.loads(FILE.read_text("utf-8"))["empty"]
    return frozenset(f"{words['english']} {words['korean']}".split())


@functools.cache
def _table() -> tuple[_Told, ...]:
    return tuple(
        _Told(
            re.compile("|".join((*each["english"], *each["korean"]))),
            each["kind"],
            each["value"],
            each["bears"],
        )
        for each in tomllib.loads(FILE.read_text("utf-8"))["told"]
    )


def _all(text: str) -> Iterator[Modifier]:
    for kind, timed in _TIMED:
        for match in timed.finditer(text):
            yield Modifier(kind, _seconds(match), "either", match.start(), match.end())
    for told in _table():
        for match in told.pattern.finditer(text):
            yield Modifier(told.kind, told.value, told.bears, match.start(), match.end())
    for match in _COUNT.finditer(text):
        word = match["n"].lower()
        times = match["times"] or word in ("once", "twice", "thrice")
        number = float(_NUMBERS.get(word) or word)
        bears: Bears = "before" if times else "after"
        yield Modifier("count", min(number, 20.0), bears, match.start(), match.end())


def _seconds(match: re.Match[str]) -> float:
    if match["k"]:
        return float(match["k"])
    word = match["n"].lower()
    value = {"a": 1.0, "an": 1.0, "half a": 0.5}.get(word) or float(_NUMBERS.get(word) or word)
    return value * (60.0 if match["nu"].lower().startswith(("m", "분")) else 1.0)
