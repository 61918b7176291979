"""A phrase sung: spoken by Kokoro, then brought onto its notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.singing import contour, world
from engines.singing.alignment import Placed, phrase_text, placed, spoken, way
from engines.singing.contour import Held
from engines.singing.syllables import SONORANT, Sung
from engines.speech.kokoro import RATE, Network, Said

#: Spoken a little slowly: vowels are clearer. Syllables in one breath at most.
SPEED = 0.85
BREATH = 16
#: Shorter phrases of a tune are sung in one breath with the next.
FEWEST = 4
#: Sound before the first beat, for its consonants, and after the last note, in s.
BEFORE_S, AFTER_S = 0.3, 0.12
#: A note before a rest gives so much of its length, at most so many s, to breathing.
BREATH_SHARE, BREATH_S = 0.15, 0.12
FADE_S = 0.06
#: Unstressed syllables are brought this far towards the others' level, by at most so many dB.
EVEN, EVEN_DB = 0.7, 10.0
#: Held vowels want softer consonants than speech.
CONSONANT_DB = -3.0
#: A voiced consonant counts for this much of a vowel where breath is kept down.
CONSONANT = 0.6


def phrases(sung: Sequence[Sung]) -> Iterator[tuple[float, list[Sung]]]:
    """The parts sung in one breath, each with its start in s: parted by rests, and where long."""
    at, start, phrase = 0.0, 0.0, list[Sung]()
    for each in sung:
        length = sum(note.length for note in each.notes)
        full = len(phrase) >= BREATH and phrase[-1].word != each.word
        ended = len(phrase) >= FEWEST and phrase[-1].ends
        if phrase and (not each.phonemes or full or ended):
            yield start, phrase
            phrase = []
        if each.phonemes:
            if not phrase:
                start = at
            phrase.append(each)
        at += length
    if phrase:
        yield start, phrase


def held(sung: Sequence[Sung], start: float) -> list[Held]:
    """The notes of a phrase with their times in s."""
    found, at = list[Held](), start
    for each in sung:
        for note in each.notes:
            if note.pitch is not None:
                same = found and found[-1].end == at and found[-1].pitch == note.pitch
                if same and note is not each.notes[0]:
                    # One vowel on one pitch is one long note.
                    found[-1] = Held(note.pitch, found[-1].start, at + note.length)
                else:
                    found.append(Held(note.pitch, at, at + note.length))
            at += note.length
    return found


def sing(network: Network, style: Samples, sung: Sequence[Sung]) -> Samples:
    """A phrase [frames] at 24 kHz in a style [510, 256].

    Its first beat is :data:`BEFORE_S` after its beginning.
    """
    text, _ = phrase_text(sung)
    known = "".join(sound for sound in text if sound in network.vocabulary)
    said = network.say(known, style, SPEED)
    parts = world.taken_apart(said.samples, RATE)
    speech = spoken(sung, said.phonemes, parts)
    song = placed(sung, speech, BEFORE_S)
    notes = held(sung, BEFORE_S)
    song[-1] = _breathing(song[-1])
    spans = int((song[-1].end + AFTER_S) / world.PERIOD_S)
    times = np.asarray(np.arange(spans) * world.PERIOD_S, dtype=np.float64)
    points = way(song, speech)
    where = np.interp(times, points[:, 0], points[:, 1])
    vowel = _vowels(song, times)
    nearest = np.clip(np.round(where / world.PERIOD_S).astype(int), 0, len(parts.voiced) - 1)
    voiced = (parts.voiced | _sonorants(said, len(parts.voiced)))[nearest] | (vowel > 0.5)
    pitch = contour.semitones(notes, times)
    hertz = np.where(voiced, 440.0 * 2 ** ((pitch - 69) / 12), 0.0)
    kept = np.maximum(vowel, CONSONANT * voiced)
    sound = world.put_together(parts, where, hertz, kept)
    even = _evened(sound, song)
    return _faded(even, max(0.0, song[0].start - 0.03), song[-1].end)


def _breathing(last: Placed) -> Placed:
    """The last syllable of a phrase, let go a little early."""
    less = min(BREATH_S, BREATH_SHARE * (last.end - last.beat))
    return Placed(last.start, last.beat, last.closed - less, last.end - less)


def _vowels(song: Sequence[Placed], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much each moment [times] is within a vowel, 0..1."""
    found = np.zeros(len(times))
    for each in song:
        begun = (times - each.beat) / 0.01 + 1.0
        found = np.maximum(found, np.clip(np.minimum(begun, (each.closed - times) / 0.01), 0, 1))
    return found


def _sonorants(said: Said, spans: int) -> NDArray[np.bool_]:
    """Which spans [spans] of the speech are nasals, liquids and glides."""
    found = np.zeros(spans, dtype=bool)
    for each in said.phonemes:
        if each.symbol in SONORANT:
            found[int(each.start / world.PERIOD_S) : int(each.end / world.PERIOD_S)] = True
    return found


def _evened(sound: Samples, song: Sequence[Placed]) -> Samples:
    """Syllables nearer to one level; consonants between them are never made louder."""
    levels = []
    for each in song:
        vowel = sound[int(each.beat * RATE) : max(1, int(each.closed * RATE))]
        levels.append(10 * np.log10(float(np.square(vowel).mean()) + 1e-10) if len(vowel) else -100)
    wanted = float(np.percentile(levels, 75))
    gains = [float(np.clip(EVEN * (wanted - level), -EVEN_DB, EVEN_DB)) for level in levels]
    at, levels_db = list[float](), list[float]()
    for each, gain in zip(song, gains, strict=True):
        at += [0.5 * (each.start + each.beat), each.beat, each.closed]
        levels_db += [min(0.0, gain) + CONSONANT_DB, gain, gain]
    curve = np.interp(np.arange(len(sound)) / RATE, np.maximum.accumulate(at), levels_db)
    return np.asarray(sound * 10 ** (curve / 20), dtype=np.float32)


def _faded(sound: Samples, start: float, end: float) -> Samples:
    """Nothing before ``start`` nor after ``end`` s, without a click."""
    times = np.arange(len(sound)) / RATE
    rise = np.clip((times - start) / 0.02, 0.0, 1.0)
    fall = np.clip((end + FADE_S / 2 - times) / FADE_S, 0.0, 1.0)
    shape = np.sin(np.pi / 2 * np.minimum(rise, fall)) ** 2
    return np.asarray(sound * shape, dtype=np.float32)
