from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engines.audio import mono, read, resample
from engines.engine import Engine
from engines.kinds import Done, Progress, Samples, Sound
from engines.speech import enhance
from engines.speech.enhance import DeepFilterNet3
from evals import enhancement
from evals.enhancement import SNRS, Score, compare, gains, mix, served, si_sdr, speech
from evals.noises import COMPARED, NAMES, noises
from tests import recordings
from tests.conftest import Tell
from tests.engines.conftest import Write, events, private_mb, refusal, result, tone

TASK = "speech_enhancement"


@pytest.fixture(scope="session")
def denoiser(loaded: Callable[[str], Engine]) -> DeepFilterNet3:
    engine = loaded("DeepFilterNet3")
    assert isinstance(engine, DeepFilterNet3)
    return engine


@pytest.fixture(scope="module")
def reading() -> Samples:
    """Eight seconds of speech [frames] at 48 kHz."""
    samples, rate = read(recordings.two_cities())
    assert rate == enhance.RATE
    return mono(samples)[: 8 * rate]


@pytest.fixture(scope="module")
def babble() -> list[Samples]:
    return speech([recordings.beckett(), *(card.path for card in recordings.cards())])


def _cleaned(done: Done) -> Sound:
    (sound,) = done.outputs
    assert isinstance(sound, Sound)
    return sound


def _scores(denoiser: DeepFilterNet3, clips: list[Samples], babble: list[Samples]) -> list[Score]:
    models = {"unprocessed": lambda noisy: noisy, "DeepFilterNet3": served(denoiser)}
    return compare(models, clips, babble)


def test_noise_goes_and_speech_stays(
    denoiser: DeepFilterNet3, babble: list[Samples], tell: Tell
) -> None:
    clips = speech([recordings.librivox()[2].path])
    pesq, si_sdr_gain = gains(_scores(denoiser, clips, babble), "DeepFilterNet3")
    tell(f"gains: SI-SDR {si_sdr_gain:.1f} dB, PESQ-wb {pesq and round(pesq, 2)}")
    assert si_sdr_gain >= 5
    if pesq is None:
        pytest.skip("PESQ is not measured: the package pesq needs a C compiler to install")
    assert pesq >= 0.4


@pytest.mark.long
def test_over_all_clips(denoiser: DeepFilterNet3, babble: list[Samples], tell: Tell) -> None:
    paths = [clip.path for clip in recordings.librivox()] + [recordings.two_cities()]
    scores = _scores(denoiser, speech(paths), babble)
    pesq, si_sdr_gain = gains(scores, "DeepFilterNet3")
    tell(f"gains: SI-SDR {si_sdr_gain:.1f} dB, PESQ-wb {pesq and round(pesq, 2)}")
    assert si_sdr_gain >= 5
    assert pesq is None or pesq >= 0.4


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (48_000, 2)])
def test_rate_channels_and_length_are_kept_and_nothing_is_late(
    denoiser: DeepFilterNet3, write: Write, reading: Samples, rate: int, channels: int
) -> None:
    """Two channels hold different speech; each comes out where it went in, sample by sample."""
    voices = [reading[at : at + 96_123] for at in (0, 150_000)][:channels]
    clean = np.stack([resample(voice, enhance.RATE, rate) for voice in voices])
    noise = np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
    noisy = clean + 0.3 * clean.std() * noise
    done = result(denoiser, TASK, write(noisy, rate))
    sound = _cleaned(done)
    assert (sound.name, sound.rate, sound.speech) == ("cleaned", rate, True)
    assert sound.samples.shape == clean.shape
    for channel in range(channels):
        before = si_sdr(noisy[channel], clean[channel])
        assert si_sdr(np.array(sound.samples[channel]), clean[channel]) > before + 3
    assert done.data["model"] == "DeepFilterNet3"
    assert done.data["noise_reduction_db"] > 3
    assert [each.code for each in done.notes] == ["cleaned"]
    # Without noise in the pauses the gate lets less through, so speech may measure louder.
    assert abs(done.data["level_after_lufs"] - done.data["level_before_lufs"]) < 4


