"""Noises made from a seed, as they lie under recordings, each of unit power at 16 kHz."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples

RATE = 16_000
#: The names in the order in which :func:`noises` makes them; the first five are a comparison's.
NAMES = (
    "white", "pink", "babble", "hum and fan", "rain", "brown", "wind", "typing", "traffic",
    "siren", "crowd", "mains buzz", "clatter", "music",
)  # fmt: skip
COMPARED = 5
#: Voices in a crowd, and how long its room rings, in s.
CROWD, RING_S = 24, 0.6

Noise = NDArray[np.float64]


def noises(
    babble: Sequence[Samples], frames: int, generator: np.random.Generator
) -> Iterator[tuple[str, Noise]]:
    """(name, samples [frames]) of each noise; ``babble`` are other talkers [frames]."""
    makers: tuple[Callable[[], Noise], ...] = (
        lambda: np.asarray(generator.standard_normal(frames)),
        lambda: coloured(generator.standard_normal(frames), -0.5),
        lambda: _babble(babble, frames, generator),
        lambda: _hum(frames, generator),
        lambda: rain(frames, generator),
        lambda: coloured(generator.standard_normal(frames), -1),
        lambda: wind(frames, generator),
        lambda: _typing(frames, generator),
        lambda: _traffic(frames, generator),
        lambda: _siren(frames, generator),
        lambda: _crowd(babble, frames, generator),
        lambda: _buzz(frames, generator),
        lambda: _clatter(frames, generator),
        lambda: chords(frames),
    )
    for name, make in zip(NAMES, makers, strict=True):
        yield name, unit(make())


def unit(samples: Any) -> Noise:
    """The samples at an RMS of 1; silence stays so."""
    return np.asarray(samples / max(1e-9, float(np.sqrt(np.mean(np.square(samples))))))


def coloured(samples: Any, exponent: float) -> Noise:
    """Noise whose amplitude falls or rises with frequency to the power ``exponent``."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE), 40.0)
    return np.asarray(np.fft.irfft(spectrum * frequencies**exponent, len(samples)))


def rain(frames: int, generator: np.random.Generator) -> Noise:
    """Drops that stand out of a hiss."""
    drops = generator.standard_normal(frames) * (generator.random(frames) < 0.01) * 6
    return coloured(drops + 0.3 * generator.standard_normal(frames), 0.15)


def wind(frames: int, generator: np.random.Generator) -> Noise:
    """Low noise that swells in gusts."""
    times = np.arange(frames) / RATE
    gusts = 1 + 0.6 * np.sin(2 * np.pi * 0.3 * times) + 0.3 * np.sin(2 * np.pi * 0.71 * times + 1)
    return coloured(generator.standard_normal(frames), -1) * gusts


