"""The mouth's movements from sound alone, and how loud it is at each moment.

The jaw follows the loudness of the voice's bands and the height of its first formant (an open vowel
has more above 550 Hz than below), the lips' width the second; hissing brings the teeth together,
and the hush before a burst, or a murmur with nothing above it, closes the lips.
"""

from __future__ import annotations

import numpy as np

from engines.kinds import Samples
from engines.spectra import stft
from engines.video.visemes import PARTS, RATE, Track

#: The rate at which speech is looked at, in Hz, and the spans it is cut into.
HERTZ, SIZE = 16_000, 512
HOP = HERTZ // RATE
#: Spans that are looked at at once, and those beyond that they share samples with.
SPANS, EDGE = 2000, 4
#: Bands in Hz: a voice's body, its first formant low and high, its second low and high, hissing.
BANDS = {
    "voice": (250, 3500),
    "murmur": (100, 380),
    "close": (200, 450),
    "far": (550, 1100),
    "back": (300, 900),
    "front": (1600, 3200),
    "hiss": (4000, 7500),
}
#: What is so many dB below the loudest speech, or less above the hush, is no speech.
RANGE_DB, ABOVE_DB = 30.0, 6.0
#: Quieter than this, of full scale, everything is silence.
SILENT_DB = -65.0
#: The widest opening that a sound alone is trusted with.
WIDEST = 0.80
#: How the jaw follows the voice's root power: less than in proportion.
POWER = 0.85
#: An opening that phonemes want counts as open from here on; less of it closes the mouth.
HALF_OPEN, SHAPING = 0.20, 0.4
STRONGER = 1.0


class Heard:
    """What is heard of speech [frames] at HERTZ, RATE values a second."""

    def __init__(self, speech: Samples) -> None:
        self._count = max(1, round(len(speech) / HOP) + 1)
        self.bands = {name: np.zeros(self._count) for name in BANDS}
        bins = np.fft.rfftfreq(SIZE, 1 / HERTZ)
        chosen = {name: (bins >= low) & (bins < high) for name, (low, high) in BANDS.items()}
        # Piece by piece: the spectra of a long recording are many times its size.
        for first in range(0, self._count, SPANS):
            last = min(first + SPANS, self._count)
            begin = max(0, first - EDGE)
            piece = speech[begin * HOP : (last + EDGE) * HOP]
            power = np.abs(stft(piece, SIZE, HOP)) ** 2
            power = power[first - begin : last - begin]
            for name, band in chosen.items():
                self.bands[name][first : first + len(power)] = power[:, band].sum(axis=1)

    def level(self) -> Track:
        """How loud the speech is, 0 (none) to 1 (the loudest)."""
        power = _smooth(self.bands["voice"], 3)
        decibels = 10 * np.log10(power / (SIZE * SIZE / 16) + 1e-12)
        if decibels.max() < SILENT_DB:
            return np.zeros(self._count)
        top = float(np.percentile(decibels[decibels > decibels.max() - 40], 92))
        hush = float(np.percentile(decibels, 5))
        floor = max(top - RANGE_DB, min(hush + ABOVE_DB, top - 12))
        return np.asarray(np.clip((decibels - floor) / (top - floor), 0, 1))

    def strength(self) -> Track:
        """How strongly the voice sounds, 0..1.2, 1 being its loudest syllables; 0 in silence."""
        root = np.sqrt(_smooth(self.bands["voice"], 9))
        level = self.level()
        if level.max() <= 0:
            return np.zeros(self._count)
        usual = float(np.percentile(root[level > 0], 93))
        quiet = np.clip(level / 0.15, 0, 1)
        return np.asarray(quiet * np.minimum(1.2, root / max(usual, 1e-9)) ** POWER)

    def movements(self) -> dict[str, Track]:
        """The movement of each part of the mouth, as :func:`engines.video.visemes.spoken`."""
        level = self.level()
        size = {name: np.sqrt(_smooth(power, 3)) for name, power in self.bands.items()}
        openness = size["far"] / (size["far"] + size["close"] + 1e-9)
        front = size["front"] / (size["front"] + size["back"] + 1e-9)
        hissing = size["hiss"] / (size["hiss"] + size["voice"] + 1e-9)
        # A murmur: the voice's lowest band sounds, and next to nothing above it (m, n, b held).
        above = size["far"] + size["front"]
        murmur = np.clip((size["murmur"] / (8 * above + 1e-9) - 0.6) / 0.6, 0, 1)
        sibilant = np.clip((hissing - 0.45) / 0.25, 0, 1)
        jaw = 1.15 * self.strength() * (0.30 + 0.80 * openness)
        jaw *= (1 - 0.75 * sibilant) * (1 - 0.85 * murmur)
        # Quiet moments within speech are closures: lips are together before a burst.
        quiet = np.clip((level - 0.10) / 0.15, 0, 1)
        jaw = _smooth(np.minimum(jaw, WIDEST) * quiet, 5)
        wide = np.clip(2.6 * front - 0.75, -0.9, 0.8) * level
        round_ = np.clip(-1.3 * wide - 0.15, 0, 0.8)
        none = np.zeros(self._count)
        tracks = dict.fromkeys(PARTS, none)
        tracks["open"] = np.where(jaw < 0.03, 0.0, jaw)
        tracks["wide"] = _smooth(wide, 9)
        tracks["round"] = _smooth(round_, 9)
        tracks["tongue"] = _smooth(0.6 * level * (1 - openness), 7)
        return tracks


def loudened(tracks: dict[str, Track], strength: Track) -> dict[str, Track]:
    """Tracks of :func:`engines.video.visemes.spoken`, as open as the voice is strong.

    What the phonemes close stays closed; an open vowel opens up to three times what a narrow one
    does at the same ``strength`` (of :class:`Heard`).
    """
    wanted = tracks["open"]
    heard = np.zeros(len(wanted))
    count = min(len(strength), len(wanted))
    heard[:count] = strength[:count]
    shaped = np.minimum(1.0, wanted / HALF_OPEN) ** SHAPING * (0.5 + wanted)
    return {**tracks, "open": np.minimum(1.0, STRONGER * heard * shaped)}


def _smooth(track: Track, spans: int) -> Track:
    """The running mean with a Hann window of some spans, as long as the track."""
    window = np.hanning(spans + 2)[1:-1]
    padded = np.pad(track, spans // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")[: len(track)]
