"""Machines and tools: motors, fans, saws, hammers, keys, shutters, clocks."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def vacuum_cleaner(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A universal motor's whine over the rush of air (Farnell, Practicals 21 and 23)."""
    count = b.frames(seconds, rate)
    speed = 1 + 0.02 * b.wander(generator, count, rate, 0.7)
    motor = b.harmonics(319 * speed, rate, 1.3, 30)
    whine = np.sin(b.phase(2430.0 * speed, rate))
    air = b.formants(
        b.noise(generator, count),
        rate,
        [(1000.0, 600, 1.0), (1700, 1500, 1.99), (4500, 4000, 2.53)],
    )
    return b.finish(air / air.std() + 0.281 * motor + 0.223 * whine, rate, 0.1)


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
    depth = 0.192
    blade = (
        1
        - depth
        + depth * np.sin(b.phase(27.8 * (1 + 0.02 * b.wander(generator, count, rate, 1)), rate))
    )
    air = b.band(b.noise(generator, count, -5.19), rate, 38.5, 1840.0, 1) * blade
    hum = b.harmonics(np.full(count, 115), rate, 0.909, 12)
    rattle = b.band(generator.standard_normal(count), rate, 1500, 5000, 1) * (
        blade > 1 - 0.1 * depth
    )
    return b.finish(air / air.std() + 0.198 * hum + 0.3 * rattle, rate, 0.1)


def drill(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """An electric drill: starts, bites, labours, stops (Farnell, Practical 21)."""
    count = b.frames(seconds, rate)
    load = b.curve(
        [(0, 0.2), (0.06, 1.0), (0.2, 1.0), (0.3, 0.85), (0.8, 0.83), (0.9, 1), (1, 0.3)], count
    )
    load *= 1 + 0.0527 * b.wander(generator, count, rate, 12)
    motor = b.harmonics(120 * load, rate, 0.36, 50)
    motor *= 1 - 0.0662 * b.wander(generator, count, rate, 194)
    grind = b.band(b.noise(generator, count), rate, 602, 7500, 1)
    grind *= 0.5 + 0.5 * np.sin(b.phase(104 * load, rate))
    sound = b.formants(motor, rate, [(900, 700, 1.0), (2200, 1400, 0.417), (4500, 3000, 0.588)])
    return b.finish((sound / sound.std() + 3 * grind) * load, rate, 0.03)


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
    """A hammer on a nail in wood: steel rings short, the board knocks; no two blows alike."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.06
    while at < seconds:
        long = int(0.2 * rate)
        body = generator.uniform(0.85, 1.2, 4) * np.array([190, 410, 760, 1300])
        hit = 0.175 * b.modes(long, rate, body, [0.08, 0.06, 0.04, 0.03])
        nail = generator.uniform(0.93, 1.07, 3) * np.array([2750, 4100, 5600])
        hit += 0.303 * b.modes(long, rate, nail, 0.08 * np.array([1, 0.9, 0.5]))
        hit += (
            2.36
            * b.low(generator.standard_normal(long), rate, 961)
            * b.decay(long, rate, 0.15, 0.0003)
        )
        hit += (
            0.598
            * b.high(generator.standard_normal(long), rate, 1500)
            * b.decay(long, rate, 0.0162, 0.0002)
        )
        b.add(out, int(at * rate), hit, generator.uniform(0.7, 1))
        at += 0.329 * generator.uniform(0.9, 1.1)
    wet = b.room(generator, out, rate, 0.609, 0.167)
    return b.finish(b.outdoors(generator, wet, -54.4), rate)


def typing(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A keyboard: a click as each key goes down, a softer one as it comes up; words and pauses."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        for _ in range(generator.integers(3, 9)):
            tone = generator.uniform(0.85, 1.2)
            for late, gain in ((0.0, 1.0), (generator.uniform(0.06, 0.09), 0.445)):
                long = int(0.05 * rate)
                key = generator.standard_normal(long) * b.decay(long, rate, 0.0257, 0.000378)
                key = b.formants(
                    key,
                    rate,
                    [(1570.0 * tone, 849, 1.0), (4200 * tone, 3000, 1.76), (450 * tone, 400, 0.1)],
                )
                thump = b.low(generator.standard_normal(long), rate, 300) * b.decay(
                    long, rate, 0.04, 0.001
                )
                b.add(
                    out,
                    int((at + late) * rate),
                    key + 0.0904 * thump,
                    gain * generator.uniform(0.4, 1),
                )
            at += 0.122 * generator.uniform(0.5, 1.5)
        at += generator.uniform(0.1, 0.35)
    wet = b.room(generator, out, rate, 0.104, 0.313)
    return b.finish(b.outdoors(generator, wet, -43.7), rate)


def camera_click(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A reflex camera: the mirror goes up, the shutter runs, the mirror falls, the motor winds."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.08
    while at < seconds:
        gap = 0.0499
        for late, gain, tone in ((0.0, 0.8, 1.0), (gap, 0.568, 1.5), (2.1 * gap, 1.0, 0.85)):
            long = int(0.09 * rate)
            click = generator.standard_normal(long) * b.decay(
                long, rate, 0.0263 * generator.uniform(0.7, 1.3), 0.0003
            )
            click = b.formants(
                click,
                rate,
                [(1830.0 * tone, 900, 1.0), (3600 * tone, 1800, 2), (6500, 3000, 0.228)],
            )
            click += (
                0.558
                * b.low(generator.standard_normal(long), rate, 400)
                * b.decay(long, rate, 0.06, 0.001)
            )
            b.add(out, int((at + late) * rate), click, gain)
        count = b.frames(0.221, rate)
        wind = b.harmonics(np.linspace(320, 420, count), rate, 0.4, 40) + 2 * b.noise(
            generator, count
        )
        wind = b.band(wind, rate, 800, 7000) * (
            0.5 + 0.5 * np.sin(b.phase(np.full(count, 60.0), rate))
        )
        b.add(out, int((at + 2.3 * gap) * rate), wind * b.swell(count, 0.2, 0.3), 0.002)
        at += 0.579 * generator.uniform(0.8, 1.2)
    wet = b.room(generator, out, rate, 0.9, 0.148)
    return b.finish(b.outdoors(generator, wet, -33.5), rate)


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
        for late, gain in ((0.0, 1.0), (0.45, 0.61), (0.75, 0.225)):
            long = int(0.05 * rate)
            clack = generator.standard_normal(long) * b.decay(long, rate, 0.0219, 0.0005)
            clack = b.formants(
                clack, rate, [(231, 300, 0.5), (2600.0, 900, 1.0), (4000, 2400, 1.19)]
            )
            b.add(out, int((at + late / 12.2) * rate), clack, gain * generator.uniform(0.7, 1))
        at += generator.uniform(0.96, 1.04) / 12.2
    motor = b.band(
        b.harmonics(
            np.full(count, 96) * (1 + 0.02 * b.wander(generator, count, rate, 3)), rate, 0.6, 40
        ),
        rate,
        90,
        4000,
        1,
    )
    whir = b.band(b.noise(generator, count), rate, 600, 6000, 1)
    wet = b.room(generator, out + 0.0652 * motor + 0.079 * whir, rate, 0.3, 0.069)
    return b.finish(wet, rate, 0.03)
