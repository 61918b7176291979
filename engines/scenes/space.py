"""How a place changes a sound: distance, walls, rooms, and where it is between the ears."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.scenes.scene import USUAL_M, Place, Room

#: Sound loses 20 dB from 5 to 50 m; in a scene that is heard through a phone it would be lost, so
#: this much of the true loss in dB is kept.
KEPT = 0.6
#: A wall lets little through above this, and is some dB softer altogether.
WALL_HZ, WALL_DB = 350.0, -4.0
#: Air of 20 degrees Celsius and 60 % relative humidity at sea level.
KELVIN, HUMIDITY = 293.15, 60.0
#: Two ears hear noise that is this far from the same.
APART_S, APART = 0.02, 0.6


@dataclass(frozen=True, slots=True)
class Acoustics:
    """A room: until its sound has died away by 60 dB, in s, and how much of it there is at 5 m."""

    seconds: float
    wet: float


ROOMS: dict[Room, Acoustics] = {
    "": Acoustics(0.6, 0.04),
    "room": Acoustics(0.5, 0.2),
    "hall": Acoustics(1.8, 0.35),
    "church": Acoustics(4.0, 0.5),
    "cave": Acoustics(3.0, 0.6),
    "tunnel": Acoustics(2.2, 0.55),
}


def loss_db(metres: float) -> float:
    """What distance takes of a level, beside 5 m; negative nearer than that."""
    return KEPT * 20 * float(np.log10(metres / USUAL_M))


def heard_from(sound: Samples, rate: int, place: Place) -> Samples:
    """A sound [frames] as the air and the walls between leave it; its level is not its distance's.

    Every metre takes some of the high frequencies (ISO 9613-1:1993, equations 3 to 5).
    """
    bins = np.fft.rfftfreq(len(sound), 1 / rate).astype(np.float64)
    gain = 10 ** (-_absorption(bins) * place.metres / 20)
    if place.muffled:
        gain *= 10 ** (WALL_DB / 20) / (1 + np.square(bins / WALL_HZ))
    return np.asarray(np.fft.irfft(np.fft.rfft(sound) * gain, len(sound)), dtype=np.float32)


def _absorption(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Attenuation in dB a metre; pressure is that at sea level, so its ratio is 1."""
    ratio = KELVIN / 293.15
    saturation = 10 ** (-6.8346 * (273.16 / KELVIN) ** 1.261 + 4.6151)
    moles = HUMIDITY * saturation
    oxygen = 24 + 4.04e4 * moles * (0.02 + moles) / (0.391 + moles)
    nitrogen = ratio**-0.5 * (9 + 280 * moles * np.exp(-4.170 * (ratio ** (-1 / 3) - 1)))
    square = np.square(hertz)
    relaxing = 0.01275 * np.exp(-2239.1 / KELVIN) / (oxygen + square / oxygen)
    relaxing += 0.1068 * np.exp(-3352.0 / KELVIN) / (nitrogen + square / nitrogen)
    return np.asarray(8.686 * square * (1.84e-11 * ratio**0.5 + ratio**-2.5 * relaxing))


def panned(sound: Samples, place: Place, end: Place | None = None) -> Samples:
    """A sound [frames] between two ears, [2, frames]: of constant power, on its way if it moves.

    On a straight line from ``place`` to ``end`` its level follows the distance; ``end`` None stays.
    """
    if end is None:
        angle = np.pi / 4 * (1 + place.side)
        return np.stack([np.cos(angle) * sound, np.sin(angle) * sound]).astype(np.float32)
    along = np.linspace(0, 1, len(sound), dtype=np.float32)
    (x0, y0), (x1, y1) = _at(place), _at(end)
    x, y = x0 + (x1 - x0) * along, y0 + (y1 - y0) * along
    metres = np.maximum(np.hypot(x, y), 0.5)
    side = np.arctan2(x, np.maximum(y, 1e-3)) / (np.pi / 2)
    loss = KEPT * 20 * np.log10(metres / min(place.metres, end.metres))
    gain = 10 ** (-loss / 20)
    angle = np.pi / 4 * (1 + side)
    return np.stack([np.cos(angle) * sound * gain, np.sin(angle) * sound * gain]).astype(np.float32)


def _at(place: Place) -> tuple[float, float]:
    """Metres to the right and ahead."""
    angle = place.side * np.pi / 2
    return float(place.metres * np.sin(angle)), float(place.metres * np.cos(angle))


def around(sound: Samples, rate: int) -> Samples:
    """A sound [frames] that surrounds the listener, [2, frames].

    What the ears hear is alike in its course and apart in its detail, as of rain: each ear adds
    its own short noise to the sound (Kendall, "The Decorrelation of Audio Signals", Computer Music
    Journal 19(4), 1995).
    """
    left, right = (convolved(sound, each) for each in _apart(rate))
    return np.stack([sound + APART * left, sound + APART * right]).astype(np.float32)


def in_room(stereo: Samples, rate: int, room: Room, metres: float) -> Samples:
    """A sound [2, frames] with what the room gives back of it, as long as it was.

    The farther a sound is, the less of it comes straight. The room is noise that dies away
    (Moorer, "About This Reverberation Business", Computer Music Journal 3(2), 1979).
    """
    acoustics = ROOMS[room]
    wet = acoustics.wet * float(np.clip(np.sqrt(metres / USUAL_M), 0.5, 3.0))
    response = _response(rate, acoustics.seconds)
    back = np.stack([convolved(ear, each) for ear, each in zip(stereo, response, strict=True)])
    return np.asarray(stereo + wet * back, dtype=np.float32)


def convolved(sound: Samples, response: Samples) -> Samples:
    """The sound [frames] through a filter, as long as it was."""
    from scipy.signal import oaconvolve  # noqa: PLC0415 - heavy to import

    return np.asarray(oaconvolve(sound, response)[: len(sound)], dtype=np.float32)


@lru_cache(maxsize=4)
def _apart(rate: int) -> Samples:
    """Short noise of energy 1 for each ear, [2, frames]."""
    count = round(APART_S * rate)
    noise = np.random.default_rng(1995).standard_normal((2, count)) * np.hanning(count)
    return np.asarray(noise / np.sqrt(np.square(noise).sum(axis=1, keepdims=True)), np.float32)


@lru_cache(maxsize=8)
def _response(rate: int, seconds: float) -> Samples:
    """What a room gives back of an impulse, of energy 1 for each ear, [2, frames]."""
    count = round(seconds * rate)
    noise = np.random.default_rng(1979).standard_normal((2, count))
    at = np.arange(count) / rate
    soft = np.stack([np.convolve(ear, np.ones(10) / 10, "same") for ear in noise])
    # High frequencies die sooner.
    share = np.sqrt(at / seconds)
    response = ((1 - share) * noise + 2.5 * share * soft) * 10 ** (-3 * at / seconds)
    response *= np.minimum(1, at / 0.012)
    return np.asarray(
        response / np.sqrt(np.square(response).sum(axis=1, keepdims=True)), np.float32
    )
