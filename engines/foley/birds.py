"""Birds: Farnell, Practical 28 (birds): a syrinx is nearly a sine, modulated fast."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.foley.voices import call
from engines.kinds import Samples


def bird_chirps(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Several small birds: motifs of short sweeps between 2.5 and 7 kHz, each bird its own."""
    out = np.zeros(b.frames(seconds, rate))
    for _ in range(3):
        base = generator.uniform(2800, 5200)
        shape = base * generator.uniform(0.75, 1.3, 4)
        gain = generator.uniform(0.3, 1)
        at = generator.uniform(0.0, 0.5)
        while at < seconds:
            for _ in range(generator.integers(2, 7)):
                count = b.frames(generator.uniform(0.05, 0.12), rate)
                hertz = b.curve(shape * generator.uniform(0.96, 1.04), count)
                angle = b.phase(hertz, rate)
                note = (np.sin(angle) + 0.15 * np.sin(2 * angle)) * b.swell(count, 0.3, 0.5)
                b.add(out, int(at * rate), note, gain * generator.uniform(0.5, 1))
                at += count / rate + generator.uniform(0.03, 0.1)
            at += generator.uniform(0.4, 1.2)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 1.0, 0.25)), rate)


def owl(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """An owl: "hoo, hu-hoo, hoo", near 360 Hz, soft edges."""
    out = np.zeros(b.frames(seconds, rate))
    at, base = 0.1, 477 * generator.uniform(0.93, 1.07)
    while at < seconds:
        for long, gap, gain in (
            (0.5, 0.35, 1.0),
            (0.16, 0.08, 0.7),
            (0.4, 0.25, 1.0),
            (0.5, 0.639, 0.9),
        ):
            count = b.frames(long * 0.843, rate)
            angle = b.phase(
                base
                * b.curve([0.82, 1.02, 1.0, 0.853], count)
                * (1 + 0.01 * b.wander(generator, count, rate, 20)),
                rate,
            )
            hoot = np.sin(angle) + 0.126 * np.sin(2 * angle) + 0.0122 * np.sin(3 * angle)
            hoot += 0.69 * b.band(generator.standard_normal(count), rate, 250, 820)
            b.add(out, int(at * rate), hoot * b.swell(count, 0.403, 0.45), gain)
            at += count / rate + gap
    wet = b.room(generator, out, rate, 0.3, 0.05)
    return b.finish(b.outdoors(generator, wet, -58), rate)


def rooster(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A crow: three notes that climb, then a long one that falls; harsh."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        base = 545 * generator.uniform(0.93, 1.07)
        s = 1.24
        for long, points, gain in (
            (0.2, (1.0, 1.25, 1.15), 0.7),
            (0.16, (1.35, 1.5, 1.4), 0.8),
            (0.4, (1.45, 1.75, 1.75, 1.6), 1.0),
            (0.632, (1.5, 1.65, 1.6, 1.4, 1.2), 0.9),
        ):
            note = call(
                generator,
                long,
                rate,
                base * np.array(points),
                [
                    (s * 1300, 500, 1.0),
                    (s * 2400, 700, 0.483),
                    (s * 3700, 900, 0.863),
                    (s * 5200, 1500, 0.0811),
                ],
                tilt=0.654,
                rough=0.0886,
                rough_hz=200,
                breath=0.118,
                shake=0.12,
                attack=0.1,
                release=0.2,
            )
            b.add(out, int(at * rate), note, gain)
            at += long * 1.02 + 0.0411
        at += generator.uniform(0.5, 1.0)
    wet = b.room(generator, out, rate, 0.704, 0.0489)
    return b.finish(b.outdoors(generator, wet, -42.6), rate)


def crow(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Caws: rough voice, wide formants near 1.3 kHz, falling a little."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        for _ in range(generator.integers(2, 4)):
            base = 526 * generator.uniform(0.9, 1.1)
            s = 1.5
            caw = call(
                generator,
                0.32,
                rate,
                base * np.array([1, 1.15, 1.1, 0.85]),
                [
                    (s * np.array([1000, 1500, 1400, 1100]), 500, 1.0),
                    (s * 2100, 600, 2),
                    (s * 3300, 900, 0.057),
                ],
                tilt=0.3,
                rough=0.824,
                rough_hz=77.6,
                breath=0.428,
                shake=0.08,
            )
            b.add(out, int(at * rate), caw, generator.uniform(0.7, 1))
            at += generator.uniform(0.5, 0.65)
        at += generator.uniform(0.2, 0.8)
    wet = b.room(generator, out, rate, 0.476, 0.109)
    return b.finish(b.outdoors(generator, wet, -49.8), rate)


def duck(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Quacks: a nasal buzz, short and in rows."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        for number in range(generator.integers(3, 6)):
            base = generator.uniform(190, 230)
            quack = call(
                generator,
                0.17,
                rate,
                [base, base * 1.15, base * 0.85],
                [([900, 1300, 1000], 200, 0.8), (1900, 300, 1.0), (2900, 400, 0.6)],
                tilt=0.1,
                breath=0.1,
                rough=0.3,
                shake=0.04,
            )
            b.add(out, int(at * rate), quack, 1 - 0.12 * number)
            at += generator.uniform(0.24, 0.3)
        at += generator.uniform(0.3, 0.8)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.5, 0.1)), rate)


def pigeon(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Cooing: "coo, coo-oo", low and soft, trilled by the throat."""
    out = np.zeros(b.frames(seconds, rate))
    at, base = 0.1, generator.uniform(400, 480)
    while at < seconds:
        for long, gap in ((0.28, 0.1), (0.6, 0.15), (0.35, 0.7)):
            count = b.frames(long, rate)
            angle = b.phase(base * b.curve([0.85, 1.05, 1.1, 0.95], count), rate)
            trill = 0.7 + 0.3 * np.sin(2 * np.pi * 27 * b.times(count, rate))
            coo = (np.sin(angle) + 0.3 * np.sin(2 * angle)) * trill * b.swell(count, 0.25, 0.4)
            b.add(out, int(at * rate), coo)
            at += long + gap
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.5, 0.15)), rate)


def chicken(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Clucks: short falling notes, now and then a long one that rises."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        long = 0.4 if generator.random() < 0.15 else generator.uniform(0.06, 0.1)
        base = generator.uniform(480, 620)
        points = (1.0, 1.1, 1.5) if long > 0.2 else (1.4, 1.1, 0.7)
        cluck = call(
            generator,
            long,
            rate,
            base * np.array(points),
            [(900, 300, 1.0), (1900, 500, 0.7), (3200, 800, 0.3)],
            tilt=0.5,
            rough=0.4,
            breath=0.15,
            attack=0.1,
            release=0.5,
        )
        b.add(out, int(at * rate), cluck, generator.uniform(0.6, 1))
        at += long + generator.uniform(0.12, 0.4)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.4, 0.1)), rate)


def seagull(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Gulls: rows of harsh cries that rise and fall, each like the last."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        base = 900 * generator.uniform(0.9, 1.1)
        for _ in range(generator.integers(2, 6)):
            long = 0.35 * generator.uniform(0.8, 1.2)
            cry = call(
                generator,
                long,
                rate,
                base * np.array([0.8, 1.3, 1.2, 0.85]),
                [(1620.0, 900, 1.0), (3800, 1500, 0.6)],
                tilt=0.523,
                rough=0.253,
                rough_hz=90,
                breath=0.08,
                shake=0.03,
                attack=0.1,
                release=0.25,
            )
            b.add(out, int(at * rate), cry, generator.uniform(0.5, 1))
            at += long + generator.uniform(0.05, 0.15)
        at += generator.uniform(0.2, 0.6)
    wet = b.room(generator, out, rate, 1, 0.263)
    return b.finish(b.outdoors(generator, wet, -34), rate)
