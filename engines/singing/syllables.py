"""Syllables of a word in the phonemes of misaki, and which notes each of them is sung on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engines.kinds import Refusal
from engines.singing.notation import Field, Note

VOWELS = frozenset("AIOQWYaiueoæɑɒɔəɚɛɜɐɪʊʌᵊᵻ")
MARKS = frozenset("ˈˌː")
#: In these no tone is heard, or hardly one.
TONELESS = frozenset("ptkfsʃʧθhʔbdɡʤ")
#: These always have a tone, even where the analysis of speech finds none.
SONORANT = frozenset("mnŋlɹwj")
_BEFORE_LIQUID = frozenset("pbtdkɡfθ")
_LIQUIDS = frozenset("lɹwj")
_NOT_FIRST = frozenset("ŋ")


@dataclass(frozen=True, slots=True)
class Syllable:
    """Phonemes ``onset``, ``nucleus`` and ``coda``, as ranges of a phrase's characters."""

    onset: range
    nucleus: range
    coda: range


@dataclass(frozen=True, slots=True)
class Sung:
    """A syllable of ``word`` (its number) and its ``notes``; a rest has no phonemes.

    After one that ``ends`` a phrase there is breath to be taken.
    """

    phonemes: str
    word: int
    notes: Field
    ends: bool = False


def divided(word: str) -> list[str]:
    """The phonemes of a word by syllables, as many consonants first as English allows (roughly)."""
    nuclei = [place for place, sound in enumerate(word) if sound in VOWELS]
    if not nuclei:
        return [word] if word else []
    cuts = [0]
    for before, after in pairwise(nuclei):
        # A mark of stress belongs to the vowel, or to all that comes after it.
        marks = [place for place in range(before + 1, after) if word[place] in "ˈˌ"]
        if marks and marks[0] < after - 1:
            cuts.append(marks[0])
            continue
        first = after
        while first - 1 > before and word[first - 1] in MARKS:
            first -= 1
        consonant = first - 1
        if consonant > before and word[consonant] not in _NOT_FIRST | MARKS:
            first = consonant
            cluster = word[consonant - 1] in _BEFORE_LIQUID and word[consonant] in _LIQUIDS
            if consonant - 1 > before and cluster:
                first = consonant - 1
        cuts.append(first)
    return [word[a:b] for a, b in zip(cuts, [*cuts[1:], len(word)], strict=True)]


def anatomy(phonemes: str, start: int) -> Syllable:
    """Where onset, nucleus and coda of a syllable are in a phrase in which it begins at ``start``.

    A syllable without a vowel hums: its last consonant is the nucleus.
    """
    places = [place for place, sound in enumerate(phonemes) if sound in VOWELS]
    nucleus = places[0] if places else len(phonemes) - 1
    first = nucleus
    while first > 0 and phonemes[first - 1] in MARKS:
        first -= 1
    last = nucleus + 1
    while last < len(phonemes) and phonemes[last] in MARKS | VOWELS:
        last += 1
    return Syllable(
        range(start, start + first),
        range(start + first, start + last),
        range(start + last, start + len(phonemes)),
    )


def fitted(words: Sequence[str], fields: Sequence[Field]) -> tuple[list[Sung], bool]:
    """Words (phonemes) on fields of notes, and whether the last vowel was held over spare notes.

    A field for every syllable, or one for every word, which its syllables then share; spare notes
    are sung on the last vowel. Raises :class:`Refusal` ``notes_and_words`` with all three counts.
    """
    syllables = [(part, place) for place, word in enumerate(words) for part in divided(word)]
    sounding = [field for field in fields if field[0].pitch is not None]
    by_word = len(sounding) == len(words) < len(syllables)
    if len(sounding) < len(syllables) and not by_word:
        raise Refusal(
            "notes_and_words", notes=len(sounding), words=len(words), syllables=len(syllables)
        )
    sung: list[Sung] = []
    place = 0
    for field in fields:
        if field[0].pitch is None:
            sung.append(Sung("", -1, field))
        elif by_word:
            parts = divided(words[place])
            sung += [
                Sung(part, place, notes)
                for part, notes in zip(parts, shared(field, len(parts)), strict=True)
            ]
            place += 1
        elif place < len(syllables):
            sung.append(Sung(*syllables[place], field))
            place += 1
        elif sung[-1].phonemes:
            last = sung[-1]
            sung[-1] = Sung(last.phonemes, last.word, last.notes + field)
        else:
            # A rest lies between: the vowel begins anew.
            last = next(each for each in reversed(sung) if each.phonemes)
            vowels = "".join(sound for sound in last.phonemes if sound in VOWELS) or "ɑ"
            sung.append(Sung(vowels, last.word, field))
    return sung, not by_word and len(sounding) > len(syllables)


def on_slots(word: str, number: int, fields: Sequence[Field]) -> list[Sung]:
    """A word on the slots that a tune has for it, whether it has more syllables or fewer."""
    parts = divided(word)
    spare = len(fields) - len(parts)
    if spare > 0:
        held = tuple(note for field in fields[len(parts) - 1 :] for note in field)
        fields = [*fields[: len(parts) - 1], held]
    elif spare < 0:
        fields = [*fields[:-1], *shared(fields[-1], 1 - spare)]
    return [Sung(part, number, field) for part, field in zip(parts, fields, strict=True)]


def shared(field: Field, parts: int) -> list[Field]:
    """A word's notes among its syllables: whole notes as far as they go, else each its share."""
    if len(field) >= parts:
        return [*((note,) for note in field[: parts - 1]), field[parts - 1 :]]
    spare = parts - len(field)
    cut = [Note(field[-1].pitch, field[-1].length / (spare + 1))] * (spare + 1)
    return [(note,) for note in (*field[:-1], *cut)]
