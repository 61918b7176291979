"""Signs of a user interface: short tones that say that something happened."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def beep(
    generator: np.random.Generator, seconds: float, rate: int = 44100, hertz: float = 1000.0
) -> Samples:
    """Plain beeps, a fifth of a second each (Farnell, Practical 1: pedestrians)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        count = b.frames(0.2, rate)
        tone = np.sin(2 * np.pi * hertz * b.times(count, rate))
        b.add(out, int(at * rate), tone * b.swell(count, 0.04, 0.04), generator.uniform(0.98, 1))
        at += 0.5
    return b.finish(out, rate)


def notification(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A message arrives: two soft bars of a marimba, a fourth up (tuned bars, Cook ch. 4)."""
    out = np.zeros(b.frames(seconds, rate))
    base = generator.uniform(820, 900)
    at = 0.04
    while at < seconds:
        for hertz in (base, base * 4 / 3):
            bar = b.modes(
                int(0.7 * rate),
                rate,
                hertz * np.array([1, 3.93, 9.5]),
                [0.7, 0.2, 0.06],
                [1, 0.3, 0.12],
            )
            b.add(out, int(at * rate), bar)
            at += 0.13
        at += 1.5
    return b.finish(b.room(generator, out, rate, 0.5, 0.15), rate)


def click(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Clicks of a mouse: down and up, a tenth of a second apart (Farnell, Practical 19)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        for late, gain in ((0.0, 1.0), (0.1, 0.7)):
            long = int(0.02 * rate)
            snap = generator.standard_normal(long) * b.decay(long, rate, 0.006, 0.0002)
            snap = b.formants(snap, rate, [(2300, 1200, 1.0), (4800, 2500, 1.0)])
            b.add(out, int((at + late) * rate), snap, gain * generator.uniform(0.85, 1))
        at += generator.uniform(0.5, 1.0)
    return b.finish(out, rate)


def buzzer(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A buzzer says no: a rough low tone, twice (an interrupter on the mains, Farnell Pr. 4)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        count = b.frames(0.6, rate)
        buzz = b.harmonics(np.full(count, 120.0) * generator.uniform(0.98, 1.02), rate, 0.25, 45)
        buzz = b.formants(buzz, rate, [(500, 400, 1.0), (1500, 900, 1.0), (3200, 2000, 0.7)])
        b.add(out, int(at * rate), buzz * b.swell(count, 0.02, 0.03))
        at += 0.9
    return b.finish(b.room(generator, out, rate, 0.3, 0.1), rate)
