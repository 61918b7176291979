"""Vehicles: engines on the road, on rails and in the air, and their horns."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def _engine(
    generator: np.random.Generator, rate: int, firing: b.Signal, uneven: float = 0.25
) -> b.Signal:
    """Combustion at ``firing`` Hz [frames] through the exhaust; every fourth stroke its own.

    Farnell, Practical 22 (cars): pulses by cylinder into waveguides of pipes, here their modes.
    """
    angle = b.phase(firing / 4, rate)
    out = np.zeros(len(firing))
    for cylinder in range(4):
        stroke = np.maximum(0, np.cos(angle + cylinder * np.pi / 2)) ** 24
        out += stroke * (1 + uneven * generator.uniform(-1, 1))
    out -= out.mean()
    blast = out * (1 + 0.5 * generator.standard_normal(len(out)))
    return b.formants(
        blast,
        rate,
        [(85, 60, 1.2), (180, 90, 1.0), (420, 200, 0.7), (950, 500, 0.5), (2300, 1500, 0.3)],
    )


def car_engine(
    generator: np.random.Generator, seconds: float, rate: int = 44100, rpm: float = 1100.0
) -> Samples:
    """A car idles, is revved, and idles again (Farnell, Practical 22)."""
    count = b.frames(seconds, rate)
    points = [(0, 1), (0.25, 1.0), (0.42, 2.6), (0.55, 2.8), (0.8, 1.1), (1, 1)]
    load = b.curve(points, count) * (1 + 0.02 * b.wander(generator, count, rate, 6))
    sound = _engine(generator, rate, rpm / 60 * 2 * load) * load**0.6
    air = b.band(b.noise(generator, count, -3), rate, 100, 3000, 1) * load * 0.01
    return b.finish(np.tanh(6 * sound + air), rate, 0.05)


def motorcycle(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A motorcycle pulls away through two gears: two cylinders, loud pipes (Farnell, Pr. 22)."""
    count = b.frames(seconds, rate)
    points = [(0, 40), (0.1, 45), (0.45, 150), (0.48, 90), (0.95, 190), (1, 180)]
    firing = b.curve(points, count) * (1 + 0.03 * b.wander(generator, count, rate, 8))
    return b.finish(np.tanh(12 * _engine(generator, rate, firing, 0.5)), rate, 0.05)


