"""What people say to be polite: it asks for nothing, and is answered in kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TO_US = r"(?:\s*,?\s*(?:there|earshot|bot|all|everyone|everybody|guys))?"
_PHRASES: Mapping[str, re.Pattern[str]] = {
    code: re.compile(rf"\W*(?:{pattern})\W*", re.IGNORECASE)
    for code, pattern in {
        "greeted": rf"(?:hi+|hello+|hey+|yo|howdy|good (?:morning|afternoon|evening)){_TO_US}"
        r"|안녕(?:하세요|하십니까|하신가요)?|하이(?:요)?|반가워(?:요)?|반갑습니다",
        "thanked": r"(?:(?:ok|okay|great|perfect|cool|nice)\W+)?"
        rf"(?:thanks?(?: you)?|thx|ty|cheers)(?:\W+(?:so much|very much|a lot|a bunch))?{_TO_US}"
        r"|(?:정말 |너무 |대단히 )?(?:고마워(?:요)?|고맙습니다|감사(?:해요|합니다|드려요)?|땡큐)",
        "farewell": rf"(?:good)?\s?(?:bye(?:\W*bye)?|night)|see (?:you|ya)(?: later| soon)?{_TO_US}"
        r"|잘 ?(?:자|가)(?:요)?|안녕히 (?:계세요|가세요|주무세요)|바이바이?",
    }.items()
}


def courtesy(words: str) -> str | None:
    """The phrase that answers mere politeness; None for words that say more, or nothing.

    >>> courtesy("Hello there!"), courtesy("hello, clean this")
    ('greeted', None)
    """
    return next((code for code, said in _PHRASES.items() if said.fullmatch(words)), None)
