"""An accompaniment for a tune that is given: its bars and chords are found, and a piano plays them.

Chords by function (Piston, "Harmony", chapters 3 to 5): the way through the bars on which the tune
lies best over its chords and tonic, subdominant and dominant follow each other, from tonic to tonic
(Viterbi).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engines.audio import resample
from engines.composition.piece import Chord, Note, Part, Piece
from engines.composition.render import RATE, render
from engines.composition.theory import chord
from engines.composition.voicing import basses, voicings
from engines.kinds import Samples

#: What whole bars count for, beside the mean length in beats of the notes that begin them.
WHOLE = 0.5
#: Beats in a bar, and beats before the first that a tune may begin with.
METRES, UPBEATS = (4, 3), (0, 1)
CHORDS = {False: ("I", "ii", "IV", "V", "vi"), True: ("i", "iv", "V", "VI", "VII")}
#: What it costs when a function follows another, from Piston's table of usual root progressions.
FOLLOWING = {"TT": 0.05, "TS": 0.0, "TD": 0.0, "SS": 0.15, "SD": 0.0, "ST": 0.1, "DT": 0.0,
             "DD": 0.1, "DS": 0.5}  # fmt: skip
PIANO = 0
BASS, SOFT = 74, 52


@dataclass(frozen=True, slots=True)
class Tone:
    """A note of the tune: a MIDI pitch, from ``start`` to ``end`` in s."""

    pitch: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Where the bars are: so many beats each, the first downbeat at ``origin`` s."""

    metre: int
    origin: float
    count: int


def accompaniment(
    tune: Sequence[Tone], tonic: int, minor: bool, bpm: float, seconds: float, rate: int
) -> Samples:
    """The accompaniment [2, frames], ``seconds`` long at ``rate`` Hz; silence for an empty tune.

    ``tonic`` is 0 for C. Beats are ``bpm`` a minute from the first note on.
    """
    out = np.zeros((2, round(seconds * rate)), dtype=np.float32)
    if not tune:
        return out
    where = bars(tune, bpm)
    played = resample(render(written(tune, where, tonic, minor, bpm)), RATE, rate)
    at = round(where.origin * rate)
    part = played[:, : max(0, out.shape[1] - at)]
    out[:, at : at + part.shape[1]] = part
    return out


def bars(tune: Sequence[Tone], bpm: float) -> Bars:
    """The metre and the upbeat with which long notes begin bars, and the tune fills whole ones."""
    beat = 60 / bpm
    first, last = tune[0].start, max(tone.end for tone in tune)
    lengths: dict[int, float] = {}
    for tone in tune:
        begun = (tone.start - first) / beat
        if abs(begun - round(begun)) < 0.2:
            lengths[round(begun)] = (tone.end - tone.start) / beat
    total = round((last - first) / beat)

    def fit(metre: int, upbeat: int) -> float:
        begun = [lengths.get(at, 0.0) for at in range(upbeat, max(total, upbeat + 1), metre)]
        # The last bar and the upbeat are a whole one together.
        whole = WHOLE if total % metre == 0 else 0.0
        return float(np.mean(begun)) + whole - 0.01 * upbeat

    metre, upbeat = max(
        ((metre, upbeat) for metre in METRES for upbeat in UPBEATS), key=lambda each: fit(*each)
    )
    return Bars(metre, first + upbeat * beat, max(1, -(-(total - upbeat) // metre)))


def harmony(tune: Sequence[Tone], where: Bars, tonic: int, minor: bool, bpm: float) -> list[Chord]:
    """A chord for every bar."""
    length = where.metre * 60 / bpm
    names = CHORDS[minor]
    known = [chord(name, tonic, minor, "triad", 0.0, float(where.metre)) for name in names]
    fits = np.array(
        [
            [_fit(tune, each, where.origin + bar * length, length) for each in known]
            for bar in range(where.count)
        ]
    )
    moves = np.array([[-FOLLOWING[a.function + b.function] for b in known] for a in known])
    home = np.array([0.0 if name in ("I", "i") else -2.0 for name in names])
    score, back = fits[0] + home, []
    for bar in range(1, where.count):
        ways = score[:, None] + moves
        back.append(ways.argmax(axis=0))
        score = ways.max(axis=0) + fits[bar]
    number = int((score + home).argmax())
    chosen = [number]
    for came in reversed(back):
        number = int(came[number])
        chosen.append(number)
    return [known[each].at(float(bar * where.metre)) for bar, each in enumerate(reversed(chosen))]


def _fit(tune: Sequence[Tone], over: Chord, start: float, length: float) -> float:
    """The share of a bar's tune that is of the chord; what begins it counts double."""
    inside = total = 0.0
    for tone in tune:
        heard = min(tone.end, start + length) - max(tone.start, start)
        if heard > 0:
            heard *= 2.0 if abs(tone.start - start) < 0.1 * length else 1.0
            total += heard
            inside += heard * (round(tone.pitch) % 12 in over.classes)
    return inside / total if total else 0.0


def written(tune: Sequence[Tone], where: Bars, tonic: int, minor: bool, bpm: float) -> Piece:
    """The piano's piece: the root on the first beat, the chord on the others, the last one held."""
    chords = harmony(tune, where, tonic, minor, bpm)
    low = basses(chords)
    notes: list[Note] = []
    for number, (each, root, layout) in enumerate(
        zip(chords, low, voicings(chords, low), strict=True)
    ):
        last = number + 1 == len(chords)
        notes.append(Note(each.start, root, each.length, BASS))
        beats = [0] if last else range(1, where.metre)
        length = each.length if last else 0.9
        notes += [
            Note(each.start + beat, pitch, length, SOFT) for beat in beats for pitch in layout
        ]
    beats_in_all = float(where.count * where.metre)
    part = Part("chords", PIANO, tuple(sorted(notes)))
    return Piece(
        "accompaniment", tonic, minor, where.metre, ((0.0, bpm),), beats_in_all, (part,),
        tuple(chords), (),
    )  # fmt: skip