@pytest.mark.parametrize("frames", [1, 100, 512, 1536, 48_001])
def test_short_recordings_keep_their_length(
    denoiser: DeepFilterNet3, write: Write, frames: int
) -> None:
    sound = _cleaned(result(denoiser, TASK, write(tone(2, 48_000)[:, :frames], 48_000)))
    assert sound.samples.shape == (1, frames)
    assert np.isfinite(sound.samples).all()


def test_silence_stays_silent(denoiser: DeepFilterNet3, write: Write) -> None:
    done = result(denoiser, TASK, write(np.zeros((2, 30_000), dtype=np.float32), 16_000))
    assert not _cleaned(done).samples.any()
    assert done.data["noise_reduction_db"] == 0
    assert [each.code for each in done.notes] == ["hardly_noisy"]
    assert done.data["level_before_lufs"] == -120


def test_an_empty_recording_is_refused(denoiser: DeepFilterNet3, write: Write) -> None:
    empty = write(np.zeros((1, 0), dtype=np.float32), 16_000)
    assert refusal(denoiser, TASK, empty).refusal.code == "audio_empty"


def test_pieces_of_any_length_give_the_same(denoiser: DeepFilterNet3, reading: Samples) -> None:
    samples = reading[:60_000]
    whole = np.concatenate(list(denoiser.denoiser().stream([samples])))
    assert whole.shape == samples.shape
    for size in (100, 512, 7_777):
        pieces = [samples[at : at + size] for at in range(0, len(samples), size)]
        joined = np.concatenate(list(denoiser.denoiser().stream(pieces)))
        np.testing.assert_array_equal(joined, whole)


def test_progress_about_every_second(
    denoiser: DeepFilterNet3, write: Write, reading: Samples
) -> None:
    found = list(events(denoiser, TASK, write(reading[None, : 4 * 48_000], 48_000)))
    steps = [event.fraction for event in found if isinstance(event, Progress)]
    assert steps[-1] == 1
    assert len(steps) >= 4
    assert all(a <= b for a, b in pairwise(steps))


def test_the_noises_are_of_unit_power_and_differ(babble: list[Samples]) -> None:
    made = dict(noises(babble, 32_000, np.random.default_rng(1)))
    assert tuple(made) == NAMES
    assert list(made)[:COMPARED] == ["white", "pink", "babble", "hum and fan", "rain"]
    for noise in made.values():
        assert np.mean(np.square(noise)) == pytest.approx(1, abs=1e-6)
    # Two of hum are one sound; all others are as good as unlike.
    likeness = np.abs(np.corrcoef(np.stack(list(made.values())))) - np.eye(len(made))
    assert likeness.max() < 0.5
    voice = tone(2.0)[0]
    for snr_db in SNRS:
        noise = mix(voice, made["white"], snr_db) - voice
        assert 10 * np.log10(np.mean(voice**2) / np.mean(noise**2)) == pytest.approx(
            snr_db, abs=0.1
        )


def test_si_sdr_knows_scale_from_distortion() -> None:
    voice = tone(1.0)[0]
    noise = np.random.default_rng(0).standard_normal(len(voice)).astype(np.float32)
    assert si_sdr(0.1 * voice, voice) > 60
    assert si_sdr(voice + voice.std() * noise, voice) == pytest.approx(0, abs=0.2)


@pytest.mark.long
def test_the_study_runs_over_every_model(babble: list[Samples]) -> None:
    scores = compare(enhancement.models(), speech([recordings.librivox()[1].path]), babble)
    assert {score.model for score in scores} == {"unprocessed", "DeepFilterNet3", "DTLN", "GTCRN"}


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_half_an_hour_in_flat_memory(denoiser: DeepFilterNet3, tmp_path: Path) -> None:
    """The result lies in a file; what stays in memory is one block and the network's state."""
    rate = 8_000
    samples, read_rate = read(recordings.two_cities())
    loop = resample(mono(samples), read_rate, rate)
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", rate, 1, subtype="PCM_16") as file:
        while file.tell() < 1800 * rate:
            file.write(loop)
    used = []
    for event in events(denoiser, TASK, path):
        used.append(private_mb())
        assert isinstance(event, Progress | Done)
    assert max(used[60:]) - used[30] < 20
