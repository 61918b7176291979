"""Blasts: guns, fireworks, explosions."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def _shot(generator: np.random.Generator, rate: int, size: float) -> b.Signal:
    """A muzzle blast: a Friedlander wave, and noise that dulls (Farnell, Practical 30)."""
    count = int(1.2 * rate)
    at = b.times(count, rate)
    width = 0.002 + 0.01 * size
    blast = 2 * (1 - at / width) * np.exp(-at / width)
    snap = 1.5 * generator.standard_normal(count) * b.decay(count, rate, 0.25 + 0.2 * size, 0.0003)
    body = b.low(generator.standard_normal(count), rate, 1200 - 700 * size)
    body *= b.decay(count, rate, 0.4 + 0.8 * size, 0.001)
    return blast + snap + 2 * body


def gunshot(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Shots outdoors: the blast, then echoes from far walls (Farnell, Practical 30: guns)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.08
    while at < seconds:
        b.add(out, int(at * rate), _shot(generator, rate, 0.3), generator.uniform(0.85, 1))
        at += generator.uniform(0.9, 1.4)
    return b.finish(np.tanh(1.5 * b.room(generator, out, rate, 1.4, 0.5)), rate)


def machine_gun(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Bursts of fire, ten rounds a second (Farnell, Practical 30)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.08
    while at < seconds:
        for _ in range(generator.integers(6, 14)):
            b.add(out, int(at * rate), _shot(generator, rate, 0.1), generator.uniform(0.85, 1))
            at += generator.uniform(0.092, 0.1)
        at += generator.uniform(0.4, 0.8)
    return b.finish(np.tanh(1.5 * b.room(generator, out, rate, 1.0, 0.4)), rate)


def explosion(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """An explosion: a blast, a boom that dulls, debris (Farnell, Practical 31: explosions)."""
    count = b.frames(seconds, rate)
    out = np.zeros(count)
    start = int(0.08 * rate)
    b.add(out, start, _shot(generator, rate, 1.0), 1.5)
    along = max(8, int(seconds * 20))
    fall = np.exp(-np.linspace(0, min(seconds, 6), along) * 1.6)
    fire = b.moving(b.noise(generator, count, -2), rate, [(60, 200 + 2500 * fall, fall)])
    b.add(out, start, fire / fire.std(), 0.8)
    for at in generator.exponential(0.7, 60) + 0.4:
        long = int(generator.uniform(0.01, 0.05) * rate)
        grain = b.band(generator.standard_normal(long), rate, 400, 4000, 1) * b.decay(
            long, rate, long / rate
        )
        b.add(out, int(at * rate), grain, 0.3 * generator.random() * np.exp(-at))
    return b.finish(np.tanh(1.2 * b.room(generator, out, rate, 2.0, 0.6)), rate, 0.02)


def fireworks(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Fireworks: a whistle climbs, a shell bangs far up, stars crackle (Farnell, Practical 31)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        if generator.random() < 0.5:
            count = b.frames(0.7, rate)
            angle = b.phase(b.curve([1500, 2600, 3300], count), rate)
            b.add(out, int(at * rate), np.sin(angle) * b.swell(count, 0.3, 0.3), 0.06)
        bang = at + 0.75
        b.add(
            out,
            int(bang * rate),
            b.low(_shot(generator, rate, 0.6), rate, 3500),
            generator.uniform(0.6, 1),
        )
        for late in generator.exponential(0.35, generator.integers(20, 90)) + 0.25:
            long = int(0.02 * rate)
            pop = generator.standard_normal(long) * b.decay(long, rate, 0.012, 0.0003)
            b.add(out, int((bang + late) * rate), b.high(pop, rate, 800), 0.35 * generator.random())
        at += generator.uniform(0.5, 1.3)
    return b.finish(np.tanh(b.room(generator, out, rate, 1.8, 0.6)), rate)


def sword(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Swords clash: a bar's inharmonic modes, and a scrape (Cook, ch. 4)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.06
    while at < seconds:
        count = int(0.9 * rate)
        parts = 747 * np.cumsum(generator.uniform(0.3, 1.0, 10))
        ring = b.modes(
            count, rate, parts, 1.4 * generator.uniform(0.4, 1, 10), generator.uniform(0.3, 1, 10)
        )
        scrape = b.high(generator.standard_normal(count), rate, 2000) * b.decay(
            count, rate, 0.4, 0.0003
        )
        b.add(out, int(at * rate), 0.139 * ring + scrape, generator.uniform(0.6, 1))
        at += generator.uniform(0.5, 0.9)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.7, 0.0958), -54.5), rate)
