"""The mouth's movements from the times of phonemes.

Coarticulation is that of Cohen & Massaro ("Modeling coarticulation in synthetic visual speech",
1993): every phoneme pulls each part of the mouth towards its target, with a dominance that falls
off exponentially before and after it; what is seen is the mean, weighted so. Lips that must meet do
meet: their closures are cut out of the mean afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Track = NDArray[np.float64]

#: Values a second at which movements are worked out.
RATE = 100
#: The parts of the mouth that speech moves, as in :class:`engines.video.pose.Pose`.
PARTS = ("open", "wide", "round", "press", "tuck", "tongue")
#: Dominance falls to 1/e in so many seconds before a phoneme, and after it.
BEFORE_S, AFTER_S = 0.085, 0.070
#: Beyond this it counts for nothing.
REACH_S = 0.45
#: Lips stay closed for at least so long, close within so long, and open within so long.
CLOSED_S, CLOSING_S, OPENING_S = 0.065, 0.055, 0.045
#: A pause from here on lets the mouth close, as if it were a phoneme of this name.
PAUSE_S, PAUSE = 0.14, "pause"


@dataclass(frozen=True, slots=True)
class Viseme:
    """What a phoneme wants of the mouth: targets as in Pose, and how strongly it wants them.

    ``opens`` is the dominance of its opening, ``shapes`` of all the rest.
    """

    open: float
    wide: float = 0.0
    round: float = 0.0
    press: float = 0.0
    tuck: float = 0.0
    tongue: float = 0.0
    opens: float = 1.0
    shapes: float = 0.6


@dataclass(frozen=True, slots=True)
class Timed:
    """A phoneme from ``start`` to ``end`` in seconds."""

    phoneme: str
    start: float
    end: float


REST = Viseme(0.0, opens=0.5, shapes=0.3)

#: Vowels by their height and rounding, consonants by where they are made.
VISEMES: dict[str, Viseme] = {
    **dict.fromkeys("æa", Viseme(0.70, 0.35)),
    **dict.fromkeys("ɑɒ", Viseme(0.74, -0.05)),
    **dict.fromkeys("ʌɐ", Viseme(0.52, 0.05)),
    **dict.fromkeys("ɛe", Viseme(0.50, 0.40)),
    **dict.fromkeys("ɔ", Viseme(0.58, -0.50, 0.5, shapes=0.9)),
    **dict.fromkeys("o", Viseme(0.44, -0.70, 0.8, shapes=1.0)),
    **dict.fromkeys("ɜɚɝ", Viseme(0.36, -0.30, 0.3)),
    **dict.fromkeys("əᵊɪᵻɨ", Viseme(0.30, 0.15, opens=0.7, shapes=0.3)),
    **dict.fromkeys("iy", Viseme(0.26, 0.75, tongue=0.4, shapes=0.9)),
    **dict.fromkeys("ʊ", Viseme(0.28, -0.60, 0.6, shapes=0.9)),
    **dict.fromkeys("uɯ", Viseme(0.20, -0.90, 1.0, shapes=1.2)),
    **dict.fromkeys("pbm", Viseme(0.0, press=0.7, opens=0.9, shapes=0.3)),
    **dict.fromkeys("fvɸβ", Viseme(0.10, 0.1, tuck=1.0, opens=1.2, shapes=1.2)),
    **dict.fromkeys("wʍɥ", Viseme(0.14, -1.0, 1.0, opens=1.6, shapes=1.4)),
    **dict.fromkeys("ðθ", Viseme(0.20, 0.15, tongue=0.9, opens=1.4)),
    **dict.fromkeys("tdnɾT", Viseme(0.16, 0.15, tongue=0.8, opens=1.1, shapes=0.25)),
    **dict.fromkeys("lɭɫ", Viseme(0.28, 0.10, tongue=1.0, shapes=0.3)),
    **dict.fromkeys("szʦʣ", Viseme(0.10, 0.35, tongue=0.3, opens=1.7, shapes=0.5)),
    **dict.fromkeys("ʃʒʧʤɕʑ", Viseme(0.16, -0.45, 0.8, opens=1.6, shapes=1.1)),
    **dict.fromkeys("ɹrɻ", Viseme(0.20, -0.45, 0.5, opens=1.1, shapes=0.8)),
    **dict.fromkeys("kɡgŋxɣc", Viseme(0.24, 0.05, opens=0.6, shapes=0.15)),
    **dict.fromkeys("jʝ", Viseme(0.20, 0.45, tongue=0.3, opens=0.9, shapes=0.6)),
    **dict.fromkeys("hɦʔ", Viseme(0.30, opens=0.25, shapes=0.05)),
}
#: Kokoro's single letters for diphthongs, as the two vowels that they glide between.
GLIDES = {"A": "eɪ", "I": "aɪ", "O": "oʊ", "W": "aʊ", "Y": "ɔɪ", "Q": "əʊ"}
#: The first vowel of a glide takes so much of it.
FIRST = 0.55
#: Marks that belong to the phoneme after them, and to the one before.
STRESS, LONG = "ˈˌ", "ː"

LIPS_MEET = frozenset("pbm")
LIP_ON_TEETH = frozenset("fv")


def timed(given: Iterable[Mapping[str, Any]]) -> list[Timed]:
    """Phonemes as JSON ({"phoneme", "start", "end"}), in order; what makes no sense is left out.

    Stress and length marks give their time to the phoneme that they mark, and glides are parted.
    """
    found: list[Timed] = []
    waiting: float | None = None
    for each in given:
        try:
            name = str(each["phoneme"])
            start, end = float(each["start"]), float(each["end"])
        except (KeyError, TypeError, ValueError):
            continue
        if not name or not np.isfinite([start, end]).all() or end < start:
            continue
        if name[0] in STRESS and len(name) == 1:
            waiting = start if waiting is None else waiting
            continue
        name = name.lstrip(STRESS) or name
        if name == LONG and found:
            found[-1] = Timed(found[-1].phoneme, found[-1].start, end)
            continue
        start, waiting = (start if waiting is None else waiting), None
        glide = GLIDES.get(name[0]) or (name if len(name) == 2 and name[1] in "ɪʊə" else None)
        if glide:
            middle = start + FIRST * (end - start)
            found += [Timed(glide[0], start, middle), Timed(glide[1], middle, end)]
        else:
            found.append(Timed(name[0], start, end))
    return sorted(found, key=lambda each: each.start)


def spoken(phonemes: Sequence[Timed], seconds: float) -> dict[str, Track]:
    """The movement of each of PARTS, RATE values a second over ``seconds``."""
    count = max(1, round(seconds * RATE) + 1)
    total = {part: np.zeros(count) for part in PARTS}
    weight = {part: np.full(count, 1e-9) for part in PARTS}
    # At rest, faintly, everywhere; pauses and all the phonemes are stronger.
    for part in PARTS:
        weight[part] += 0.02
    for each in [*phonemes, *_pauses(phonemes, seconds)]:
        viseme = REST if each.phoneme == PAUSE else VISEMES.get(each.phoneme)
        if viseme is None:
            continue
        first = max(0, int((each.start - REACH_S) * RATE))
        last = min(count, int((each.end + REACH_S) * RATE) + 1)
        if last <= first:
            continue
        times = np.arange(first, last) / RATE
        middle, half = (each.start + each.end) / 2, 0.3 * (each.end - each.start)
        off = times - middle
        beyond = np.maximum(0.0, np.abs(off) - half)
        fall = np.exp(-beyond / np.where(off < 0, BEFORE_S, AFTER_S) * 1.6)
        for part in PARTS:
            pull = fall * (viseme.opens if part == "open" else viseme.shapes)
            total[part][first:last] += pull * getattr(viseme, part)
            weight[part][first:last] += pull
    tracks = {part: total[part] / weight[part] for part in PARTS}
    return closed(tracks, phonemes)


def _pauses(phonemes: Sequence[Timed], seconds: float) -> list[Timed]:
    """Where nothing is said for PAUSE_S or longer."""
    sounds = [each for each in phonemes if each.phoneme in VISEMES]
    ends = [0.0, *np.maximum.accumulate([each.end for each in sounds])] if sounds else [0.0]
    starts = [*(each.start for each in sounds), seconds]
    gaps = zip(ends, starts, strict=True)
    return [Timed(PAUSE, start, end) for start, end in gaps if end - start >= PAUSE_S]


def closed(tracks: dict[str, Track], phonemes: Sequence[Timed]) -> dict[str, Track]:
    """The tracks with the lips wholly closed in p, b and m, and on the teeth in f and v."""
    count = len(tracks["open"])
    times = np.arange(count) / RATE
    for each in phonemes:
        meets = each.phoneme in LIPS_MEET
        if not meets and each.phoneme not in LIP_ON_TEETH:
            continue
        spare = max(0.0, CLOSED_S - (each.end - each.start)) / 2
        start, end = each.start - spare, each.end + spare
        first = max(0, int((start - CLOSING_S) * RATE))
        last = min(count, int((end + OPENING_S) * RATE) + 2)
        off = times[first:last]
        before = np.clip((start - off) / CLOSING_S, 0, 1)
        after = np.clip((off - end) / OPENING_S, 0, 1)
        free = np.maximum(before, after)
        free = free * free * (3 - 2 * free)
        span = slice(first, last)
        if meets:
            tracks["open"][span] *= free
            tracks["tuck"][span] *= free
            tracks["press"][span] = np.maximum(tracks["press"][span], 0.6 * (1 - free))
        else:
            tracks["open"][span] = tracks["open"][span] * free + 0.08 * (1 - free)
            tracks["tuck"][span] = np.maximum(tracks["tuck"][span] * free, 1 - free)
    return tracks
