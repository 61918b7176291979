"""When each sound of a sung phrase is heard: vowels on the beat, consonants before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engines.singing.syllables import TONELESS, Sung, anatomy
from engines.singing.world import PERIOD_S, Parts
from engines.speech.kokoro import Phoneme

#: Consonants are as long as they were spoken, at most so long, in s, ...
ONSET_S, CODA_S = 0.16, 0.18
#: ... and leave at least this share of a note to its vowel.
VOWEL_SHARE = 0.5
#: The parts of a vowel that keep their spoken pace: its beginning and its end.
BEGUN, ENDED = 0.25, 0.25
#: Of a vowel that glides ("my", "now") the first sound is held, and the glide comes at the end.
GLIDING = frozenset("AIOQWY")
GLIDE_BEGUN, GLIDE_ENDED = 0.2, 0.55
#: The network's bounds are up to so many s off: after a consonant without a tone a vowel begins
#: where the low sound, up to 900 Hz, rises the most within 30 ms, by so many dB at least.
OFF_S = 0.06
RISE_DB = 4.0
LOW_HZ = 900.0
#: A consonant is at least so long, in s.
LEAST_S = 0.03


@dataclass(frozen=True, slots=True)
class Placed:
    """A syllable in the song: consonants from ``start``, vowel from ``beat`` to ``closed``."""

    start: float
    beat: float
    closed: float
    end: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """The same syllable in the speech: its bounds in s, and whether its vowel glides."""

    start: float
    vowel: float
    closed: float
    end: float
    gliding: bool


def phrase_text(sung: Sequence[Sung]) -> tuple[str, list[int]]:
    """The phonemes of a phrase, words parted by blanks, and where each syllable begins."""
    text, starts, word = "", [], sung[0].word
    for each in sung:
        if each.word != word:
            text += " "
            word = each.word
        starts.append(len(text))
        text += each.phonemes
    return text, starts


def spoken(
    sung: Sequence[Sung],
    phonemes: Sequence[Phoneme],
    parts: Parts,
) -> list[Spoken]:
    """Where each syllable is in the speech that was taken apart into ``parts``."""
    low = _low(parts)
    _, starts = phrase_text(sung)
    found: list[Spoken] = []
    for each, start in zip(sung, starts, strict=True):
        places = anatomy(each.phonemes, start)
        first = phonemes[start].start
        vowel = phonemes[places.nucleus.start].start
        closed = phonemes[places.nucleus.stop - 1].end
        end = phonemes[start + len(each.phonemes) - 1].end
        before = each.phonemes[places.onset.stop - start - 1] if places.onset else ""
        if before in TONELESS:
            vowel = _set_in(vowel, low)
            first = min(first, vowel - LEAST_S)
        if found:
            # Where a bound moved, the syllable before gives way.
            last = found[-1]
            first = max(first, last.vowel + 0.03)
            found[-1] = replace(last, closed=min(last.closed, first), end=min(last.end, first))
        closed = max(closed, vowel + 0.02)
        gliding = any(phonemes[place].symbol in GLIDING for place in places.nucleus)
        found.append(Spoken(min(first, vowel), vowel, closed, max(end, closed), gliding))
    return found


def placed(sung: Sequence[Sung], speech: Sequence[Spoken], start: float) -> list[Placed]:
    """Where each syllable of a phrase that begins at ``start`` s is heard."""
    beats = [start]
    for each in sung:
        beats.append(beats[-1] + sum(note.length for note in each.notes))
    onsets = [min(each.vowel - each.start, ONSET_S) for each in speech]
    codas = [min(each.end - each.closed, CODA_S) for each in speech]
    found: list[Placed] = []
    lead = onsets[0]
    for place, coda in enumerate(codas):
        beat, following = beats[place], beats[place + 1]
        onset = onsets[place + 1] if place + 1 < len(sung) else 0.0
        room = (following - beat) * (1 - VOWEL_SHARE)
        squeeze = min(1.0, room / max(1e-6, coda + onset))
        end = following - onset * squeeze
        found.append(Placed(beat - lead, beat, end - coda * squeeze, end))
        lead = onset * squeeze
    return found


def way(song: Sequence[Placed], speech: Sequence[Spoken]) -> NDArray[np.float64]:
    """Corresponding moments [points, 2] of song and speech, in s, both never falling."""
    points: list[tuple[float, float]] = []
    for here, there in zip(song, speech, strict=True):
        length, spoken_length = here.closed - here.beat, there.closed - there.vowel
        begun, ended = (GLIDE_BEGUN, GLIDE_ENDED) if there.gliding else (BEGUN, ENDED)
        pace = min(1.0, 0.8 * length / spoken_length)
        points += [
            (here.start, there.start),
            (here.beat, there.vowel),
            (here.beat + pace * begun * spoken_length, there.vowel + begun * spoken_length),
            (here.closed - pace * ended * spoken_length, there.closed - ended * spoken_length),
            (here.closed, there.closed),
            (here.end - 1e-4, there.end),
        ]
    return np.maximum.accumulate(np.array(points), axis=0)


def _low(parts: Parts) -> NDArray[np.float64]:
    """The energy [spans] up to 900 Hz, in dB."""
    bins = int(LOW_HZ / (parts.rate / 2) * (parts.envelope.shape[1] - 1))
    return np.asarray(10 * np.log10(parts.envelope[:, :bins].sum(axis=1) + 1e-12))


def _set_in(moment: float, low: NDArray[np.float64]) -> float:
    """Where the low sound rises the most near a moment; the moment itself if it hardly does."""
    first, last = int((moment - OFF_S) / PERIOD_S), int((moment + OFF_S) / PERIOD_S)
    places = np.arange(max(3, first), min(last, len(low) - 3))
    if not len(places):
        return moment
    rises = low[places + 3] - low[places - 3]
    best = int(rises.argmax())
    return float(places[best] * PERIOD_S) if rises[best] >= RISE_DB else moment
