"""Tunes in the public domain: notes, and words syllable by syllable (``tunes.toml``)."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engines.singing.notation import Field, Note, pitch

#: Stands in the words where a name goes; without one a friend is meant.
NAME = "NAME"
SOMEBODY = "friend"


@dataclass(frozen=True, slots=True)
class Tune:
    """``fields`` in beats, one for each syllable, and which of them end a phrase.

    ``words`` are of one or more syllables, the numbers how many fields each has. ``key`` is the
    tonic, "Am" with its mode.
    """

    name: str
    title: str
    source: str
    also: tuple[str, ...]
    key: str
    bpm: float
    fields: tuple[Field, ...]
    ends: frozenset[int]
    words: tuple[tuple[str, int], ...]

    @property
    def called(self) -> tuple[str, ...]:
        """All that people call it, as :func:`plainly` writes it."""
        return tuple(plainly(each) for each in (self.title, self.name, *self.also))

    @property
    def lyric(self) -> str:
        """Its words as a text."""
        return " ".join(word for word, _ in self.words).replace(NAME, SOMEBODY)


def plainly(text: str) -> str:
    """Lower-case words of plain letters, without signs: how names of tunes are compared."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("_", " "))
    plain = re.sub(r"['’]", "", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(re.findall(r"[^\W_]+", plain))


@functools.cache
def tunes() -> Mapping[str, Tune]:
    """Every tune by its name."""
    rows = tomllib.loads(Path(__file__).with_name("tunes.toml").read_text("utf-8"))
    return {name: _tune(name, row) for name, row in rows.items()}


def known(asked: str) -> Tune | None:
    """The tune that somebody calls so, or None."""
    wanted = plainly(asked).removeprefix("the tune of ").removeprefix("the song ")
    bare = wanted.removeprefix("the ")
    return next((tune for tune in tunes().values() if {wanted, bare} & set(tune.called)), None)


def _tune(name: str, row: Mapping[str, object]) -> Tune:
    fields: list[Field] = []
    ends = set()
    for slot in str(row["notes"]).split():
        if slot == "/":
            ends.add(len(fields) - 1)
        else:
            fields.append(tuple(_note(each) for each in slot.split("+")))
    ends.add(len(fields) - 1)
    words = tuple(
        (word.replace("-", ""), word.count("-") + 1) for word in str(row["words"]).split()
    )
    also = row["also"]
    return Tune(
        name,
        str(row["title"]),
        str(row["source"]),
        tuple(map(str, also if isinstance(also, list) else ())),
        str(row["key"]),
        float(str(row["bpm"])),
        tuple(fields),
        frozenset(ends),
        words,
    )


def _note(text: str) -> Note:
    name, _, length = text.partition(":")
    whole = name if name == "r" or name[-1].isdigit() else f"{name}4"
    return Note(pitch(whole), float(length or 1))
