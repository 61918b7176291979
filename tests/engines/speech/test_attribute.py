"""Words given to the turns of speakers: where a change of speaker comes to lie."""

from __future__ import annotations

from typing import Any

import pytest

from engines.speech.attribute import attributed, named, paragraphs, speakers
from engines.speech.turns import Turn


def segment(text: str, start: float, step: float = 0.4) -> dict[str, Any]:
    """A segment whose words last 0.3 s each and begin ``step`` after each other."""
    words = [
        {"start": start + n * step, "end": start + n * step + 0.3, "word": word, "probability": 0.9}
        for n, word in enumerate(text.split())
    ]
    return {"start": start, "end": words[-1]["end"], "text": text, "words": words}


def told(segments: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["speaker"], each["text"]) for each in named(segments)[0]]


def test_a_segment_is_cut_where_the_speaker_changes() -> None:
    found = attributed([segment("so you came. I did", 0.0)], [Turn(0, 1.2, 1), Turn(1.2, 3, 2)])
    assert told(found) == [("Speaker 1", "so you came."), ("Speaker 2", "I did")]
    assert (found[0]["start"], found[0]["end"]) == (0.0, pytest.approx(1.1))
    assert [word["word"] for each in found for word in each["words"]] == [
        "so",
        "you",
        "came.",
        "I",
        "did",
    ]


@pytest.mark.parametrize("change", [0.7, 1.0, 1.3, 1.8])
def test_a_change_near_the_end_of_a_sentence_is_moved_there(change: float) -> None:
    turns = [Turn(0, change, 1), Turn(change, 4, 2)]
    found = attributed([segment("so you came. I did not know", 0.0)], turns)
    assert told(found) == [("Speaker 1", "so you came."), ("Speaker 2", "I did not know")]


def test_a_pause_is_as_good_as_the_end_of_a_sentence() -> None:
    said = segment("one two three", 0.0)
    later = segment("four five six", 2.0)
    both = {
        "start": 0.0,
        "end": later["end"],
        "text": "one two three four five six",
        "words": [*said["words"], *later["words"]],
    }
    found = attributed([both], [Turn(0, 2.2, 1), Turn(2.2, 4, 2)])
    assert told(found) == [("Speaker 1", "one two three"), ("Speaker 2", "four five six")]


def test_far_from_any_end_a_change_stays() -> None:
    words = "a b c d e f g h i j"
    found = attributed([segment(words, 0.0)], [Turn(0, 2.0, 1), Turn(2.0, 4, 2)])
    assert told(found) == [("Speaker 1", "a b c d e"), ("Speaker 2", "f g h i j")]


def test_nobody_says_half_a_word_in_between() -> None:
    turns = [Turn(0, 1.6, 1), Turn(1.6, 1.9, 2), Turn(1.9, 9, 1)]
    found = attributed([segment("a b c d e f g h i j", 0.0)], turns)
    assert told(found) == [("Speaker 1", "a b c d e f g h i j")]


def test_names_are_given_in_the_order_in_which_people_begin() -> None:
    turns = [Turn(0, 1.2, 3), Turn(1.2, 3, 1), Turn(3.0, 9, 2)]
    said = [segment("so you came.", 0.0), segment("I did.", 1.25), segment("well well", 3.1)]
    found, called = named(attributed(said, turns), ["Ann", "Bob"])
    assert speakers(found) == ["Ann", "Bob", "Speaker 3"]
    assert called == {3: "Ann", 1: "Bob", 2: "Speaker 3"}


def test_who_is_known_by_voice_has_their_name_unless_another_is_given() -> None:
    said = [segment("so you came.", 0.0), segment("I did.", 1.25), segment("well well", 3.1)]
    found = attributed(said, [Turn(0, 1.2, 3), Turn(1.2, 3, 1), Turn(3.0, 9, 2)])
    segments, called = named(found, ["Ann"], {3: "Zoe", 2: "Cem"})
    assert speakers(segments) == ["Ann", "Speaker 2", "Cem"]
    assert called == {3: "Ann", 1: "Speaker 2", 2: "Cem"}
    assert speakers(found) == [3, 1, 2]  # as they were


def test_what_nobody_was_told_of_has_no_names() -> None:
    said = [segment("hello there", 0.0)]
    assert named(said, ["Ann"]) == (said, {})


def test_words_outside_of_all_turns_go_to_the_nearest() -> None:
    found = attributed([segment("hello there", 5.0)], [Turn(0, 1, 1), Turn(4, 4.9, 2)])
    assert told(found) == [("Speaker 1", "hello there")]  # the first that is heard


def test_text_without_spaces_is_cut_between_its_words() -> None:
    words = [
        {"start": 0.0, "end": 0.5, "word": "你好。", "probability": 0.9},
        {"start": 1.0, "end": 1.5, "word": "再见。", "probability": 0.9},
    ]
    one = {"start": 0.0, "end": 1.5, "text": "你好。再见。", "words": words}
    found = attributed([one], [Turn(0, 0.8, 1), Turn(0.8, 2, 2)])
    assert [each["text"] for each in found] == ["你好。", "再见。"]


def test_paragraphs_gather_what_one_speaker_says() -> None:
    said = [segment("one.", 0.0), segment("two.", 1.0), segment("three.", 2.0)]
    found, _ = named(attributed(said, [Turn(0, 1.6, 1), Turn(1.7, 3, 2)]))
    assert [(who, len(some)) for who, some in paragraphs(found)] == [
        ("Speaker 1", 2),
        ("Speaker 2", 1),
    ]
    assert attributed(said, []) == said
