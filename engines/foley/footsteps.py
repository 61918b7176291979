"""Footsteps by surface (Farnell, Practical 26; Cook, "Modeling Bill's gait", AES 2002)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples

Strike = Callable[[float], b.Signal]


def _walk(
    generator: np.random.Generator,
    seconds: float,
    rate: int,
    strike: Strike,
    pace: float,
    toe: float,
    roll: tuple[float, float],
) -> b.Signal:
    """Steps, ``pace`` a second: heel, then the ball of the foot; left and right differ a little.

    The ball comes down ``roll`` seconds after the heel, ``toe`` of it as loud.
    """
    out = np.zeros(b.frames(seconds, rate))
    at, left = 0.08, True
    while at < seconds:
        gain = generator.uniform(0.75, 1) * (1.0 if left else 0.88)
        b.add(out, int(at * rate), strike(0.0), gain)
        b.add(out, int((at + generator.uniform(*roll)) * rate), strike(1.0), toe * gain)
        at, left = at + generator.normal(1, 0.04) / pace, not left
    return out


def _grains(
    generator: np.random.Generator, rate: int, seconds: float, count: int, low: float, high: float
) -> b.Signal:
    """Grains crushed together: short resonances, most in the middle (PhISEM, Cook 1997)."""
    out = np.zeros(int((seconds + 0.03) * rate))
    for at in seconds * generator.beta(1.6, 2.6, count):
        long = int(generator.uniform(0.002, 0.008) * rate)
        grain = generator.standard_normal(long) * b.decay(long, rate, long / rate, 0.0002)
        centre = generator.uniform(low, high)
        b.add(
            out,
            int(at * rate),
            b.resonant(grain, rate, centre, centre / 2) + 0.2 * grain,
            generator.pareto(2.0) + 0.1,
        )
    return out / max(1e-9, float(np.abs(out).max()))


def gravel(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Steps on gravel: stones that grind and crunch under the sole (PhISEM)."""
    pace = 2.01

    def strike(toe: float) -> b.Signal:
        crunch = _grains(generator, rate, 0.16 + 0.08 * toe, 300, 600, 2960.0)
        return np.tanh(1.08 * crunch) + 0.145 * b.band(crunch, rate, 80, 500, 1)

    walk = b.room(
        generator,
        _walk(generator, seconds, rate, strike, pace, 0.302, (0.06, 0.119)),
        rate,
        0.4,
        0.02,
    )
    return b.finish(b.outdoors(generator, walk, -36), rate)


def snow(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Steps in snow: crystals break, many and small; a squeak as it packs (PhISEM)."""
    pace = 1.7

    def strike(toe: float) -> b.Signal:
        crush = _grains(generator, rate, 0.209, 300, 311, 2540.0)
        return np.tanh(2 * crush) + 3.28 * b.band(crush, rate, 250, 900, 1)

    walk = b.room(
        generator,
        _walk(generator, seconds, rate, strike, pace, 0.444, (0.0481, 0.119)),
        rate,
        0.3,
        0.0543,
    )
    return b.finish(b.outdoors(generator, walk, -36), rate)


def wood(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Hard soles on a wooden floor: boards' modes and the heel's click, indoors (Cook, ch. 4)."""
    pace = 2.15

    def strike(toe: float) -> b.Signal:
        long = int(0.2 * rate)
        board = generator.uniform(0.8, 1.25, 5) * (1 + 0.2 * toe)
        hit = b.modes(
            long,
            rate,
            board * np.array([92, 165, 290, 460, 760]),
            0.111 * np.array([1.4, 1.2, 0.9, 0.6, 0.4]),
            [1, 1, 0.7, 0.5, 0.3],
        )
        thud = b.low(generator.standard_normal(long), rate, 700) * b.decay(long, rate, 0.07, 0.001)
        scuff = b.band(generator.standard_normal(long), rate, 1200.0, 7000, 1) * b.decay(
            long, rate, 0.0223, 0.002
        )
        return 0.488 * hit * (1 - 0.5 * toe) + 2.03 * thud + 0.201 * scuff

    walk = b.room(
        generator,
        _walk(generator, seconds, rate, strike, pace, 0.55, (0.0678, 0.116)),
        rate,
        0.217,
        0.169,
    )
    return b.finish(b.outdoors(generator, walk, -29.7), rate)


def concrete(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Hard heels on stone in a corridor: sharp clicks, a scrape of grit, long echoes."""
    pace = 2.3

    def strike(toe: float) -> b.Signal:
        long = int(0.2 * rate)
        thud = b.low(generator.standard_normal(long), rate, 2070.0) * b.decay(
            long, rate, 0.0482, 0.0006
        )
        click = b.band(generator.standard_normal(long), rate, 1560.0, 3590.0, 1) * b.decay(
            long, rate, 0.0199, 0.0003
        )
        grit = b.high(generator.standard_normal(long), rate, 1500, 1) * b.decay(
            long, rate, 0.0655, 0.004
        )
        return 3.22 * thud + 0.716 * click * (1 - 0.4 * toe) + 0.205 * grit

    walk = b.room(
        generator,
        _walk(generator, seconds, rate, strike, pace, 0.435, (0.06, 0.137)),
        rate,
        0.587,
        0.187,
    )
    return b.finish(b.outdoors(generator, walk, -38), rate)


def running(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Running on a path: nearly three steps a second, dull thumps and some grit."""

    def strike(toe: float) -> b.Signal:
        grit = _grains(generator, rate, 0.0767, 80, 500, 5810.0)
        thump = b.low(generator.standard_normal(len(grit)), rate, 593) * b.decay(
            len(grit), rate, 0.09, 0.001
        )
        return 0.468 * grit + 5.47 * thump * (1 - 0.8 * toe)

    walk = b.room(
        generator,
        _walk(generator, seconds, rate, strike, 2.93, 0.954, (0.0586, 0.1)),
        rate,
        0.4,
        0.0209,
    )
    return b.finish(b.outdoors(generator, walk, -38), rate)
