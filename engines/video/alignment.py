"""Phoneme times brought to where the phonemes are heard.

A neural voice knows how long each phoneme lasts inside the network; what it makes of it sounds a
little earlier or later, by up to a tenth of a second towards a phrase's end. Each phrase is shifted
and stretched a little, so that its vowels fall where the sound is loud, its stops where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from engines.video.visemes import RATE, VISEMES, Timed, Track

#: How loud phonemes are, next to one another (the sonority scale: Ladefoged & Johnson, "A Course
#: in Phonetics", chapter 10).
LOUDNESS = {
    **dict.fromkeys("pbtdkɡgTʔʧʤ", 0.10),
    **dict.fromkeys("fvsʃzʒθðhx", 0.30),
    **dict.fromkeys("mnŋ", 0.60),
    **dict.fromkeys("lɹrjwɾ", 0.75),
}
#: A phrase's first and last phoneme may be shifted by so many seconds, in steps.
SHIFTS_S = np.arange(-0.12, 0.061, 0.02)
#: How much better, as a correlation, a second of shift must make it.
RELUCTANCE = 0.5
#: What parts phrases.
PAUSE_S = 0.14
FEWEST = 4


def aligned(phonemes: Sequence[Timed], level: Track) -> list[Timed]:
    """The phonemes where ``level`` (0..1, RATE a second) says that they are heard."""
    found: list[Timed] = []
    for phrase in _phrases(phonemes):
        found += _moved(phrase, level)
    return sorted(found, key=lambda each: each.start)


def _phrases(phonemes: Sequence[Timed]) -> list[list[Timed]]:
    phrases: list[list[Timed]] = [[]]
    for each in phonemes:
        sounds = each.phoneme in VISEMES
        if not sounds and each.end - each.start >= PAUSE_S:
            phrases.append([])
        elif sounds:
            if phrases[-1] and each.start - phrases[-1][-1].end >= 2 * PAUSE_S:
                phrases.append([])
            phrases[-1].append(each)
    return [phrase for phrase in phrases if phrase]


def _moved(phrase: list[Timed], level: Track) -> list[Timed]:
    if len(phrase) < FEWEST:
        return phrase
    first, last = phrase[0].start, phrase[-1].end
    edges = np.array([[each.start, each.end] for each in phrase])
    share = (edges - first) / max(last - first, 1e-6)
    expected = np.array([LOUDNESS.get(each.phoneme, 1.0) for each in phrase])
    times = np.arange(max(0.0, first - 0.25), last + 0.2, 1 / RATE)
    heard = np.interp(times, np.arange(len(level)) / RATE, level, left=0, right=0)
    best, chosen = -np.inf, edges
    for begin, end in product(SHIFTS_S, SHIFTS_S):
        if abs(begin - end) > 0.10 or last - first + end - begin <= 0:
            continue
        moved = edges + begin + (end - begin) * share
        fit = _fit(moved, expected, times, heard) - RELUCTANCE * (abs(begin) + abs(end)) / 2
        if fit > best:
            best, chosen = fit, moved
    return [
        replace(each, start=float(max(0.0, start)), end=float(max(0.0, end)))
        for each, (start, end) in zip(phrase, chosen, strict=True)
    ]


def _fit(edges: Track, expected: Track, times: Track, heard: Track) -> float:
    """How well the loudness that is expected goes with the one that is heard."""
    middles = edges.mean(axis=1)
    points = np.r_[edges[0, 0] - 0.03, middles, edges[-1, 1] + 0.03]
    guess = np.interp(times, points, np.r_[0.0, expected, 0.0], left=0, right=0)
    if guess.std() < 1e-6 or heard.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(guess, heard)[0, 1])
