"""A message cut into its requests: "clean this, then transcribe it and read it aloud"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from engines.dialogue.routing.arguments import words
from engines.dialogue.routing.asking import JOINT, KOREAN_JOINT, forms
from engines.dialogue.routing.quotes import MASK, masked

#: Whether each of several pieces asks for something, as far as can be told from it alone.
Asks = Callable[[Sequence[str]], Sequence[bool]]
#: A message has at most this many pieces: eight steps can be asked for, and each may be explained.
_MOST = 24


def clauses(text: str, asks: Asks) -> list[str]:
    """The text cut where a new request begins; what is in quotes is never cut.

    It is cut only between pieces that both ask for something. What asks for nothing goes with the
    request before it, or else with the one after it.
    """
    blank = masked(text)
    bounds = _bounds(blank)
    pieces = [text[start:end].strip() for start, end in bounds]
    if len(pieces) < 2:
        return [piece for piece in pieces if piece]
    requests = [
        asked and bool(forms(masked(piece)) or _goes_on(piece))
        for asked, piece in zip(asks(pieces), pieces, strict=True)
    ]
    found: list[tuple[int, int, bool]] = []
    for (start, end), is_request in zip(bounds, requests, strict=True):
        if not found:
            found.append((start, end, is_request))
            continue
        first, _, asked = found[-1]
        if _has_words_of_its_own(text[first:start]) and not _says_it_again(blank[start:end]):
            found[-1] = (first, bounds[-1][1], asked)
            break  # "say" with unquoted words: all that follows is to be spoken too
        if asked and is_request:
            found.append((start, end, True))
        else:
            found[-1] = (first, end, asked or is_request)
    cut = [text[start:end].strip() for start, end, _ in found]
    return [piece for piece in cut if piece.strip(" \t\n,.;:!?…—–")] or [text.strip()]


def _bounds(blank: str) -> list[tuple[int, int]]:
    """Where the pieces between joints lie: of an English joint neither has a part."""
    cuts = [(joint.start(), joint.end()) for joint in JOINT.finditer(blank)]
    cuts += [
        # The verb keeps its ending: "받아쓰고".
        (joint.start() + len(joint[0].split("그")[0].rstrip(" ,\t\n")), joint.end())
        for joint in KOREAN_JOINT.finditer(blank)
    ]
    bounds: list[tuple[int, int]] = []
    start = 0
    for left, right in sorted(cuts):
        if left < start or not blank[right:].strip():
            continue
        if len(bounds) == _MOST:
            break
        bounds.append((start, left))
        start = right
    bounds.append((start, len(blank)))
    return bounds


def _goes_on(piece: str) -> bool:
    """Whether a Korean verb ends it that has another one follow."""
    return re.search(r"[가-힣](?:고|고\s나서|서|\s다음에?|\s뒤에?|\s후에?)$", piece) is not None


def _says_it_again(blank: str) -> bool:
    """Whether a piece wants the words before it once more: "say hello, then say it slower"."""
    again = re.match(r"\s*(?:say|speak) (?:it|that|this)\b.*\w{3}", blank, re.IGNORECASE)
    return again is not None and words.SAY_RESULT.match(blank) is not None


def _has_words_of_its_own(clause: str) -> bool:
    blank = masked(clause)
    asks = words.SAY.match(blank) or words.MAKE_SPEECH.match(blank)
    return bool(asks) and MASK not in blank and not words.SAY_RESULT.match(blank)
