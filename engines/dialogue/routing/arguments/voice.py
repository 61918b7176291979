"""The manner of speaking that is asked for: whose voice, and how fast."""

from __future__ import annotations

import re

SPEED = re.compile(
    r"\b(?:(?P<word>slowly|slower|quickly|quicker|faster|fast)|at (?P<share>half|double|twice)"
    r"(?: the)? (?:speed|pace)"
    # "at 9" and "at 1.30" are times of day: a pace says what it is, or is one, as 1.5 or 0.75.
    r"|(?:speed |at (?=[012]\.(?:\d|25|75)\b|\S{1,4}\s?(?:x|times|speed)\b))"
    r"(?P<times>\d(?:\.\d{1,2})?)(?:\s?x|\s+times)?(?: (?:the )?speed)?"
    r"|(?P<factor>\d(?:\.\d{1,2})?)\s?x(?: speed)?|x\s?(?P<by>\d(?:\.\d{1,2})?))\b"
    r"|(?P<korean>천천히|느리게|느린|느릿느릿|빠르게|빨리|빠른)"
    r"|(?P<bae>\d(?:\.\d{1,2})?)\s?배속?(?:으?로)?",
    re.IGNORECASE,
)
_PACES = {
    "slow": 0.8,
    "quick": 1.25,
    "fast": 1.25,
    "half": 0.5,
    "double": 2.0,
    "twice": 2.0,
    "천천": 0.8,
    "느": 0.8,
    "빠": 1.25,
    "빨": 1.25,
}
VOICE = re.compile(
    r"\b(?:in|with|using)\s+(?:(?:the\s+)?voice\s+(?:of\s+)?(?:(?:a|the)\s+)?"
    r"(?!of\b|this\b|that\b|these\b|those\b|my\b|his\b|her\b|in\b|from\b|a\d)"
    r"(?P<name>(?:(?:british|american)\s+(?=man|woman|male|female))?\w+)"
    r"|(?:an?|the)\s+(?P<kind>(?:british|american|male|female|man's|woman's)(?:\s+(?:male"
    r"|female))?)"
    r"\s+(?:voice|accent)"
    r"|(?P<whose>(?!this|that|same|the|his|her|my|your|our|their|whose|its)[a-z]{2,20})'s voice)\b",
    re.IGNORECASE,
)
KOREAN_VOICE = re.compile(
    r"(?P<accent>영국|미국)?\s?(?P<sex>남자|남성|여자|여성)?\s?(?:사람\s)?(?P<what>목소리|음성"
    r"|억양|발음)로"
    r"(?=[\s,.!]|$)"
)
_KOREAN_SEX = {"남자": "male", "남성": "male", "여자": "female", "여성": "female"}
_ACCENT = {"영국": "british", "미국": "american"}


def manner(masked: str) -> dict[str, object]:
    """The voice and the speed a clause asks for, as arguments of text_to_speech.

    >>> manner("read it slowly in the voice of Emma")
    {'voice': 'emma', 'speed': 0.8}
    """
    asked: dict[str, object] = {}
    if voice := _voice(masked):
        asked["voice"] = voice
    if (speed := speed_of(masked)) is not None:
        asked["speed"] = speed
    return asked


def _voice(masked: str) -> str:
    if voice := VOICE.search(masked):
        kind = (voice["kind"] or "").lower().replace("man's", "man")
        return voice["name"].lower() if voice["name"] else kind or voice["whose"].lower()
    if voice := KOREAN_VOICE.search(masked):
        parts = (_ACCENT.get(voice["accent"] or ""), _KOREAN_SEX.get(voice["sex"] or ""))
        return " ".join(part for part in parts if part)
    return ""


def speed_of(masked: str) -> float | None:
    """The pace asked for, 1 being the voice's own; None if none is."""
    if not (speed := SPEED.search(masked)):
        return None
    if times := speed["times"] or speed["factor"] or speed["by"] or speed["bae"]:
        return float(times)
    word = (speed["word"] or speed["share"] or speed["korean"]).lower()
    return next(pace for stem, pace in _PACES.items() if word.startswith(stem))


def without(masked: str) -> str:
    """The clause without the words that ask for a voice or a speed."""
    return KOREAN_VOICE.sub("", SPEED.sub("", VOICE.sub("", masked)))
