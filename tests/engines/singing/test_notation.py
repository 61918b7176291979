from __future__ import annotations

import pytest

from engines.kinds import Refusal
from engines.singing.melodies import tunes
from engines.singing.notation import fields, name, pitch
from engines.singing.syllables import anatomy, divided, fitted


@pytest.mark.parametrize(
    ("written", "expected"),
    [("C4", 60), ("A4", 69), ("C#4/Db4", 61), ("A#4/Bb4", 70), ("b3", 59), ("Cb4", 59)],
)
def test_names_of_notes(written: str, expected: int) -> None:
    assert pitch(written) == expected
    assert pitch(name(expected)) == expected


@pytest.mark.parametrize("written", ["rest", "REST", "SP", "AP"])
def test_rests(written: str) -> None:
    assert pitch(written) is None


@pytest.mark.parametrize(
    ("notes", "durations", "code"),
    [
        ("C4 | H4", "", "note_unknown"),
        ("C4 | | D4", "", "note_unknown"),
        ("C4/E4", "", "note_two_pitches"),
        ("C4 | D4 | E4", "1 | 1", "notes_and_durations"),
        ("C4 D4 E4", "1 1", "slur_durations"),
        ("C4", "0", "duration_outside"),
        ("C4", "1000", "duration_outside"),
        ("C4", "-1", "duration_unknown"),
        ("C4", "nan", "duration_unknown"),
        ("C4", "1e3", "duration_unknown"),
        ("rest | rest", "1 | 1", "only_rests"),
        ("|".join(["C4"] * 20), "|".join(["19"] * 20), "song_too_long"),
        ("C4|" * 10_000, "", "song_too_long"),
    ],
)
def test_what_is_no_score(notes: str, durations: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        fields(notes, durations, 0.5)
    assert refused.value.code == code


def test_unequal_counts_are_told_apart() -> None:
    with pytest.raises(Refusal) as refused:
        fields("C4|" * 12, "1|" * 11, 0.5, 11)
    assert refused.value.facts == {"notes": 12, "durations": 11, "syllables": 11}


def test_a_slur_shares_its_duration() -> None:
    ((first, second), (rest,)) = fields("C4 D4 | rest", "1 | 0.5", 0.6)
    assert (first.pitch, first.length, second.pitch) == (60, 0.5, 62)
    assert (rest.pitch, rest.length) == (None, 0.5)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("twˈɪŋkᵊl", ["twˈɪŋ", "kᵊl"]),
        ("hˈæpi", ["hˈæ", "pi"]),
        ("bˈɜɹθdˌA", ["bˈɜɹθ", "dˌA"]),
        ("əɡˈɹi", ["əɡ", "ˈɹi"]),
        ("ju", ["ju"]),
        ("m", ["m"]),
        ("", []),
    ],
)
def test_syllables(word: str, parts: list[str]) -> None:
    assert divided(word) == parts


def test_the_anatomy_of_a_syllable() -> None:
    found = anatomy("stˈɑɹ", 5)
    assert (found.onset, found.nucleus, found.coda) == (range(5, 7), range(7, 9), range(9, 10))


def test_a_note_for_a_word_is_shared_by_its_syllables() -> None:
    sung, held = fitted(["hˈæpi", "ju"], fields("C4 | D4", "1 | 2", 0.6))
    assert [(each.phonemes, each.notes[0].length) for each in sung] == [
        ("hˈæ", 0.5),
        ("pi", 0.5),
        ("ju", 2.0),
    ]
    assert not held


def test_spare_notes_are_sung_on_the_last_vowel() -> None:
    sung, held = fitted(["ju"], fields("C4 | D4 | rest | E4", "", 0.6))
    assert held
    assert [note.pitch for note in sung[0].notes] == [60, 62]
    assert [each.phonemes for each in sung] == ["ju", "", "u"]


def test_too_few_notes_are_told_with_all_counts() -> None:
    with pytest.raises(Refusal) as refused:
        fitted(["hˈæpi", "ju", "ju"], fields("C4 | D4", "", 0.6))
    assert refused.value.facts == {"notes": 2, "words": 3, "syllables": 4}


@pytest.mark.parametrize("tune", tunes().values(), ids=tunes())
def test_every_tune_has_a_slot_for_every_syllable(tune: object) -> None:
    found = tunes()[tune.name]  # type: ignore[attr-defined]
    assert sum(slots for _, slots in found.words) == len(found.fields)
    last = found.fields[-1][-1].pitch
    assert last is not None
    above = (last - (pitch(f"{found.key.rstrip('m')}4") or 0)) % 12
    # Nearly all end on the tonic; a round may stop on the third.
    assert above == 0 or (above == 4 and found.name == "three_blind_mice")


def test_there_are_twenty_tunes_and_more() -> None:
    assert len(tunes()) >= 20
