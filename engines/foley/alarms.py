"""Alarms and signals: made by circuits, so their figures are exact."""

from __future__ import annotations

import numpy as np

from engines.foley import blocks as b
from engines.kinds import Samples


def _square(hertz: float, count: int, rate: int, most: int = 15) -> b.Signal:
    """The odd harmonics of a square wave: a piezo's tone without aliases."""
    at = 2 * np.pi * hertz * b.times(count, rate)
    out = np.zeros(count)
    for number in range(1, most + 1, 2):
        if number * hertz < 0.45 * rate:
            out += np.sin(number * at) / number
    return out


def alarm_clock(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A digital alarm clock: four beeps near 2 kHz, then a rest (Farnell, Practical 4: alarms)."""
    out = np.zeros(b.frames(seconds, rate))
    hertz = generator.uniform(1980, 2100)
    for start in np.arange(0.05, seconds, 1.0):
        for beep in range(4):
            count = b.frames(0.07, rate)
            tone = _square(hertz, count, rate) * b.swell(count, 0.04, 0.04)
            b.add(out, int((start + 0.125 * beep) * rate), tone)
    return b.finish(b.room(generator, out, rate, 0.2, 0.08), rate)


def siren(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A police siren's wail: a pitch of 600 to 1,500 Hz rising and falling, through a horn.

    Farnell, Practical 5 (police): an astable circuit's charge curve, distorted and in the street.
    """
    count = b.frames(seconds, rate)
    turn = (b.times(count, rate) / 3.4 + generator.uniform(0, 0.2)) % 1
    shape = np.where(turn < 0.5, 1 - np.exp(-5 * turn), np.exp(-5 * (turn - 0.5)))
    voice = b.harmonics(620 + 900 * shape, rate, 0.8, 12)
    horn = b.formants(np.tanh(voice), rate, [(1100, 900, 1.0), (2300, 1500, 0.6), (600, 500, 0.5)])
    return b.finish(b.room(generator, horn, rate, 1.5, 0.5), rate, 0.05)


def ambulance(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A two-tone siren, 435 and 580 Hz (DIN 14610), through a horn (Farnell, Practical 5)."""
    count = b.frames(seconds, rate)
    turn = (b.times(count, rate) / 1.4 + generator.uniform(0, 0.3)) % 1
    hertz = np.where(turn < 0.5, 435.0, 580.0)
    voice = b.harmonics(hertz, rate, 0.6, 20)
    horn = b.formants(voice, rate, [(900, 900, 1.0), (2000, 1200, 0.8), (450, 300, 0.5)])
    return b.finish(b.room(generator, horn, rate, 1.2, 0.4), rate, 0.05)


def smoke_alarm(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A smoke detector: three half-second beeps at 3.1 kHz, then a rest (ISO 8201's pattern)."""
    out = np.zeros(b.frames(seconds, rate))
    hertz = generator.uniform(3050, 3200)
    for start in np.arange(0.05, seconds, 4.0):
        for beep in range(3):
            count = b.frames(0.5, rate)
            tone = _square(hertz, count, rate) * b.swell(count, 0.01, 0.01)
            b.add(out, int((start + beep) * rate), tone)
    return b.finish(b.room(generator, out, rate, 0.5, 0.2), rate)


def telephone(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """An old telephone: a clapper strikes two bells 20 times a second; 2 s on, 4 s off shortened.

    Farnell, Practical 6 (telephone bell).
    """
    out = np.zeros(b.frames(seconds, rate))
    pair = generator.uniform(1150, 1300) * np.array([1.0, 1.14])
    at = 0.05
    while at < seconds:
        for stroke in range(40):
            bell = pair[stroke % 2]
            ring = b.modes(
                int(0.5 * rate),
                rate,
                bell * np.array([1, 2.1, 2.94, 4.2, 5.4]),
                [0.5, 0.35, 0.25, 0.15, 0.1],
                [0.7, 1, 0.7, 0.5, 0.3],
            )
            b.add(out, int((at + stroke / 22) * rate), ring, generator.uniform(0.8, 1))
        at += 3.2
    return b.finish(b.room(generator, out, rate, 0.4, 0.15), rate)


def dial_tone(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A dial tone: 350 and 440 Hz (Farnell, Practical 2: phone tones), band-limited by the line."""
    count = b.frames(seconds, rate)
    at = b.times(count, rate)
    tone = np.sin(2 * np.pi * 350 * at) + np.sin(2 * np.pi * 440 * at)
    line = b.band(b.noise(generator, count, 0), rate, 300, 3400)
    clip = np.tanh(0.35 * tone + 0.0251)
    return b.finish(
        clip + 0.0147 * line + 0.001 * b.harmonics(np.full(count, 60.0), rate, 1.0, 10), rate, 0.02
    )


def dialing(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A number is dialled: pairs of tones, ITU-T Q.23 (Farnell, Practical 3: DTMF)."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.08
    while at < seconds:
        low, high = generator.choice([697, 770, 852, 941]), generator.choice([1209, 1336, 1477])
        count = b.frames(0.13, rate)
        when = 2 * np.pi * b.times(count, rate)
        tone = (np.sin(low * when) + np.sin(high * when)) * b.swell(count, 0.03, 0.03)
        b.add(out, int(at * rate), tone)
        at += generator.uniform(0.2, 0.26)
    return b.finish(
        out + 0.002 * b.band(generator.standard_normal(len(out)), rate, 300, 3400), rate
    )


def reversing_beeps(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A lorry backs up: beeps of 1.2 kHz, half a second each, over its engine."""
    count = b.frames(seconds, rate)
    out = 0.15 * b.low(b.noise(generator, count, -4), rate, 250)
    hertz = generator.uniform(1150, 1300)
    for start in np.arange(0.1, seconds, 1.0):
        long = b.frames(0.48, rate)
        b.add(out, int(start * rate), _square(hertz, long, rate, 5) * b.swell(long, 0.02, 0.02))
    return b.finish(b.room(generator, out, rate, 1.0, 0.25), rate)


def referee_whistle(generator: np.random.Generator, seconds: float, rate: int = 44100) -> Samples:
    """A pea whistle: 2.7 kHz, chopped by the ball some 35 times a second."""
    out = np.zeros(b.frames(seconds, rate))
    at = 0.08
    while at < seconds:
        for long in (0.3, 0.9):
            count = b.frames(long, rate)
            pea = np.sin(b.phase(33 + 8 * b.wander(generator, count, rate, 6), rate))
            angle = b.phase(2750 + 90 * pea, rate)
            air = b.band(generator.standard_normal(count), rate, 2000, 5500, 1)
            tone = (np.sin(angle) + 0.6 * np.sin(1.09 * angle) + 0.2 * np.sin(2 * angle)) * (
                0.6 + 0.4 * pea
            )
            b.add(out, int(at * rate), (tone + 0.3 * air) * b.swell(count, 0.06, 0.08))
            at += long + 0.15
        at += 0.7
    return b.finish(b.room(generator, out, rate, 1.0, 0.25), rate)
