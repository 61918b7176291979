"""What a request for a transcript says of its speakers, and of the words that may be said."""

from __future__ import annotations

import re

_NAME = r"[A-Z가-힣][\w'-]*(?: [A-Z][\w'-]*)?"
_AND = r"\s*(?:,\s*(?:and\s+)?|\band\b|&|와|과|하고)\s*"
_SPEAKERS = re.compile(
    r"\b(?:speakers?|voices?|people(?: (?:speaking|talking|in (?:it|there)))?|(?:it|that)'s)"
    rf"\s*(?:are|were|is|:|=)?\s*(?P<names>{_NAME}(?:{_AND}{_NAME})+)"
    rf"|\b(?:between|with)\s+(?P<between>{_NAME}{_AND}{_NAME})"
    rf"|\bspeaker(?:'s name)?\s*(?:is|was|:|=)\s*(?P<one>{_NAME})(?=\W*$)"
    r"|말하는 사람[은이들]*\s*(?P<korean>[가-힣\w]+(?:\s*[,와과]\s*[가-힣\w]+)+?)"
    r"\s*(?:[.!]|$)"
)
_NUMBERED = re.compile(rf"\b(?i:speaker)\s*(?P<number>[1-9])\s*(?:is|was|:|=)\s*(?P<name>{_NAME})")
_VOCABULARY = re.compile(
    r"(?:\b(?:vocabulary|glossary|key ?words|(?:names|terms|words) (?:used|said|in it|to expect"
    r"|that (?:may|might) (?:be said|occur|come up)))\s*(?:are|is|:|=)|\bspell (?:it|them))"
    r"\s*(?P<words>[^.;\n\0]{2,200})"
    r"|(?:용어|단어)[는은]?\s*[:=]\s*(?P<korean>[^.;\n\0]{2,200})",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:no|nope|sorry|actually|the|and|in it|there)\b|아니[야요]?", re.IGNORECASE
)
_ENDING = re.compile(r"(?:이야|야|예요|이에요|입니다)$")


def names(masked: str) -> str | None:
    """The speakers, in the order given.

    >>> names("transcribe this, the speakers are Ann and Bob"), names("what do the speakers say")
    ('Ann, Bob', None)
    >>> names("speaker 2 is Bob")
    'Speaker 1, Bob'
    """
    if numbered := {
        int(each["number"]): each["name"] for each in _NUMBERED.finditer(masked[:1000])
    }:
        places = range(1, max(numbered) + 1)
        return ", ".join(numbered.get(place, f"Speaker {place}") for place in places)
    found = _SPEAKERS.search(masked[:1000])
    if not found:
        return None
    given = next(group for group in found.groups() if group is not None)
    if found["korean"]:
        given = _ENDING.sub("", given)
    return ", ".join(part for part in re.split(_AND, given) if part)


def only_names(masked: str) -> bool:
    """Whether a clause says who the speakers are, and nothing else.

    >>> only_names("no, the speakers are Ann and Bob."), only_names("speakers: Ann, Bob; clean it")
    (True, False)
    """
    rest = _NUMBERED.sub(" ", _SPEAKERS.sub(" ", masked[:1000]))
    return len(rest) < len(masked) and not re.search(r"\w", _ASIDE.sub(" ", rest))


def vocabulary(masked: str) -> str | None:
    """Words to be spelled so.

    >>> vocabulary("transcribe it, vocabulary: Kokoro, Whisper"), vocabulary("transcribe it")
    ('Kokoro, Whisper', None)
    """
    found = _VOCABULARY.search(masked[:1000])
    return (found["words"] or found["korean"]).strip(" ,\"'") if found else None
