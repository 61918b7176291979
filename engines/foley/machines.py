"""Machines and tools: motors, fans, saws, hammers, keys, shutters, clocks."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def vacuum_cleaner(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A universal motor's whine over the rush of air (Farnell, Practicals 21 and 23)."""
    count = b.frames(seconds, rate)
    speed = 1 + 0.015 * b.wander(generator, count, rate, 0.7)
    motor = b.harmonics(245 * speed, rate, 0.9, 30)
    whine = np.sin(b.phase(1960 * speed, rate)) + 0.5 * np.sin(b.phase(3920 * speed, rate))
    air = b.formants(
        b.noise(generator, count), rate, [(400, 500, 1.0), (1500, 1500, 0.6), (4500, 4000, 0.4)]
    )
    return b.finish(0.5 * air / air.std() + 0.5 * motor + 0.2 * whine, rate, 0.1)


def hair_dryer(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A small fan and its fast motor: brighter air, a higher whine (Farnell, Practical 23)."""
    count = b.frames(seconds, rate)
    speed = 1 + 0.008 * b.wander(generator, count, rate, 0.8)
    motor = b.harmonics(410 * speed, rate, 0.9, 20)
    air = b.formants(
        b.noise(generator, count), rate, [(900, 900, 1.0), (2600, 2400, 0.9), (6500, 5000, 0.5)]
    )
    return b.finish(0.7 * air / air.std() + 0.4 * motor, rate, 0.1)


def fan(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A table fan: air chopped by the blades, and the hum of its motor (Farnell, Practical 23)."""
    count = b.frames(seconds, rate)
    blade = 0.94 + 0.06 * np.sin(b.phase(np.full(count, 23.0), rate))
    air = b.band(b.noise(generator, count, -3), rate, 80, 3500, 1) * blade
    hum = b.harmonics(np.full(count, 100.0), rate, 1.2, 12)
    return b.finish(air / air.std() + 0.12 * hum, rate, 0.1)


def drill(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """An electric drill: starts, bites, labours, stops (Farnell, Practical 21)."""
    count = b.frames(seconds, rate)
    load = b.curve(
        [(0, 0.2), (0.06, 1.0), (0.2, 1.0), (0.3, 0.8), (0.8, 0.78), (0.9, 1), (1, 0.3)], count
    )
    load *= 1 + 0.03 * b.wander(generator, count, rate, 12)
    motor = b.harmonics(310 * load, rate, 0.35, 50)
    grind = b.band(b.noise(generator, count), rate, 1500, 7000, 1) * b.curve(
        [0.1, 0.3, 1, 1, 1, 0.2], count
    )
    grind *= 0.5 + 0.5 * np.sin(b.phase(55 * load, rate))
    sound = b.formants(motor, rate, [(900, 600, 1.0), (2200, 1200, 1.0), (4200, 2500, 0.7)])
    return b.finish((sound / sound.std() + 0.4 * grind) * load, rate, 0.03)


def chainsaw(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A two-stroke engine revs and cuts: a rough buzz of 90 to 160 Hz (Farnell, Practical 22)."""
    count = b.frames(seconds, rate)
    load = b.curve(
        [(0, 80), (0.12, 150), (0.3, 165), (0.4, 120), (0.8, 118), (0.88, 165), (1, 85)], count
    )
    load *= 1 + 0.06 * b.wander(generator, count, rate, 30)
    angle = b.phase(load, rate)
    pulse = np.maximum(0, np.cos(angle)) ** 12 * (1 + 0.6 * generator.standard_normal(count))
    voice = b.formants(
        pulse - pulse.mean(),
        rate,
        [(320, 200, 1.0), (900, 500, 1.2), (2200, 1200, 1.0), (4500, 3000, 0.8)],
    )
    return b.finish(np.tanh(1.5 * voice / voice.std()), rate, 0.05)


def hand_saw(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A hand saw in wood: strokes of teeth that catch one after another, push louder than pull."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        for long, gain, tone in ((0.34, 1.0, 1.0), (0.3, 0.5, 1.25)):
            count = b.frames(long * generator.uniform(0.95, 1.05), rate)
            speed = np.sin(np.pi * np.linspace(0.03, 0.97, count))
            teeth = (0.5 + 0.5 * np.cos(b.phase(170 * speed + 20, rate))) ** 3
            rasp = b.noise(generator, count) * (0.2 + teeth)
            body = b.formants(
                rasp,
                rate,
                [
                    (1100 * tone, 500, 1.0),
                    (2600 * tone, 1200, 1.2),
                    (5200, 3000, 0.8),
                    (380, 150, 0.6),
                ],
            )
            b.add(out, int(at * rate), body * speed**1.5, gain)
            at += long + 0.03
    return b.finish(b.room(generator, out, rate, 0.3, 0.1), rate)


def hammer(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A hammer on a nail in wood: steel rings short, the board knocks, the pitch climbs."""
    out = np.zeros(b.frames(seconds, rate))
    at, blow = 0.06, 0
    while at < seconds:
        high = 1 + 0.03 * (blow % 6)
        long = int(0.22 * rate)
        hit = b.modes(long, rate, [210, 480, 830], [0.06, 0.05, 0.03], [0.5, 0.4, 0.3])
        hit += b.modes(
            long, rate, high * np.array([2750, 4100, 5600]), [0.2, 0.18, 0.1], [0.6, 0.6, 0.5]
        )
        hit += 1.2 * b.low(generator.standard_normal(long), rate, 2500) * b.decay(long, rate, 0.07)
        hit += b.high(generator.standard_normal(long), rate, 800) * b.decay(
            long, rate, 0.025, 0.0002
        )
        b.add(out, int(at * rate), hit, generator.uniform(0.75, 1))
        blow += 1
        at += generator.uniform(0.38, 0.46)
    return b.finish(b.room(generator, out, rate, 0.5, 0.25), rate)


def typing(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A keyboard: a click as each key goes down, a softer one as it comes up; words and pauses."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        for _ in range(generator.integers(3, 9)):
            tone = generator.uniform(0.85, 1.2)
            for late, gain in ((0.0, 1.0), (generator.uniform(0.06, 0.09), 0.4)):
                long = int(0.03 * rate)
                key = generator.standard_normal(long) * b.decay(long, rate, 0.012, 0.0003)
                key = b.formants(
                    key, rate, [(1900 * tone, 2500, 1.0), (4200 * tone, 4000, 0.9), (500, 600, 0.2)]
                )
                key += 0.02 * b.modes(long, rate, [320 * tone, 740 * tone], [0.03, 0.02])
                b.add(out, int((at + late) * rate), key, gain * generator.uniform(0.5, 1))
            at += generator.uniform(0.06, 0.15)
        at += generator.uniform(0.1, 0.35)
    return b.finish(b.room(generator, out, rate, 0.25, 0.15), rate)


def camera_click(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A reflex camera: the mirror goes up, the shutter runs, the mirror falls, the motor winds."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.08
    while at < seconds:
        for late, long_s, gain, tone in (
            (0.0, 0.03, 0.8, 1.0),
            (0.055, 0.02, 0.6, 1.5),
            (0.12, 0.045, 1.0, 0.85),
        ):
            long = int(2 * long_s * rate)
            click = generator.standard_normal(long) * b.decay(long, rate, long_s, 0.0003)
            click = b.formants(
                click, rate, [(1400 * tone, 800, 1.0), (3600 * tone, 1600, 1.0), (6500, 3000, 0.7)]
            )
            b.add(out, int((at + late) * rate), click, gain)
        count = b.frames(0.12, rate)
        wind = b.band(b.harmonics(np.linspace(320, 380, count), rate, 0.4, 40), rate, 800, 6000)
        b.add(out, int((at + 0.15) * rate), wind * b.swell(count, 0.2, 0.4), 0.02)
        at += generator.uniform(0.8, 1.2)
    return b.finish(b.room(generator, out, rate, 0.25, 0.15), rate)


def clock_tick(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A clock: the escapement's tick and tock twice a second (Farnell, Practical 20: clocks)."""
    out = np.zeros(b.frames(seconds, rate))
    tone = generator.uniform(0.9, 1.1)
    for number in range(int((seconds - 0.08) * 2) + 1):
        deep = 1.0 if number % 2 == 0 else 0.82
        long = int(0.08 * rate)
        tick = b.modes(
            long,
            rate,
            tone * deep * np.array([1250, 2450, 3900, 5800]),
            [0.04, 0.03, 0.02, 0.015],
            [0.6, 1, 0.8, 0.6],
        )
        click = generator.standard_normal(long) * b.decay(long, rate, 0.006, 0.0002)
        for late, gain in ((0.0, 0.35), (0.009, 1.0), (0.021, 0.5)):
            b.add(out, int((0.06 + number / 2 + late) * rate), tick + 0.6 * click, gain)
    return b.finish(b.room(generator, out, rate, 0.3, 0.15), rate)


def sewing_machine(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A sewing machine: a needle some 12 times a second, and its motor (Farnell, Practical 21)."""
    count = b.frames(seconds, rate)
    out = np.zeros(count)
    at = 0.05
    while at < seconds:
        for late, gain in ((0.0, 1.0), (0.035, 0.6)):
            long = int(0.06 * rate)
            clack = generator.standard_normal(long) * b.decay(long, rate, 0.03, 0.0005)
            clack = b.formants(clack, rate, [(450, 250, 1.0), (1500, 700, 1.0), (3800, 2000, 0.6)])
            b.add(out, int((at + late) * rate), clack, gain * generator.uniform(0.8, 1))
        at += generator.uniform(0.078, 0.084)
    motor = b.band(b.harmonics(np.full(count, 96.0), rate, 0.6, 40), rate, 90, 3000, 1)
    return b.finish(out + 0.005 * motor, rate, 0.03)
