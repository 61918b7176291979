"""Who speaks and which words to expect, as requests for a transcript say it."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.transcripts import names, vocabulary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("transcribe this, the speakers are Ann and Bob", "Ann, Bob"),
        ("speakers: Ann, Bob and Cem Yilmaz", "Ann, Bob, Cem Yilmaz"),
        ("write down the interview between Jane Doe and Bob", "Jane Doe, Bob"),
        ("it's Ann and Bob talking, transcribe", "Ann, Bob"),
        ("받아써 줘. 말하는 사람은 민아, 준호야", "민아, 준호"),
        ("말하는 사람은 민아와 준호", "민아, 준호"),
        ("what do the speakers say?", None),
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
