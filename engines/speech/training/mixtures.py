"""Mixtures of two voices, made anew for every step of training.

The voices are clean and synthetic, real recordings are neither: so every talker is given another
speed, throat, microphone and room by chance, and a mixture some noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np

from engines.kinds import Samples
from engines.spectra import istft, stft
from engines.speech.talkers import RATE, median_pitch

#: Mixtures of two low voices, of two high ones, and of one of each: alike is hard, so more of it.
KINDS = (0.4, 0.3, 0.3)
#: Between men's and women's usual pitches, in Hz.
MIDDLE_PITCH = 160.0
#: A voice with more speech is heard more often, but not by as much.
WEIGHT_POWER = 0.5
#: Played faster or slower a voice is higher or lower, and of another size.
SPEEDS = (0.84, 1.19)
#: One talker is louder than the other by up to so many dB.
LEVEL_DB = 5.0
PAUSE_S = 0.15
FORMANTS = (0.86, 1.16)
#: What is slow across a spectrum is the throat, what is fast the pitch: quefrencies at 8 kHz.
THROAT = 22


@dataclass(slots=True)
class Voice:
    """All clips of one speaker: int16 at 8 kHz, and the first names that are in the voice.

    ``low`` says that its pitch is mostly below :data:`MIDDLE_PITCH`.
    """

    people: frozenset[str]
    low: bool
    clips: list[np.ndarray] = field(default_factory=list)
    frames: int = 0


class Voices:
    """The speakers in a folder of :mod:`engines.speech.training.voices`; it may grow meanwhile."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; raises ValueError where that is not two people."""
        self._folder = folder
        self._read: set[str] = set()
        self.voices: dict[str, Voice] = {}
        self.reload()
        pairs = combinations(self.voices.values(), 2)
        if all(first.people & second.people for first, second in pairs):
            raise ValueError(f"{folder} holds fewer than two people")

    @property
    def hours(self) -> float:
        """Hours of speech."""
        return sum(voice.frames for voice in self.voices.values()) / RATE / 3600

    def reload(self) -> None:
        """Read the files that have come since the last time."""
        for path in sorted(self._folder.glob("*-*.npz")):
            if path.name in self._read:
                continue
            with np.load(path) as file:
                name, samples = str(file["name"]), file["samples"]
                if name not in self.voices:
                    people = frozenset(str(each) for each in file["people"])
                    some = samples[: 10 * RATE].astype(np.float32)
                    low = (median_pitch(some) or MIDDLE_PITCH) < MIDDLE_PITCH
                    self.voices[name] = Voice(people, low)
                voice = self.voices[name]
                voice.clips += np.split(samples, np.cumsum(file["lengths"])[:-1])
                voice.frames += len(samples)
            self._read.add(path.name)

    def pair(self, frames: int, rng: np.random.Generator) -> Samples:
        """Two talkers [2, frames], never two voices that share a person."""
        kind = rng.choice(3, p=KINDS)
        low = (True, True) if kind == 0 else (False, False) if kind == 1 else (True, False)
        first = _one([voice for voice in self.voices.values() if voice.low == low[0]], rng)
        while first is None or (second := self._other(first, low[1], rng)) is None:
            first = _one(list(self.voices.values()), rng)
        both = np.stack([talk(voice.clips, frames, rng) for voice in (first, second)])
        both /= np.sqrt(np.square(both).mean(axis=1, keepdims=True)) + 1e-6
        both[1] *= 10 ** (rng.uniform(-LEVEL_DB, LEVEL_DB) / 20)
        if rng.random() < 0.15:
            # One of them begins late or ends early, as people do.
            quiet = int(frames * rng.uniform(0.15, 0.5))
            who = rng.integers(2)
            if rng.random() < 0.5:
                both[who, :quiet] = 0
            else:
                both[who, -quiet:] = 0
        return both

    def _other(self, first: Voice, low: bool, rng: np.random.Generator) -> Voice | None:
        """Another person, with a low or a high voice if there is one."""
        others = [voice for voice in self.voices.values() if not voice.people & first.people]
        return _one([voice for voice in others if voice.low == low], rng) or _one(others, rng)

    def batch(self, size: int, frames: int, rng: np.random.Generator) -> tuple[Samples, Samples]:
        """Mixtures [size, frames], some with noise, and their talkers [size, 2, frames]."""
        talkers = np.stack([self.pair(frames, rng) for _ in range(size)])
        mixtures = talkers.sum(axis=1)
        for number in np.flatnonzero(rng.random(size) < 0.5):
            noise = rng.standard_normal(frames).astype(np.float32)
            noise[1:] += rng.uniform(-0.5, 0.95) * noise[:-1]
            level = mixtures[number].std() / (noise.std() + 1e-9)
            mixtures[number] += level * 10 ** (-rng.uniform(18, 40) / 20) * noise
        return mixtures, talkers


