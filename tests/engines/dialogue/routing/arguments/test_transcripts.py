"""Who speaks and which words to expect, as requests for a transcript say it."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.transcripts import names, only_names, vocabulary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("transcribe this, the speakers are Ann and Bob", "Ann, Bob"),
        ("speakers: Ann, Bob and Cem Yilmaz", "Ann, Bob, Cem Yilmaz"),
        ("write down the interview between Jane Doe and Bob", "Jane Doe, Bob"),
        ("it's Ann and Bob talking, transcribe", "Ann, Bob"),
        ("받아써 줘. 말하는 사람은 민아, 준호야", "민아, 준호"),
        ("말하는 사람은 민아와 준호", "민아, 준호"),
        ("speaker 1 is Ann, speaker 2 is Bob", "Ann, Bob"),
        ("Speaker 2 is Bob", "Speaker 1, Bob"),
        ("transcribe it, the speaker is Ann.", "Ann"),
        ("what do the speakers say?", None),
        ("the speaker is Ann who says it twice", None),
        ("transcribe this. it's Monday", None),
    ],
)
def test_the_speakers_names(text: str, expected: str | None) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("transcribe it, vocabulary: Kokoro, Whisper", "Kokoro, Whisper"),
        ("transcribe, names used: Mina, Jun-ho. thanks", "Mina, Jun-ho"),
        ("write it down and spell it Earshot", "Earshot"),
        ("받아써 줘, 용어: 어텐션, 토큰", "어텐션, 토큰"),
        ("write down the words said in it please", None),
    ],
)
def test_the_words_to_expect(text: str, expected: str | None) -> None:
    assert vocabulary(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the speakers are Ann and Bob", True),
        ("No, speaker 1 is Ann and speaker 2 is Bob.", True),
        ("말하는 사람은 민아와 준호", True),
        ("the speakers are Ann and Bob, clean it", False),
        ("transcribe a1, the speakers are Ann and Bob", False),
        ("who are the speakers?", False),
        ("no", False),
    ],
)
def test_names_alone_are_told_from_a_request(text: str, expected: bool) -> None:
    assert only_names(text) is expected
