"""Small things in the hand: a kettle, keys."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def kettle(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A kettle whistles: its two holes' tone climbs as the steam does (Henrywood 2013)."""
    count = b.frames(seconds, rate)
    rise = b.curve([(0, 0.1), (0.3, 0.8), (0.5, 1), (0.95, 1), (1, 0.5)], count)
    hertz = 2300.0 * (0.9 + 0.1 * rise) * (1 + 0.01 * b.wander(generator, count, rate, 7))
    angle = b.phase(hertz, rate)
    tone = np.sin(angle) + 0.242 * np.sin(2 * angle) + np.sin(1.05 * angle)
    steam = b.band(b.noise(generator, count), rate, 3000.0, 9000, 1)
    return b.finish(
        b.room(generator, rise**2 * tone + 0.05 * (0.3 + rise) * steam, rate, 0.5, 0.2), rate, 0.05
    )


def keys(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Keys shaken: small bars knock at random, their energy as the hand's (PhISEM, Cook 1997)."""
    out = np.zeros(b.frames(seconds, rate))
    shakes = b.wander(generator, len(out), rate, 5)
    for at in b.poisson(generator, seconds, 40):
        part = generator.uniform(3000.0, 7500, 4)
        ring = b.modes(
            int(0.12 * rate),
            rate,
            part,
            generator.uniform(0.02, 0.1, 4),
            generator.uniform(0.3, 1, 4),
        )
        tick = b.high(generator.standard_normal(len(ring)), rate, 2000) * b.decay(
            len(ring), rate, 0.008, 0.0002
        )
        loud = shakes[min(int(at * rate), len(out) - 1)] ** 2
        b.add(out, int(at * rate), 0.113 * ring + 0.6 * tick, loud * generator.uniform(0.2, 1))
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.3, 0.102), -52.1), rate)