def chords(frames: int) -> Noise:
    """Plucked chords, two a second, with a melody above them."""
    played = np.zeros(frames + RATE)
    times = np.arange(RATE) / RATE
    for beat in range(2 * frames // RATE):
        chord = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))[beat // 4 % 4]
        for semitone in (*chord, chord[beat % 3] + 12):
            pitch = 220 * 2 ** (semitone / 12)
            tone = sum(np.sin(2 * np.pi * pitch * k * times) / k for k in range(1, 6))
            played[beat * RATE // 2 :][:RATE] += tone * np.exp(-3 * times)
    return played[:frames]


def _babble(talkers: Sequence[Samples], frames: int, generator: np.random.Generator) -> Noise:
    """All talkers at once, each as loud and begun anywhere."""
    said = np.zeros(frames)
    for voice in talkers:
        shift = int(generator.integers(len(voice)))
        said += unit(np.resize(np.roll(voice, shift), frames))
    return said


def _hum(frames: int, generator: np.random.Generator) -> Noise:
    """The mains' partials, and a fan as loud."""
    times = np.arange(frames) / RATE
    hum = sum(np.sin(2 * np.pi * 50 * k * times + k) / k for k in (1, 2, 3, 4, 5, 6, 8, 10, 14))
    return unit(hum) + unit(coloured(generator.standard_normal(frames), -1))


def _typing(frames: int, generator: np.random.Generator) -> Noise:
    """Keys struck some seven times a second: a click, and 40 ms later a softer one."""
    made = 0.003 * generator.standard_normal(frames + RATE)
    at = 0.0
    while at < frames:
        for delay, level in ((0.0, 1.0), (0.04, 0.5)):
            size = int(RATE * generator.uniform(0.008, 0.02))
            fall = np.exp(-np.arange(size) / (0.2 * size))
            click = level * generator.uniform(0.5, 1) * generator.standard_normal(size) * fall
            made[int(at + delay * RATE) :][:size] += click
        at += RATE * (0.06 + generator.exponential(0.08))
    return made[:frames]


def _traffic(frames: int, generator: np.random.Generator) -> Noise:
    """A road's rumble, and over it cars that come, hiss by and go, one every two seconds."""
    made = 0.4 * unit(coloured(generator.standard_normal(frames), -1))
    times = np.arange(frames) / RATE
    for _ in range(max(1, frames // (2 * RATE))):
        middle, width = generator.uniform(0, frames / RATE), generator.uniform(0.4, 1.2)
        passing = np.exp(-np.square((times - middle) / width))
        made += passing * unit(coloured(generator.standard_normal(frames), -0.7))
    return made


def _siren(frames: int, generator: np.random.Generator) -> Noise:
    """A tone with partials that wails between 500 and 1,500 Hz, and a street under it."""
    times = np.arange(frames) / RATE
    hertz = 1000 + 500 * np.sin(2 * np.pi * 0.4 * times + generator.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    wail = sum(np.sin(k * phase) / k**2 for k in (1, 2, 3))
    return unit(wail) + 0.2 * unit(coloured(generator.standard_normal(frames), -1))


def _crowd(talkers: Sequence[Samples], frames: int, generator: np.random.Generator) -> Noise:
    """Many voices, none to be made out, at many speeds in a room that rings."""
    said = np.zeros(frames)
    for number in range(CROWD):
        voice = talkers[number % len(talkers)]
        speed = generator.uniform(0.85, 1.18)
        places = np.arange(0, len(voice) - 1, speed)
        other = np.interp(places, np.arange(len(voice)), voice)
        other = np.roll(other, int(generator.integers(len(other))))
        said += generator.uniform(0.3, 1) * unit(np.resize(other, frames))
    ring = np.arange(int(RING_S * RATE)) / RATE
    room = generator.standard_normal(len(ring)) * np.exp(-6.9 * ring / RING_S)
    size = frames + len(room)
    return np.fft.irfft(np.fft.rfft(said, size) * np.fft.rfft(room, size), size)[:frames]


def _buzz(frames: int, generator: np.random.Generator) -> Noise:
    """A bad cable: pulses at twice the mains' frequency, far up in frequency, and some hiss."""
    times = np.arange(frames) / RATE
    partials = [np.sin(2 * np.pi * 100 * k * times + k) / k**0.5 for k in range(1, 50)]
    return unit(np.sum(partials, axis=0)) + 0.1 * generator.standard_normal(frames)


def _clatter(frames: int, generator: np.random.Generator) -> Noise:
    """Pans and cutlery: strikes whose partials fit no tone and ring for a while."""
    made = 0.02 * generator.standard_normal(frames + RATE)
    times = np.arange(RATE) / RATE
    at = 0.0
    while at < frames:
        for pitch in generator.uniform(500, 6500, 6):
            ring = np.exp(-times / generator.uniform(0.03, 0.25))
            made[int(at) :][:RATE] += generator.random() * np.sin(2 * np.pi * pitch * times) * ring
        at += RATE * (0.08 + generator.exponential(0.3))
    return made[:frames]
