"""The key of music, and how sure it is: how much of each pitch class sounds, against profiles.

The profiles are listeners' ratings of how well each tone fits a key (Krumhansl, "Cognitive
Foundations of Musical Pitch", Oxford University Press, 1990, table 2.1 and chapter 4). A spectral
peak counts for the tones that it may be a partial of, with less weight the higher the partial
(Gómez, "Tonal Description of Polyphonic Audio", INFORMS Journal on Computing 18(3), 2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.spectra import stft

#: What is expected: mono at so many Hz.
RATE = 22_050
SIZE, HOP = 8192, 4096
#: Peaks are taken from this range, and so far below the loudest of their span.
LOWEST, HIGHEST = 80.0, 2500.0
FLOOR_DB = 40.0
#: A peak may be any of so many partials of a tone.
PARTIALS, DECAY = 5, 0.6
#: How far the pitch classes must go together with a key, how far from the second best key, and
#: how much they must change: see `tests/engines/music/test_key.py`.
FITS, MARGIN, CHANGE = 0.78, 0.04, 0.05

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
#: The usual spelling of each tonic, from C upwards.
# fmt: off
_MAJOR_TONICS = ("C", "D-flat", "D", "E-flat", "E", "F",
                 "F-sharp", "G", "A-flat", "A", "B-flat", "B")
_MINOR_TONICS = ("C", "C-sharp", "D", "E-flat", "E", "F",
                 "F-sharp", "G", "G-sharp", "A", "B-flat", "B")
# fmt: on

Chroma = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Key:
    """``tonic`` is 0 for C up to 11 for B. ``fit`` is the correlation with the key's profile.

    ``margin`` is by how much it is better than the second best. ``change`` is how far
    the pitch classes are from the same all along: 0 for one chord that is held.
    """

    tonic: int
    minor: bool
    fit: float
    margin: float
    change: float

    @property
    def sure(self) -> bool:
        """Whether it is worth telling."""
        return self.fit >= FITS and self.margin >= MARGIN and self.change >= CHANGE

    @property
    def tonic_name(self) -> str:
        """The tonic in English: "E-flat"."""
        return (_MINOR_TONICS if self.minor else _MAJOR_TONICS)[self.tonic]

    @property
    def name(self) -> str:
        """The key in English: "E-flat major"."""
        return f"{self.tonic_name} {self.mode}"

    @property
    def mode(self) -> str:
        """The mode in English: major or minor."""
        return "minor" if self.minor else "major"


def key(samples: Samples) -> Key | None:
    """The key of ``samples`` [frames] at 22,050 Hz; None where no tones sound."""
    spans = chroma(samples)
    tones = spans.sum(axis=0)
    if tones.std() < 1e-6:
        return None
    lengths = np.linalg.norm(spans, axis=1) * np.linalg.norm(tones)
    still = float((spans @ tones)[lengths > 0].sum() / lengths.sum())
    profiles = np.array([np.roll(each, tonic) for each in (MAJOR, MINOR) for tonic in range(12)])
    fits = np.corrcoef(np.vstack([tones, profiles]))[0, 1:]
    second, best = np.argsort(fits)[-2:]
    return Key(
        int(best) % 12,
        bool(best >= 12),
        float(fits[best]),
        float(fits[best] - fits[second]),
        1 - still,
    )


def chroma(samples: Samples) -> Chroma:
    """How much of each pitch class sounds [spans, 12], from C upwards, in tune with the whole."""
    magnitudes = np.abs(stft(samples, SIZE, HOP)).astype(np.float64)
    spans, semitones, weights = _peaks(magnitudes)
    # Instruments need not be tuned to 440 Hz: the mean direction of the peaks between semitones.
    turns = np.exp(2j * np.pi * semitones)
    detuned = float(np.angle((weights * turns).sum())) / (2 * np.pi)
    found = np.zeros((len(magnitudes), 12))
    for partial in range(1, PARTIALS + 1):
        tone = semitones - detuned - 12 * np.log2(partial)
        nearest = np.round(tone)
        close = np.cos(np.pi * (tone - nearest)) ** 2
        share = weights * close * DECAY ** (partial - 1)
        np.add.at(found, (spans, nearest.astype(int) % 12), share)
    return found


def _peaks(magnitudes: Chroma) -> tuple[NDArray[np.intp], Chroma, Chroma]:
    """The peaks of spectra [spans, bins]: their spans, semitones above C, and weights."""
    first, last = (int(hertz * SIZE / RATE) for hertz in (LOWEST, HIGHEST))
    inside = magnitudes[:, first:last]
    loudest = inside.max(axis=1, keepdims=True)
    left, right = magnitudes[:, first - 1 : last - 1], magnitudes[:, first + 1 : last + 1]
    high = (inside > left) & (inside >= right) & (inside > loudest * 10 ** (-FLOOR_DB / 20))
    high &= loudest > 1e-3 * max(float(loudest.max(initial=0.0)), 1e-3)
    # A parabola through the logarithms of three bins has its top at the peak's frequency.
    low, mid, top = (np.log(np.maximum(each[high], 1e-12)) for each in (left, inside, right))
    shift = 0.5 * (low - top) / np.minimum(low - 2 * mid + top, -1e-9)
    spans, bins = np.nonzero(high)
    hertz = (first + bins + shift) * RATE / SIZE
    return spans, 69 + 12 * np.log2(hertz / 440), np.sqrt(inside[high])
