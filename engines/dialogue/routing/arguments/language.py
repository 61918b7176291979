"""Which language is meant: the one spoken in a recording, or the one to translate into."""

from __future__ import annotations

import re

from engines.dialogue.routing.asking import SOUND
from engines.dialogue.routing.concepts import affirmed
from engines.speech.languages import language_code

KOREAN_NAMES = {
    "영어": "en",
    "한국어": "ko",
    "한국말": "ko",
    "우리말": "ko",
    "한글": "ko",
    "일본어": "ja",
    "일본말": "ja",
    "일어": "ja",
    "중국어": "zh",
    "중국말": "zh",
    "독일어": "de",
    "독어": "de",
    "프랑스어": "fr",
    "불어": "fr",
    "스페인어": "es",
    "이탈리아어": "it",
    "러시아어": "ru",
    "포르투갈어": "pt",
    "베트남어": "vi",
    "태국어": "th",
    "아랍어": "ar",
    "인도네시아어": "id",
    "힌디어": "hi",
    "터키어": "tr",
    "튀르키예어": "tr",
    "네덜란드어": "nl",
    "폴란드어": "pl",
    "우크라이나어": "uk",
    "몽골어": "mn",
    "스웨덴어": "sv",
    "그리스어": "el",
    "히브리어": "he",
    "체코어": "cs",
    "라틴어": "la",
    "광둥어": "yue",
}
_KOREAN = r"(" + "|".join(sorted(KOREAN_NAMES, key=len, reverse=True)) + r")"
_TONGUE = r"([A-Za-z]{4,})"
_UNKNOWN = re.compile(r"\b(?:in|to) ([A-Z][a-z]{3,30})[\s.!?]*$")
_SPOKEN = re.compile(
    rf"\b(?:in|as|from|is|it's|speaks?|speaking|spoken|language:?)\s+(?=[a-z]){_TONGUE}\b"
    rf"|\b{_TONGUE}\s+{SOUND}|\blanguage(?: is|:| code)\s*([a-z]{{2}})\b(?!\s+\w)",
    re.IGNORECASE,
)
_KOREAN_SPOKEN = re.compile(rf"{_KOREAN}")
#: Languages to translate into, from the surest wording on.
_INTO = (
    re.compile(
        rf"\b(?:into|to)\s+(?:(?:plain|simple|proper|natural)\s+)?{_TONGUE}\b"
        r"|\b(?:into|to)\s+([a-z]{2})\b(?!\s+\w)|->\s*([a-z]{2,12})\b|→\s*([a-z]{2,12})\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_TONGUE}\s+(?:meaning|translation|version|subtitles|captions|text|please|pls)\b"
        rf"|\bthe\s+{_TONGUE}\s+(?:of|for)\b"
        rf"|\bi (?:can )?(?:only |just )?(?:speak|know|read|understand)\s+(?:only )?{_TONGUE}\b",
        re.IGNORECASE,
    ),
)
_IN = re.compile(rf"\b(?:in|as)\s+(?:(?:plain|simple)\s+)?{_TONGUE}\b", re.IGNORECASE)
_FROM = re.compile(
    rf"\b(?:from|(?:it's|its|is|was|they're|are)\s+(?:all |only |entirely )?|speaks?|speaking"
    rf"|spoken|talking) ?(?:in )?{_TONGUE}|\b{_TONGUE}[- ](?:speaking|speaker)|\b(?:this|the"
    rf"|that|my)\s+{_TONGUE}\s+{SOUND}",
    re.IGNORECASE,
)
_KOREAN_INTO = re.compile(rf"{_KOREAN}\s?(?:으?로|버전|번역|자막|뜻)")


def spoken(masked: str) -> str | None:
    """The language a recording is said to be in, as a code; None if none is named.

    A name that is no language we know is given as it is: the engine says that it does not know it.
    """
    found: str | None = None
    for named in _SPOKEN.finditer(masked):
        found = language_code(named[1] or named[2] or named[3]) or found
    if found is None and (korean := _KOREAN_SPOKEN.search(masked)):
        return KOREAN_NAMES[korean[1]]
    if found is None and (unknown := _UNKNOWN.search(masked)):
        return unknown[1]
    return found


def target(masked: str) -> str | None:
    """The language to translate into, as a code; None if none is named.

    >>> target("he left it in Portuguese, I'd like to read it in English"), target("into German")
    ('en', 'de')
    """
    text = affirmed(masked)
    for pattern in _INTO:
        for named in pattern.finditer(text):
            word = next(group for group in named.groups() if group is not None)
            if code := language_code(word):
                return code
    if korean := _KOREAN_INTO.search(text):
        return KOREAN_NAMES[korean[1]]
    sources = {word.lower() for named in _FROM.finditer(text) for word in named.groups() if word}
    for named in reversed(list(_IN.finditer(text))):
        if (code := language_code(named[1])) and named[1].lower() not in sources:
            return code
    if unknown := _UNKNOWN.search(text):
        return None if language_code(unknown[1]) else unknown[1]
    for word in re.findall(r"\b[A-Z][a-z]{4,20}", text[:400]):
        if word.lower() not in sources and (code := language_code(word)):
            return code  # "English please"
    return None
