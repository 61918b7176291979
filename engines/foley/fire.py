"""Fire, and what sizzles."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def crackle(
    generator: np.random.Generator, seconds: float, rate: int = 44100, snaps: float = 22.0
) -> Samples:
    """A wood fire: flames lap, gas hisses, wood snaps.

    Farnell, Practical 11 (fire), which builds it of those three.
    """
    count = b.frames(seconds, rate)
    lapping = b.band(b.noise(generator, count, -3), rate, 40, 500, 1)
    lapping *= 0.4 + b.wander(generator, count, rate, 6)
    hiss = b.high(b.noise(generator, count), rate, 1500) * b.wander(generator, count, rate, 5) ** 4
    out = 0.05 * lapping + 0.02 * hiss
    for at in b.poisson(generator, seconds, snaps):
        long = int(rate * generator.uniform(0.002, 0.02))
        snap = generator.standard_normal(long) * b.decay(long, rate, long / rate, 0.0002)
        centre = generator.uniform(1200, 7000)
        snap = 0.5 * snap + b.resonant(snap, rate, centre, centre / 2)
        b.add(out, int(at * rate), snap, min(1.5, 0.1 * (generator.pareto(1.3) + 0.4)))
    return b.finish(np.tanh(out), rate)


def frying(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Frying: drops of water burst in hot fat, thousands a second, over a hiss."""
    count = b.frames(seconds, rate)
    hits = generator.random(count) < 3000.0 / rate
    pops = b.band(
        np.where(hits, np.minimum(6, generator.pareto(3.4, count)), 0.0), rate, 3500.0, 5910.0, 1
    )
    fat = b.band(b.noise(generator, count), rate, 3810.0, 12500.0, 1)
    fat *= 0.4 + b.wander(generator, count, rate, 120)
    return b.finish(b.outdoors(generator, np.tanh(pops + 0.134 * fat), -53.2), rate)
