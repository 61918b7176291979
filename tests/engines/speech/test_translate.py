"""Real speech in other languages, put into English; and honest words where that cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.audio import read
from engines.kinds import Document, Samples
from engines.speech import translate
from engines.speech.recognise import FasterWhisper
from engines.speech.speak import RATE, Kokoro
from engines.speech.translate import WhisperTranslation
from engines.speech.voices import Voice
from engines.text.translation import Translator
from evals.capability.translation import NAMES, in_english, meant
from tests import recordings
from tests.conftest import Tell
from tests.engines.conftest import Write, refusal, result

TASK = "speech_translation"


@pytest.fixture(scope="module")
def whisper() -> WhisperTranslation:
    engine = WhisperTranslation()
    engine.load("cpu")
    return engine


@pytest.fixture(scope="module")
def english() -> list[str]:
    """What the prompts say, as they are read in English."""
    try:
        return in_english()
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(
    "language", ["fr", *(pytest.param(each, marks=pytest.mark.long) for each in ("it", "es", "ru"))]
)
def test_what_is_said_is_put_into_english(
    whisper: WhisperTranslation, english: list[str], language: str, tell: Tell
) -> None:
    """Each translation is nearest to the English reading of the same prompt, by its meaning."""
    told = []
    for name in NAMES:
        done = result(whisper, TASK, recordings.prompts(language)[name])
        told.append(done.text)
        assert isinstance(done.outputs[0], Document)
        assert done.outputs[0].name == "translation.txt"
    right = meant(told, english)
    tell(f"{language}: {right} of {len(NAMES)} translations mean what they should")
    assert right >= 4


def test_english_stays_as_it_is(whisper: WhisperTranslation, write: Write) -> None:
    samples, rate = read(recordings.librivox()[1].path)
    done = result(whisper, TASK, write(samples, rate))
    assert "young man" in done.text
    assert [each.code for each in done.notes] == ["english_already"]
    assert done.data["from"] == done.data["language"] == "en"


def test_silence_is_no_speech(whisper: WhisperTranslation, write: Write) -> None:
    done = result(whisper, TASK, write(np.zeros((1, 48_000), dtype=np.float32), 16_000))
    assert [each.code for each in done.notes] == ["no_speech"]


@pytest.fixture(scope="module")
def portuguese() -> Samples:
    """A Brazilian sentence [1, frames] at 24 kHz, spoken from its phonemes."""
    engine = Kokoro()
    engine.load("cpu")
    phonemes = "bˈoŋ dʒˈiɐ. ˈew ɡostaɾˈiɐ dʒɪ falˈaɾ kˈoŋ u dowtˈoɾ sobɾɪ u mˈew fˈiʎu."
    style = engine.style_of(Voice("pf_dora"))
    return engine.network.say(phonemes, style, 1.0).samples[None]


def test_english_goes_into_portuguese(whisper: WhisperTranslation, write: Write) -> None:
    """Its subtitles come in Portuguese, at the times of what is said."""
    first, second = (read(recordings.librivox()[number].path)[0] for number in (1, 4))
    pause = np.zeros((1, 32_000), dtype=np.float32)
    done = result(whisper, TASK, write(np.hstack([first, pause, second]), 16_000), language="pt")
    assert [each.code for each in done.notes] == ["translated_from"]
    assert "jovem" in done.text
    assert "ter sido" in done.text
    assert [done.data["from"], done.data["language"]] == ["en", "pt"]
    begin = (first.shape[1] + 32_000) / 16_000
    assert abs(done.data["segments"][-1]["start"] - begin) < 0.5
    named = {each.name: each for each in done.outputs if isinstance(each, Document)}
    assert set(named) == {"translation.txt", "translation.srt", "translation.vtt"}
    for name in ("translation.srt", "translation.vtt"):
        assert "jovem" in str(named[name].content)
    assert str(named["translation.srt"].content).count("-->") == 2


def test_other_languages_go_through_english(
    whisper: WhisperTranslation, english: list[str], tell: Tell
) -> None:
    """French into Portuguese: put back into English, each is nearest to what was said."""
    back = Translator("pt", "en")
    told = []
    for name in NAMES:
        done = result(whisper, TASK, recordings.prompts("fr")[name], language="pt")
        assert [each.code for each in done.notes][:2] == [
            "translated_from",
            "translated_through_english",
        ]
        told.append(back(done.text))
    right = meant(told, english)
    tell(f"fr to pt: {right} of {len(told)} translations mean what they should")
    assert right >= 3


def test_portuguese_is_understood_and_left_alone(
    whisper: WhisperTranslation, portuguese: Samples, write: Write
) -> None:
    path = write(portuguese, RATE)
    done = result(whisper, TASK, path, language="Portuguese")
    assert "gostaria de falar com o doutor" in done.text
    assert [each.code for each in done.notes] == ["portuguese_already"]
    done = result(whisper, TASK, path)
    assert "doctor" in done.text
    assert [each.code for each in done.notes] == ["translated_from"]


def test_silence_is_no_speech_in_portuguese_either(
    whisper: WhisperTranslation, write: Write
) -> None:
    path = write(np.zeros((1, 48_000), dtype=np.float32), 16_000)
    done = result(whisper, TASK, path, language="pt")
    assert [each.code for each in done.notes] == ["no_speech"]


@pytest.mark.parametrize(
    ("language", "code"), [("ko", "translates_into_few"), ("klingon", "language_unknown")]
)
def test_other_languages_are_refused(
    whisper: WhisperTranslation, write: Write, language: str, code: str
) -> None:
    path: Path = write(np.zeros((1, 16_000), dtype=np.float32), 16_000)
    assert refusal(whisper, TASK, path, language=language).refusal.code == code


def test_a_translation_made_elsewhere_gets_its_times(whisper: WhisperTranslation) -> None:
    path = recordings.librivox()[0].path
    lines = "Et M. John Dashwood eut alors \n\n le loisir de réfléchir à ses moyens."
    done = result(whisper, TASK, path, language="fr", words=lines)
    assert done.text == "Et M. John Dashwood eut alors le loisir de réfléchir à ses moyens."
    assert (done.data["from"], done.data["language"]) == ("en", "fr")
    (known,) = done.notes
    assert known.code == "translated_by_model"
    assert known.facts == {"language": "English", "into": "French"}
    srt = next(each for each in done.outputs if each.name == "translation.srt")
    assert isinstance(srt, Document)
    assert str(srt.content).startswith("1\n00:00:00,")
    assert "eut alors le\nloisir de réfléchir" in str(srt.content)
    assert done.data["segments"][-1]["end"] == pytest.approx(7, abs=0.5)


def test_segments_are_cut_at_the_ends_of_sentences() -> None:
    def said(text: str, start: float) -> dict[str, object]:
        words = [
            {"word": word, "start": start + i, "end": start + i + 0.9}
            for i, word in enumerate(text.split())
        ]
        return {"start": start, "end": start + len(words), "text": text, "words": words}

    first, second = said("I saw Mr. Hill. He", 0.0), said("was late. Why", 5.0)
    after = said("no stop", 20.0)
    bare = {"start": 30.0, "end": 34.0, "text": "One two. Three four.", "words": []}
    assert translate.by_sentence([first, second, after, bare]) == [
        {"start": 0.0, "end": 3.9, "text": "I saw Mr. Hill.", "words": []},
        {"start": 4.0, "end": 6.9, "text": "He was late.", "words": []},
        {"start": 7.0, "end": 7.9, "text": "Why", "words": []},
        {"start": 20.0, "end": 21.9, "text": "no stop", "words": []},
        {"start": 30.0, "end": 32.0, "text": "One two.", "words": []},
        {"start": 32.0, "end": 34.0, "text": "Three four.", "words": []},
    ]
    assert translate.by_sentence([]) == []


def test_words_in_other_letters_are_no_translation() -> None:
    assert translate._is_latin("The café is open, señor!")
    assert not translate._is_latin("甚至出现交易 OK")
    assert translate._is_latin("123")


def test_two_engines_share_one_model(whisper: WhisperTranslation) -> None:
    other = FasterWhisper()
    other.load("cpu")
    assert other.model is whisper.model