def car_horn(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Two horns a third apart, 400 and 500 Hz, brassy; short, short, long."""
    out = np.zeros(b.frames(seconds, rate))
    at, base = 0.08, generator.uniform(390, 420)
    while at < seconds:
        for long in (0.25, 0.25, 0.9):
            count = b.frames(long, rate)
            reeds = [
                b.harmonics(np.full(count, base * part), rate, 0.45, 24) for part in (1.0, 1.235)
            ]
            tone = b.formants(
                reeds[0] + reeds[1], rate, [(1000, 900, 1.0), (2300, 1200, 0.9), (400, 300, 0.6)]
            )
            b.add(out, int(at * rate), tone * b.swell(count, 0.03, 0.04))
            at += long + 0.14
        at += 0.8
    return b.finish(b.room(generator, out, rate, 0.9, 0.2), rate)


def train_horn(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A locomotive's five chimes: long, long, short, long, in the open."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    chord = 1.07 * np.array([311.1, 370.0, 415.3, 493.9, 622.3]) * generator.uniform(0.97, 1.03)
    while at < seconds:
        for long in (1.6, 1.6, 0.5, 2.2):
            count = b.frames(long, rate)
            blow = b.curve([(0, 0.93), (0.06, 1), (0.94, 1), (1, 0.94)], count)
            tone = np.zeros(count)
            for hertz in chord:
                tone += b.harmonics(hertz * generator.uniform(0.99, 1.01) * blow, rate, 0.207, 14)
            tone = np.tanh(0.981 * tone)
            tone = b.formants(tone, rate, [(700, 700, 1.0), (1500, 1000, 0.8), (2800, 1800, 1.66)])
            tone += 0.00658 * b.noise(generator, count, -3)
            b.add(out, int(at * rate), tone * b.swell(count, 0.06, 0.1))
            at += long + 0.35
        at += 1.0
    rumble = b.low(b.noise(generator, len(out), -4), rate, 700, 1)
    out = b.room(generator, out, rate, 3.24, 0.526)
    return b.finish(out / out.std() + 0.0783 * rumble, rate)


def train(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A train passes over joints: rumble, and pairs of axles that clack, two a bogie."""
    count = b.frames(seconds, rate)
    rumble = b.low(b.noise(generator, count, -4), rate, 300) * (
        0.8 + 0.3 * b.wander(generator, count, rate, 3)
    )
    roll = b.band(b.noise(generator, count, -3), rate, 300, 2500, 1)
    roll *= 0.6 + 0.8 * b.wander(generator, count, rate, 9)
    out = 1.5 * rumble + 0.8 * roll
    at = 0.1
    while at < seconds:
        for late in (0.0, 0.14, 0.42, 0.56):
            long = int(0.16 * rate)
            clack = b.modes(
                long, rate, [180, 420, 950, 1700], [0.15, 0.1, 0.06, 0.04], [1, 1, 0.6, 0.4]
            )
            clack += (
                0.7 * b.low(generator.standard_normal(long), rate, 2500) * b.decay(long, rate, 0.1)
            )
            b.add(out, int((at + late) * rate), clack, generator.uniform(0.35, 0.6))
        at += 1.25
    return b.finish(np.tanh(0.5 * b.room(generator, out, rate, 0.6, 0.3)), rate, 0.1)


def helicopter(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A helicopter hovers: the slap of the blades, the turbine, the tail rotor.

    Farnell, Practical 25 (helicopter).
    """
    count = b.frames(seconds, rate)
    near = 0.7 + 0.3 * b.wander(generator, count, rate, 0.3)
    angle = b.phase(np.full(count, generator.uniform(11.5, 13)), rate)
    slap = (0.5 + 0.5 * np.cos(angle)) ** 8
    chop = b.low(b.noise(generator, count, -3), rate, 900) * slap
    thump = b.low(np.gradient(slap) * rate / 100, rate, 250)
    tail = b.band(b.harmonics(np.full(count, 68.0), rate, 0.8, 30), rate, 60, 1500, 1)
    turbine = b.band(b.noise(generator, count, -2), rate, 500, 5000, 1)
    out = 2.0 * chop + 1.2 * thump + 0.08 * tail + 0.12 * turbine * (0.4 + 0.6 * slap)
    return b.finish(np.tanh(out * near), rate, 0.1)


def airplane(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A jet passes over: a roar that swells and falls in pitch, and the whine of the fan.

    Farnell, Practical 24 (jet engine): turbine sines over burnt noise.
    """
    count = b.frames(seconds, rate)
    along = np.linspace(-2.2, 2.2, count)
    near = 1 / (1 + along**2)
    roar = b.moving(
        b.noise(generator, count, -2),
        rate,
        [(150, 250, 1.2), (400 + 300 * np.linspace(1, -0.4, 50), 500, 0.6)],
    )
    shift = 1 - 0.12 * np.tanh(1.5 * along)
    fan = sum(np.sin(b.phase(hertz * shift, rate)) for hertz in (1150.0, 1730.0, 2300.0))
    waver = 0.85 + 0.3 * b.wander(generator, count, rate, 2)
    return b.finish((roar / roar.std() * waver + 0.16 * fan) * (0.15 + near), rate, 0.2)


def bicycle_bell(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A bicycle's bell: a hammer on gears strikes the cup many times, "trring"."""
    out = np.zeros(b.frames(seconds, rate))
    cup = 2400.0 * generator.uniform(0.94, 1.06)
    at = 0.06
    while at < seconds:
        for _ in range(2):
            for stroke in range(7):
                ring = b.modes(
                    int(0.9 * rate),
                    rate,
                    cup * np.array([1, 1.006, 2.31, 3.9]),
                    0.935 * np.array([1, 0.9, 0.45, 0.2]),
                    [1, 0.8, 0.966, 0.086],
                )
                ring[:300] += 0.321 * generator.standard_normal(300) * np.linspace(1, 0, 300)
                b.add(
                    out,
                    int((at + 0.0326 * stroke * generator.uniform(0.95, 1.05)) * rate),
                    ring,
                    generator.uniform(0.3, 1),
                )
            at += 0.3
        at += 0.381
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.5, 0.27), -50), rate)


def foghorn(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A ship's horn: a deep reed's harmonics far over the water."""
    out = np.zeros(b.frames(seconds, rate))
    base = 110 * generator.uniform(0.95, 1.05)
    at = 0.1
    while at < seconds:
        count = b.frames(2.2, rate)
        blow = base * b.curve([(0, 0.95), (0.08, 1), (0.9, 1), (1, 0.95)], count)
        tone = b.harmonics(blow, rate, 1.5, 40) + 0.5 * b.harmonics(blow * 1.006, rate, 0.8, 40)
        tone = b.formants(tone, rate, [(300, 250, 1.0), (800, 600, 0.5)]) + 0.02 * b.noise(
            generator, count, -3
        )
        b.add(out, int(at * rate), tone * b.swell(count, 0.1, 0.12))
        at += count / rate + 1
    sea = b.low(b.noise(generator, len(out), -4), rate, 800, 1)
    out = b.room(generator, out, rate, 2.5, 0.361)
    return b.finish(out / out.std() + 0.15 * sea, rate)
