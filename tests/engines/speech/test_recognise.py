from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from engines.audio import mono, read, resample
from engines.engine import Engine, engines
from engines.kinds import Document, Done, Progress, Samples
from engines.speech import whisper as whisper_model
from engines.speech.activity import RATE, best_pause, passages
from engines.speech.languages import LANGUAGES, language_code
from engines.speech.recognise import FasterWhisper
from tests import recordings
from tests.conftest import Tell
from tests.engines.conftest import Write, events, refusal, result, tone
from tests.words import error_rate

TASK = "speech_recognition"


@pytest.fixture(scope="session")
def whisper(loaded: Callable[[str], Engine]) -> FasterWhisper:
    engine = loaded("FasterWhisper")
    assert isinstance(engine, FasterWhisper)
    return engine


def _reading() -> Samples:
    samples, rate = read(recordings.two_cities())
    return resample(mono(samples), rate, RATE)


@pytest.fixture(scope="module")
def reading() -> Samples:
    """44 seconds of speech [frames] at 16 kHz."""
    return _reading()


def test_read_speech_is_written_down(whisper: FasterWhisper) -> None:
    clips = recordings.librivox()
    heard = [result(whisper, TASK, clip.path, language="en").text for clip in clips]
    assert error_rate([clip.transcript for clip in clips], heard) <= 0.03


def test_20_words_have_times_and_subtitles_come_along(whisper: FasterWhisper) -> None:
    clip = recordings.librivox()[0]
    done = result(whisper, TASK, clip.path)
    data = done.data
    assert data["language"] == "en"
    assert data["language_probability"] > 0.9
    assert data["duration_s"] == pytest.approx(soundfile.info(clip.path).duration, abs=0.001)
    words = [word for segment in data["segments"] for word in segment["words"]]
    assert " ".join(word["word"] for word in words) == done.text
    assert all(0 <= word["start"] <= word["end"] <= data["duration_s"] for word in words)
    assert all(a["start"] <= b["start"] for a, b in pairwise(words))
    assert all(0 <= word["probability"] <= 1 for word in words)
    assert [output.name for output in done.outputs] == [
        "transcript.txt",
        "transcript.srt",
        "transcript.vtt",
    ]


@pytest.mark.parametrize("asked", ["en", "en-GB", "English"])
def test_a_language_may_be_given(asked: str) -> None:
    assert language_code(asked) == "en"


def test_languages() -> None:
    assert len(LANGUAGES) == 100
    assert language_code("zh_TW") == language_code("Mandarin") == "zh"
    assert language_code("klingon") is None


def test_an_unknown_language_is_refused(whisper: FasterWhisper) -> None:
    refused = refusal(whisper, TASK, recordings.librivox()[0].path, language="Klingon").refusal
    assert (refused.code, refused.facts) == (
        "language_unknown",
        {"language": "Klingon", "known": 100},
    )


