"""The manner of a voice in figures: how high, how lively and how fast somebody speaks.

They are taken from speech alone, without the pauses, so that they compare between a recording and
a synthetic voice. Syllables are counted as de Jong and Wempe do ("Praat script to detect syllable
nuclei and measure speech rate automatically", Behavior Research Methods 41, 2009, pages 385-390):
a syllable is a voiced peak of loudness with a dip of 2 dB before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.spectra import stft
from engines.speech.pitch import HOP, RATE, PitchTracker, Track

#: A voice is heard for so long at least before its pitch is believed, in s.
LEAST_VOICED_S = 0.3
#: The same as a share of the speech: a whisper has next to none.
LEAST_VOICED = 0.1
#: The dip before a syllable, and how far below the loud moments a peak still counts, in dB.
DIP_DB, QUIET_DB = 2.0, 25.0
#: The band in which vowels stand out from hiss and hum, in Hz, and how long a vowel rings, in s.
VOWELS_HZ = (300.0, 3300.0)
SMOOTH_S = 0.064


@dataclass(frozen=True, slots=True)
class Manner:
    """How a voice speaks.

    ``pitch_hz`` is the median, ``spread`` a standard deviation in semitones; both are None for a
    voice without pitch, such as a whisper. ``rate`` is in syllables per second of speech.
    """

    pitch_hz: float | None
    spread: float | None
    rate: float


def measure(speech: Samples, tracker: PitchTracker) -> Manner:
    """The manner of 16 kHz mono speech [frames], the pauses cut out of it."""
    track = tracker(speech)
    seconds = len(speech) / RATE
    pitch, spread = pitch_and_spread(track)
    rate = syllables(speech, track) / seconds if seconds else 0.0
    return Manner(pitch, spread, rate)


def pitch_and_spread(track: Track) -> tuple[float | None, float | None]:
    """Median pitch in Hz and its standard deviation in semitones, or None twice.

    The deviation is half of what the middle 68 per cent span, which a jump to the octave, in the
    voice or in the tracking, does not move.
    """
    seconds = float(track.voiced.sum()) * HOP / RATE
    if seconds < LEAST_VOICED_S or seconds < LEAST_VOICED * len(track.voiced) * HOP / RATE:
        return None, None
    semitones = 12 * np.log2(track.hertz[track.voiced])
    low, middle, high = np.percentile(semitones, (16, 50, 84))
    return float(2 ** (middle / 12)), float(high - low) / 2


def syllables(speech: Samples, track: Track) -> int:
    """How many syllables there are in 16 kHz mono speech [frames] with this pitch."""
    level = _loudness(speech)[: len(track.voiced)]
    if not len(level):
        return 0
    floor = float(np.percentile(level, 95)) - QUIET_DB
    count = 0
    dip = -np.inf
    best, at = -np.inf, 0
    rising = True
    for number, value in enumerate(level.tolist()):
        if rising:
            if value > best:
                best, at = value, number
            elif value < best - DIP_DB:
                count += bool(best > floor and track.voiced[max(0, at - 1) : at + 2].any())
                rising, dip = False, value
        elif value < dip:
            dip = value
        elif value > dip + DIP_DB:
            rising, best, at = True, value, number
    return count + bool(rising and best > floor and track.voiced[max(0, at - 1) : at + 2].any())


def _loudness(speech: Samples) -> NDArray[np.float64]:
    """The level of the vowels' band every 16 ms [spans], in dB."""
    size = round(SMOOTH_S * RATE)
    powers = np.square(np.abs(stft(speech, size, HOP)))
    hertz = np.arange(size // 2 + 1) * RATE / size
    band = (hertz >= VOWELS_HZ[0]) & (hertz <= VOWELS_HZ[1])
    return np.asarray(10 * np.log10(powers[:, band].sum(axis=1) + 1e-9), dtype=np.float64)
