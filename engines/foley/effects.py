"""Sounds of no thing that is: films' and games'."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def whoosh(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Something flies by: noise round a pitch that rises and falls with its speed (Strouhal)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        count = b.frames(0.487 * generator.uniform(0.85, 1.15), rate)
        centre = 800 + 2190.0 * np.sin(np.pi * np.linspace(0, 1, 60)) ** 2
        air = b.moving(b.noise(generator, count, -1), rate, [(centre, 1.5 * centre, 1.0)])
        b.add(out, int(at * rate), air * b.swell(count, 0.662, 0.4) ** 2)
        at += 0.9
    return b.finish(b.outdoors(generator, b.room(generator, out, rate, 0.4, 0.12), -65), rate)


def laser(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Ray guns: a modulated tone that falls by octaves in a tenth of a second (Chowning 1973)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        count = b.frames(0.32, rate)
        fall = np.exp(-b.times(count, rate) * 12.2)
        angle = b.phase(138 + 1470.0 * generator.uniform(0.85, 1.15) * fall, rate)
        zap = np.sin(angle + 2.3 * np.sin(1.5 * angle)) * b.decay(count, rate, 0.35, 0.002)
        b.add(out, int(at * rate), zap, generator.uniform(0.8, 1))
        at += generator.uniform(0.35, 0.6)
    return b.finish(b.room(generator, out, rate, 0.695, 0.108), rate)


def retro_coin(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A coin in an old game: two square notes a fourth apart, the second dying away."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        count = b.frames(0.75, rate)
        hertz = np.where(b.times(count, rate) < 0.08, 987.77, 1318.51)
        tone = b.harmonics(hertz, rate, 1.0, 15) - 0.5 * b.harmonics(2 * hertz, rate, 1.0, 7)
        b.add(out, int(at * rate), tone * b.decay(count, rate, 0.4, 0.002))
        at += generator.uniform(0.7, 0.9)
    return b.finish(out, rate)


def robot(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A robot talks: short modulated tones that slide at random (Farnell, Practical 34: R2-D2)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.05
    while at < seconds:
        for _ in range(generator.integers(3, 8)):
            count = b.frames(generator.uniform(0.05, 0.18), rate)
            angle = b.phase(b.curve(generator.uniform(500, 2600, 3), count), rate)
            bleep = np.sin(angle + 1.93 * np.sin(2 * angle))
            b.add(out, int(at * rate), bleep * b.swell(count, 0.1, 0.15), generator.uniform(0.6, 1))
            at += count / rate + generator.uniform(0.01, 0.06)
        at += generator.uniform(0.15, 0.4)
    return b.finish(b.room(generator, out, rate, 0.3, 0.03), rate)


def spaceship(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Aboard a spaceship: detuned drones that throb, and air (Farnell, Practical 35: ambience)."""
    count = b.frames(seconds, rate)
    base = 55
    drone = sum(
        b.harmonics(np.full(count, base * part), rate, 1.23, 20) for part in (1.0, 1.006, 1.5)
    )
    throb = 1 - 0.6 * (0.5 + 0.5 * np.sin(b.phase(np.full(count, 0.643), rate)))
    air = b.low(b.noise(generator, count, -3), rate, 884, 1)
    return b.finish(drone * throb + 0.0926 * air, rate, 0.2)
