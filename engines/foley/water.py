"""Water: streams, waves, drops, bubbles, pouring."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def _bubbles(
    generator: np.random.Generator,
    seconds: float,
    rate: int,
    per_second: float,
    smallest: float,
    largest: float,
) -> b.Signal:
    """Bubbles at random times, radii in mm by a power law: many small ones (van den Doel 2005)."""
    out = np.zeros(b.frames(seconds, rate))
    for at in b.poisson(generator, seconds, per_second):
        radius = smallest * (largest / smallest) ** (generator.random() ** 1.3)
        rise = generator.choice([0.0, 0.02, 0.1])
        loud = (radius / largest) ** 0.8 * generator.random() ** 2
        b.add(out, int(at * rate), b.bubble(rate, radius, rise), loud)
    return out


def stream(
    generator: np.random.Generator, seconds: float, rate: int = 44100, flow: float = 0.5
) -> Samples:
    """A brook: hundreds of bubbles over soft noise (van den Doel 2005; Farnell, Practical 13)."""
    count = b.frames(seconds, rate)
    rings = _bubbles(generator, seconds, rate, 300 + 600 * flow, 0.8, 7.0)
    wash = b.band(b.noise(generator, count, -3), rate, 300, 6000, 1)
    wash *= 0.5 + b.wander(generator, count, rate, 8)
    return b.finish(np.tanh(rings + 0.10 * wash), rate)


def waterfall(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Falling water: noise of many splashes at once, over some bubbles (Farnell, Practical 13)."""
    count = b.frames(seconds, rate)
    fall = b.band(b.noise(generator, count, -2), rate, 150, 9000, 1)
    fall *= 0.85 + 0.3 * b.wander(generator, count, rate, 12)
    rings = _bubbles(generator, seconds, rate, 500, 0.8, 5.0)
    return b.finish(fall + 0.5 * rings, rate)


def ocean(
    generator: np.random.Generator, seconds: float, rate: int = 44100, period_s: float = 7.0
) -> Samples:
    """Waves on a beach: each swells, breaks with a roar, and runs out hissing.

    Noise whose level and brightness rise and fall together (Farnell, Practical 13 and ch. 18).
    """
    count = b.frames(seconds, rate)
    level = np.full(count, 0.10)
    bright = np.full(count, 500.0)
    at = -period_s * generator.uniform(0.2, 0.5)
    while at < seconds:
        long = int(period_s * generator.uniform(0.9, 1.4) * rate)
        shape = b.curve([(0, 0), (0.3, 0.25), (0.42, 1), (0.6, 0.5), (1, 0)], long)
        b.add(level, int(at * rate), shape, generator.uniform(0.6, 1.0))
        hiss = b.curve([(0, 0), (0.35, 0.2), (0.45, 1), (0.8, 0.7), (1, 0)], long)
        b.add(bright, int(at * rate), hiss, 2600)
        at += period_s * generator.uniform(0.75, 1.1)
    points = max(8, int(seconds * 20))
    at_points = np.linspace(0, count - 1, points).astype(int)
    water = b.moving(
        b.noise(generator, count, -2),
        rate,
        [(200, 500, 0.5), (bright[at_points], 1.2 * bright[at_points], 1.0)],
    )
    foam = b.high(b.noise(generator, count), rate, 2500) * (bright / 3000) ** 2
    return b.finish((water / water.std() + 0.1 * foam) * level, rate, 0.05)


def dripping(
    generator: np.random.Generator, seconds: float, rate: int = 44100, every_s: float = 0.7
) -> Samples:
    """Drops into water in a hard room: a tick, then a rising bubble (Farnell, Pr. 12)."""
    count = b.frames(seconds, rate)
    out = np.zeros(count)
    at = 0.1
    radius = generator.uniform(2.5, 4.0)
    while at < seconds:
        drop = b.bubble(rate, radius * generator.uniform(0.8, 1.2), 0.12)
        tick = generator.standard_normal(60) * np.linspace(1, 0, 60)
        b.add(out, int(at * rate), b.high(tick, rate, 2000), 0.25)
        b.add(out, int((at + generator.uniform(0.01, 0.03)) * rate), drop)
        at += every_s * generator.uniform(0.7, 1.4)
    return b.finish(b.room(generator, out, rate, 0.7, 0.25), rate)


def bubbles(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Air rising through water in trains of bubbles (Farnell, Practical 12; van den Doel 2005)."""
    out = np.zeros(b.frames(seconds, rate))
    for at in b.poisson(generator, seconds, 7):
        radius = generator.uniform(3.0, 9.0)
        when = at
        for _ in range(generator.integers(2, 8)):
            radius *= generator.uniform(0.85, 1.05)
            ring = b.bubble(rate, radius, 0.1)
            b.add(out, int(when * rate), ring, generator.uniform(0.4, 1))
            when += generator.uniform(0.03, 0.09)
    return b.finish(out, rate)


def pouring(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Water into a glass: bubbles through the air column over it, which shortens as it fills.

    Farnell, Practical 14 (pouring): a tube closed at one end sounds at c / 4L.
    """
    count = b.frames(seconds, rate)
    splash = _bubbles(generator, seconds, rate, 500, 0.8, 5.0)
    splash += 0.15 * b.band(b.noise(generator, count), rate, 500, 8000, 1)
    length = np.linspace(0.16, 0.04, max(8, int(seconds * 20)))
    tube = 343 / (4 * length)
    peaks = [(tube, 120, 1.5), (3 * tube, 250, 0.7), (5 * tube, 400, 0.3)]
    return b.finish(0.6 * splash + b.moving(splash, rate, peaks), rate, 0.03)


def splash(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Something falls into water: a burst, the cavity's bubble, and drops that fall back."""
    count = b.frames(seconds, rate)
    out = np.zeros(count)
    at = 0.1
    while at < seconds:
        long = int(1.1 * rate)
        burst = b.band(b.noise(generator, long, -2), rate, 300, 8000, 1)
        burst *= b.decay(long, rate, 0.7, 0.02)
        b.add(out, int(at * rate), burst, 0.7)
        drops = _bubbles(generator, 0.9, rate, 150, 1.0, 7.0) * np.linspace(1, 0, int(0.9 * rate))
        b.add(out, int((at + 0.08) * rate), drops, 0.8)
        at += generator.uniform(1.6, 2.2)
    return b.finish(out, rate)


def toilet_flush(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A flush: a rush of noise that dies, gurgling (Farnell, Practical 13)."""
    count = b.frames(seconds, rate)
    rush = b.band(b.noise(generator, count, -3), rate, 150, 5000, 1)
    rush *= b.curve([(0, 0.0), (0.06, 1), (0.5, 0.9), (0.7, 0.35), (1, 0.15)], count)
    rush *= 0.6 + 0.8 * b.wander(generator, count, rate, 14)
    gurgle = _bubbles(generator, seconds, rate, 120, 3.0, 14.0)
    gurgle *= b.curve([(0, 0.1), (0.4, 0.6), (0.6, 1), (0.85, 0.3), (1, 0.1)], count)
    return b.finish(b.room(generator, rush + 0.8 * gurgle, rate, 0.6, 0.4), rate)
