"""Pieces of music with a beat, made by seed: chords, a bass, a melody, and drums to most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.kinds import Samples
from engines.music.key import Key

RATE = 22_050
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
#: Degrees of the scale on which the chords of a bar stand.
PROGRESSIONS = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3), (0, 3, 0, 4))


@dataclass(frozen=True)
class Note:
    """A note from ``start`` for ``length`` s; ``pitch`` is that of MIDI, 0 and less are drums."""

    start: float
    length: float
    pitch: int
    loud: float


KICK, SNARE, HAT = 0, -1, -2


@dataclass(frozen=True)
class Piece:
    """``tonic`` is 0 for C."""

    bpm: float
    tonic: int
    minor: bool
    drums: bool
    seed: int
    bars: int = 6

    @property
    def name(self) -> str:
        """The key's name."""
        return Key(self.tonic, self.minor, 1.0, 1.0, 1.0).name

    def notes(self) -> list[Note]:
        rng = np.random.default_rng(self.seed)
        beat = 60 / self.bpm
        scale = MINOR if self.minor else MAJOR
        chords = PROGRESSIONS[self.seed % len(PROGRESSIONS)]
        base = 48 + self.tonic

        def degree(number: int) -> int:
            return base + 12 * (number // 7) + scale[number % 7]

        found = []
        for bar in range(self.bars):
            root = chords[bar % len(chords)]
            at = bar * 4 * beat
            pitches = [degree(root + step) for step in (0, 2, 4)]
            if root == 4 and self.minor:
                pitches[1] += 1  # the leading tone of the dominant
            found += [Note(at, 3.8 * beat, pitch, 0.5) for pitch in pitches]
            found += [Note(at + i * beat, 0.9 * beat, pitches[0] - 12, 0.8) for i in range(4)]
            for half in range(8):
                if rng.random() < 0.55:
                    pitch = (
                        int(rng.choice(pitches))
                        if half % 2 == 0
                        else degree(root + int(rng.integers(0, 7)))
                    )
                    found.append(Note(at + half * beat / 2, 0.9 * beat / 2, pitch + 12, 0.7))
            if self.drums:
                found += [Note(at + i * beat / 2, 0.1, HAT, 0.25) for i in range(8)]
                found += [Note(at + i * beat, 0.2, KICK, 1.0) for i in (0, 2)]
                found += [Note(at + i * beat, 0.2, SNARE, 0.7) for i in (1, 3)]
        return found

    def samples(self) -> Samples:
        """The piece [frames] at 22,050 Hz, its tones dying away like plucked strings."""
        rng = np.random.default_rng(self.seed)
        whole = np.zeros(int(self.bars * 4 * 60 / self.bpm * RATE) + RATE // 2)
        for each in self.notes():
            first = int(each.start * RATE)
            times = np.arange(min(int((each.length + 0.15) * RATE), len(whole) - first)) / RATE
            fade = np.minimum(1, times / 0.005) * np.clip((times[-1] - times) / 0.05, 0, 1)
            wave = np.zeros(len(times))
            if each.pitch == KICK:
                wave = np.sin(2 * np.pi * 8 * (1 - np.exp(-times * 20)) + 2 * np.pi * 45 * times)
                wave *= np.exp(-times * 18)
            elif each.pitch < KICK:
                noise = np.diff(rng.standard_normal(len(times) + 1))
                wave = 0.4 * noise * np.exp(-times * (20 if each.pitch == SNARE else 60))
            else:
                hertz = 440 * 2 ** ((each.pitch - 69) / 12)
                for partial in range(1, 9):
                    if hertz * partial < 0.45 * RATE:
                        tone = np.sin(2 * np.pi * hertz * partial * times + rng.uniform(0, 6))
                        wave += tone * np.exp(-times * (1.5 + 0.6 * partial)) / partial**1.2
            whole[first : first + len(times)] += 0.2 * each.loud * wave * fade
        whole += 1e-4 * rng.standard_normal(len(whole))
        return np.asarray(whole / max(1.0, np.abs(whole).max()), dtype=np.float32)


def pieces() -> list[Piece]:
    """24 of them: every key, tempi from 70 to 180 in an order of their own, 18 with drums."""
    tempi = np.random.default_rng(1).permutation(np.linspace(70, 180, 24))
    return [
        Piece(float(bpm), number % 12, number >= 12, number % 4 != 3, number)
        for number, bpm in enumerate(tempi)
    ]
