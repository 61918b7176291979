"""A wish in words, made: the brief, the piece, its MIDI file and its sound."""

from __future__ import annotations

from dataclasses import dataclass

from engines.composition.brief import Brief, understood
from engines.composition.compose import compose
from engines.composition.midi import midi
from engines.composition.piece import Piece
from engines.composition.render import RATE, render
from engines.composition.styles import STYLES
from engines.kinds import Refusal, Samples


@dataclass(frozen=True, slots=True)
class Made:
    """``samples`` are float32 [2, frames] at ``rate`` Hz; ``midi`` is a file's bytes."""

    brief: Brief
    piece: Piece
    midi: bytes
    samples: Samples
    rate: int = RATE


def make(wish: str, seed: int = 0, seconds: float | None = None) -> Made:
    """The music of a wish; the same words and seed give the same bytes.

    ``seconds`` overrules what the wish says of its length.

    Raises :class:`Refusal` for no words, or a length or tempo that cannot be.
    """
    if not any(letter.isalnum() for letter in wish):
        raise Refusal("music_no_words")
    brief = understood(wish, seed, seconds)
    piece = compose(brief)
    return Made(brief, piece, midi(piece), render(piece, STYLES[brief.style].room))
