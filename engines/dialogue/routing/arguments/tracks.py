"""What to part: the speakers of a recording, two who talk at once, or the voice and its music."""

from __future__ import annotations

import re

_MUSIC = re.compile(
    r"\b(?:vocals?|sing(?:er|ing)s?|instrumentals?|instruments?|karaoke|music|song|a ?cappella"
    r"|backing"
    r"|accompaniment|stems?|beat|drums?|guitar|piano|band|mr)\b"
    r"|보컬|반주|노래|음악|가라오케|노래방|악기|가수|(?<![A-Za-z])MR",
    re.IGNORECASE,
)


_AT_ONCE = re.compile(
    r"\b(?:at|in) the same (?:time|moment)|\bat once\b|\bover (?:each other|one another)\b|overlap"
    r"|\bsimultaneous|\bcocktail party|\bdisentangl|\buntangle|\bcross ?talk|\binterrupt"
    r"|동시에|한꺼번에|겹쳐|겹친|겹치",
    re.IGNORECASE,
)


def tracks(masked: str) -> str:
    """One of the choices of speech_separation's ``tracks``."""
    if _MUSIC.search(masked[:1000]):
        return "voice and music"
    return "two at once" if _AT_ONCE.search(masked[:1000]) else "speakers"
