"""What to part: the speakers of a recording, or the voice and its music."""

from __future__ import annotations

import re

_MUSIC = re.compile(
    r"\b(?:vocals?|sing(?:er|ing)s?|instrumentals?|instruments?|karaoke|music|song|a ?cappella"
    r"|backing"
    r"|accompaniment|stems?|beat|drums?|guitar|piano|band|mr)\b"
    r"|보컬|반주|노래|음악|가라오케|노래방|악기|가수|(?<![A-Za-z])MR",
    re.IGNORECASE,
)


def tracks(masked: str) -> str:
    """One of the choices of speech_separation's ``tracks``."""
    return "voice and music" if _MUSIC.search(masked[:1000]) else "speakers"
