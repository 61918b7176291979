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
    breath = 0.5 + 0.5 * np.sin(2 * np.pi * 0.6 * b.times(count, rate) + generator.uniform(0, 6))
    angle = b.phase(26.4 + 3 * b.wander(generator, count, rate, 4) + 2 * breath, rate)
    pulses = np.maximum(0, np.sin(angle)) ** 20
    air = b.noise(generator, count, -5.47) * (0.021 + pulses)
    body = b.formants(
        air, rate, [(209, 100, 1.0), (400, 250, 2), (1200, 800, 0.238), (3500, 2500, 0.01)]
    )
    hush = b.band(generator.standard_normal(count), rate, 800, 5000, 1) * breath
    body = body / body.std() * (0.5 + 0.5 * breath)
    return b.finish(b.room(generator, body + 0.098 * hush, rate, 0.3, 0.0877), rate, 0.05)


def wolf_howl(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A howl: pitch glides up, holds for seconds, and falls; nearly a sine."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        base = 600 * generator.uniform(0.92, 1.08)
        long = generator.uniform(2.0, 3.0)
        pitch = [base * 0.657, base * 1.15, base * 1.1, base * 1.05, base, base * 0.65]
        howl = call(
            generator,
            long,
            rate,
            pitch,
            [(pitch, 300, 1.0), (2 * np.array(pitch), 400, 2), (1300.0, 700, 0.0575)],
            tilt=1.8,
            breath=0.066,
            rough=0.15,
            shake=0.03,
            attack=0.15,
            release=0.35,
        )
        b.add(out, int(at * rate), howl, generator.uniform(0.6, 1))
        at += long * 1.05
    wet = b.room(generator, out, rate, 1.53, 0.22)
    return b.finish(b.outdoors(generator, wet, -37.8), rate)


def cow_moo(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A moo: "mm" through the nose, then the mouth opens (Farnell, Practical 29)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        base = 135 * generator.uniform(0.9, 1.1)
        long = generator.uniform(1.3, 2.0)
        s = 1
        moo = call(
            generator,
            long,
            rate,
            base * np.array([0.85, 1, 1.25, 1.3, 1.1, 0.8]),
            [
                (s * np.array([250, 300, 550, 650, 600, 400]), 150, 1.0),
                (
                    s * np.array([800, 800, 950, 1100, 1000, 800]),
                    250,
                    2 * np.array([0.1, 0.2, 0.7, 0.8, 0.6, 0.2]),
                ),
                (s * 2300, 600, 0.25 * np.array([0.1, 0.2, 0.8, 1, 0.8, 0.2])),
            ],
            tilt=1.05,
            rough=0.3,
            rough_hz=27.7,
            breath=0.0977,
            shake=0.077,
            attack=0.15,
            release=0.25,
        )
        b.add(out, int(at * rate), moo, generator.uniform(0.7, 1))
        at += long + generator.uniform(0.4, 1.0)
    wet = b.room(generator, out, rate, 0.829, 0.239)
    return b.finish(b.outdoors(generator, wet, -38), rate)


def sheep_bleat(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Bleats: a nasal "baa" whose voice shakes some 9 times a second."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        long = generator.uniform(0.7, 1.1)
        base = 400 * generator.uniform(0.88, 1.12)
        count = b.frames(long, rate)
        s = 1.25
        baa = call(
            generator,
            long,
            rate,
            base * np.array([1.1, 1.05, 1, 0.9]),
            [(s * 750, 250, 1.0), (s * 1600, 350, 0.8), (s * 2700, 500, 0.397), (s * 3700, 700, 2)],
            tilt=0.165,
            breath=0.171,
            rough=0.171,
            rough_hz=94.1,
            shake=0.119,
            attack=0.08,
            release=0.2,
        )
        trill = np.sin(b.phase(11.6 * (0.8 + 0.4 * b.wander(generator, count, rate, 8)), rate))
        depth = 0.371
        b.add(out, int(at * rate), baa * (1 - depth + depth * trill), generator.uniform(0.6, 1))
        at += long + generator.uniform(0.3, 0.8)
    wet = b.room(generator, out, rate, 0.325, 0.03)
    return b.finish(b.outdoors(generator, wet, -31), rate)


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
            long = int(0.12 * rate)
            tone = generator.uniform(0.8, 1.25, 4) * 1.32 * np.array([620, 1150, 1900, 3100])
            hoof = 0.498 * b.modes(
                long, rate, tone, 0.02 * np.array([1.2, 1, 0.6, 0.4]), [1, 0.8, 0.5, 0.3]
            )
            knock = generator.standard_normal(long) * b.decay(long, rate, 0.0366, 0.0004)
            hoof += 0.298 * b.band(knock, rate, 1170.0, 3470.0, 1)
            hoof += (
                1.62
                * b.low(generator.standard_normal(long), rate, 250)
                * b.decay(long, rate, 0.08, 0.001)
            )
            b.add(out, int(at * rate), hoof, generator.uniform(0.4, 1))
            at += gap * generator.uniform(0.9, 1.1)
    wet = b.room(generator, out, rate, 0.27, 0.0262)
    return b.finish(b.outdoors(generator, wet, -27), rate)


def pig_oink(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Grunts: low rough pulses through the snout, two or three together."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        for _ in range(generator.integers(1, 4)):
            long = 0.313 * generator.uniform(0.7, 1.3)
            count = b.frames(long, rate)
            s = 1
            pulse = 0.5 + 0.5 * np.sin(
                b.phase(60 * (0.7 + 0.6 * b.wander(generator, count, rate, 30)), rate)
            )
            snort = b.noise(generator, count, -3.65) * pulse**2.57
            snort = b.formants(
                snort, rate, [(s * 500, 300, 1.0), (s * 1300, 600, 1.23), (s * 2700, 1200, 0.6)]
            )
            b.add(out, int(at * rate), snort * b.swell(count, 0.15, 0.4), generator.uniform(0.5, 1))
            at += long + generator.uniform(0.05, 0.15)
        at += generator.uniform(0.1, 0.5)
    wet = b.room(generator, out, rate, 0.329, 0.194)
    return b.finish(b.outdoors(generator, wet, -29.1), rate)
