"""What a classifier sees of a request: what it is about, how it is put, and how it is spelt.

Quotations are taken out first: what is to be spoken or sought is not what asks. Characters are
those of NFD, so that the letters of a Korean syllable count one by one and its endings are seen.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.dialogue.routing import asking
from engines.dialogue.routing.concepts import concepts, outline, refuses
from engines.dialogue.routing.quotes import QUOTES

#: Stands for a quotation.
QUOTATION = '"…"'
#: Of a long text, its beginning and its end say what is asked.
_HEAD, _TAIL = 400, 200
#: A feature of one request alone is none to learn from.
_AT_LEAST = 2
_TOKEN = re.compile(r"\w+'?\w*|\"…\"|[^\w\s]")
_WORD = re.compile(r"\b\w+\b")

Terms = list[str]


def prepared(text: str) -> str:
    """The text with its quotations taken out, its spaces evened, and not too long."""
    plain = " ".join(QUOTES.sub(f" {QUOTATION} ", text[:4000]).split())
    if len(plain) > _HEAD + _TAIL:
        plain = f"{plain[:_HEAD]} … {plain[-_TAIL:]}"
    return plain.replace("’", "'")


def meaning(text: str) -> Terms:
    """What it is about and how it is put, and which of these come together."""
    named = set(concepts(text)) | {f"words{min(6, len(text.split()) // 3)}"}
    if QUOTATION in text:
        named.add("quotation")
    if re.search(r"[:\n]\s*\S", text):
        named.add("announced")
    if refuses(text):
        named.add("refusal")
    if asking.HANDLE.search(text):
        named.add("handle")
    form, details = _form(text)
    each = sorted(named | form)
    return [*each, *(f"{one}&{other}" for one, other in itertools.combinations(each, 2)), *details]


def _form(text: str) -> tuple[set[str], Terms]:
    """Whether it is put as an order or a question, and its first and last words."""
    form = asking.forms(text)
    rest = asking.after_politeness(text).lower()
    words = _TOKEN.findall(rest)
    details = [f"first={words[0]}", f"last={words[-1]}"] if words else []
    if len(words) > 1:
        details.append(f"first={words[0]} {words[1]}")
    if asking.is_korean(text):
        ending = re.sub(r"\W+$", "", text[-40:])
        details += [f"ending={ending[-length:]}" for length in (2, 3, 4)]
    return form or {"no form"}, details


def sequence(text: str) -> Terms:
    """The order in which things are named: runs of one to three."""
    words = ["^", *(w if w.isupper() else _spelt(w) for w in _TOKEN.findall(outline(text))), "$"]
    runs = (zip(*(words[place:] for place in range(length)), strict=False) for length in (1, 2, 3))
    return [" ".join(run) for each in runs for run in each]


def characters(text: str) -> Terms:
    """Runs of two to five characters within a word and at its edges."""
    found: Terms = []
    for word in _spelt(text).split():
        edged = f" {word} "
        for length in (2, 3, 4, 5):
            found += (edged[at : at + length] for at in range(max(1, len(edged) - length + 1)))
    return found


def words(text: str) -> Terms:
    """Words, and pairs of them."""
    each = _WORD.findall(text.lower())
    return [*each, *(f"{one} {other}" for one, other in itertools.pairwise(each))]


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFD", text.lower())


#: The kinds of terms, each weighed for itself.
KINDS = {"meaning": meaning, "sequence": sequence, "characters": characters, "words": words}


@dataclass(frozen=True, slots=True)
class Terminology:
    """The terms of one kind that were met, and how telling each is (TF-IDF, sublinear)."""

    kind: str
    places: Mapping[str, int]
    telling: NDArray[np.float32]

    @classmethod
    def of(cls, kind: str, texts: Iterable[str]) -> Terminology:
        """Those of the texts."""
        counts: Counter[str] = Counter()
        size = 0
        for text in texts:
            counts.update(set(KINDS[kind](text)))
            size += 1
        kept = sorted(term for term, count in counts.items() if count >= _AT_LEAST)
        telling = [np.log((1 + size) / (1 + counts[term])) + 1 for term in kept]
        return cls(
            kind,
            {term: place for place, term in enumerate(kept)},
            np.asarray(telling, dtype=np.float32),
        )

    def weigh(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The places of the text's terms and their weights, of length 1 together."""
        counts = Counter(self.places[t] for t in KINDS[self.kind](text) if t in self.places)
        places = np.fromiter(counts, dtype=np.int64, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = (1 + np.log(often, where=often > 0, out=np.zeros_like(often))) * self.telling[
            places
        ]
        length = float(np.linalg.norm(weights))
        return places, (weights / length if length else weights).astype(np.float32)


def sparse(terminology: Terminology, texts: Sequence[str]) -> object:
    """The weights of several texts, as rows of a ``scipy.sparse.csr_matrix``."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - for fitting alone

    rows = [terminology.weigh(text) for text in texts]
    starts = np.cumsum([0, *(len(places) for places, _ in rows)])
    return csr_matrix(
        (
            np.concatenate([weights for _, weights in rows]),
            np.concatenate([places for places, _ in rows]),
            starts,
        ),
        shape=(len(rows), len(terminology.places)),
    )
