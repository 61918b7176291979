"""Other languages' phonemes, from a program beside us that may die."""

from __future__ import annotations

import sys

import pytest

from engines.speech.phonemes.espeak import VOICES, Espeak


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("es", "Buenos días, ¿cómo estás?", "bwˈenos ðˈias, kˈomo estˈas?"),
        ("fr", "Bonjour !", "bɔ̃ʒˈuʁ!"),
        ("it", "Buongiorno. Ciao!", "bʊonʤˈɔrno. ʧˈao!"),
        ("pt", "Bom dia.", "bˈoŋ ʤˈiæ."),
        ("hi", "नमस्ते।", "nəmˈʌsteː."),
    ],
)
def test_what_is_written_and_its_signs(espeak: Espeak, language: str, text: str, said: str) -> None:
    assert espeak.phonemes(text, language) == said


def test_every_language_has_its_voice_and_empty_texts_are_empty(espeak: Espeak) -> None:
    for language in VOICES:
        assert espeak.phonemes("radio", language)
        assert espeak.phonemes(" … ", language) in ("", "…")
    hostile = "a\nb\0c\u2028 🎉" * 200
    assert espeak.phonemes(hostile, "es")


def test_a_program_that_died_is_started_again(espeak: Espeak) -> None:
    before = espeak.phonemes("hola", "es")
    process = espeak._process
    assert process is not None
    process.kill()
    process.wait()
    assert espeak.phonemes("hola", "es") == before


def test_nothing_of_it_is_loaded_here(espeak: Espeak) -> None:
    espeak.phonemes("hola", "es")
    assert "espeakng_loader" not in sys.modules
