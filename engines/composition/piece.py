"""A composed piece: parts of notes in beats, and where each beat lies in seconds.

A beat is a quarter note. Times in notes are beats from the start of the piece; pitches are MIDI
numbers (60 is middle C), velocities 1 to 127, programs the General MIDI numbers from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Role = Literal["melody", "chords", "bass", "pad", "drums"]


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note: ``start`` and ``length`` in beats."""

    start: float
    pitch: int
    length: float
    velocity: int

    @property
    def end(self) -> float:
        """Where it is let go, in beats."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Part:
    """The notes of one instrument. ``pan`` is -1 (left) to 1, ``level`` 0 to 1."""

    role: Role
    program: int
    notes: tuple[Note, ...]
    pan: float = 0.0
    level: float = 0.8

    @property
    def drums(self) -> bool:
        """Whether pitches are drums; ``program`` is then the kit."""
        return self.role == "drums"


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord from ``start`` for ``length`` beats.

    ``root`` is a pitch class (0 is C), ``intervals`` are semitones above it, ``numeral`` is its
    name in the key and ``function`` is T, S or D: tonic, subdominant or dominant.
    """

    start: float
    length: float
    root: int
    intervals: tuple[int, ...]
    numeral: str
    function: str

    @property
    def classes(self) -> tuple[int, ...]:
        """Its pitch classes, from the root up."""
        return tuple((self.root + each) % 12 for each in self.intervals)

    def at(self, start: float, length: float | None = None) -> Chord:
        """The same chord elsewhere."""
        return replace(self, start=start, length=self.length if length is None else length)


@dataclass(frozen=True, slots=True)
class Section:
    """``bars`` bars from ``bar`` on: intro, a phrase named by its letter, or the ending."""

    name: str
    bar: int
    bars: int


@dataclass(frozen=True, slots=True)
class Piece:
    """All that is written down of a piece.

    ``tempi`` are (beat, beats per minute) from there on, the first at 0. ``beats`` is the length.
    """

    title: str
    tonic: int
    minor: bool
    metre: int
    tempi: tuple[tuple[float, float], ...]
    beats: float
    parts: tuple[Part, ...]
    chords: tuple[Chord, ...]
    sections: tuple[Section, ...]
    loop: bool = False

    @property
    def tempo(self) -> float:
        """Beats per minute of the body."""
        return self.tempi[0][1]

    @property
    def seconds(self) -> float:
        """From the start to the last beat's end, without what rings on."""
        return self.time(self.beats)

    def time(self, beat: float) -> float:
        """Seconds from the start at which ``beat`` lies."""
        total = 0.0
        for number, (start, bpm) in enumerate(self.tempi):
            last = number + 1 == len(self.tempi)
            end = beat if last else min(beat, self.tempi[number + 1][0])
            if end > start:
                total += (end - start) * 60 / bpm
        return total

    def part(self, role: Role) -> Part | None:
        """The first part of that role."""
        return next((part for part in self.parts if part.role == role), None)