def _silent(kind: str) -> Samples:
    generator = np.random.default_rng(0)
    frames = 8 * RATE
    times = np.arange(frames) / RATE
    sounds = {
        "silence": np.zeros(frames),
        "noise": 0.1 * generator.standard_normal(frames),
        "hum": sum(0.05 * np.sin(2 * np.pi * 50 * k * times) for k in range(1, 8)),
        "melody": 0.2 * np.sin(2 * np.pi * np.repeat([262, 330, 392, 523], frames // 4) * times),
        "clicks": 0.5 * (generator.random(frames) < 0.0005),
    }
    return np.asarray(sounds[kind], dtype=np.float32)[None]


@pytest.mark.parametrize("kind", ["silence", "noise", "hum", "melody", "clicks"])
def test_19_no_words_are_invented_where_nobody_speaks(
    whisper: FasterWhisper, write: Write, kind: str
) -> None:
    done = result(whisper, TASK, write(_silent(kind), RATE))
    assert done.text == ""
    assert done.outputs == ()
    assert [each.code for each in done.notes] == ["no_speech"]
    assert done.data["segments"] == []
    assert done.data["duration_s"] == 8


def test_what_is_hard_to_hear_is_said_to_be(whisper: FasterWhisper, write: Write) -> None:
    samples, rate = read(recordings.librivox()[1].path)
    clear = mono(samples)
    noise = np.random.default_rng(0).standard_normal(len(clear)).astype(np.float32)
    noisy = clear + noise * np.sqrt(np.square(clear).mean())
    for heard, codes in ((clear, []), (noisy / np.abs(noisy).max(), ["unsure"])):
        done = result(whisper, TASK, write(heard[None], rate))
        assert [each.code for each in done.notes] == codes


def test_without_cudas_libraries_the_processor_does_it(
    whisper: FasterWhisper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    def model(folder: Path, device: str, compute_type: str) -> object:
        asked.append((device, compute_type))
        if device == "cuda":
            raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")
        return whisper.model

    monkeypatch.setattr(whisper_model, "_model", model)
    monkeypatch.setattr(whisper_model, "_loaded", {})
    engine = FasterWhisper()
    engine.load("cuda")
    assert asked == [("cuda", "float16"), ("cpu", "int8")]
    assert engine.model is whisper.model
    assert "libcublas" in caplog.text


def test_an_empty_recording_is_refused(whisper: FasterWhisper, write: Write) -> None:
    empty = write(np.zeros((1, 0), dtype=np.float32), RATE)
    assert refusal(whisper, TASK, empty).refusal.code == "audio_empty"


def test_times_count_the_silence_before(
    whisper: FasterWhisper, write: Write, reading: Samples
) -> None:
    """Five seconds of silence before, a stereo file at another rate: the words move by five."""
    rate = 22_050
    speech = resample(reading[: 6 * RATE], RATE, rate)
    padded = np.concatenate([np.zeros(5 * rate, dtype=np.float32), speech])
    shifted = result(whisper, TASK, write(np.stack([padded, padded]), rate), language="en")
    plain = result(whisper, TASK, write(speech[None], rate), language="en")
    assert shifted.text == plain.text
    for late, early in zip(shifted.data["segments"], plain.data["segments"], strict=True):
        assert late["start"] - early["start"] == pytest.approx(5, abs=0.3)


def test_3_long_recordings_are_cut_at_pauses(
    whisper: FasterWhisper, write: Write, reading: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In passages of 12 seconds, the words are those of the whole, their times in order."""
    path = write(reading[None], RATE)
    whole = result(whisper, TASK, path, language="en")
    monkeypatch.setattr(whisper_model, "PASSAGE_S", 12.0)
    monkeypatch.setattr(whisper_model, "BLOCK_S", 2.0)
    found = list(events(whisper, TASK, path, language="en"))
    done = found[-1]
    assert isinstance(done, Done)
    assert error_rate([whole.text], [done.text]) <= 0.03
    words = [word for segment in done.data["segments"] for word in segment["words"]]
    assert all(a["start"] <= b["start"] + 0.05 for a, b in pairwise(words))
    assert words[-1]["end"] == pytest.approx(whole.data["segments"][-1]["end"], abs=0.7)
    steps = [event.fraction for event in found[:-1] if isinstance(event, Progress)]
    assert len(steps) >= 15
    assert steps == sorted(steps)


def _whole(stream: list[Samples], limit_s: float) -> tuple[list[tuple[int, int]], int]:
    spans: list[tuple[int, int]] = []
    longest = 0
    for _, passage in passages(stream, limit_s):
        if passage is not None:
            spans += passage.spans
            longest = max(longest, len(passage.samples))
            assert len(passage.samples) == sum(end - start for start, end in passage.spans)
    return spans, longest


def test_speech_is_found_as_faster_whisper_finds_it(reading: Samples) -> None:
    from faster_whisper.vad import get_speech_timestamps

    gap = np.zeros(5 * RATE, dtype=np.float32)
    samples = np.concatenate([gap, reading[: 8 * RATE], gap, reading[8 * RATE : 20 * RATE], gap])
    expected = [(span["start"], span["end"]) for span in get_speech_timestamps(samples)]
    for size in (len(samples), 16_000, 7_777):
        stream = [samples[at : at + size] for at in range(0, len(samples), size)]
        spans, _ = _whole(stream, 300)
        assert len(spans) == len(expected) == 2
        np.testing.assert_allclose(spans, expected, atol=512)


def test_passages_stay_near_their_limit_and_lose_nothing(reading: Samples) -> None:
    stream = [reading[at : at + RATE] for at in range(0, len(reading), RATE)]
    ((start, end),), _ = _whole(stream, 300)
    spans, longest = _whole(stream, 10)
    assert longest <= 11.5 * RATE
    assert len(spans) >= 4
    assert spans[0][0] == start
    assert spans[-1][1] == end
    missed = sum(later[0] - earlier[1] for earlier, later in pairwise(spans))
    assert 0 <= missed < 2 * RATE  # only pauses lie between


def test_the_best_pause() -> None:
    probabilities = np.array([0.9, 0.1, 0.9, 0.2, 0.1, 0.2, 0.9], dtype=np.float32)
    assert best_pause(probabilities) == 4
    assert best_pause(np.array([0.9, 0.5, 0.8], dtype=np.float32)) == 1


def test_speech_without_a_pause_is_cut_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lecture of one breath: every frame is speech, yet no passage grows beyond bounds."""
    from engines.speech import activity

    monkeypatch.setattr(
        activity.SpeechProbability,
        "__call__",
        lambda _, samples: np.full(len(samples) // 512, 0.9, dtype=np.float32),
    )
    seconds = tone(100.0)[0]
    spans, longest = _whole([seconds[at : at + RATE] for at in range(0, len(seconds), RATE)], 20)
    assert longest <= 22 * RATE
    assert sum(end - start for start, end in spans) == len(seconds)


def test_25_one_after_the_other_on_one_model_takes_no_more_memory(
    whisper: FasterWhisper, write: Write, reading: Samples, tell: Tell
) -> None:
    """Never two at once: there is one inference process, and it takes one recording at a time."""
    assert engines()["FasterWhisper"].max_batch == 1
    path = write(reading[None, : 4 * RATE], RATE)
    process, held = psutil.Process(), []
    for _ in range(5):
        result(whisper, TASK, path, language="en")
        held.append(process.memory_info().rss / 2**20)
    tell(f"resident after each recording: {', '.join(f'{mb:.0f}' for mb in held)} MB")
    assert held[-1] - held[1] < 10


MEASURE = """
import resource, sys, time
from pathlib import Path
from engines.kinds import Done, Source, Work
from engines.speech.recognise import FasterWhisper

engine = FasterWhisper()
engine.load("cpu")
started = time.process_time()
source = Source("a1", "audio", Path(sys.argv[1]))
for event in engine.run([Work("speech_recognition", {}, [source])]):
    pass
assert isinstance(event, Done)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(peak, time.process_time() - started, len(event.text.split()))
"""


def _measured(path: Path) -> tuple[float, float, int]:
    """(peak MB, processor seconds, words) of a process of its own that transcribes the file."""
    out = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    peak, seconds, words = out.stdout.split()
    return float(peak), float(seconds), int(words)


def _looped(path: Path, reading: Samples, minutes: int) -> Path:
    with soundfile.SoundFile(path, "w", RATE, 1, subtype="PCM_16") as file:
        while file.tell() < minutes * 60 * RATE:
            file.write(reading)
    return path


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_3_an_hour_takes_no_more_memory_than_ten_minutes(
    tmp_path: Path, reading: Samples, tell: Tell
) -> None:
    short_mb, _, short_words = _measured(_looped(tmp_path / "10.wav", reading, 10))
    long_mb, seconds, long_words = _measured(_looped(tmp_path / "60.wav", reading, 60))
    tell(f"10 min: {short_mb:.0f} MB; 60 min: {long_mb:.0f} MB, {seconds / 3600:.3f} CPU s/s")
    assert long_mb < short_mb * 1.1 + 10
    assert long_mb < 600  # as the engine declares
    assert long_words / short_words == pytest.approx(6, rel=0.05)


@pytest.mark.long
def test_it_costs_what_faster_whisper_costs(
    whisper: FasterWhisper, tmp_path: Path, reading: Samples, tell: Tell
) -> None:
    path = _looped(tmp_path / "4.wav", reading, 4)

    def bare() -> None:
        found, _ = whisper.model.transcribe(str(path), vad_filter=True, word_timestamps=True)
        list(found)

    costs = {"bare": 0.0, "ours": 0.0}
    for _ in range(2):
        for name, run in (("bare", bare), ("ours", lambda: result(whisper, TASK, path))):
            started = time.process_time()
            run()
            costs[name] += time.process_time() - started
    tell(f"processor time, ours / bare: {costs['ours'] / costs['bare']:.2f}")
    assert costs["ours"] <= 1.10 * costs["bare"]


def test_who_spoke_is_told(whisper: FasterWhisper, write: Write) -> None:
    librivox = recordings.librivox()
    first, second = _level(librivox[0].path), _level(recordings.two_cities())[: 9 * RATE]
    third = _level(librivox[1].path)
    pause = np.zeros(RATE // 2, dtype=np.float32)
    path = write(np.concatenate([first, pause, second, pause, third])[None], RATE)
    done = result(whisper, TASK, path, language="en", names=None)
    assert done.data["speakers"] == ["Speaker 1", "Speaker 2"]
    said = [
        (each["speaker"], word["word"]) for each in done.data["segments"] for word in each["words"]
    ]
    change, back = len(first) / RATE, (len(first) + len(pause) + len(second)) / RATE
    right = [
        each["speaker"] == ("Speaker 2" if change < word["start"] < back else "Speaker 1")
        for each in done.data["segments"]
        for word in each["words"]
    ]
    assert np.mean(right) >= 0.95, said
    assert [part.split(":")[0] for part in done.text.split("\n\n")] == [
        "Speaker 1",
        "Speaker 2",
        "Speaker 1",
    ]
    assert "speakers_told" in [each.code for each in done.notes]
    named = result(whisper, TASK, path, language="en", names="Ann and Bob")
    assert "speakers_named" in [each.code for each in named.notes]
    assert named.text.startswith("Ann: And Mr. John Dashwood")
    assert "\n\nBob: It was the" in named.text
    vtt = next(each for each in named.outputs if each.name == "transcript.vtt")
    assert isinstance(vtt, Document)
    assert "<v Bob>It was" in str(vtt.content)


def test_who_was_named_is_known_in_another_recording(whisper: FasterWhisper, write: Write) -> None:
    librivox = recordings.librivox()
    reader, other = (
        np.concatenate([_level(each.path) for each in librivox[:2]]),
        _level(recordings.two_cities()),
    )
    pause = np.zeros(RATE // 2, dtype=np.float32)
    half = len(other) // 2
    first = write(np.concatenate([reader, pause, other[:half]])[None], RATE)
    named = result(whisper, TASK, first, language="en", names="Ann and Bob", people={})
    prints = named.data["voiceprints"]
    assert list(prints) == ["Ann", "Bob"]
    assert "speakers_kept" in [each.code for each in named.notes]

    again = [_level(each.path) for each in librivox[2:5]]
    later = np.concatenate([other[half:], pause, *again])
    path = write(later[None], RATE)
    known = result(whisper, TASK, path, language="en", people=prints)
    assert known.data["speakers"] == ["Bob", "Ann"]
    assert "voiceprints" not in known.data  # nobody was named
    notes = {each.code: each.facts for each in known.notes}
    assert notes["speakers_known"] == {"names": "Bob, Ann"}

    only_bob = result(whisper, TASK, path, language="en", people={"Bob": prints["Bob"]})
    assert only_bob.data["speakers"] == ["Bob", "Speaker 2"]
    corrected = result(whisper, TASK, path, language="en", people=prints, names="Zoe and Ann")
    assert corrected.data["speakers"] == ["Zoe", "Ann"]


def test_where_voices_are_not_kept_none_is_handed_on(whisper: FasterWhisper) -> None:
    path = recordings.two_cities()
    done = result(whisper, TASK, path, language="en", names="Ann")
    assert done.data["speakers"] == ["Ann"]
    assert done.text.startswith("Ann: ")
    assert "voiceprints" not in done.data


def test_one_speaker_is_not_named(whisper: FasterWhisper) -> None:
    done = result(whisper, TASK, recordings.two_cities(), language="en")
    assert done.data["speakers"] == []
    assert ":" not in done.text.split()[0]


def test_words_to_expect_are_spelled_as_given(whisper: FasterWhisper, write: Write) -> None:
    clip = recordings.librivox()[0]
    plain = result(whisper, TASK, clip.path, language="en").text
    hinted = result(whisper, TASK, clip.path, language="en", vocabulary="Dashwoode").text
    assert "Dashwood " in plain
    assert "Dashwoode " in hinted


def _level(path: Path) -> Samples:
    samples, rate = read(path)
    sound = resample(mono(samples), rate, RATE)
    return np.asarray(sound * (0.05 / np.sqrt(np.square(sound).mean())), dtype=np.float32)
