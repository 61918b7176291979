"""A simple tune for words that have none, the same for the same words.

Phrases rise to their middle and come down again (the melodic arch: Huron, "The melodic arch in
Western folksongs", Computing in Musicology 10, 1996), mostly by steps; they end on the third or
the fifth, the last one on the tonic. Stressed syllables are a beat, others half of one.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from engines.singing.melodies import Tune
from engines.singing.notation import Note
from engines.singing.syllables import divided

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
TONIC = 60
#: Syllables in a phrase, where the words do not end one sooner.
PHRASE = 8
LAST_BEATS = 2.0
BPM = 100.0


def invented(words: Sequence[str], ends: Sequence[bool]) -> Tune:
    """A tune with a slot for every syllable of ``words`` (phonemes).

    ``ends`` says after which words a line or clause is over.
    """
    rng = np.random.default_rng(zlib.crc32(" ".join(words).encode()))
    phrases: list[list[bool]] = [[]]
    for word, over in zip(words, ends, strict=True):
        parts = divided(word)
        if phrases[-1] and len(phrases[-1]) + len(parts) > PHRASE:
            phrases.append([])
        phrases[-1] += [len(parts) == 1 or "ˈ" in part for part in parts]
        if over and len(phrases[-1]) > 2:
            phrases.append([])
    phrases = [phrase for phrase in phrases if phrase]
    notes: list[tuple[Note, ...]] = []
    closes = set()
    for number, phrase in enumerate(phrases):
        final = number == len(phrases) - 1
        goal = 0 if final else int(rng.choice([1, 2, 4]))
        degrees = _arch(len(phrase), goal, rng)
        for place, (stressed, degree) in enumerate(zip(phrase, degrees, strict=True)):
            last = place == len(phrase) - 1
            beats = LAST_BEATS if last else 1.0 if stressed else 0.5
            notes.append((Note(_pitch(degree), beats),))
        closes.add(len(notes) - 1)
    return Tune("own", "", "made by seed", (), "C", BPM, tuple(notes), frozenset(closes), ())


def _arch(count: int, goal: int, rng: np.random.Generator) -> list[int]:
    """Degrees of the scale, counted from the tonic: up from a note of the chord, and to a goal."""
    start, peak = int(rng.choice([0, 2])), int(rng.choice([4, 5, 6]))
    top = max(1, count // 2)
    line = np.interp(range(count), [0, top, max(top + 1, count - 1)], [start, peak, goal])
    degrees = [round(float(each) + float(rng.uniform(-0.7, 0.7))) for each in line]
    degrees[-1] = goal
    return [max(-2, each) for each in degrees]


def _pitch(degree: int) -> int:
    octave, step = divmod(degree, len(_MAJOR))
    return TONIC + 12 * octave + _MAJOR[step]
