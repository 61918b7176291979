"""One sentence on a recording, with nothing in it that was not heard."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.engine import engines
from engines.kinds import Document
from engines.music.key import Key
from engines.music.tempo import Tempo
from engines.sound.caption import EventCaption, Measured, sentence
from engines.sound.events import Event
from engines.speech.whisper import Heard
from tests import recordings
from tests.engines.conftest import Write, result, tone
from tests.engines.music import pieces
from tests.engines.repair.music import RATE as RATE_44
from tests.engines.repair.music import music
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
            "20 seconds: dog and cat.",
        ),
    ],
)
def test_the_sentence(found: dict[int, list[Event]], level: float, expected: str) -> None:
    assert sentence(found, Heard(20.0, None), 20.0, level) == expected


@pytest.mark.parametrize("number", [2, 3, 19])
def test_music_is_told_with_its_tempo_and_key(
    engine: EventCaption, write: Write, number: int
) -> None:
    piece = pieces.pieces()[number]
    done = result(engine, TASK, write(piece.samples()[None], pieces.RATE))
    said = f", at about {done.data['tempo_bpm']:.0f} beats per minute, in {piece.name}."
    assert done.text.endswith(said)
    assert abs(done.data["tempo_bpm"] / piece.bpm - 1) < 0.04
    assert done.data["key"] == piece.name
    assert [each.code for each in done.notes][-2:] == ["music_tempo", "music_key"]


def test_whose_tempo_it_is_after_speech(engine: EventCaption, write: Write) -> None:
    piece = pieces.pieces()[19]
    made = resample(piece.samples(), pieces.RATE, RATE)
    path = write(np.concatenate([speech(), silence(1), made])[None], RATE)
    assert "; the music is at about 137 beats per minute, in G minor." in (
        result(engine, TASK, path).text
    )


def test_no_tempo_and_key_are_invented(engine: EventCaption, write: Write) -> None:
    """Of a tone, noise, a siren, speech, and notes that come at random times and pitches."""
    rng = np.random.default_rng(0)
    noise = 0.1 * rng.standard_normal(8 * RATE).astype(np.float32)
    sounds = [
        (tone(8.0)[0], RATE),
        (noise, RATE),
        (siren(8.0), RATE),
        (speech(), RATE),
        (music("melody", 1, 10.0), RATE_44),
        (music("chords", 0, 10.0), RATE_44),
    ]
    for samples, rate in sounds:
        done = result(engine, TASK, write(samples[None], rate))
        assert [done.data["tempo_bpm"], done.data["key"]] == [None, None]
        assert " beats per minute" not in done.text


def test_only_what_is_sure_is_said() -> None:
    beat, minor = Tempo(119.8, 0.8), Key(9, True, 0.9, 0.2, 0.2)
    song = {132: [Event("Music", 0, 20, 0.9)]}
    birds = {106: [Event("Bird", 3, 4, 0.6)]}

    def said(found: dict[int, list[Event]], measured: Measured) -> str:
        return sentence(found, Heard(20.0, None), 20.0, -20.0, measured)

    assert said(song, Measured(beat)) == "20 seconds: music, at about 120 beats per minute."
    assert said(song, Measured(None, minor)) == "20 seconds: music, in A minor."
    assert said(song | birds, Measured(beat, minor)) == (
        "20 seconds: music throughout, then bird;"
        " the music is at about 120 beats per minute, in A minor."
    )
    assert said(song, Measured()) == "20 seconds: music."
