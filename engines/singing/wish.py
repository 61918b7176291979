"""What somebody wants sung: the words, and to which tune."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from engines.kinds import Refusal
from engines.singing.melodies import NAME, SOMEBODY, Tune, known, plainly, tunes
from engines.speech.spoken_text import plain, say

CHARACTERS = 1500
#: So many words of a tune's own are known for it.
ENOUGH = 3

_ASKED = re.compile(
    r"^\s*(?:please\s+|now\s+|(?:can|could|would|will)\s+you\s+(?:please\s+)?)*"
    r"sing\b(?:\s+(?:me|us))?(?:\s+(?:a|the|this)\s+song)?(?:\s+(?:called|named|about))?\s*:?\s*",
    re.IGNORECASE,
)
_TO_TUNE = re.compile(
    r"[\s,]*\b(?:to|on|with|in)\s+the\s+(?:tune|melody|music|air)\s+(?:of|from|to)\s+(?P<tune>.+)$",
    re.IGNORECASE,
)
_BIRTHDAY = re.compile(
    r"^(?:(?:the\s+)?happy\s+birthday|a?\s*birthday\s+song)(?:\s+song)?"
    r"(?:\s*,?\s*(?:to|for|dear)\b|\s*,)?\s*(?:my\s+dear\s+|dear\s+)?(?P<name>[^,.!?\n]*)[.!?\s]*$",
    re.IGNORECASE,
)
_QUOTES = "\"'“”‘’«»「」"
_SCRIPTS = {"HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "CYRILLIC": "ru"}
#: DiffSinger's own signs for a breath and a silence, which are no words.
_SIGNS = re.compile(r"\b(?:AP|SP)\b")


@dataclass(frozen=True, slots=True)
class Wish:
    """``words`` to sing; ``tune`` None for one of its own. ``own`` words are the tune's."""

    words: tuple[str, ...]
    ends: tuple[bool, ...]
    tune: Tune | None
    own: bool = False


def understood(text: str, melody: str = "") -> Wish:
    """The wish in a text; ``melody`` is the name of a tune, if one was given apart.

    Raises :class:`Refusal`: ``text_too_long``, ``nothing_to_sing``, ``sings_english_only``,
    ``tune_unknown``.
    """
    cleaned = _cleaned(text)
    stripped = _ASKED.sub("", cleaned, count=1)
    asked = "" if not stripped.strip() else stripped
    tune = _tune(melody) if melody.strip() else None
    if match := _TO_TUNE.search(asked):
        tune = tune or _tune(match["tune"].strip(_QUOTES + " .!?"))
        asked = asked[: match.start()]
    asked = asked.strip().strip(_QUOTES).strip()
    if not plainly(asked):
        if tune is None:
            raise Refusal("nothing_to_sing")
        return _own(tune, SOMEBODY)
    birthday = _BIRTHDAY.match(asked)
    if birthday and tune in {None, tunes()["happy_birthday"]}:
        name = birthday["name"].strip(_QUOTES + " ")
        everybody = plainly(name) in {"", "you", "me", "song"}
        return _own(tunes()["happy_birthday"], SOMEBODY if everybody else name)
    if tune is None:
        if found := known(asked):
            return _own(found, SOMEBODY)
        if quoted := _quoted(asked):
            return quoted
    return Wish(*words_of(asked), tune)


def words_of(text: str) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The words of a text as they are said, and after which of them a line or clause ends."""
    words: list[str] = []
    ends: list[bool] = []
    for line in say(_SIGNS.sub(" ", _cleaned(text))).split("\n"):
        for token in re.findall(r"[^\s\-—–…]+", line):
            word = re.sub(r"[^\w'’]", "", token).strip("'’_")
            if any(char.isalnum() for char in word):
                words.append(word)
                ends.append(token[-1] in ",.;:!?")
        if ends:
            ends[-1] = True
    if not words:
        raise Refusal("nothing_to_sing")
    return tuple(words), tuple(ends)


def _cleaned(text: str) -> str:
    """The text without markup; raises :class:`Refusal` where it is too long or not English."""
    if len(text) > CHARACTERS:
        raise Refusal("text_too_long", characters=len(text), limit=CHARACTERS)
    seen = plain(text)
    for char in unicodedata.normalize("NFC", seen):
        script = unicodedata.name(char, "UNKNOWN").partition(" ")[0]
        if char.isalpha() and script != "LATIN" and char not in "ªºµ":
            raise Refusal("sings_english_only", language=_SCRIPTS.get(script, "other"))
    return seen


def _tune(asked: str) -> Tune:
    found = known(asked)
    if found is None:
        some = ("Twinkle, Twinkle, Little Star", "Jingle Bells", "Ode to Joy")
        raise Refusal(
            "tune_unknown", tune=asked.strip()[:60], count=len(tunes()), some=_listed(some)
        )
    return found


def _listed(titles: tuple[str, ...]) -> str:
    return "; ".join(titles)


def _own(tune: Tune, name: str) -> Wish:
    """A tune with its own words and a name in them."""
    words = tuple("".join(name.split()) if word == NAME else word for word, _ in tune.words)
    return Wish(words, (False,) * len(words), tune, own=True)


def _quoted(text: str) -> Wish | None:
    """The tune whose own words a text begins with, with as many of them."""
    wanted = plainly(text).split()
    for tune in tunes().values():
        words = [plainly(word) for word, _ in tune.words]
        if len(wanted) >= ENOUGH and words[: len(wanted)] == wanted:
            chosen = tuple(word for word, _ in tune.words)[: len(wanted)]
            return Wish(chosen, (False,) * len(chosen), tune, own=True)
    return None
