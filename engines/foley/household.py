"""The house: doors, glass, bells, dishes."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def door_slam(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A door falls shut: the panel booms, the latch clicks, the frame rattles, the room answers."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.25
    while at < seconds:
        long = int(0.7 * rate)
        tone = generator.uniform(0.85, 1.15, 5) * np.array([62, 97, 148, 230, 345])
        slam = 2 * b.modes(long, rate, tone, [0.3, 0.25, 0.2, 0.14, 0.1], [1, 1, 0.8, 0.6, 0.4])
        slam += (
            3
            * b.low(generator.standard_normal(long), rate, 939, 1)
            * b.decay(long, rate, 0.339, 0.0006)
        )
        click = b.high(generator.standard_normal(long), rate, 1200) * b.decay(
            long, rate, 0.036, 0.0004
        )
        for late in (0.0, 0.03, 0.075, 0.12, 0.19):
            b.add(
                slam,
                int(late * generator.uniform(0.8, 1.2) * rate),
                click,
                0.726 * np.exp(-8 * late),
            )
        b.add(out, int(at * rate), slam)
        b.add(out, int((at - 0.16) * rate), click, 0.123)
        at += generator.uniform(1.6, 2.2)
    wet = b.room(generator, out, rate, 0.476, 0.143)
    return b.finish(b.outdoors(generator, wet, -58), rate)


def door_knock(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Knuckles on a wooden door, three or four together: a panel's modes (Cook, ch. 4)."""
    out = np.zeros(b.frames(seconds, rate))
    door = generator.uniform(0.9, 1.15)
    at = 0.08
    while at < seconds:
        for _ in range(generator.integers(3, 5)):
            long = int(0.14 * rate)
            hit = b.modes(
                long,
                rate,
                door * np.array([115, 190, 310, 470, 720, 1150]),
                [0.12, 0.1, 0.08, 0.06, 0.04, 0.03],
                [1, 1, 0.9, 0.6, 0.4, 0.3],
            )
            hit += (
                0.6
                * b.low(generator.standard_normal(long), rate, 2500)
                * b.decay(long, rate, 0.02, 0.0004)
            )
            b.add(out, int(at * rate), hit, generator.uniform(0.7, 1))
            at += generator.uniform(0.17, 0.22)
        at += generator.uniform(0.7, 1.1)
    return b.finish(b.room(generator, out, rate, 0.5, 0.3), rate)


