"""Slips of the keyboard in requests: "trnascribe", "remvoe", "vocie".

A word is put right only if it is none that the language has, as far as is known, and is one slip
away from a word that tells what is asked: a slip elsewhere does no harm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

_WORD = re.compile(r"[A-Za-z]{3,20}")
#: A word of requests counts as one from this many on: fewer may be slips themselves.
_OFTEN = 3
_SHORTEST, _LONG = 4, 8


class Spelling:
    """Puts words right that are one slip away from those of ``texts``, two if they are long.

    ``is_word`` says whether a word is one of the language all the same; ``tells``, whether a word
    is worth putting right.
    """

    def __init__(
        self,
        texts: Iterable[str],
        is_word: Callable[[str], bool],
        tells: Callable[[str], object],
    ) -> None:
        counts = Counter(word.lower() for text in texts for word in _WORD.findall(text))
        self._known = frozenset(counts)
        self._is_word = is_word
        self._slips: dict[str, str] = {}
        common = [word for word, count in counts.most_common() if count >= _OFTEN]
        for word in common:
            if len(word) >= _SHORTEST and tells(word):
                for slip in _without_one(word):
                    self._slips.setdefault(slip, word)

    def right(self, text: str) -> str:
        """The text with its slips put right, as far as they are seen.

        What is in it already is left alone, and so is every other script.
        """
        return _WORD.sub(self._one, text)

    def _one(self, match: re.Match[str]) -> str:
        word = match[0]
        lower = word.lower()
        if len(lower) < _SHORTEST or lower in self._known or self._is_word(lower):
            return word
        candidates = Counter(
            self._slips[slip] for slip in _without_one(lower) if slip in self._slips
        )
        near = [
            (distance, -shared, candidate)
            for candidate, shared in candidates.items()
            if candidate[0] in lower[:2]
            and candidate.rstrip("s") != lower.rstrip("s")
            and (distance := slips_between(lower, candidate)) <= (2 if len(lower) >= _LONG else 1)
        ]
        return min(near)[2] if near else word


def _without_one(word: str) -> set[str]:
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def slips_between(one: str, other: str) -> int:
    """How many letters were left out, added, mistaken or swapped (Damerau and Levenshtein).

    >>> slips_between("vocie", "voice"), slips_between("transcibe", "transcribe")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
