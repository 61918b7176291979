"""Separation through the engine: a track for each speaker, and the voice from its music."""

from __future__ import annotations

import csv
import io
import itertools

import numpy as np
import pytest

from engines.audio import mono, resample
from engines.kinds import Document, Done, Progress, Samples, Sound
from engines.speech.activity import RATE
from engines.speech.separate import TrackSeparation
from evals.capability import conversations
from evals.capability.conversations import ORDERS, conversation, speech
from evals.capability.separation import LEVELS, mixed
from evals.enhancement import si_sdr
from tests import recordings
from tests.engines.conftest import Write, events, refusal, result, tone

TASK = "speech_separation"
MUSIC = "voice and music"


@pytest.fixture(scope="module")
def separation() -> TrackSeparation:
    engine = TrackSeparation()
    engine.load("cpu")
    return engine


@pytest.fixture(scope="module")
def readers() -> list[Samples]:
    """Three people reading aloud, one of them much louder than another."""
    return conversations.readers(LEVELS)


def _sounds(done: Done) -> dict[str, Sound]:
    return {each.name: each for each in done.outputs if isinstance(each, Sound)}


def test_a_track_for_each_speaker(
    separation: TrackSeparation, readers: list[Samples], write: Write
) -> None:
    """Nearly all of every track is its speaker."""
    samples, owners = conversation(readers, ORDERS["three"])
    done = result(separation, TASK, write(samples[None], RATE), tracks="speakers")
    sounds = _sounds(done)
    assert list(sounds) == ["speaker-1", "speaker-2", "speaker-3"]
    # They are numbered as they begin: the order starts with the third reader.
    for name, owner in zip(sounds, (2, 0, 1), strict=True):
        track = sounds[name].samples
        assert track.shape == (1, len(samples))
        energy = np.square(track[0])
        assert energy[owners == owner].sum() / energy.sum() > 0.95, name
        # Nothing of the speaker is lost, and nothing is louder or quieter than it was.
        said = np.square(samples[owners == owner]).sum()
        assert energy[owners == owner].sum() / said > 0.9, name
    assert [note.code for note in done.notes] == ["speakers_found"]
    assert done.notes[0].facts == {"count": 3}
    assert [row["name"] for row in done.data["speakers"]] == list(sounds)
    assert len(done.data["turns"]) >= 6


def test_the_turns_as_a_table(
    separation: TrackSeparation, readers: list[Samples], write: Write
) -> None:
    samples, _ = conversation(readers, ORDERS["two, long turns"])
    done = result(separation, TASK, write(samples[None], RATE))
    (table,) = (each for each in done.outputs if isinstance(each, Document))
    assert (table.name, table.media_type) == ("turns.csv", "text/csv")
    rows = list(csv.DictReader(io.StringIO(str(table.content))))
    assert [(float(r["start"]), float(r["end"])) for r in rows] == [
        (turn["start"], turn["end"]) for turn in done.data["turns"]
    ]
    assert {row["speaker"] for row in rows} == {"speaker-1", "speaker-2"}


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (96_000, 2)])
def test_the_tracks_lie_under_the_recording(
    rate: int,
    channels: int,
    separation: TrackSeparation,
    readers: list[Samples],
    write: Write,
) -> None:
    """Same rate, channels and length; within a turn the samples are the recording's own."""
    samples, _ = conversation(readers, ORDERS["two, long turns"])
    sides = np.array([[1.0], [0.5]], dtype=np.float32)[:channels]
    original = resample(sides * samples, RATE, rate)
    done = result(separation, TASK, write(original, rate))
    tracks = [sound.samples for sound in _sounds(done).values()]
    assert len(tracks) == 2
    assert all(track.shape == original.shape for track in tracks)
    assert {sound.rate for sound in _sounds(done).values()} == {rate}
    turn = done.data["turns"][0]
    inside = slice(int((turn["start"] + 0.1) * rate), int((turn["end"] - 0.1) * rate))
    np.testing.assert_allclose(tracks[0][:, inside], original[:, inside], atol=1e-6)
    assert not tracks[1][:, inside].any()


def test_one_speaker(separation: TrackSeparation) -> None:
    """One track, and the person is told that nobody else was heard."""
    done = result(separation, TASK, recordings.beckett())
    assert list(_sounds(done)) == ["speaker-1"]
    assert [note.code for note in done.notes] == ["one_speaker"]


@pytest.mark.parametrize("tracks", ["speakers", MUSIC])
def test_nothing_to_separate(separation: TrackSeparation, write: Write, tracks: str) -> None:
    code = "no_speech_to_separate" if tracks == "speakers" else "recording_silent"
    silent = write(np.zeros((2, 48_000), dtype=np.float32), 48_000)
    assert refusal(separation, TASK, silent, tracks=tracks).refusal.code == code
    empty = write(np.zeros((1, 0), dtype=np.float32), 16_000)
    assert refusal(separation, TASK, empty, tracks=tracks).refusal.code == "audio_empty"


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (48_000, 2)])
def test_voice_and_music(
    rate: int, channels: int, separation: TrackSeparation, write: Write
) -> None:
    """Real speech under music as loud: both come 6 dB and more clearer, and add up again."""
    voice = speech(recordings.two_cities(), rate)[: 10 * rate]
    mixture, music = mixed(voice, rate)
    if channels == 1:
        mixture, music = mono(mixture)[None], mono(music)[None]
    done = result(separation, TASK, write(mixture, rate), tracks=MUSIC)
    sounds = _sounds(done)
    assert list(sounds) == ["voice", "music"]
    found = {name: sound.samples for name, sound in sounds.items()}
    assert all(each.shape == mixture.shape for each in found.values())
    before = si_sdr(mono(mixture), voice)
    assert si_sdr(mono(found["voice"]), voice) - before > 6
    assert si_sdr(mono(found["music"]), mono(music)) - before > 6
    np.testing.assert_allclose(found["voice"] + found["music"], mixture, atol=1e-5)
    assert [note.code for note in done.notes] == ["voice_and_music"]
    if channels == 2:
        # The instruments stay where they were in the room.
        for side in range(2):
            assert si_sdr(found["music"][side], music[side]) > 5


def test_it_says_what_is_missing(separation: TrackSeparation, write: Write) -> None:
    voice = speech(recordings.two_cities(), 16_000)[: 5 * 16_000]
    _, music = mixed(voice, 16_000)
    for samples, code in ((voice[None], "hardly_any_music"), (music, "hardly_any_voice")):
        done = result(separation, TASK, write(samples, 16_000), tracks=MUSIC)
        assert [note.code for note in done.notes] == [code]


@pytest.mark.parametrize("tracks", ["speakers", MUSIC])
def test_clipped_and_very_short(separation: TrackSeparation, write: Write, tracks: str) -> None:
    voice = np.clip(50 * speech(recordings.beckett(), 16_000), -1, 1)[None, : 4 * 16_000]
    done = result(separation, TASK, write(voice, 16_000), tracks=tracks)
    assert all(np.isfinite(sound.samples).all() for sound in _sounds(done).values())
    last = list(events(separation, TASK, write(tone(0.2), 16_000), tracks=tracks))[-1]
    assert not isinstance(last, Progress)


@pytest.mark.parametrize("tracks", ["speakers", MUSIC])
def test_progress_rises(separation: TrackSeparation, tracks: str) -> None:
    path = recordings.two_cities()
    found = [
        e.fraction for e in events(separation, TASK, path, tracks=tracks) if isinstance(e, Progress)
    ]
    assert len(found) > 4
    assert all(before <= after for before, after in itertools.pairwise([0.0, *found, 1.0]))
