"""Animals that give voice: pets, livestock and wild animals other than birds and insects."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.foley.voices import call
from engines.kinds import Samples


def dog_bark(
    generator: np.random.Generator, seconds: float, rate: int = 44100, size: float = 0.5
) -> Samples:
    """Barks, one to three together: pitch up and down within 200 ms, hoarse (Farnell, Pr. 29)."""
    out = np.zeros(b.frames(seconds, rate))
    pitch = 520 - 260 * size
    scale = 1.35 - 0.5 * size
    at = 0.08
    while at < seconds:
        for _ in range(generator.integers(1, 3)):
            top = pitch * generator.uniform(0.92, 1.1)
            bark = call(
                generator,
                generator.uniform(0.16, 0.24),
                rate,
                [top * 0.9, top * 1.6, top * 1.3, top * 0.7],
                [
                    (scale * np.array([500, 900, 800, 500]), 220, 1.0),
                    (scale * np.array([1100, 1500, 1300, 1000]), 300, 0.7),
                    (scale * 2600, 500, 0.25),
                ],
                breath=0.25,
                rough=0.5,
                rough_hz=90,
                tilt=0.6,
                shake=0.05,
                attack=0.08,
                release=0.5,
            )
            b.add(out, int(at * rate), bark)
            at += generator.uniform(0.3, 0.4)
        at += generator.uniform(0.3, 0.7)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.5, 0.15)), rate)


def cat_meow(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Meows: the mouth opens and closes, "ee-a-oo", over an arch of pitch (Farnell, Pr. 29)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        base = generator.uniform(480, 560)
        long = generator.uniform(0.6, 0.9)
        meow = call(
            generator,
            long,
            rate,
            [base * 0.9, base * 1.25, base * 1.35, base * 1.2, base * 0.85],
            [
                ([600, 1000, 1300, 1100, 700], 250, 1.0),
                ([2600, 2500, 2100, 1700, 1200], 300, [0.5, 0.8, 0.9, 0.6, 0.2]),
                (3800, 500, [0.2, 0.4, 0.5, 0.3, 0.05]),
            ],
            breath=0.02,
            tilt=0.9,
            attack=0.25,
            release=0.4,
        )
        b.add(out, int(at * rate), meow)
        at += long + generator.uniform(0.4, 0.9)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.4, 0.12)), rate)


def cat_purr(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Purring: the larynx pulses some 26 times a second, breathing in and out."""
    count = b.frames(seconds, rate)
    breath = 0.55 + 0.45 * np.sin(2 * np.pi * 0.45 * b.times(count, rate))
    angle = b.phase(24 + 3 * b.wander(generator, count, rate, 2) + 2 * breath, rate)
    pulses = np.maximum(0, np.sin(angle)) ** 6
    air = b.noise(generator, count, -3) * (0.1 + pulses)
    body = b.formants(air, rate, [(130, 80, 1.0), (350, 200, 0.8), (1100, 600, 0.5)])
    return b.finish(body * (0.4 + 0.6 * breath), rate, 0.05)


def wolf_howl(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A howl: pitch glides up, holds for seconds, and falls; nearly a sine."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        base = generator.uniform(420, 500)
        long = generator.uniform(2.4, 3.4)
        pitch = [base * 0.6, base * 1.15, base * 1.1, base * 1.05, base, base * 0.65]
        howl = call(
            generator,
            long,
            rate,
            pitch,
            [(pitch, 300, 1.0), (2 * np.array(pitch), 400, 0.5), (1500, 600, 0.15)],
            tilt=1.1,
            shake=0.02,
            attack=0.15,
            release=0.35,
        )
        b.add(out, int(at * rate), howl)
        at += long * generator.uniform(0.8, 1.1)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 1.8, 0.5)), rate)


