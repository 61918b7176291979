"""Notes and durations as people write them: 'C#4/Db4 | rest | A#4/Bb4' and '0.4 | 0.2 | 0.8'.

The notation is that of DiffSinger's interface (Liu et al., "DiffSinger: Singing Voice Synthesis
via Shallow Diffusion Mechanism", AAAI 2022): a field for each syllable or word, parted by a bar;
two names of one pitch are joined by a stroke; several notes in a field are a slur.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.kinds import Refusal

#: Semitones above C of the natural notes.
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"#": 1, "♯": 1, "s": 1, "b": -1, "♭": -1}
_NOTE = re.compile(r"([A-Ga-g])([#♯b♭]{0,2})(-?\d)")
_REST = frozenset({"rest", "r", "sp", "ap", "sil", "pause", "-"})

#: What can be heard as a note, and what somebody will wait for, in s.
SHORTEST_S, LONGEST_S = 0.05, 20.0
WHOLE_S = 300.0
FIELDS = 600


@dataclass(frozen=True, slots=True)
class Note:
    """A ``pitch`` of MIDI, None for a rest, that lasts ``length`` s or beats."""

    pitch: int | None
    length: float


#: The notes of one syllable or word: several are a slur, a lone one without pitch is a rest.
Field = tuple[Note, ...]


def pitch(name: str) -> int | None:
    """The MIDI number of "C#4", or of both names of a note, "C#4/Db4"; None for a rest.

    Raises :class:`Refusal` ``note_unknown`` with the name.
    """
    if name.strip().lower() in _REST:
        return None
    found = {_one(each.strip(), name) for each in name.split("/")}
    if len(found) != 1:
        raise Refusal("note_two_pitches", note=name.strip()[:20])
    return found.pop()


def _one(name: str, whole: str) -> int:
    match = _NOTE.fullmatch(name)
    if match is None:
        raise Refusal("note_unknown", note=whole.strip()[:20] or "|")
    letter, signs, octave = match.groups()
    return _NATURAL[letter.upper()] + sum(_SIGNS[s] for s in signs) + 12 * (int(octave) + 1)


def name(pitch: int) -> str:
    """The name of a MIDI number, with a sharp where it has one: "C#4"."""
    names = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    return f"{names[pitch % 12]}{pitch // 12 - 1}"


def fields(notes: str, durations: str, beat: float, syllables: int = 0) -> list[Field]:
    """The fields of both arguments; ``beat`` s is the length of a note where none is written.

    ``syllables`` is how many there are of the words, for what is said of unequal counts.

    A duration over several notes is shared between them. Raises :class:`Refusal`:
    ``note_unknown``, ``duration_unknown``, ``duration_outside``, ``notes_and_durations`` where
    there are not as many of the one as of the other, ``slur_durations``, ``only_rests``,
    ``song_too_long``.
    """
    written = _parted(notes)
    lengths = _parted(durations)
    if len(written) > FIELDS:
        raise Refusal("song_too_long", limit=round(WHOLE_S))
    if lengths and len(lengths) != len(written):
        raise Refusal(
            "notes_and_durations",
            notes=len(written),
            durations=len(lengths),
            syllables=syllables,
        )
    found = []
    for place, text in enumerate(written):
        pitches = [pitch(each) for each in _spaced(text)] or [pitch(text)]
        given = [_seconds(each) for each in lengths[place].split()] if lengths else [beat]
        if len(given) == 1:
            given = [given[0] / len(pitches)] * len(pitches)
        if len(given) != len(pitches):
            raise Refusal(
                "slur_durations", field=text[:40], notes=len(pitches), durations=len(given)
            )
        found.append(tuple(Note(*each) for each in zip(pitches, given, strict=True)))
    if all(note.pitch is None for field in found for note in field):
        raise Refusal("only_rests")
    if sum(note.length for field in found for note in field) > WHOLE_S:
        raise Refusal("song_too_long", limit=round(WHOLE_S))
    return found


def _spaced(text: str) -> list[str]:
    """The notes of a field; blanks around a stroke do not part two names of one note."""
    return re.sub(r"\s*/\s*", "/", text).split()


def _parted(text: str) -> list[str]:
    """The fields between bars; a bar at either end parts nothing."""
    whole = text.strip().strip("|").strip()
    return [each.strip() for each in whole.split("|")] if whole else []


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d{0,6}(?:\.\d{1,12})?)\s*s?", text.strip())
    if match is None or not match[1].strip("."):
        raise Refusal("duration_unknown", duration=text.strip()[:20])
    seconds = float(match[1])
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise Refusal(
            "duration_outside", duration=text.strip()[:20], least=SHORTEST_S, most=round(LONGEST_S)
        )
    return seconds
