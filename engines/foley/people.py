"""People without words: hands, hearts, breath, crowds."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.foley.voices import call
from engines.kinds import Samples


def _clap(
    generator: np.random.Generator,
    rate: int,
    long_s: float,
    centres: tuple[float, float],
    wide: float,
    width: float,
) -> b.Signal:
    """One clap: noise through the cavity of the hands (Peltola et al., IEEE TASLP 2007).

    The cavity rings between ``centres`` Hz, ``width`` of it wide; ``wide`` is the noise beside it.
    """
    long = int(0.04 * rate)
    burst = generator.standard_normal(long) * b.decay(long, rate, long_s, 0.0004)
    centre = generator.uniform(*centres)
    return wide * burst + 1.2 * b.resonant(burst, rate, centre, width * centre)


def applause(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """An audience in a hall: hundreds of claps a second (Peltola et al. 2007)."""
    from scipy.signal import fftconvolve  # noqa: PLC0415 - heavy to import

    out = np.zeros(b.frames(seconds, rate))
    people = 88
    for _ in range(24):
        hits = np.zeros(len(out))
        when = b.poisson(generator, seconds, people * 4 / 24)
        hits[np.minimum((when * rate).astype(int), len(out) - 1)] = (
            generator.uniform(0.1, 1, len(when)) ** 2
        )
        out += fftconvolve(hits, _clap(generator, rate, 0.01, (698, 2010.0), 0.05, 0.499))[
            : len(out)
        ]
    far = b.room(generator, out, rate, 2.5, 0.246)
    return b.finish(np.tanh(0.066 * far), rate, 0.05)


def clapping(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """One person claps (Peltola et al. 2007)."""
    out = np.zeros(b.frames(seconds, rate))
    clap = _clap(generator, rate, 0.01, (643, 3000.0), 0.0533, 0.49)
    at = 0.05
    while at < seconds:
        own = 0.28
        b.add(
            out,
            int(at * rate),
            own * clap + (1 - own) * _clap(generator, rate, 0.01, (643, 3000.0), 0.0533, 0.49),
            generator.uniform(0.7, 1),
        )
        at += generator.normal(0.3, 0.012)
    wet = b.room(generator, out, rate, 1.5, 0.318)
    return b.finish(b.outdoors(generator, wet, -60), rate)


def heartbeat(
    generator: np.random.Generator, seconds: float, rate: int = 44100, bpm: float = 68.0
) -> Samples:
    """Lub and dub: two thumps of low pitch, the second a third of a beat after the first."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        for late, hertz, gain in ((0.0, 48, 1.0), (0.3, 60, 0.7)):
            long = int(0.16 * rate)
            thump = b.modes(long, rate, [hertz, 1.9 * hertz], [0.16, 0.1], [1, 0.5])
            thump += (
                0.6
                * b.band(generator.standard_normal(long), rate, 40, 180)
                * b.decay(long, rate, 0.12, 0.01)
            )
            b.add(out, int((at + late) * rate), thump, gain * generator.uniform(0.9, 1))
        at += 60 / bpm * generator.uniform(0.97, 1.03)
    return b.finish(b.low(out, rate, 220), rate)


def snoring(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Snores: the palate flutters some 30 times a second as air goes in, then a soft breath out."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        long = generator.uniform(1.1, 1.5)
        count = b.frames(long, rate)
        angle = b.phase(
            b.curve([26, 38, 34], count) * (0.9 + 0.2 * b.wander(generator, count, rate, 20)), rate
        )
        flutter = np.maximum(0, np.sin(angle)) ** 3
        air = b.noise(generator, count, -2) * (0.08 + flutter)
        snore = b.formants(air, rate, [(250, 120, 1), (700, 250, 0.8), (1500, 500, 0.5)])
        b.add(out, int(at * rate), snore * b.swell(count, 0.35, 0.3))
        at += long + 0.25
        count = b.frames(1.0, rate)
        sigh = b.band(b.noise(generator, count), rate, 500, 3000, 1) * b.swell(count, 0.3, 0.6)
        b.add(out, int(at * rate), sigh, 0.02)
        at += 1.2
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.4, 0.1)), rate)


def whistling(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A person whistles a tune of five notes: nearly a sine, gliding, with breath."""
    out = np.zeros(b.frames(seconds, rate))
    scale = 880 * 2 ** (np.array([0, 2, 4, 7, 9, 12]) / 12)
    at, before = 0.05, float(scale[0])
    while at < seconds:
        long = float(generator.choice([0.25, 0.25, 0.5, 0.75]))
        count = b.frames(long, rate)
        note = float(generator.choice(scale))
        hertz = b.curve([(0, before), (0.2, note), (1, note)], count)
        hertz *= 1 + 0.008 * np.sin(2 * np.pi * 5.5 * b.times(count, rate))
        air = 0.15 * b.band(generator.standard_normal(count), rate, note * 0.8, note * 1.3)
        angle = b.phase(hertz, rate)
        tone = np.sin(angle) + 0.03 * np.sin(2 * angle) + air
        b.add(out, int(at * rate), tone * b.swell(count, 0.1, 0.15))
        at, before = at + long * 0.98, note
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 1.0, 0.2)), rate)


def baby_cry(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A baby cries: wails near 450 Hz, an arch each, with a gasp between."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        long = generator.uniform(0.8, 1.3)
        base = generator.uniform(400, 460)
        wail = call(
            generator,
            long,
            rate,
            [base * 0.85, base * 1.15, base * 1.2, base * 1.1, base * 0.8],
            [
                ([900, 1200, 1200, 1000], 250, 1.0),
                (1900, 400, 0.5),
                (3400, 500, 0.5),
                (4800, 800, 0.2),
            ],
            tilt=0.5,
            rough=0.15,
            rough_hz=60,
            breath=0.03,
            shake=0.03,
            attack=0.12,
            release=0.2,
        )
        b.add(out, int(at * rate), wail)
        at += long + 0.05
        gasp = call(generator, 0.2, rate, [500, 700], [(1500, 900, 1.0)], breath=0.6, tilt=1.5)
        b.add(out, int(at * rate), gasp, 0.12)
        at += generator.uniform(0.3, 0.5)
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.5, 0.15)), rate)


def crowd(
    generator: np.random.Generator, seconds: float, rate: int = 44100, people: int = 9
) -> Samples:
    """A hall full of talk: many voices of random vowels and gaps, none to be understood."""
    out = np.zeros(b.frames(seconds, rate))
    vowels = np.array([(300, 2300), (450, 1900), (700, 1200), (550, 900), (350, 800), (500, 1500)])
    for _ in range(people):
        base = generator.choice([115, 205]) * generator.uniform(0.85, 1.2)
        gain = generator.uniform(0.2, 1)
        at = generator.uniform(-1.5, 0.6)
        while at < seconds:
            syllables = int(generator.integers(3, 9))
            path = vowels[generator.integers(0, len(vowels), 2 * syllables)]
            loud = np.where(
                np.arange(4 * syllables) % 4 == 0, 0.1, generator.uniform(0.4, 1, 4 * syllables)
            )
            phrase = call(
                generator,
                syllables * generator.uniform(0.17, 0.23),
                rate,
                base * generator.uniform(0.85, 1.2, syllables + 1),
                [(path[:, 0], 120, loud), (path[:, 1], 180, 0.5 * loud), (2600, 300, 0.2 * loud)],
                tilt=1.0,
                breath=0.05,
            )
            b.add(out, int(at * rate), phrase, gain)
            at += len(phrase) / rate + generator.uniform(0.1, 0.9)
    return b.finish(b.room(generator, out, rate, 0.7, 0.35), rate, 0.05)
