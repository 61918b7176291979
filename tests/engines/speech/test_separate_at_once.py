"""Two people talking at the same time, through the engine, on real voices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Done, Progress, Samples, Sound
from engines.speech.separate import TrackSeparation
from evals.enhancement import si_sdr
from tests import recordings
from tests.conftest import Tell
from tests.engines.conftest import Write, events, refusal, result, tone

TASK = "speech_separation"
AT_ONCE = "two at once"
RATE = 16_000
SECONDS = 8


@pytest.fixture(scope="module")
def separation() -> TrackSeparation:
    engine = TrackSeparation()
    engine.load("cpu")
    return engine


def _voice(*paths: Path, rate: int = RATE) -> Samples:
    """What a person says in the files, without their quiet ends, at one level."""
    found: list[Samples] = []
    for path in paths:
        samples, own = read(path)
        said = resample(mono(samples), own, rate)
        loud = np.flatnonzero(np.abs(said) > 0.02 * np.abs(said).max())
        found.append(said[loud[0] : loud[-1]])
    whole = np.resize(np.concatenate(found), SECONDS * rate)
    return np.asarray(0.05 * whole / np.sqrt(np.square(whole).mean()), dtype=np.float32)


def _woman() -> Samples:
    names = ("vm-mailboxfull", "pbx-invalid", "dir-instr", "confbridge-only-one")
    try:
        prompts = recordings.prompts("fr")
    except FileNotFoundError as error:
        pytest.skip(str(error))
    return _voice(*(prompts[name] for name in names))


def _tracks(done: Done) -> list[Sound]:
    return [each for each in done.outputs if isinstance(each, Sound)]


def test_a_low_and_a_high_voice_are_parted(
    separation: TrackSeparation, write: Write, tell: Tell
) -> None:
    voices = [_voice(*(each.path for each in recordings.librivox()[:2])), _woman()]
    mixture = voices[0] + voices[1]
    done = result(separation, TASK, write(mixture[None], RATE), tracks=AT_ONCE)
    tracks = [each.samples[0] for each in _tracks(done)]
    gains = [
        np.mean([si_sdr(a, b) - si_sdr(mixture, b) for a, b in zip(order, voices, strict=True)])
        for order in (tracks, tracks[::-1])
    ]
    tell(f"low and high: {max(gains):.1f} dB better, {done.data['pitches_apart_semitones']} apart")
    assert max(gains) >= 3
    assert [each.code for each in done.notes] == ["talkers_parted"]


def test_two_low_voices_are_warned_of(separation: TrackSeparation, write: Write) -> None:
    voices = [_voice(recordings.librivox()[0].path), _voice(recordings.two_cities())]
    done = result(separation, TASK, write((voices[0] + voices[1])[None], RATE), tracks=AT_ONCE)
    assert [each.code for each in done.notes] == ["talkers_parted", "pitches_close"]


def test_both_tracks_together_are_the_recording(separation: TrackSeparation, write: Write) -> None:
    """Stereo at 44.1 kHz, longer than a block, two tracks of its own form."""
    voices = [
        _voice(recordings.librivox()[0].path, rate=44_100),
        _voice(recordings.beckett(), rate=44_100),
    ]
    stereo = np.stack([voices[0] + 0.4 * voices[1], 0.3 * voices[0] + voices[1]])
    stereo = np.concatenate([stereo, stereo[:, : 4 * 44_100]], axis=1)
    found = list(events(separation, TASK, write(stereo, 44_100), tracks=AT_ONCE))
    done = found[-1]
    assert isinstance(done, Done)
    tracks = _tracks(done)
    assert [(each.name, each.rate) for each in tracks] == [
        ("talker-1", 44_100),
        ("talker-2", 44_100),
    ]
    together = sum(each.samples for each in tracks)
    np.testing.assert_allclose(together, stereo, atol=1e-4)
    fractions = [event.fraction for event in found if isinstance(event, Progress)]
    assert fractions == sorted(fractions)


def test_where_nobody_speaks_nobody_is_parted(separation: TrackSeparation, write: Write) -> None:
    for samples in (tone(3), np.zeros((1, 3 * RATE), dtype=np.float32)):
        refused = refusal(separation, TASK, write(samples, RATE), tracks=AT_ONCE).refusal
        assert refused.code == "no_speech_to_separate"
