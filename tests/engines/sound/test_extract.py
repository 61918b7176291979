"""One sound out of a recording: nearer to the sound than the recording was, or a refusal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.engine import Engine, engines
from engines.kinds import Done, Progress, Samples, Sound
from evals.enhancement import si_sdr
from tests import recordings
from tests.engines.conftest import Write, events, refusal, result
from tests.engines.sound.test_detect import RATE, silence, siren

TASK = "sound_extraction"


@pytest.fixture(scope="module")
def extraction() -> Engine:
    made: Engine = engines(("engines.sound.extract",))["SoundExtraction"].make()
    made.load("cpu")
    return made


@pytest.fixture(scope="module")
def target() -> Samples:
    return np.concatenate([silence(3), siren(4), silence(5)])


@pytest.fixture(scope="module")
def talk() -> Samples:
    samples, rate = read(recordings.two_cities())
    said = resample(mono(samples), rate, RATE)[: 12 * RATE]
    return np.asarray(0.1 * said / said.std(), dtype=np.float32)


def hiss(seconds: float, level: float = 0.2) -> Samples:
    generator = np.random.default_rng(1)
    return np.asarray(level * generator.standard_normal(int(seconds * RATE)), dtype=np.float32)


def tracks(done: Done) -> tuple[Samples, Samples]:
    wanted, rest, _ = done.outputs
    assert isinstance(wanted, Sound)
    assert isinstance(rest, Sound)
    assert wanted.rate == rest.rate
    return wanted.samples, rest.samples


# Under speech the end of this siren is not heard as one.
@pytest.mark.parametrize(("background", "gain"), [("noise", 7.0), ("speech", 0.5)])
def test_a_siren(
    extraction: Engine, target: Samples, talk: Samples, write: Write, background: str, gain: float
) -> None:
    mixture = target + (hiss(12) if background == "noise" else talk)
    done = result(extraction, TASK, write(mixture[None], RATE), target="the siren")
    wanted, rest = tracks(done)
    assert si_sdr(wanted[0], target) - si_sdr(mixture, target) > gain
    np.testing.assert_allclose(wanted + rest, mixture[None], atol=1e-5)
    assert [note.code for note in done.notes] == ["extracted"]
    assert done.data["method"] == "mask"
    assert done.data["events"][0]["start"] == pytest.approx(3, abs=0.6)


def test_a_voice_out_of_noise(extraction: Engine, talk: Samples, write: Write) -> None:
    mixture = talk + hiss(12, 0.1)
    done = result(extraction, TASK, write(mixture[None], RATE), target="목소리")
    wanted, _ = tracks(done)
    assert done.data["method"] == "voice"
    assert si_sdr(wanted[0], talk) - si_sdr(mixture, talk) > 4.0
    assert isinstance(done.outputs[0], Sound)
    assert done.outputs[0].speech


def test_rate_channels_and_length_are_kept(
    extraction: Engine, target: Samples, write: Write
) -> None:
    mixture = resample((target + hiss(12))[None], RATE, 44_100)
    stereo = np.concatenate([mixture, 0.5 * mixture])
    done = result(extraction, TASK, write(stereo, 44_100), target="siren")
    wanted, rest = tracks(done)
    assert wanted.shape == rest.shape == stereo.shape
    assert isinstance(done.outputs[0], Sound)
    assert done.outputs[0].rate == 44_100
    # One mask for both channels: what is louder on the left stays so.
    np.testing.assert_allclose(wanted[1], 0.5 * wanted[0], atol=1e-3)


def test_pieces_have_no_seams(extraction: Engine, target: Samples, write: Write) -> None:
    """A siren over the seam at 20 s is taken out as well as elsewhere, and progress only rises."""
    long = np.concatenate([silence(14), target, silence(14)])
    mixture = long + hiss(40)
    steps = list(events(extraction, TASK, write(mixture[None], RATE), target="siren"))
    fractions = [step.fraction for step in steps if isinstance(step, Progress)]
    assert fractions == sorted(fractions)
    assert isinstance(steps[-1], Done)
    wanted, _ = tracks(steps[-1])
    seam = slice(int(19.5 * RATE), int(20.5 * RATE))
    assert si_sdr(wanted[0, seam], long[seam]) > 6.0


@pytest.mark.parametrize("asked", ["dog barking", "a piano"])
def test_what_is_not_heard_is_refused_with_what_is(
    extraction: Engine, target: Samples, talk: Samples, write: Write, asked: str
) -> None:
    ended = refusal(extraction, TASK, write((target + talk)[None], RATE), target=asked)
    assert ended.refusal.code == "extract_not_heard"
    assert "speech" in str(ended.refusal.facts["heard"])


@pytest.mark.parametrize(
    ("make", "asked", "code"),
    [
        (lambda: silence(0.2), "rain", "extract_nothing_heard"),
        (lambda: silence(3), "speech", "extract_nothing_heard"),
        (lambda: silence(0), "rain", "audio_empty"),
        (lambda: hiss(1), "my tax return", "target_unknown"),
    ],
)
def test_refusals(
    extraction: Engine, write: Write, make: Callable[[], Samples], asked: str, code: str
) -> None:
    ended = refusal(extraction, TASK, write(make()[None], RATE), target=asked)
    assert ended.refusal.code == code


def test_the_whole_recording_may_be_the_target(extraction: Engine, write: Write) -> None:
    """With no moment without it, and clipped, most of it is still given."""
    clipped = np.sign(siren(3))
    done = result(extraction, TASK, write(clipped[None], RATE), target="siren")
    wanted, _ = tracks(done)
    assert si_sdr(wanted[0], clipped) > 3.0