def creak(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A hinge creaks: stick and slip at a rate that wanders, through the modes of the door.

    Farnell, Practical 9 (creaking), whose formants these are not: a door of other size.
    """
    out = np.zeros(b.frames(seconds, rate))
    at = 0.1
    while at < seconds:
        long = generator.uniform(0.9, 1.6)
        count = b.frames(long, rate)
        pace = b.curve(generator.uniform(60, 260, 7), count)
        pace *= 0.85 + 0.3 * b.wander(generator, count, rate, 40)
        turns = np.floor(b.phase(pace, rate) / (2 * np.pi))
        slips = np.diff(turns, prepend=0.0) * generator.uniform(0.4, 1, count)
        slips = b.low(slips, rate, 6000, 1)
        voice = b.formants(
            slips,
            rate,
            [(430, 60, 0.6), (790, 80, 1.0), (1260, 110, 1.2), (2100, 180, 0.9), (3300, 300, 0.6)],
        )
        b.add(out, int(at * rate), voice * b.swell(count, 0.2, 0.3))
        at += long + generator.uniform(0.2, 0.5)
    return b.finish(b.room(generator, out, rate, 0.7, 0.3), rate)


def glass_breaking(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Glass breaks: a crack, then shards that ring high and fall, fewer and fewer (Cook, ch. 4)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.08
    while at < seconds:
        long = int(0.2 * rate)
        crash = b.high(generator.standard_normal(long), rate, 1200) * b.decay(
            long, rate, 0.18, 0.0005
        )
        b.add(out, int(at * rate), crash, 1.2)
        for late in np.concatenate(
            [generator.exponential(0.05, 40), generator.exponential(0.32, 60)]
        ):
            base = generator.uniform(2200, 6500)
            shard = b.modes(
                int(0.25 * rate),
                rate,
                base * np.array([1, 1.63, 2.41]),
                generator.uniform(0.05, 0.22) * np.array([1, 0.7, 0.5]),
                [1, 0.6, 0.4],
            )
            b.add(
                out,
                int((at + late) * rate),
                shard,
                0.5 * generator.random() ** 2 * np.exp(-late * 1.5),
            )
        at += generator.uniform(2.2, 2.8)
    return b.finish(np.tanh(b.room(generator, out, rate, 0.6, 0.25)), rate)


def dishes(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Plates and pans knock together: modes of china and steel at random (Cook, ch. 4)."""
    out = np.zeros(b.frames(seconds, rate))
    for at in b.poisson(generator, seconds, 5.64):
        piece = generator.uniform(597, 5000.0) * np.cumsum(
            generator.uniform(0.35, 0.75, 6) + np.eye(6)[0] * 0.5
        )
        long = generator.uniform(0.06, 0.141)
        clink = 0.282 * b.modes(
            int(long * rate),
            rate,
            piece,
            long * np.linspace(1, 0.3, 6),
            generator.uniform(0.3, 1, 6),
        )
        knock = generator.standard_normal(len(clink)) * b.decay(len(clink), rate, 0.06, 0.0003)
        clink += 0.306 * b.band(knock, rate, 150, 8000, 1)
        for bounce in range(generator.integers(1, 5)):
            late = generator.uniform(0.03, 0.09) * bounce
            b.add(out, int((at + late) * rate), clink, generator.uniform(0.2, 1) * 0.6**bounce)
    wet = b.room(generator, out, rate, 0.425, 0.9)
    return b.finish(b.outdoors(generator, wet, -52.1), rate)


def doorbell(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Ding-dong: two chime bars a third apart (Farnell, ch. 29 on bells; Cook, ch. 4)."""
    out = np.zeros(b.frames(seconds, rate))
    at, base = 0.06, 734 * generator.uniform(0.96, 1.04)
    while at < seconds:
        for hertz in (base, base * 0.7937):
            bar = b.modes(
                int(2.0 * rate),
                rate,
                hertz * np.array([1, 1.002, 2.756, 5.404]),
                1.86 * np.array([1, 0.9, 0.212, 0.1]),
                [1, 0.634, 0.158, 0.627],
            )
            bar[:200] += 0.3 * generator.standard_normal(200) * np.linspace(1, 0, 200)
            b.add(out, int(at * rate), bar)
            at += 0.458
        at += 1.2
    wet = b.room(generator, out, rate, 0.304, 0.03)
    return b.finish(b.outdoors(generator, wet, -57.5), rate)


def church_bell(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A bell tolls: hum, prime, tierce, quint, nominal and above, each a beating pair.

    Partials after Rossing, "Acoustics of bells", American Scientist 72, 1984.
    """
    out = np.zeros(b.frames(seconds, rate))
    prime = generator.uniform(230, 290)
    parts = np.array([0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.17, 5.43, 6.8])
    long = np.array([7.0, 4.5, 4.0, 2.5, 3.0, 1.8, 1.5, 1.4, 0.9, 0.6, 0.4])
    gains = np.array([0.5, 0.6, 0.8, 0.35, 1.0, 0.4, 0.35, 0.5, 0.4, 0.3, 0.25])
    toll = b.modes(int(6 * rate), rate, prime * parts, long, gains)
    toll += b.modes(int(6 * rate), rate, prime * parts * 1.0025, long * 0.9, 0.5 * gains)
    at = 0.05
    while at < seconds:
        b.add(out, int(at * rate), toll, generator.uniform(0.85, 1))
        at += 2.1
    return b.finish(b.room(generator, out, rate, 2.0, 0.25), rate)


def coins(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Coins fall on a table, bounce faster and faster, and ring (Farnell, Practical 7)."""
    out = np.zeros(b.frames(seconds, rate))
    for first in np.arange(0.05, seconds, 0.558):
        at = first + generator.uniform(0, 0.15)
        parts = generator.uniform(2700.0, 6830.0) * np.array([1, 1.31, 1.62, 2.0])
        gap, gain = generator.uniform(0.08, 0.22), generator.uniform(0.5, 1)
        while gap > 0.012:
            ring = b.modes(
                int(0.3 * rate),
                rate,
                parts * generator.uniform(0.985, 1.015, 4),
                0.0589 * np.array([1, 0.8, 0.5, 0.4]),
                generator.uniform(0.2, 1, 4),
            )
            tick = generator.standard_normal(len(ring)) * b.decay(len(ring), rate, 0.02, 0.0002)
            b.add(out, int(at * rate), 0.182 * ring + 2 * b.high(tick, rate, 3130.0), gain)
            at, gap, gain = at + gap, gap * 0.88, gain * 0.78
    wet = b.room(generator, out, rate, 1, 0.421)
    return b.finish(b.outdoors(generator, wet, -56.1), rate)


def wind_chime(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """Tubes in the wind: free bars' partials 1, 2.76, 5.40, struck at random (Cook, ch. 13)."""
    out = np.zeros(b.frames(seconds, rate))
    tubes = 1050 * 2 ** (np.array([0, 2, 4, 7, 9, 12]) / 12)
    for at in b.poisson(generator, seconds, 4.0):
        tube = float(generator.choice(tubes))
        ring = b.modes(
            int(2.5 * rate),
            rate,
            tube * np.array([1, 1.001, 2.756, 5.404]),
            [2.5, 2.3, 1.2, 0.5],
            [1, 0.6, 0.5, 0.3],
        )
        b.add(out, int(at * rate), ring, generator.random() ** 1.5)
    return b.finish(b.room(generator, out, rate, 0.5, 0.1), rate)
