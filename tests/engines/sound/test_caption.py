"""One sentence on a recording, with nothing in it that was not heard."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.engine import engines
from engines.kinds import Document
from engines.sound.caption import EventCaption, sentence
from engines.sound.events import Event
from engines.speech.whisper import Heard
from tests import recordings
from tests.engines.conftest import Write, result
from tests.engines.sound.test_detect import RATE, silence, siren, speech

TASK = "audio_captioning"
Describe = Callable[..., str]


@pytest.fixture(scope="module")
def engine() -> EventCaption:
    made = engines(("engines.sound.caption",))["EventCaption"].make()
    made.load("cpu")
    assert isinstance(made, EventCaption)
    return made


def test_speech_then_a_siren(engine: EventCaption, write: Write) -> None:
    path = write(np.concatenate([speech(), silence(3), siren(5)])[None], RATE)
    done = result(engine, TASK, path)
    assert done.text.startswith("1")
    assert "speech in English (“He was not an ill-disposed young man”), then" in done.text
    assert "siren" in done.text
    assert isinstance(done.outputs[0], Document)
    assert done.data["language"] == "en"


def test_silence_is_silence(engine: EventCaption, write: Write) -> None:
    assert result(engine, TASK, write(silence(4)[None], RATE)).text == "4.0 seconds of silence."


def test_only_the_beginning_of_a_long_talk_is_quoted(engine: EventCaption, write: Write) -> None:
    samples, rate = read(recordings.two_cities())
    done = result(engine, TASK, write(resample(mono(samples), rate, RATE)[None], RATE))
    assert "44 seconds" in done.text
    assert "…”" in done.text
    assert len(done.text) < 200


@pytest.mark.parametrize(
    ("found", "level", "expected"),
    [
        ({}, -30.0, "20 seconds: nothing that I could name."),
        ({}, -120.0, "20 seconds of silence."),
        ({1: [Event("Dog", 3, 4, 0.9)]}, -40.0, "20 seconds, quiet: dog."),
        (
            {1: [Event("Dog", 3, 4, 0.9)], 2: [Event("Rain", 0, 20, 0.7)]},
            -8.0,
            "20 seconds, loud: rain throughout, then dog.",
        ),
        (
            {1: [Event("Dog", 3, 4, 0.9)], 2: [Event("Cat", 3.5, 5, 0.7)]},
            -20.0,
            "20 seconds: dog with cat.",
        ),
    ],
)
def test_the_sentence(found: dict[int, list[Event]], level: float, expected: str) -> None:
    assert sentence(found, Heard(20.0, None), 20.0, level) == expected