def cow_moo(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A moo: "mm" through the nose, then the mouth opens (Farnell, Practical 29)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        base = generator.uniform(120, 145)
        long = generator.uniform(1.5, 2.2)
        moo = call(
            generator,
            long,
            rate,
            [base * 0.85, base, base * 1.25, base * 1.3, base * 1.1, base * 0.8],
            [
                ([250, 300, 550, 650, 600, 400], 120, 1.0),
                ([800, 800, 950, 1100, 1000, 800], 200, [0.1, 0.2, 0.7, 0.8, 0.6, 0.2]),
                (2300, 500, [0.02, 0.05, 0.2, 0.25, 0.2, 0.05]),
            ],
            tilt=0.7,
            rough=0.25,
            rough_hz=50,
            breath=0.04,
            shake=0.02,
            attack=0.15,
            release=0.25,
        )
        b.add(out, int(at * rate), moo)
        at += long + generator.uniform(0.4, 1.0)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.8, 0.2)), rate)


def sheep_bleat(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Bleats: a nasal "baa" whose voice shakes some 9 times a second."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        long = generator.uniform(0.7, 1.1)
        base = generator.uniform(190, 260)
        count = b.frames(long, rate)
        baa = call(
            generator,
            long,
            rate,
            [base * 1.1, base * 1.05, base, base * 0.9],
            [(750, 200, 1.0), (1600, 250, 0.8), (2700, 400, 0.5), (3700, 500, 0.2)],
            tilt=0.5,
            breath=0.06,
            shake=0.02,
            attack=0.08,
            release=0.2,
        )
        trill = np.sin(2 * np.pi * generator.uniform(8, 10) * b.times(count, rate))
        b.add(out, int(at * rate), baa * (0.65 + 0.35 * trill))
        at += long + generator.uniform(0.3, 0.8)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.5, 0.12)), rate)


def frog(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Croaks: trains of pulses some 40 a second, each rung by the vocal sac (Cook, ch. 13)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    sac = generator.uniform(900, 1100)
    while at < seconds:
        long = generator.uniform(0.25, 0.4)
        pulse = b.modes(
            int(0.04 * rate), rate, [sac * 0.5, sac, sac * 2.1], [0.03, 0.035, 0.02], [0.5, 1, 0.5]
        )
        train = np.zeros(int((long + 0.05) * rate))
        when = 0.0
        while when < long:
            b.add(train, int(when * rate), pulse, 0.4 + 0.6 * np.sin(np.pi * when / long))
            when += 1 / (38 + 14 * when / long) * generator.uniform(0.96, 1.04)
        b.add(out, int(at * rate), train)
        at += long + generator.uniform(0.25, 0.6)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.8, 0.1)), rate)


def horse_gallop(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Hooves on a hard road, four to a stride: short knocks of hollow horn."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        for gap in (0.12, 0.13, 0.12, 0.22):
            tone = generator.uniform(0.9, 1.15)
            hoof = b.modes(
                int(0.09 * rate),
                rate,
                tone * np.array([620, 1150, 1900, 3100]),
                [0.06, 0.05, 0.03, 0.02],
                [1, 0.8, 0.5, 0.3],
            )
            b.add(out, int(at * rate), hoof, generator.uniform(0.6, 1))
            at += gap * generator.uniform(0.95, 1.05)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.4, 0.2)), rate)


def pig_oink(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Grunts: low rough pulses through the snout, two or three together."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        for _ in range(generator.integers(1, 4)):
            base = generator.uniform(75, 110)
            long = generator.uniform(0.15, 0.3)
            grunt = call(
                generator,
                long,
                rate,
                [base, base * 1.3, base * 0.9],
                [(400, 200, 1.0), (1100, 300, 0.9), (2100, 500, 0.6)],
                tilt=0.3,
                breath=0.4,
                rough=0.8,
                rough_hz=35,
                shake=0.1,
            )
            b.add(out, int(at * rate), grunt)
            at += long + generator.uniform(0.05, 0.15)
        at += generator.uniform(0.2, 0.6)
    return b.finish(b.outdoors(generator, out), rate)
