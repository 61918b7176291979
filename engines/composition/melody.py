"""Melodies: motifs that come back changed, over the chords.

A motif is a rhythm of one bar with steps between its notes, in degrees of the scale. It returns
transposed, with its tail turned round or a note split, as variation does it (Schoenberg,
"Fundamentals of Musical Composition", Faber, 1967, chapters 3 and 4). Strong beats have tones of
the chord; a leap is followed by a step back (Huron, "Sweet Anticipation", MIT Press, 2006,
chapter 5: post-skip reversal, and the arch of phrases).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engines.composition.piece import Chord, Note
from engines.composition.theory import ladder, scale_over
from engines.composition.voicing import parallel

#: Rhythms of one bar of four beats; negative lengths are rests.
CELLS4: dict[str, tuple[tuple[float, ...], ...]] = {
    "calm": ((2, 1, 1), (1, 1, 2), (3, 1), (2, 2)),
    "flowing": ((1, 0.5, 0.5, 1, 1), (1.5, 0.5, 1, 1), (1, 1, 0.5, 0.5, 1), (2, 0.5, 0.5, 1),
                (0.5, 0.5, 1, 1.5, 0.5), (1.5, 0.5, 2)),
    "sparse": ((-1, 0.5, 0.5, 1.5, -0.5), (1.5, 0.5, -2), (-0.5, 0.5, 1, -1, 1), (-2, 1, 0.5, 0.5),
               (0.5, 1, 1.5, -1)),
    "swung": ((-0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1), (1, 0.5, 0.5, 0.5, 1.5), (0.5, 1, 0.5, 0.5, 1.5),
              (-1, 0.5, 0.5, 0.5, 0.5, 1), (0.5, 0.5, 0.5, 0.5, 1, -1), (1.5, 0.5, -1, 0.5, 0.5)),
    "driving": ((1, 0.5, 0.5, 1, 0.5, 0.5), (0.5, 0.5, 1, 0.5, 0.5, 1), (1.5, 1.5, 1),
                (0.5, 1, 0.5, 1, 1), (1, 1, 0.5, 0.5, 1)),
    "riff": ((0.75, 0.75, 0.5, 0.75, 0.75, 0.5), (0.5, 0.25, 0.75, 0.5, -1, 0.5, 0.5),
             (0.75, 0.75, 1, 0.75, 0.75), (-0.5, 0.5, 0.75, 0.75, -0.5, 0.5, 0.5)),
    "floating": ((4,), (-1, 3), (2, 2), (-2, 2), (3, -1)),
    "blues": ((-0.5, 0.5, 0.5, 0.5, 2), (0.5, 0.5, 1, -2), (1, 0.5, 0.5, 1, -1),
              (-1, 0.5, 0.5, 0.5, 0.5, 1), (1.5, 0.5, -2)),
    "lyrical": ((1.5, 0.5, 1.5, 0.5), (0.5, 1, 1, 1.5), (2, 0.5, 1, 0.5), (-0.5, 1, 1, 1.5),
                (1.5, 1, 1.5)),
    "march": ((1, 0.75, 0.25, 1, 1), (0.75, 0.25, 0.75, 0.25, 2), (1, 1, 0.75, 0.25, 1),
              (2, 0.75, 0.25, 1)),
}  # fmt: skip
CELLS3: tuple[tuple[float, ...], ...] = (
    (2, 1), (1, 1, 1), (1.5, 0.5, 1), (1, 0.5, 0.5, 1), (2, 0.5, 0.5), (1, 1, 0.5, 0.5),
)  # fmt: skip
CALM3: tuple[tuple[float, ...], ...] = ((2, 1), (3,), (1, 1, 1), (1, 2), (1.5, 0.5, 1))
CELLS2: tuple[tuple[float, ...], ...] = ((1, 1), (1, 0.5, 0.5), (1.5, 0.5), (0.5, 0.5, 1))

#: The largest leap, in semitones.
WIDEST = 9


@dataclass(frozen=True, slots=True)
class Motif:
    """``rhythm`` fills a bar; ``steps`` lead from each sounding note to the next."""

    rhythm: tuple[float, ...]
    steps: tuple[int, ...]


def motif(cells: str, metre: int, rng: np.random.Generator) -> Motif:
    """A new motif for bars of ``metre`` beats."""
    rhythm = _rhythm(cells, metre, rng)
    sounding = sum(length > 0 for length in rhythm)
    steps: list[int] = []
    for _ in range(max(0, sounding - 1)):
        if steps and abs(steps[-1]) >= 2:
            steps.append(-1 if steps[-1] > 0 else 1)
        else:
            steps.append(int(rng.choice([-2, -1, -1, 0, 1, 1, 2, 3], p=_EVEN)))
    return Motif(rhythm, tuple(steps))


_EVEN = [0.13, 0.17, 0.17, 0.06, 0.17, 0.13, 0.11, 0.06]


def varied(old: Motif, rng: np.random.Generator) -> Motif:
    """The motif changed in one way: its tail turned, a note split, or two notes joined."""
    way = int(rng.integers(3))
    rhythm, steps = list(old.rhythm), list(old.steps)
    if way == 0 and steps:
        half = len(steps) // 2
        steps[half:] = [-step for step in steps[half:]]
    elif way == 1:
        long = [n for n, length in enumerate(rhythm) if length >= 1]
        if long:
            at = int(rng.choice(long))
            nth = sum(length > 0 for length in rhythm[:at])
            half_length = 0.5 if rhythm[at] == 1 else 1.0
            rhythm[at : at + 1] = [rhythm[at] - half_length, half_length]
            steps.insert(nth, int(rng.choice([-1, 1])))
            if nth + 1 < len(steps):
                steps[nth + 1] -= steps[nth]
    else:
        pairs = [n for n in range(len(rhythm) - 1) if rhythm[n] > 0 and rhythm[n + 1] > 0]
        if pairs and len(steps) > 1:
            at = int(rng.choice(pairs))
            nth = sum(length > 0 for length in rhythm[:at])
            rhythm[at : at + 2] = [rhythm[at] + rhythm[at + 1]]
            taken = steps.pop(nth)
            if nth < len(steps):
                steps[nth] += taken
    return Motif(tuple(rhythm), tuple(steps))


class Singer:
    """Writes a melody bar by bar and remembers where it is."""

    def __init__(
        self,
        tonic: int,
        minor: bool,
        span: tuple[int, int],
        rng: np.random.Generator,
        blue: bool = False,
    ) -> None:
        self._key = (tonic, minor)
        self._blue = blue
        self._low, self._high = span
        self._rng = rng
        middle = (span[0] + span[1]) // 2
        self._last = min(ladder((tonic, (tonic + 7) % 12), *span), key=lambda p: abs(p - middle))
        self._leapt = 0
        self._pair: tuple[int, int] | None = None

    def bar(
        self,
        start: float,
        motif: Motif,
        chord_at: Callable[[float], Chord],
        bass_at: Callable[[float], int],
        lift: float,
    ) -> list[Note]:
        """The motif from ``start``, near the last note, moved by ``lift`` 0..1 in the range.

        ``chord_at`` and ``bass_at`` tell what sounds at a beat.
        """
        notes: list[Note] = []
        at, nth = start, -1
        for length in motif.rhythm:
            if length < 0:
                at -= length
                continue
            step = motif.steps[nth] if 0 <= nth < len(motif.steps) else 0
            nth += 1
            strong = (at - start) % 2 < 0.01 or length >= 1.5
            pitch = self._next(step, strong, nth == 0, lift, chord_at(at), bass_at(at))
            notes.append(Note(at, pitch, length, 0))
            at += length
        return notes

    def cadence(
        self, start: float, beats: float, chord: Chord, bass: int, home: bool, upbeat: bool = False
    ) -> list[Note]:
        """A bar that comes to rest: steps to a long note, the tonic if ``home``.

        An ``upbeat`` of two notes in the last beat leads on.
        """
        tonic = self._key[0]
        wanted = (tonic,) if home else chord.classes[:3]
        goal = self._near(ladder(wanted, self._low, self._high), self._last)
        scale = ladder(scale_over(chord, *self._key), self._low - 2, self._high + 2)
        notes: list[Note] = []
        if beats >= 3 and abs(goal - self._last) > 2:
            way = [p for p in scale if min(goal, self._last) < p < max(goal, self._last)]
            way = way if goal > self._last else way[::-1]
            for pitch in way[-2:]:
                notes.append(Note(start + 0.5 * len(notes), pitch, 0.5, 0))
        lead = 0.5 * len(notes)
        if lead == 0.5:
            notes = [Note(start, notes[0].pitch, 1.0, 0)]
            lead = 1.0
        rest = 1.0 if upbeat else 0.5 if beats > 3 else 0.0
        notes.append(Note(start + lead, goal, max(1.0, beats - lead - rest), 0))
        self._last, self._leapt, self._pair = goal, 0, (bass, goal)
        if upbeat and beats - lead >= 2:
            here = scale.index(goal) if goal in scale else 0
            up = 1 if goal < (self._low + self._high) / 2 else -1
            for nth in (1, 2):
                after = scale[int(np.clip(here + up * nth, 0, len(scale) - 1))]
                notes.append(Note(start + beats - 1.5 + 0.5 * nth, after, 0.5, 0))
                self._last = after
            self._pair = None
        return notes

    def _next(
        self, step: int, strong: bool, first: bool, lift: float, chord: Chord, bass: int
    ) -> int:
        scale = ladder(self._scale(chord), self._low, self._high)
        here = min(range(len(scale)), key=lambda n: abs(scale[n] - self._last))
        if abs(self._leapt) > 4:  # step back after a leap
            step = -1 if self._leapt > 0 else 1
        if first:
            centre = self._low + (self._high - self._low) * (0.3 + 0.45 * lift)
            step = int(np.clip(round((centre - self._last) / 3), -2, 2))
        wanted = scale[int(np.clip(here + step, 0, len(scale) - 1))]
        choices = [p for p in scale if not strong or p % 12 in chord.classes]
        # Nearest to what the motif wants, but no wide leap, no parallels, not stuck on one note.
        pitch = min(choices, key=lambda p: self._cost(p, wanted, bass, step))
        self._leapt = pitch - self._last
        self._last = pitch
        self._pair = (bass, pitch)
        return pitch

    def _cost(self, pitch: int, wanted: int, bass: int, step: int) -> float:
        cost = float(abs(pitch - wanted))
        cost += 6.0 * max(0, abs(pitch - self._last) - WIDEST)
        cost += 1.5 * (pitch == self._last and step != 0)
        if self._pair and parallel(self._pair[0], self._pair[1], bass, pitch):
            cost += 30.0
        return cost

    def _scale(self, chord: Chord) -> tuple[int, ...]:
        """The scale over a chord; in blues the minor pentatonic beside the chord's own tones."""
        tonic = self._key[0]
        if self._blue:
            blue = {(tonic + above) % 12 for above in (0, 3, 5, 7, 10)}
            return tuple(sorted(blue | set(chord.classes)))
        return scale_over(chord, *self._key)

    @staticmethod
    def _near(choices: list[int], pitch: int) -> int:
        return min(choices, key=lambda each: (abs(each - pitch), each))


def _rhythm(cells: str, metre: int, rng: np.random.Generator) -> tuple[float, ...]:
    def one(pool: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
        return pool[int(rng.integers(len(pool)))]

    if metre == 4:
        return one(CELLS4[cells])
    if metre == 3:
        return one(CALM3 if cells in ("calm", "floating", "sparse") else CELLS3)
    if metre == 2:
        return one(CELLS2)
    return one(CELLS3) + one(CELLS2)  # five: three and two
