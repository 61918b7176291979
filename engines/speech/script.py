"""From a text to what is said of it, part by part: sentences as phonemes, pauses, emphasis.

Markup is read as people mean it: ``*word*`` is said with weight, ``[pause]`` and ``[pause 2 s]``
are silence, a new line is a longer pause than a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engines.kinds import Refusal
from engines.speech.phonemes import korean
from engines.speech.phonemes.espeak import Espeak
from engines.speech.spoken_text import plain, say

CHARACTERS = 5_000
#: The model takes 510 and hurries when given many; they also cost memory, 0.1 GB for each 75.
TOKENS = 510
COMFORTABLE_TOKENS = 220

#: Silence after a clause that had to be cut off, a sentence, a line: seconds at normal speed.
CLAUSE_PAUSE_S = 0.12
SENTENCE_PAUSE_S = 0.35
LINE_PAUSE_S = 0.6
#: What ``[pause]`` is without a length, and the longest that is kept.
PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
#: More words than these are a heading in bold, and not emphasis.
EMPHATIC_WORDS = 4

_CLAUSE_END = re.compile(r"(?<=[,;:—–])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…।])\s+")
_PAUSE = re.compile(
    r"[\[(<]\s*(?:(?:pause|break|silence|쉬고|멈춤)(?:\s+(?:for|of|time=)?\s*\"?"
    r"(?P<a>\d+(?:\.\d+)?)\s*(?:s|sec|seconds?|초)?\"?)?|(?P<b>\d+(?:\.\d+)?)\s*(?:s|sec|seconds?|초)"
    r"(?:\s+pause)?)\s*/?\s*[\])>]",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"(?<![\w*])\*{1,3}(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*{1,3}(?![\w*])"
    r"|(?<![\w_])_{1,2}(?=[^\s_])([^_\n]+?)(?<=[^\s_])_{1,2}(?![\w_])"
)
#: Letters of nobody's alphabet (Unicode's private use) that hold emphasis through the other rules.
_OPEN, _CLOSE = "\ue000", "\ue001"
_RUN = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the model says at once: ``text`` as written, its ``phonemes``, the ``pause`` after in s.

    ``strong`` are the places among the phonemes, first and behind the last, of what has weight.
    """

    text: str
    phonemes: str
    pause: float
    strong: tuple[tuple[int, int], ...] = ()


class Script:
    """Turns texts into utterances of the phonemes in ``vocabulary``."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary: Collection[str] = vocabulary.keys()
        self._english: dict[bool, Any] = {}
        self._espeak = Espeak()

    def utterances(self, text: str, language: str, *, british: bool = False) -> list[Utterance]:
        """What to say for a text; raises :class:`Refusal` where it is too long or says nothing."""
        if len(text) > CHARACTERS:
            raise Refusal("text_too_long", characters=len(text), limit=CHARACTERS)
        found: list[Utterance] = []
        for part, pause in _parted(text):
            for line in plain(_emphasised(part)).split("\n"):
                for sentence in self._sentences(line, language):
                    for piece in self._divided(sentence, language, british):
                        found.append(replace(piece, pause=CLAUSE_PAUSE_S))
                    if found:
                        found[-1] = replace(found[-1], pause=SENTENCE_PAUSE_S)
                if found:
                    found[-1] = replace(found[-1], pause=LINE_PAUSE_S)
            if found and pause is not None:
                found[-1] = replace(found[-1], pause=pause)
        if not found:
            raise Refusal("nothing_to_say")
        return found

    def _sentences(self, line: str, language: str) -> list[str]:
        if language == "en":
            from hibari.tts import Hibari  # noqa: PLC0415 - half a second to import

            return [str(each) for each in Hibari.split_sentences(line)]
        return [each for each in _SENTENCE_END.split(line) if each.strip()]

    def _divided(self, text: str, language: str, british: bool) -> Iterator[Utterance]:
        """A sentence in parts of a comfortable length."""
        whole = self._utterance(text, language, british)
        if len(whole.phonemes) > COMFORTABLE_TOKENS and (parts := _halves(text)):
            for part in parts:
                yield from self._divided(part, language, british)
            return
        for start in range(0, len(whole.phonemes), TOKENS):
            piece = whole.phonemes[start : start + TOKENS]
            if any(char.isalpha() for char in piece):
                strong = whole.strong if start == 0 else ()
                yield Utterance(whole.text if start == 0 else "", piece, 0.0, strong)

    def _utterance(self, text: str, language: str, british: bool) -> Utterance:
        bare = text.replace(_OPEN, "").replace(_CLOSE, "")
        runs = list(_RUN.finditer(text))
        if any(run[0] == text.strip(" .!?") for run in runs):
            runs = []  # a whole sentence in bold is a heading
        at, said = 0, ""
        strong = []
        for run in runs:
            before = self.phonemes(text[at : run.start()], language, british)
            said += before + (" " if before and text[run.start() - 1].isspace() else "")
            weight = _weighted(self.phonemes(run[1], language, british))
            strong.append((len(said), len(said) + len(weight)))
            said += weight
            at = run.end()
        rest = self.phonemes(text[at:] if runs else bare, language, british)
        joint = " " if said and rest and text[at : at + 1].isspace() else ""
        return Utterance(bare, said + joint + rest, 0.0, tuple(strong))

    def phonemes(self, text: str, language: str, british: bool = False) -> str:
        """A stretch of text as phonemes of the vocabulary; empty for an empty one."""
        bare = text.replace(_OPEN, "").replace(_CLOSE, "").strip()
        if not bare:
            return ""
        return "".join(
            char for char in self._of(language, british)(bare) if char in self._vocabulary
        )

    def _of(self, language: str, british: bool) -> Callable[[str], str]:
        if language == "ko":
            return korean.phonemes
        if language != "en":
            return lambda text: self._espeak.phonemes(text, language)
        if british not in self._english:
            from hibari.g2p import G2P  # noqa: PLC0415 - half a second to import

            self._english[british] = G2P(british=british)
        english = self._english[british]
        return lambda text: str(english(say(text, british=british)))


def _parted(text: str) -> Iterator[tuple[str, float | None]]:
    """The text between the pauses that are asked for, and the length of each in s."""
    at = 0
    for match in _PAUSE.finditer(text):
        seconds = match["a"] or match["b"]
        length = min(float(seconds), LONGEST_PAUSE_S) if seconds else PAUSE_S
        yield text[at : match.start()], length
        at = match.end()
    yield text[at:], None


def _emphasised(text: str) -> str:
    """The text with its emphasis marked so that it outlives the reading of other markup."""

    def mark(match: re.Match[str]) -> str:
        words = match[1] or match[2]
        few = len(words.split()) <= EMPHATIC_WORDS
        return f"{_OPEN}{words}{_CLOSE}" if few else words

    return _STRONG.sub(mark, text)


def _weighted(phonemes: str) -> str:
    """Phonemes with a main stress: their own lesser ones raised, or one before the first."""
    raised = phonemes.replace("ˌ", "ˈ")
    return raised if "ˈ" in raised else f"ˈ{raised}"


def _halves(text: str) -> tuple[str, str] | None:
    """A long sentence cut near its middle, after a clause if there is one; None for one word."""
    middle = len(text) / 2
    clauses = [
        match for match in _CLAUSE_END.finditer(text) if 0.2 < match.start() / len(text) < 0.8
    ]
    gaps = clauses or list(re.finditer(r"\s+", text))
    if not gaps:
        return None
    gap = min(gaps, key=lambda match: abs(match.start() - middle))
    return text[: gap.start()], text[gap.end() :]
