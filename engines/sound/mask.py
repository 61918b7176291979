"""How much of each bin of a spectrogram belongs to one sound, by when that sound is heard.

Where the sound is not heard, the spectrum is that of the rest; where it is heard, what rises above
that spectrum is the sound (Wiener's filter; the background is followed by the median of the frames
without the sound, or by the minima where there are none: Martin, "Noise power spectral density
estimation based on optimal smoothing and minimum statistics", IEEE TSAP 9 (5), 2001). A knock is
the percussive, a siren the harmonic part of what remains (Fitzgerald, "Harmonic/percussive
separation using median filtering", DAFx 2010).

Powers and masks are float32 [spans, bins]; presence is float32 [spans] in 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.ndimage import grey_closing, median_filter, minimum_filter1d, uniform_filter1d

from engines.kinds import Samples

Structure = Literal["percussive", "harmonic", "any"]

#: AudioSet's classes that are a stroke (steps, claps, drums, doors, tools, shots, breakage) ...
STRUCK = frozenset(
    (
        *(*range(46, 49), *range(56, 59), 61, 62, 83, *range(156, 164), 165, *range(168, 172)),
        *(348, *range(352, 355), 356, 357, *range(377, 382), *range(410, 415), *range(420, 429)),
        *(*range(430, 435), 436, 437, 454, 455, *range(459, 467), 483, 485, 486),
    )
)
#: ... and those that are a tone: whistles, calls, wind and bowed instruments, sirens, alarms.
TONAL = frozenset(
    (
        *(35, 78, 84, 86, *range(90, 93), 96, *range(106, 116), *range(180, 194), 203, 204),
        *(*range(316, 320), 349, 350, *range(382, 398), *range(475, 478), 495, 497),
    )
)

#: Where the target is less present than this, a span is the background's.
ABSENT = 0.02
#: A moment has fewer patches than this: a siren is not heard as one all the way.
MOMENT = 7
#: With fewer such spans there is nothing to learn a background from.
FEW = 8
#: The median of a noise's power is this share of its mean, and its minimum over some seconds too.
MEDIAN_SHARE = float(np.log(2))
MINIMUM_SHARE = 0.25
#: The background is taken for so many times as strong as it was found to be.
OVER = 1.5
#: The mask is never lower than this where the target is heard: holes sound worse than noise.
FLOOR = 0.05
#: Spans and bins over which a power is smoothed before it is compared with the background.
SMOOTH = (5, 3)
#: The median filters' lengths: spans for what is harmonic, bins for what is percussive.
HARMONIC, PERCUSSIVE = 17, 17
#: How far the structure is trusted: 0 is not at all.
TRUSTED = 0.5


def structure_of(classes: Sequence[int]) -> Structure:
    """Whether most of the classes are strokes or tones."""
    if 2 * len(STRUCK.intersection(classes)) > len(classes):
        return "percussive"
    return "harmonic" if 2 * len(TONAL.intersection(classes)) > len(classes) else "any"


def presence(scores: Samples, hop_s: float, times: Samples, leave: float) -> Samples:
    """How present a sound is at ``times`` [spans] in seconds, by its scores [patches].

    It rises and falls over the patches' own width, so that it comes and goes softly. ``leave`` is
    the score from which it is there at all; scores are taken relative to the highest. What is not
    heard for a moment between two times that it is may be there all the same.
    """
    scores = grey_closing(scores, size=MOMENT, mode="nearest")
    peak = max(float(scores.max(initial=0.0)), leave)
    low, high = max(0.5 * leave, 0.1 * peak), max(leave, 0.35 * peak)
    open_ = np.clip((scores - low) / (high - low), 0.0, 1.0)
    at = np.arange(len(scores)) * hop_s
    return np.asarray(np.interp(times, at, open_), dtype=np.float32)


def background(power: Samples, present: Samples) -> Samples | None:
    """The rest's mean power [bins], from the spans without the target; None where there are few."""
    alone = power[present < ABSENT]
    if len(alone) < FEW:
        return None
    return np.asarray(np.median(alone, axis=0) / MEDIAN_SHARE, dtype=np.float32)


def stationary(power: Samples, spans: int) -> Samples:
    """A steady background's power [bins] by minima over so many ``spans`` of its smoothed power."""
    smooth = uniform_filter1d(power, SMOOTH[0], axis=0, mode="nearest")
    minima = minimum_filter1d(smooth, max(1, min(spans, len(power))), axis=0, mode="nearest")
    return np.asarray(np.median(minima, axis=0) / MINIMUM_SHARE, dtype=np.float32)


def everywhere(rests: Sequence[Samples | None], steady: Sequence[Samples]) -> Samples:
    """The background of each piece of a recording [pieces, bins], by what was found in them all.

    It is a piece's own, else that of the nearest piece with one, else what is steady.
    """
    known = [number for number, rest in enumerate(rests) if rest is not None]
    if not known:
        return np.stack(steady)
    nearest = [min(known, key=lambda other: abs(other - each)) for each in range(len(rests))]
    return np.stack([rest for number in nearest if (rest := rests[number]) is not None])


def between(learned: Samples, places: Samples) -> Samples:
    """The background [spans, bins] at ``places`` [spans] among the pieces; 0 is the first one."""
    place = np.clip(places, 0.0, len(learned) - 1)
    lower = np.floor(place).astype(int)
    upper = np.minimum(lower + 1, len(learned) - 1)
    part = (place - lower)[:, None]
    return np.asarray((1 - part) * learned[lower] + part * learned[upper], dtype=np.float32)


def mask(power: Samples, present: Samples, rest: Samples, structure: Structure = "any") -> Samples:
    """The target's share of each bin, 0..1, over a background of power ``rest``.

    That is [bins], or [spans, bins] where it changes.
    """
    smooth = uniform_filter1d(power, SMOOTH[0], axis=0, mode="nearest")
    smooth = uniform_filter1d(smooth, SMOOTH[1], axis=1, mode="nearest")
    share = np.maximum(1.0 - OVER * rest / np.maximum(smooth, 1e-20), FLOOR)
    if structure != "any":
        share = share * (1 - TRUSTED + TRUSTED * _structure(power * share, structure))
    return np.asarray(share * present[:, None], dtype=np.float32)


def _structure(power: Samples, structure: Structure) -> Samples:
    """The share of each bin that is harmonic, or percussive."""
    harmonic = median_filter(power, size=(HARMONIC, 1), mode="nearest")
    percussive = median_filter(power, size=(1, PERCUSSIVE), mode="nearest")
    wanted = percussive if structure == "percussive" else harmonic
    return np.asarray((wanted + 1e-20) / (harmonic + percussive + 2e-20), dtype=np.float32)
