"""What words in a text name a sound that can be made, one that cannot, or a place.

Three sources, the first decides: the names in ``foley/sounds.toml``, the places in ``places.toml``,
and what people call AudioSet's classes: of a class that no procedure makes, that is known, too.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.foley.table import Row, sounds
from engines.sound.classes import descendants
from engines.sound.synonyms import SYNONYMS

PLACES = Path(__file__).with_name("places.toml")
#: Words that stand between those of a name: "knock on the door".
_SMALL = frozenset(
    ("a", "an", "the", "of", "on", "in", "at", "to", "his", "her", "my", "some", "its")
)
_WORD = re.compile(r"[a-zé'-]+|[가-힣]+|\d+(?:\.\d+)?")
#: The longest name, in words that count.
LONGEST = 4
_PARTICLE = re.compile(r"(?:에서|으로|이랑|하고|처럼|이|가|을|를|은|는|의|도|와|과|로|랑|에)$")
#: Korean says of any animal that it cries.
_OF_ANY = frozenset(("울음", "울음소리", "우는 소리"))
#: English stems that are another word's: "leaves" is no form of "leave".
_IRREGULAR = {"leaf": "leav", "knive": "knif", "geese": "goose", "wolve": "wolf", "mice": "mouse"}


@dataclass(frozen=True, slots=True)
class Area:
    """A place by its name, and what is heard there in words."""

    name: str
    scene: str


@dataclass(frozen=True, slots=True)
class Unmade:
    """A sound that people know and no procedure makes, by its AudioSet class."""

    name: str
    number: int


Meaning = Row | Area | Unmade


@dataclass(frozen=True, slots=True)
class Mention:
    """A meaning and where it stands in the text: from character ``start`` to ``end``."""

    meaning: Meaning
    start: int
    end: int


def mentions(text: str) -> list[Mention]:
    """What is named in a text, in its order; names that stand side by side for one are one."""
    words = [
        (match.start(), match[0])
        for match in _WORD.finditer(unicodedata.normalize("NFC", text).lower())
        if match[0] not in _SMALL
    ]
    found: list[Mention] = []
    at = 0
    while at < len(words):
        for size in range(min(LONGEST, len(words) - at), 0, -1):
            meaning = _named([word for _, word in words[at : at + size]])
            if meaning is not None:
                start, word = words[at + size - 1]
                # A Korean particle may part it from what comes next.
                end = start + len(word if word.isascii() else stem(word))
                _add(found, Mention(meaning, words[at][0], end), text)
                at += size - 1
                break
        at += 1
    return found


def stem(word: str) -> str:
    """The word without the endings of English plurals and participles, or a Korean particle.

    >>> stem("barking"), stem("doors"), stem("빗소리가")
    ('bark', 'door', '빗소리')
    """
    if not word.isascii():
        return _PARTICLE.sub("", word) if len(word) > 1 else word
    word = word.removesuffix("'s").replace("-", "")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in ("ing", "es", "s", "ed", "er", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            if ending in ("ing", "ed", "er") and len(word) > 3 and word[-1] == word[-2]:
                word = word[:-1]  # "slamming"
            break
    return word[:-1] + "y" if word.endswith("i") and len(word) > 3 else word  # "flies", "cries"


def _named(words: Sequence[str]) -> Meaning | None:
    """What these words name in any order: "a creaking door", "a door creaks".

    As they are written, else by their stems: a crow is not crowing.
    """
    stems = [stem(word) for word in words]
    meaning = _lexicon().get(tuple(sorted(words))) or _lexicon().get(tuple(sorted(stems)))
    if meaning is not None or len(stems) > 1 or stems[0].isascii():
        return meaning
    # Korean compounds: "고양이소리", "천둥치는".
    for size in range(len(stems[0]) - 1, 1, -1):
        meaning = _lexicon().get((stems[0][:size],))
        if meaning is not None:
            return meaning
    return None


def _add(found: list[Mention], new: Mention, text: str) -> None:
    """Put a mention behind the others; "a dog barks" names one sound twice."""
    if found and found[-1].meaning == new.meaning:
        between = text[found[-1].end : new.start]
        if len(between.split()) <= 2 and not re.search(r"[,;.]|\band\b|그리고", between):
            found[-1] = Mention(new.meaning, found[-1].start, new.end)
            return
    found.append(new)


@functools.cache
def _lexicon() -> Mapping[tuple[str, ...], Meaning]:
    """Every name's words and stems, sorted, and what it means; what comes first stays."""
    spelt: dict[tuple[str, ...], Meaning] = {}
    stemmed: dict[tuple[str, ...], Meaning] = {}
    for name, meaning in _names():
        words = [word for word in _WORD.findall(name.lower()) if word not in _SMALL]
        if 0 < len(words) <= LONGEST:
            spelt.setdefault(tuple(sorted(words)), meaning)
            stemmed.setdefault(tuple(sorted(stem(word) for word in words)), meaning)
    return stemmed | spelt


def _names() -> Iterator[tuple[str, Meaning]]:
    for row in sounds().values():
        for name in (*row.names, *row.korean):
            yield name, row
    for fields in tomllib.loads(PLACES.read_text("utf-8")).values():
        for name in (*fields["names"], *fields["korean"]):
            yield name, Area(fields["names"][0], fields["scene"])
    from engines.sound.yamnet import class_names  # noqa: PLC0415 - it reads the weights' table

    classes = class_names()
    for number, synonyms in SYNONYMS.items():
        meaning = _making(classes[number]) or _made_of_kind(classes, number)
        called = short_name(classes[number])
        for name in (called, *synonyms.split("|")):
            if name not in _OF_ANY:
                yield name, meaning or Unmade(called, number)


def short_name(display: str) -> str:
    """A class's display name without what explains it: "roaring cats" of "Roaring cats (lions)"."""
    return re.sub(r"\s*\(.*?\)", "", display).split(",")[0].lower()


@functools.cache
def _by_class() -> Mapping[str, Row]:
    found: dict[str, Row] = {}
    for row in sounds().values():
        for name in row.classes:
            found.setdefault(name, row)
    return found


def _making(name: str) -> Row | None:
    return _by_class().get(name)


def _made_of_kind(classes: Sequence[str], number: int) -> Row | None:
    """A kind of the class that can be made: of "Vehicle", a car; but of "Animal", none."""
    kinds = [_making(classes[each]) for each in sorted(descendants(number))]
    rows = {row.name: row for row in kinds if row is not None}
    return next(iter(rows.values())) if len(rows) == 1 else None
