"""Weather: rain, thunder, wind."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.foley.voices import Track
from engines.kinds import Samples


def rain(
    generator: np.random.Generator,
    seconds: float,
    rate: int = 44100,
    drops: float = 900.0,
    bed: float = 0.18,
) -> Samples:
    """Drops on the ground over the hiss of those far away; ``drops`` a second.

    Farnell, Practical 15 (rain): drops are random, their impacts short and their noise wide.
    """
    count = b.frames(seconds, rate)
    out = np.zeros(count)
    for at in b.poisson(generator, seconds, drops):
        long = int(rate * generator.uniform(0.001, 0.006))
        grain = generator.standard_normal(long) * b.decay(long, rate, long / rate, 0.0003)
        b.add(out, int(at * rate), grain, generator.pareto(2.2) * 0.25 + 0.05)
    out = b.band(out, rate, 700, 9000, 1)
    hiss = b.band(b.noise(generator, count, -2), rate, 300, 11000, 1)
    slow = 0.85 + 0.3 * b.wander(generator, count, rate, 0.4)
    return b.finish(np.tanh(1.5 * (out + bed * hiss * slow)), rate)


def heavy_rain(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A downpour: so many drops that they are noise, and low splashes (as :func:`rain`)."""
    count = b.frames(seconds, rate)
    fall = rain(generator, seconds, rate, drops=6000, bed=0.9).astype(np.float64)
    roar = b.low(b.noise(generator, count, -3), rate, 1200)
    return b.finish(fall + 0.02 * roar, rate)


def thunder(
    generator: np.random.Generator, seconds: float, rate: int = 44100, distance: float = 0.4
) -> Samples:
    """A crack, then the rumble of the channel's far parts and of echoes; ``distance`` 0..1.

    Farnell, Practical 17 (thunder), after Few, "Thunder signatures", 1974: parts of the channel
    at many distances arrive one after another, the later the duller.
    """
    count = b.frames(seconds, rate)
    out = np.zeros(count)
    body = min(seconds, 8.0)
    for number in range(14):
        at = 0.05 + body * 0.7 * generator.random() ** 2 if number else 0.03
        long = int(rate * generator.uniform(0.6, 2.2))
        cut = (1 - distance) * 2500 * np.exp(-at) + 120
        clap = b.low(b.noise(generator, long, -3), rate, cut)
        clap *= b.decay(long, rate, long / rate, 0.005 + 0.08 * distance)
        b.add(out, int(at * rate), clap, np.exp(-at * 0.5) * generator.uniform(0.5, 1.2))
    rumble = b.low(b.noise(generator, count, -5), rate, 180)
    rumble *= b.wander(generator, count, rate, 5) * np.exp(-b.times(count, rate) * 3.5 / body)
    crack = b.noise(generator, count) * b.decay(count, rate, 0.35, 0.002) * (1 - distance)
    b.add(out, int(0.03 * rate), b.high(crack, rate, 500), 0.5)
    far = b.room(generator, out + 0.8 * rumble, rate, 3.0, 0.8)
    return b.finish(b.outdoors(generator, np.tanh(far), -36), rate, 0.02)


def wind(
    generator: np.random.Generator, seconds: float, rate: int = 44100, force: float = 0.5
) -> Samples:
    """Gusts, and what whistles in them: noise through bands that follow the speed of the air.

    Farnell, Practical 18 (wind): an eddy's pitch goes with the speed (Strouhal), so level and
    frequency move together.
    """
    count = b.frames(seconds, rate)
    gust = 0.6 * b.wander(generator, count, rate, 0.35) + 0.4 * b.wander(
        generator, count, rate, 1.1
    )
    points: b.Signal = np.interp(
        np.linspace(0, 1, max(8, int(seconds * 40))), np.linspace(0, 1, count), gust
    )
    air = b.noise(generator, count)
    bands: list[Track] = [
        (120 + 200 * points, 220, points),
        (300 + 500 * force + 500 * points, 120 + 150 * points, 0.7 * points**2),
        (700 + 700 * force + 700 * points, 90 + 100 * points, 0.22 * points**3),
    ]
    body = b.low(b.noise(generator, count, -4), rate, 400)
    return b.finish(b.moving(air, rate, bands) + 0.12 * body * (0.3 + gust), rate, 0.05)


def leaves(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Leaves in the wind: gusts of many small rubs (Farnell, Practical 18, its trees)."""
    count = b.frames(seconds, rate)
    gust = 0.25 + b.wander(generator, count, rate, 0.8) * b.wander(generator, count, rate, 5.59)
    rub = b.noise(generator, count) * b.wander(generator, count, rate, 9.69) ** 1.22
    rustle = b.band(rub + 0.449 * b.noise(generator, count), rate, 1120.0, 4630.0, 1)
    air = b.low(b.noise(generator, count, -4), rate, 500)
    return b.finish(np.tanh(rustle * gust) + 0.106 * air, rate, 0.05)