def _one(voices: Sequence[Voice], rng: np.random.Generator) -> Voice | None:
    """One of the voices by chance, None of none."""
    if not voices:
        return None
    chances = np.array([voice.frames for voice in voices], dtype=np.float64) ** WEIGHT_POWER
    return voices[int(rng.choice(len(voices), p=chances / chances.sum()))]


def talk(clips: Sequence[np.ndarray], frames: int, rng: np.random.Generator) -> Samples:
    """``frames`` samples of one talker out of his int16 clips, which follow at random."""
    speed = rng.uniform(*SPEEDS)
    need = int(frames * speed) + 2
    parts: list[Samples] = []
    have = 0
    while have < need:
        clip: Samples = np.float32(1 / 32768) * clips[int(rng.integers(len(clips)))]
        if not parts and len(clip) > need:
            begin = rng.integers(len(clip) - need + 1)
            clip = clip[begin : begin + need]
        pause = np.zeros(int(RATE * rng.uniform(0, PAUSE_S)), dtype=np.float32)
        parts += [clip, pause]
        have += len(clip) + len(pause)
    said = np.concatenate(parts)[:need]
    said = np.interp(np.arange(frames) * speed, np.arange(need), said).astype(np.float32)
    if rng.random() < 0.35:
        said = other_throat(said, rng.uniform(*FORMANTS))
    if rng.random() < 0.5:
        # Microphones differ in how bright they are.
        said[1:] -= rng.uniform(-0.5, 0.5) * said[:-1]
    if rng.random() < 0.35:
        said = in_room(said, rng)
    return said


def other_throat(samples: Samples, factor: float) -> Samples:
    """Speech [frames] at 8 kHz with formants ``factor`` times as high, at the same pitch.

    The envelope is the cepstrally smoothed spectrum (Oppenheim & Schafer, "Homomorphic analysis of
    speech", IEEE Trans. Audio Electroacoustics 16, 1968).
    """
    size, hop = 256, 64
    heard = stft(samples, size, hop)
    cepstra = np.fft.irfft(np.log(np.abs(heard) + 1e-4), axis=1)
    cepstra[:, THROAT : size - THROAT + 1] = 0
    envelope = np.fft.rfft(cepstra, axis=1).real
    places = np.minimum(np.arange(size // 2 + 1) / factor, size // 2)
    left = np.minimum(places.astype(int), size // 2 - 1)
    part = places - left
    moved = envelope[:, left] * (1 - part) + envelope[:, left + 1] * part
    gain = np.exp(np.clip(moved - envelope, -3, 3))
    return istft((heard * gain).astype(np.complex64), size, hop, len(samples))


def in_room(samples: Samples, rng: np.random.Generator) -> Samples:
    """Speech [frames] at 8 kHz with the reverberation of a small or a large room."""
    seconds, direct_db = rng.uniform(0.08, 0.45), rng.uniform(3, 18)
    tail = rng.standard_normal(int(seconds * RATE)).astype(np.float32)
    tail *= 10 ** (-3 * np.linspace(0, 1, len(tail), dtype=np.float32))
    tail[: int(0.002 * RATE)] = 0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1
    size = 1 << int(len(samples) + len(tail)).bit_length()
    heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)
    return np.asarray(heard[: len(samples)], dtype=np.float32)
