"""Insects: Farnell, Practical 27 (insects)."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def crickets(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Field crickets at night: chirps of three strokes of a wing that rings at 4.5 kHz."""
    count = b.frames(seconds, rate)
    out = np.zeros(count)
    for number in range(4):
        carrier = generator.uniform(4200, 4900)
        pace = generator.uniform(1.8, 2.8)
        gain = 1.0 if number == 0 else generator.uniform(0.1, 0.4)
        at = generator.uniform(0, 0.4)
        while at < seconds:
            for stroke in range(3):
                long = b.frames(0.017, rate)
                angle = 2 * np.pi * carrier * b.times(long, rate)
                tone = np.sin(angle) + 0.1 * np.sin(2 * angle)
                start = int((at + 0.033 * stroke) * rate)
                b.add(out, start, tone * b.swell(long, 0.3, 0.5), gain * (0.6 + 0.2 * stroke))
            at += generator.uniform(0.97, 1.03) / pace
    night = b.band(b.noise(generator, count, -3), rate, 200, 6000, 1)
    return b.finish(out + 0.01 * night, rate)


def _wings(
    generator: np.random.Generator,
    seconds: float,
    rate: int,
    hertz: float,
    spread: float,
    shake: float,
    tilt: float,
    flutter: float,
    far: float,
) -> b.Signal:
    """Wing beats: harmonics of 1/k**tilt, drifting in pitch and level as it flies about.

    ``spread`` and ``shake`` are the slow and the fast share of its pitch, ``flutter`` that of its
    level, and ``far`` its level at the farthest.
    """
    count = b.frames(seconds, rate)
    drift = 1 + spread * (b.wander(generator, count, rate, 1.5) - 0.5)
    drift += shake * (b.wander(generator, count, rate, 60) - 0.5)
    buzz = b.harmonics(hertz * drift, rate, tilt, 40)
    near = far + (1 - far) * b.wander(generator, count, rate, 0.8) ** 2
    return buzz * near * (1 - flutter * b.wander(generator, count, rate, 90))


def bee(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A bee about a flower: 230 beats a second and their harmonics."""
    tune = (0.238, 0.154, 0.526, 0.206, 0.4)
    buzz = _wings(generator, seconds, rate, 215, *tune)
    other = _wings(generator, seconds, rate, 140, *tune)
    both = b.formants(
        buzz + 0.42 * other, rate, [(450, 300, 1.0), (1200, 800, 0.286), (3000, 2000, 0.3)]
    )
    return b.finish(b.outdoors(generator, both, -50.4), rate, 0.03)


def fly(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A housefly: about 190 beats a second, harsh, coming and going."""
    buzz = _wings(generator, seconds, rate, 260, 0.0805, 0.112, 0.327, 0.554, 0.26)
    harsh = b.formants(
        np.tanh(0.448 * buzz), rate, [(754, 400, 1.0), (1800, 1200, 0.76), (4000, 2500, 0.02)]
    )
    return b.finish(b.outdoors(generator, harsh, -22.2), rate, 0.03)


def mosquito(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A mosquito: a thin whine near 600 Hz."""
    whine = _wings(generator, seconds, rate, 400, 0.232, 0.0507, 0.3, 0.0645, 0.192)
    return b.finish(b.outdoors(generator, b.high(whine, rate, 1470.0, 1), -45.8), rate, 0.03)
