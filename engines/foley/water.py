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


def dripping(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Drops into water in a hard room: a tick, then a rising bubble (Farnell, Pr. 12)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        long = int(0.03 * rate)
        tick = b.band(generator.standard_normal(long), rate, 900, 9000, 1) * b.decay(
            long, rate, 0.02, 0.0003
        )
        gain = generator.uniform(0.6, 1)
        b.add(out, int(at * rate), tick, 0.609 * gain)
        late = at + generator.uniform(0.008, 0.03)
        for _ in range(generator.integers(1, 4)):
            drop = b.bubble(rate, generator.uniform(0.872, 4.84), 0.139)
            b.add(out, int(late * rate), drop, gain * generator.uniform(0.3, 1))
            late += generator.uniform(0.02, 0.09)
        at += 0.606 * generator.uniform(0.6, 1.5)
    air = b.band(generator.standard_normal(len(out)), rate, 400, 6000, 1)
    wet = b.room(generator, out, rate, 1.45, 0.3)
    return b.finish(b.outdoors(generator, wet + 0.0481 * air, -30.2), rate)


def bubbles(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Air rising through water in trains of bubbles (Farnell, Practical 12; van den Doel 2005)."""
    count = b.frames(seconds, rate)
    out = _bubbles(generator, seconds, rate, 129, 0.6, 11.2)
    for at in b.poisson(generator, seconds, 4):
        radius = generator.uniform(3.0, 9.0)
        for number in range(generator.integers(2, 8)):
            ring = b.bubble(rate, radius * generator.uniform(0.6, 1.1), 0.1)
            b.add(
                out,
                int((at + number * generator.uniform(0.03, 0.09)) * rate),
                ring,
                0.466 * generator.uniform(0.2, 1),
            )
    wash = b.band(b.noise(generator, count, -3), rate, 200, 1000.0, 1) * (
        0.3 + b.wander(generator, count, rate, 9)
    )
    return b.finish(np.tanh(out + 0.197 * wash), rate)


def pouring(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Water into a glass: bubbles through the air column over it, which shortens as it fills.

    Farnell, Practical 14 (pouring): a tube closed at one end sounds at c / 4L.
    """
    count = b.frames(seconds, rate)
    splash = _bubbles(generator, seconds, rate, 289, 0.5, 4.36)
    jet = b.band(b.noise(generator, count, -2), rate, 400, 4010.0, 1)
    splash += 0.0329 * jet * (0.5 + b.wander(generator, count, rate, 14))
    tube = 343 / (4 * np.linspace(0.16, 0.05, max(8, int(seconds * 20))))
    peaks = [(tube, 150, 0.523), (3 * tube, 300, 0.129)]
    return b.finish(
        b.outdoors(generator, np.tanh(0.6 * splash + b.moving(splash, rate, peaks)), -47.1),
        rate,
        0.03,
    )


def splash(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Something falls into water: a burst, the cavity's bubble, and drops that fall back."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        long = int(rate)
        burst = b.band(b.noise(generator, long, -2), rate, 284, 8000.0, 1)
        burst *= b.decay(long, rate, 0.494, 0.0148) * (0.4 + b.wander(generator, long, rate, 42.2))
        b.add(out, int(at * rate), burst, 0.8)
        fall = _bubbles(generator, 0.9, rate, 179, 1.0, 8)
        b.add(out, int((at + 0.06) * rate), fall * np.linspace(1, 0, len(fall)), 0.6)
        at += 0.9 * generator.uniform(0.6, 1.4)
    wash = _bubbles(generator, seconds, rate, 60, 1.0, 7.0) + 0.1 * b.band(
        b.noise(generator, len(out), -3), rate, 200, 5000, 1
    )
    return b.finish(b.room(generator, out + 0.129 * wash, rate, 0.6, 0.5), rate)


def toilet_flush(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A flush: a rush of noise that dies, gurgling (Farnell, Practical 13)."""
    count = b.frames(seconds, rate)
    rush = b.band(b.noise(generator, count, -3), rate, 150, 5000, 1)
    rush *= b.curve([(0, 0.0), (0.06, 1), (0.5, 0.9), (0.7, 0.35), (1, 0.15)], count)
    rush *= 0.6 + 0.8 * b.wander(generator, count, rate, 14)
    gurgle = _bubbles(generator, seconds, rate, 120, 3.0, 14.0)
    gurgle *= b.curve([(0, 0.1), (0.4, 0.6), (0.6, 1), (0.85, 0.3), (1, 0.1)], count)
    return b.finish(b.room(generator, rush + 0.8 * gurgle, rate, 0.6, 0.4), rate)


def boiling(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Water boils: bubbles large and small, their rumble in the pot, steam (van den Doel 2005)."""
    count = b.frames(seconds, rate)
    out = _bubbles(generator, seconds, rate, 120, 0.85, 15.3)
    rumble = b.low(b.noise(generator, count, -3), rate, 825, 1) * (
        0.4 + b.wander(generator, count, rate, 12)
    )
    steam = b.band(b.noise(generator, count), rate, 1500, 8000, 1)
    return b.finish(np.tanh(out + 0.13 * rumble + 0.0127 * steam), rate)
