"""Instruments that are struck (Fletcher & Rossing, "The Physics of Musical Instruments", 1998)."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def gong(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A gong: low modes at once, and high ones that bloom later (Fletcher & Rossing, ch. 20)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        count = int(5 * rate)
        parts = 110 * np.cumsum(generator.uniform(0.15, 0.9, 40)) + 60
        late = 1 - np.exp(-b.times(count, rate) * 4.65)
        half = len(parts) // 2
        ring = b.modes(
            count, rate, parts[:half], np.linspace(5, 2, half), generator.uniform(0.4, 1, half)
        )
        ring += (
            0.725
            * late
            * b.modes(
                count, rate, parts[half:], np.linspace(3, 1, half), generator.uniform(0.2, 1, half)
            )
        )
        strike = b.low(generator.standard_normal(count), rate, 400) * b.decay(
            count, rate, 0.15, 0.004
        )
        b.add(out, int(at * rate), ring + 1.13 * strike)
        at += 3.4
    return b.finish(b.room(generator, out, rate, 1.5, 0.256), rate)


def drum_roll(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A roll on a snare drum that swells: a skin's modes and wires (Fletcher & Rossing, ch. 18)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.04
    while at < seconds:
        long = int(0.16 * rate)
        hit = b.modes(
            long,
            rate,
            generator.uniform(0.97, 1.03, 3) * np.array([185, 330, 475]),
            0.145,
            [1, 0.6, 0.4],
        )
        wires = b.band(generator.standard_normal(long), rate, 2210.0, 9000, 1) * b.decay(
            long, rate, 0.267, 0.001
        )
        b.add(
            out,
            int(at * rate),
            1.44 * hit + wires,
            generator.uniform(0.5, 1) * (0.4 + 0.6 * min(1, at / seconds)),
        )
        at += generator.uniform(0.9, 1.1) / 16.6
    return b.finish(b.room(generator, out, rate, 0.8, 0.224), rate)


def cymbal(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A crash cymbal: many modes without order, and their wash (Fletcher & Rossing, ch. 20)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.04
    while at < seconds:
        count = int(2.5 * rate)
        parts = generator.uniform(300, 9000, 60)
        ring = b.modes(
            count, rate, parts, 2.2 * generator.uniform(0.4, 1, 60), generator.uniform(0.2, 1, 60)
        )
        wash = b.high(generator.standard_normal(count), rate, 3000.0, 1) * b.decay(
            count, rate, 1.5, 0.002
        )
        b.add(out, int(at * rate), 0.15 * ring + wash)
        at += 1.6
    return b.finish(b.room(generator, out, rate, 0.8, 0.15), rate)
