"""Where a recording is to be heard from, and how it moves, in the asker's own words."""

from __future__ import annotations

import re

_PLACE = re.compile(
    r"\b(?:(?:from|to|on|at|in|around|behind|above|below|over|near|towards?|past)\s+)?(?:(?:the"
    r"|my|me|your|a)\s+){0,2}"
    r"(?:(?:far|back|front|upper|lower|hard|slightly)[\s-]+)?"
    r"(?:left|right|front|back|rear|behind|above|below|overhead|over head|head|ears?|circles?"
    r"|circling|clockwise"
    r"|anti-?clockwise|counter-?clockwise|around me|around|orbit(?:s|ing)?|rotat(?:e|es|ing)"
    r"|spin(?:s|ning)?|spiral|front of me|center|centre|side|\d{1,3}\s?(?:degrees?|°|deg)"
    r"(?:\s+(?:to (?:the|my))?\s*(?:left|right))?)\b(?:\s+(?:side|ear|of me|me|my head|the head"
    r"|the listener))?"
    r"|\d{1,3}\s?(?:도|°)|(?<![가-힣])(?:왼쪽|오른쪽|좌측|우측|왼|오른|앞|뒤|위|아래|머리|정면"
    r"|가운데|한\s?바퀴|주위|주변|시계\s?반대\s?방향|시계\s?방향|빙글빙글|빙빙|원)"
    r"(?:쪽|편)?(?:\s?(?:귀|주위|주변|위))?(?:을|를|에서|으로|로|에|까지|부터)?",
    re.IGNORECASE,
)
_LEADS = re.compile(r"^(?:on|at|in|to)\s+(?:the\s+)?(?=left|right|front|back|rear)", re.IGNORECASE)
_REACH = 40
#: How often it goes round, before or after the words of place.
_COUNT = r"(?:once|twice|(?:\d{1,2}|two|three|four|five|six)\s+(?:times|circles|rounds|turns))"
_COUNTED = re.compile(
    rf"\W{{0,2}}\s*{_COUNT}\b|\s*(?:한|두|세|네|\d{{1,2}})\s?(?:바퀴|번)", re.IGNORECASE
)
_COUNTS = re.compile(
    r"(?:\d{1,2}|two|three|four|five|six)\s+$|(?:두|세|네|\d{1,2})\s?(?:바퀴|번)?\s?$",
    re.IGNORECASE,
)


def path(masked: str) -> str | None:
    """From the first to the last word of place that are near each other; None if there is none.

    >>> path("make it move from left to right please")
    'from left to right'
    """
    text = masked[:1000].replace("right now", "now")
    start = end = -1
    for place in _PLACE.finditer(text):
        if start < 0:
            start, end = place.span()
        elif place.start() - end <= _REACH:
            end = place.end()
        else:
            break
    if start < 0:
        return None
    if counted := _COUNTED.match(text, end):
        end = counted.end()
    if counts := _COUNTS.search(text[:start]):
        start = counts.start()
    return _LEADS.sub("", " ".join(text[start:end].split())) or None
