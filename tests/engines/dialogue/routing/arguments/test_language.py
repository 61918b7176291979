"""Languages: the one spoken, and the one to translate into."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.language import spoken, target


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("transcribe this in Korean", "ko"),
        ("the recording is German", "de"),
        ("영어로 받아써줘", "en"),
        ("transcribe this as is", None),
        ("in full", None),
        ("transcribe it in Klingon", "Klingon"),
        ("language: de", "de"),
        ("in the same language as the speaker", None),
    ],
)
def test_the_language_spoken(text: str, code: str | None) -> None:
    assert spoken(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("into German", "de"),
        ("in English", "en"),
        ("영어로 번역해줘", "en"),
        ("to fr", "fr"),
        ("en -> ko", "ko"),
        ("English please", "en"),
        ("translate this French recording into English", "en"),
        ("translate from Korean", None),
        ("it's in japanese i think, whats it mean", None),
        ("he left it in Portuguese, I want to read it in Dutch", "nl"),
        ("한국어로 받아쓰지 말고 일본어로 옮겨줘", "ja"),
        ("translate this", None),
        ("translate it into Klingon", None),
        ("translate it to Klingon", "Klingon"),
    ],
)
def test_the_language_to_translate_into(text: str, code: str | None) -> None:
    assert target(text) == code
