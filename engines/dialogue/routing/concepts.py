"""What a request's words are about, in English and Korean alike: the vocabulary of the tasks.

A classifier that has read a hundred requests a task has not met every word for "noise". These are
the words, by what they mean for choosing a task; the classifier learns what each is worth. A
concept that is named only to be ruled out ("not the noise", "받아쓰지 말고") counts as another.
"""

from __future__ import annotations

import re

from engines.dialogue.routing.asking import forms
from engines.dialogue.routing.vocabulary import LEXICON, SOUNDS

_FLAGS = re.IGNORECASE

_PATTERNS = {name: re.compile(words, _FLAGS) for name, words in LEXICON.items()}
#: What is ruled out: the words after "not", "instead of"; before "말고", "필요 없".
_NEGATED = re.compile(
    r"\b(?:don'?t|do not|not|no need (?:to|for)|no|without|instead of|rather than|never|skip"
    r"|forget|stop|nobody|nothing to do with|isn't|aren't|no longer)\b"
    r"(?:(?!\b(?:but|just|only|rather)\b)[^,.;:!?\n\"…]){0,60}"
    r"|[^,.;:!?\n\"…]{1,30}?(?:말고|아니라|아니고|필요\s?없[가-힣]{0,4}"
    r"|[가-힣]지 ?않아도(?: ?[돼되][가-힣]{0,2})?"
    r"|안 ?[가-힣]{1,4}(?:\s?[가-힣]{1,2})?도 ?[돼되][가-힣]{0,3}|적 ?없[가-힣]{0,3}"
    r"|지\s?마(?:라|세요)?(?![가-힣])|괜찮[가-힣]{1,4}|대신)",
    _FLAGS,
)


def affirmed(text: str) -> str:
    """The text without what it rules out; as it is where nothing else is left.

    >>> affirmed("don't describe it, list the sounds")
    'list the sounds'
    """
    kept = re.sub(r"\s+", " ", _NEGATED.sub(" ", text[:1000])).strip(" ,.;:!?-")
    return kept if len(kept) >= 4 else text


#: Each word's concepts by the first that fits, for the order in which they are named.
_ORDER = (
    *("nature", "tongue", "noise", "image", "gap", "time", "transcript", "translation", "separate"),
    *("extract", "animate", "space", "singing", "mimic", "repair", "detect", "clean", "aloud"),
    *("remove", "description", "when", "list", "music", "voice", "speech", "people", "sound"),
    *("audio", "video", "make", "only"),
)


#: What can be asked for instead.
_DEEDS = (
    *("transcript", "description", "translation", "clean", "remove", "separate", "extract", "only"),
    *("detect", "list", "when", "repair", "space", "mimic", "aloud", "singing", "make", "animate"),
)


def from_where_it_affirms(text: str) -> str:
    """The text without what it rules out first, if it begins so.

    >>> from_where_it_affirms("don't say the word thunder, make the thunder, no rain")
    'make the thunder, no rain'
    """
    if opening := _NEGATED.match(text[:1000]):
        rest = text[opening.end() :].lstrip(" ,.;:!?-")
        return rest if len(rest) >= 4 else text
    return text


def refuses(text: str) -> bool:
    """Whether a text rules something out, and asks for nothing else instead."""
    rest = _NEGATED.sub(" ", text[:1000])
    if rest == text[:1000] or forms(rest.strip(" ,.;:!?-")):
        return False
    return not any(_PATTERNS[name].search(rest) for name in _DEEDS)


def sounds_named(text: str) -> str:
    """The words for sounds that stand first in a text, if there are any."""
    runs = re.compile(rf"(?:(?:{SOUNDS})[가-힣]{{0,3}}[\s-]?){{1,4}}(?:소리)?", _FLAGS)
    found = runs.search(affirmed(text))
    return found[0].strip() if found else ""


def outline(text: str) -> str:
    """The text with every word of a concept replaced by its name, so that like requests look alike.

    >>> outline("when does the owl hoot")
    'WHEN DETECT the NATURE NATURE'
    """
    text = text[:1000]
    for name in _ORDER:
        text = _PATTERNS[name].sub(f" {name.upper()} ", text)
    return re.sub(r"\s+", " ", text).strip()


def concepts(text: str) -> list[str]:
    """The names of what the text is about; ``-NAME`` for what it only rules out."""
    text = text[:1000]
    rest = _NEGATED.sub(" ", text)
    negated = " ".join(_NEGATED.findall(text))
    found = [name for name, words in _PATTERNS.items() if words.search(rest)]
    if negated:
        found.append("negation")
        found += [f"-{name}" for name, words in _PATTERNS.items() if words.search(negated)]
    return found
