from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.engine import Engine, engines
from engines.kinds import Document, Done, Picture, Progress, Samples
from tests import recordings
from tests.engines.conftest import Write, events, refusal, result

RATE = 16_000
TASK = "sound_detection"
TARGET = "target_sound_detection"
MODULES = ("engines.sound.detect", "engines.sound.spot")


@pytest.fixture(scope="module")
def engine() -> Callable[[str], Engine]:
    held: dict[str, Engine] = {}

    def load(name: str) -> Engine:
        if name not in held:
            made: Engine = engines(MODULES)[name].make()
            made.load("cpu")
            held[name] = made
        return held[name]

    return load


def siren(seconds: float) -> Samples:
    """A wailing tone [frames] between 600 and 1,400 Hz."""
    times = np.arange(int(seconds * RATE)) / RATE
    pitch = 1000 + 400 * np.sin(2 * np.pi * 0.4 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    wave = np.sin(phase) + 0.4 * np.sin(2 * phase) + 0.2 * np.sin(3 * phase)
    return np.asarray(0.3 * wave, dtype=np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def speech() -> Samples:
    samples, rate = read(recordings.librivox()[1].path)
    return resample(mono(samples), rate, RATE)


def spans(done: Done, name: str) -> list[tuple[float, float]]:
    return [(each["start"], each["end"]) for each in done.data["events"] if each["class"] == name]


def test_speech_and_a_siren_at_their_times(engine: Callable[[str], Engine], write: Write) -> None:
    said = speech()
    path = write(np.concatenate([silence(2), said, silence(3), siren(5), silence(2)])[None], RATE)
    done = result(engine("YamnetDetection"), TASK, path)
    talk = len(said) / RATE
    [(start, end)] = spans(done, "Speech")
    assert start == pytest.approx(2, abs=0.4)
    assert end == pytest.approx(2 + talk, abs=0.4)
    start, end = spans(done, "Siren")[0][0], spans(done, "Siren")[-1][1]
    assert start == pytest.approx(5 + talk, abs=0.7)
    assert end == pytest.approx(10 + talk, abs=0.7)
    lines = done.text.splitlines()
    assert any(line.startswith("Speech") and line.endswith("(sure)") for line in lines)
    assert any(line.startswith("Siren") for line in lines)
    assert not any("Silence" in line or line.startswith("Inside") for line in lines)
    document, picture = done.outputs
    assert isinstance(document, Document)
    assert document.content.startswith("class,start,end,score\n")
    assert isinstance(picture, Picture)
    assert picture.png.startswith(b"\x89PNG")


def test_silence_has_no_sounds(engine: Callable[[str], Engine], write: Write) -> None:
    done = result(engine("YamnetDetection"), TASK, write(silence(3)[None], RATE))
    assert done.text == ""
    assert done.data["events"] == []
    assert [note.code for note in done.notes] == ["sounds_none"]


@pytest.mark.parametrize("frames", [1, 160, 3200])
def test_short_and_clipped(engine: Callable[[str], Engine], write: Write, frames: int) -> None:
    noise = np.random.default_rng(0).standard_normal((2, frames)).astype(np.float32)
    done = result(engine("YamnetDetection"), TASK, write(np.clip(9 * noise, -1, 1), 44_100))
    for each in done.data["events"]:
        assert 0 <= each["start"] <= each["end"] <= frames / 44_100 + 0.01


def test_progress_comes_often(engine: Callable[[str], Engine], write: Write) -> None:
    """Two minutes: a report at least every ten seconds of sound."""
    path = write(np.tile(speech(), 40)[None, : 120 * RATE], RATE)
    found = list(events(engine("YamnetDetection"), TASK, path))
    reports = [event.fraction for event in found if isinstance(event, Progress)]
    assert len(reports) >= 12
    assert max(np.diff([0.0, *reports, 1.0])) <= 10 / 120
    assert isinstance(found[-1], Done)


@pytest.mark.parametrize("name", ["YamnetDetection", "YamnetSpotting"])
def test_an_empty_recording_is_refused(
    engine: Callable[[str], Engine], write: Write, name: str
) -> None:
    path = write(np.zeros((1, 0), dtype=np.float32), RATE)
    assert refusal(engine(name), TASK, path, target="dog").refusal.code == "audio_empty"
