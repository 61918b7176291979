"""Footsteps by surface (Farnell, Practical 26; Cook, "Modeling Bill's gait", AES 2002)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples

Strike = Callable[[float], b.Signal]


def _walk(
    generator: np.random.Generator, seconds: float, rate: int, strike: Strike, pace: float
) -> b.Signal:
    """Steps, ``pace`` a second: heel, then the ball of the foot; left and right differ a little."""
    out = np.zeros(b.frames(seconds, rate))
    at, left = 0.08, True
    while at < seconds:
        gain = generator.uniform(0.8, 1) * (1.0 if left else 0.88)
        b.add(out, int(at * rate), strike(0.0), gain)
        b.add(out, int((at + generator.uniform(0.09, 0.12)) * rate), strike(1.0), 0.55 * gain)
        at, left = at + generator.normal(1, 0.03) / pace, not left
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


def gravel(
    generator: np.random.Generator, seconds: float, rate: int = 44100, pace: float = 1.8
) -> Samples:
    """Steps on gravel: stones that grind and crunch under the sole (PhISEM)."""

    def strike(toe: float) -> b.Signal:
        return _grains(generator, rate, 0.16 + 0.08 * toe, 110, 900, 6000)

    return b.finish(
        b.outdoors(
            generator,
            b.room(generator, _walk(generator, seconds, rate, strike, pace), rate, 0.4, 0.05),
        ),
        rate,
    )


def snow(
    generator: np.random.Generator, seconds: float, rate: int = 44100, pace: float = 1.6
) -> Samples:
    """Steps in snow: crystals break, many and small; a squeak as it packs (PhISEM)."""

    def strike(toe: float) -> b.Signal:
        crush = _grains(generator, rate, 0.3, 500, 400, 3500)
        creak = b.band(crush, rate, 250, 900, 1)
        return crush + 1.5 * creak

    return b.finish(b.outdoors(generator, _walk(generator, seconds, rate, strike, pace)), rate)


def wood(
    generator: np.random.Generator, seconds: float, rate: int = 44100, pace: float = 1.8
) -> Samples:
    """Hard soles on a wooden floor: boards' modes and the heel's click, indoors (Cook, ch. 4)."""
    board = generator.uniform(0.9, 1.1)

    def strike(toe: float) -> b.Signal:
        long = int(0.16 * rate)
        hit = b.modes(
            long,
            rate,
            board * (1 + 0.2 * toe) * np.array([92, 165, 290, 460, 760]),
            [0.14, 0.12, 0.09, 0.06, 0.04],
            [1, 1, 0.7, 0.5, 0.3],
        )
        click = generator.standard_normal(long) * b.decay(long, rate, 0.014, 0.0004)
        return hit * (1 - 0.5 * toe) + 0.7 * b.band(click, rate, 600, 5000, 1)

    return b.finish(
        b.outdoors(
            generator,
            b.room(generator, _walk(generator, seconds, rate, strike, pace), rate, 0.6, 0.3),
        ),
        rate,
    )


def concrete(
    generator: np.random.Generator, seconds: float, rate: int = 44100, pace: float = 1.9
) -> Samples:
    """Hard heels on stone in a corridor: sharp clicks, a scrape of grit, long echoes."""

    def strike(toe: float) -> b.Signal:
        long = int(0.08 * rate)
        click = generator.standard_normal(long) * b.decay(long, rate, 0.02 + 0.03 * toe, 0.0003)
        click = b.formants(click, rate, [(1300, 700, 1.0), (2900, 1500, 0.8), (420, 250, 0.8)])
        return click * (1 - 0.4 * toe)

    return b.finish(
        b.outdoors(
            generator,
            b.room(generator, _walk(generator, seconds, rate, strike, pace), rate, 1.2, 0.35),
        ),
        rate,
    )


def running(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Running on a path: nearly three steps a second, dull thumps and some grit."""

    def strike(toe: float) -> b.Signal:
        grit = _grains(generator, rate, 0.09, 50, 700, 4500)
        thump = b.modes(len(grit), rate, [70, 130, 220], [0.1, 0.08, 0.06], [1, 0.8, 0.5])
        return 0.7 * grit + thump * (1 - toe)

    return b.finish(b.outdoors(generator, _walk(generator, seconds, rate, strike, 2.8)), rate)
