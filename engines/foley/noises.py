"""Noises by their colour, and those of a receiver."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def white(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """White noise: the same power in every hertz."""
    return b.finish(b.noise(generator, b.frames(seconds, rate)), rate, 0.02)


def pink(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Pink noise: the same power in every octave."""
    return b.finish(b.noise(generator, b.frames(seconds, rate), -3), rate, 0.02)


def brown(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Brown noise: 6 dB less an octave, as a particle walks at random."""
    return b.finish(b.noise(generator, b.frames(seconds, rate), -6), rate, 0.02)


def radio_static(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A receiver between stations: hiss of the band, and clicks of distant sparks."""
    count = b.frames(seconds, rate)
    hiss = b.band(b.noise(generator, count), rate, 1200.0, 8910.0, 1)
    hiss *= 0.6 + 0.05 * b.wander(generator, count, rate, 4.76)
    clicks = np.where(generator.random(count) < 286 / rate, generator.pareto(2.0, count), 0.0)
    return b.finish(
        np.tanh(0.4 * hiss + 0.356 * b.band(np.minimum(clicks, 8), rate, 500, 8000, 1)), rate, 0.02
    )
