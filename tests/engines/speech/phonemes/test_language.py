"""The language a text is spoken in."""

from __future__ import annotations

import pytest

from engines.kinds import Refusal
from engines.speech.phonemes.language import spoken_in, unreadable


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello there.", "en"),
        ("ok", "en"),
        ("Good night", "en"),
        ("La la la", "en"),
        ("12:30", "en"),
        ("Ω α", "en"),
        ("Buenos días, ¿cómo estás?", "es"),
        ("Le train part à neuf heures du matin.", "fr"),
        ("Domani andremo al mercato.", "it"),
        ("Amanhã vamos ao mercado comprar pão.", "pt"),
        ("안녕하세요", "ko"),
        ("내일 Python 공부해요", "ko"),
        ("I said 안녕 to the whole family yesterday", "en"),
        ("नमस्ते, आप कैसे हैं?", "hi"),
        # A few words of a language that no voice speaks are taken for a name, and read.
        ("Guten Morgen", "en"),
    ],
)
def test_by_letters_and_words(text: str, language: str) -> None:
    assert spoken_in(text) == language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Доброе утро", "language_not_spoken"),
        ("こんにちは", "language_not_spoken"),
        ("你好", "language_not_spoken"),
        ("Hello مرحبا", "language_not_spoken"),
        ("Guten Morgen, heute wird das Wetter wieder schön.", "only_in_writing"),
    ],
)
def test_what_no_voice_speaks(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        spoken_in(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Hello, naïve Zürich café ø ł", ""),
        ("the angle π and 5 µm, 1º", ""),
        ("hi 안녕 नमस्ते", ""),
        ("Привет", "П"),
        ("λόγος", "λ"),
        ("你好", "你"),
        ("12 + 5 = 17 €", ""),
    ],
)
def test_letters_that_no_voice_reads(text: str, letter: str) -> None:
    assert unreadable(text) == letter
