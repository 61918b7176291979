"""The words to speak, and the manner of it."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.voice import manner
from engines.dialogue.routing.arguments.words import words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("read it slowly in the voice of Emma", {"voice": "emma", "speed": 0.8}),
        ("faster", {"speed": 1.25}),
        ("x1.5", {"speed": 1.5}),
        ("at 1.5x", {"speed": 1.5}),
        ("at double speed", {"speed": 2.0}),
        ("in a British male voice", {"voice": "british male"}),
        ("천천히 읽어줘", {"speed": 0.8}),
        ("빠르게", {"speed": 1.25}),
        ("1.5배속으로", {"speed": 1.5}),
        ("남자 목소리로", {"voice": "male"}),
        ("영국 여자 목소리로", {"voice": "british female"}),
        ("in the voice of this audio", {}),
        ("in this voice", {}),
        ("at 1.5", {"speed": 1.5}),
        ("at 9", {}),
        ("at 1.30", {}),
        ("이 목소리로", {}),
    ],
)
def test_a_manner_is_found(text: str, expected: dict[str, object]) -> None:
    assert manner(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Speak using the voice of this audio. The text is "here we go".', "here we go"),
        ("use this voice: good evening", "good evening"),
        ("make him say I was wrong", "I was wrong"),
        ("say the train leaves at 9.", "the train leaves at 9."),
        ("this voice, and the text is open sesame", "open sesame"),
        ("이 사람 목소리로 '지금 가고 있어' 라고 해줘", "지금 가고 있어"),
        ("이 파일 말투로: 어서 와", "어서 와"),
        ("이 목소리로 안녕하세요라고 말해줘", "안녕하세요"),
    ],
)
def test_words_for_another_voice_are_found(text: str, said: str) -> None:
    assert words_of(text).text == said


@pytest.mark.parametrize("text", ["read out your last message", "방금 그 글 음성으로", "read it"])
def test_what_was_said_before_is_no_text_of_its_own(text: str) -> None:
    found = words_of(text)
    assert found.of_result
    assert not found.text
