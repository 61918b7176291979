"""Words on a tune, and a tune in the range of a voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engines.kinds import Refusal
from engines.singing.melodies import Tune
from engines.singing.notation import WHOLE_S, Field, Note
from engines.singing.syllables import Sung, divided, on_slots
from engines.speech.voices import Voice

#: Where a voice is at ease, the middle of a tune, and the lowest and highest it can be made to
#: sing: MIDI numbers.
_MIDDLE = {"f": 64, "m": 53}
_BOUNDS = {"f": (50, 81), "m": (38, 69)}
#: The last syllable is held for so many beats, or over so many spare notes of its phrase.
LAST_BEATS, SPARE = 2.0, 2


def own_words(tune: Tune, words: Sequence[str]) -> list[Sung]:
    """The tune with its own words, or the first of them, given as phonemes; in beats."""
    sung: list[Sung] = []
    at = 0
    for number, (word, (_, slots)) in enumerate(zip(words, tune.words, strict=False)):
        placed = on_slots(word, number, tune.fields[at : at + slots])
        at += slots
        if placed:
            placed[-1] = replace(placed[-1], ends=at - 1 in tune.ends)
        sung += placed
    return sung


def other_words(tune: Tune, words: Sequence[str]) -> list[Sung]:
    """Words (phonemes) on the tune's notes, begun again as often as needed; in beats."""
    sung: list[Sung] = []
    syllables = [(part, number) for number, word in enumerate(words) for part in divided(word)]
    for place, (part, number) in enumerate(syllables):
        slot = place % len(tune.fields)
        sung.append(Sung(part, number, tune.fields[slot], slot in tune.ends))
    if not sung:
        return sung
    slot = (len(syllables) - 1) % len(tune.fields)
    left = next(end for end in sorted(tune.ends) if end >= slot) - slot
    rest = tune.fields[slot : slot + left + 1] if left <= SPARE else tune.fields[slot : slot + 1]
    notes = tuple(note for field in rest for note in field)
    last = max(notes[-1].length, LAST_BEATS)
    notes = (*notes[:-1], Note(notes[-1].pitch, last))
    sung[-1] = replace(sung[-1], notes=notes, ends=True)
    return sung


def at_pace(sung: Sequence[Sung], bpm: float) -> list[Sung]:
    """Beats as s; raises :class:`Refusal` ``song_too_long``."""
    beat = 60.0 / bpm
    if sum(note.length for each in sung for note in each.notes) * beat > WHOLE_S:
        raise Refusal("song_too_long", limit=round(WHOLE_S))
    return [
        replace(each, notes=tuple(Note(n.pitch, n.length * beat) for n in each.notes))
        for each in sung
    ]


def moved(sung: Sequence[Sung], semitones: int) -> list[Sung]:
    """The same, so much higher."""

    def higher(note: Note) -> Note:
        return note if note.pitch is None else Note(note.pitch + semitones, note.length)

    return [replace(each, notes=tuple(map(higher, each.notes))) for each in sung]


def at_ease(sung: Sequence[Sung], voice: Voice) -> int:
    """By how many semitones to move a tune of ours for a voice to sing it with ease."""
    low, high = _range([each.notes for each in sung])
    return round(_MIDDLE[_sex(voice)] - (low + high) / 2)


def octaves(fields: Sequence[Field], voice: Voice) -> int:
    """By how many octaves to move notes that somebody wrote: 0 where the voice reaches them."""
    low, high = _range(fields)
    least, most = _BOUNDS[_sex(voice)]

    def outside(octave: int) -> tuple[int, int]:
        over = high + 12 * octave - most
        under = least - low - 12 * octave
        return max(0, over) + max(0, under), abs(octave)

    return min(range(-8, 9), key=outside)


def too_wide(fields: Sequence[Field], voice: Voice) -> bool:
    """Whether no octave brings all notes within the voice's reach, nor near it."""
    low, high = _range(fields)
    least, most = _BOUNDS[_sex(voice)]
    return high - low > most - least + 6


def _range(fields: Sequence[Field]) -> tuple[int, int]:
    pitches = [note.pitch for field in fields for note in field if note.pitch is not None]
    return min(pitches), max(pitches)


def _sex(voice: Voice) -> str:
    return "m" if voice.name[1:2] == "m" else "f"
