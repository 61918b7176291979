"""Times in words: where a gap is in a recording, and how long something is to be, in seconds."""

from __future__ import annotations

import re

_NUMBERS = {
    "half a": 0.5,
    "half": 0.5,
    "a few": 3.0,
    "a couple of": 2.0,
    "one and a half": 1.5,
    "an": 1.0,
    "a": 1.0,
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
    "twelve": 12.0,
    "fifteen": 15.0,
    "twenty": 20.0,
    "thirty": 30.0,
    "forty": 40.0,
    "forty-five": 45.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "ninety": 90.0,
    "반": 0.5,
    "일": 1.0,
    "이": 2.0,
    "삼": 3.0,
    "사": 4.0,
    "오": 5.0,
    "육": 6.0,
    "칠": 7.0,
    "팔": 8.0,
    "구": 9.0,
    "십": 10.0,
    "십오": 15.0,
    "이십": 20.0,
    "삼십": 30.0,
    "사십": 40.0,
    "오십": 50.0,
    "육십": 60.0,
}
#: By how they begin, those that begin alike after the longer ones.
_UNITS = {"ms": 0.001, "mil": 0.001, "m": 60.0, "h": 3600.0, "시간": 3600.0, "분": 60.0}
_WORDS = "|".join(sorted((re.escape(word) for word in _NUMBERS), key=len, reverse=True))
_FIGURE = r"\d{1,6}(?:\.\d{1,9})?"
_UNIT = (
    r"(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|min|m|hours?|h)(?![A-Za-z])"
    r"|초|분|시간"
)
#: A time with its unit, as ``{name}``: "1m20s", "0:05", "half a second", "2.3 s", "1분 20초".
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?"
_MIXED = (
    rf"{_FIGURE}\s*(?:minutes?|mins?|m|분)\s*(?:and\s+)?{_FIGURE}\s*"
    r"(?:(?:seconds?|secs?|s)(?![A-Za-z])|초)"
)
_ONE = rf"(?:{_FIGURE}|(?<![A-Za-z가-힣])(?:{_WORDS}))[\s-]{{0,2}}(?:{_UNIT})"
_TIME = rf"(?:{_MIXED}|{_CLOCK}|{_ONE})"
_LOOSE = rf"(?:{_MIXED}|{_CLOCK}|{_ONE}|{_FIGURE})"
_FLAGS = re.IGNORECASE
_PARTS = re.compile(rf"({_FIGURE}|{_WORDS})[\s-]{{0,2}}({_UNIT})?", _FLAGS)

_SPANS = (
    re.compile(
        rf"(?:from|between|starting at)\s+(?:about\s+)?({_LOOSE})\s*"
        rf"(?:to|till|until|and|through|up to|-|–|~)\s*(?:about\s+)?({_LOOSE})",
        _FLAGS,
    ),
    re.compile(rf"({_LOOSE})\s*(?:부터|에서|~|-)\s*({_LOOSE})\s*(?:까지|사이|구간)", _FLAGS),
    re.compile(rf"(?<![\d.:])({_LOOSE})\s*(?:-|–|~|to)\s*({_TIME})", _FLAGS),
    re.compile(rf"({_LOOSE})\s*(?:와|과|이랑|하고)\s*({_LOOSE})\s*사이", _FLAGS),
)
_AT_FOR = (
    re.compile(
        rf"(?:at|from|after|starting at|around)\s+(?:about\s+)?({_TIME})\D{{0,24}}?"
        rf"\b(?:for|lasting|long|of)?\s*(?:about\s+)?({_TIME})",
        _FLAGS,
    ),
    re.compile(
        rf"({_TIME})\s*(?:부터|에서|지점에서|지점부터|쯤부터)\s*({_TIME})\s*(?:동안|간|정도|길이)?",
        _FLAGS,
    ),
)
_LONG_AT = re.compile(
    rf"({_TIME})(?:[\s-]long)?\s+(?:gap|hole|dropout|silence|break|glitch"
    rf"|click)\D{{0,20}}?\bat\s+({_TIME})",
    _FLAGS,
)
_FIRST = re.compile(rf"\bfirst\s+({_TIME})|(?:처음|맨\s?앞|첫)\s*({_TIME})", _FLAGS)
_AT = re.compile(
    rf"\b(?:at|around|near|about|by)\s+(?:the\s+)?({_TIME})|({_TIME})\s*(?:쯤|경|지점|부분|대|에)",
    _FLAGS,
)
_DURATION = (
    re.compile(rf"({_TIME})\s*(?:짜리|동안|길이|간|정도|만(?!들))", _FLAGS),
    re.compile(
        rf"\b(?:for|lasting|of|duration:?|length:?|long:?|last(?:s)?)\s+(?:about\s+)?({_TIME})",
        _FLAGS,
    ),
    re.compile(rf"({_TIME})\s*(?:long|of|clip|loop|worth|audio|sound|piece|track)?", _FLAGS),
)


def seconds(time: str, unit: str = "") -> float:
    """A time in seconds; ``unit`` counts where it names none.

    >>> seconds("1m20s"), seconds("0:05"), seconds("half a minute"), seconds("1분 20초")
    (80.0, 5.0, 30.0, 80.0)
    """
    time = time.strip().lower()
    if ":" in time:
        whole = 0.0
        for part in time.split(":"):
            whole = whole * 60 + float(part)
        return whole
    total = 0.0
    for amount, named in _PARTS.findall(time):
        number = _NUMBERS.get(amount)
        total += (float(amount) if number is None else number) * _unit(named or unit)
    return round(total, 6)


def _unit(named: str) -> float:
    """How many seconds a unit is; a second where none is named."""
    return next((length for stem, length in _UNITS.items() if named.startswith(stem)), 1.0)


def unit_of(time: str) -> str:
    """The unit a time ends in, if it names one."""
    parts = _PARTS.findall(time.strip().lower())
    return parts[-1][1] if parts else ""


def gap(masked: str) -> dict[str, object]:
    """Where a gap is, as the arguments ``start`` and ``end``; empty where no time is named."""
    text = masked[:1000]
    for pattern in _SPANS:
        if span := pattern.search(text):
            unit = "" if ":" in span[2] else unit_of(span[2])
            start, end = seconds(span[1], unit), seconds(span[2], unit)
            if end > start:
                return {"start": start, "end": end}
    for pattern in _AT_FOR:
        if span := pattern.search(text):
            start = seconds(span[1])
            return {"start": start, "end": round(start + seconds(span[2]), 6)}
    if span := _LONG_AT.search(text):
        start = seconds(span[2])
        return {"start": start, "end": round(start + seconds(span[1]), 6)}
    if first := _FIRST.search(text):
        return {"start": 0.0, "end": seconds(first[1] or first[2])}
    if at := _AT.search(text):
        return {"start": seconds(at[1] or at[2])}
    return {}


def duration(masked: str) -> tuple[float, tuple[int, int]] | None:
    """How long something is to be, and where in the text that is said; None if it is not."""
    text = masked[:1000]
    for pattern in _DURATION:
        if named := pattern.search(text):
            return seconds(named[1]), named.span()
    return None
