"""The voice apart from the music: real speech over music made here."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.music import stems
from engines.music.stems import RATE, Stems
from evals.capability.separation import mixed
from evals.enhancement import si_sdr
from tests import recordings
from tests.engines.conftest import private_mb


@pytest.fixture(scope="module")
def networks() -> Stems:
    return Stems()


@pytest.fixture(scope="module")
def speech() -> Samples:
    """Ten seconds of a person reading [frames] at 44.1 kHz."""
    samples, rate = read(recordings.two_cities())
    return resample(mono(samples), rate, RATE)[: 10 * RATE]


def separated(networks: Stems, samples: Samples, piece: int = RATE) -> Samples:
    starts = range(0, samples.shape[1], piece)
    return np.concatenate(
        [*networks.voice(samples[:, at : at + piece] for at in starts)] or [samples], axis=1
    )


def test_real_speech_over_music(networks: Stems, speech: Samples) -> None:
    """Measured: from 0 dB to more than 8 dB, for the voice and for the music."""
    mixture, music = mixed(speech, RATE)
    voice = separated(networks, mixture)
    assert voice.shape == mixture.shape
    assert abs(si_sdr(mono(mixture), speech)) < 1
    assert si_sdr(mono(voice), speech) > 7
    assert si_sdr(mono(mixture - voice), mono(music)) > 7


def test_music_alone_and_speech_alone(networks: Stems, speech: Samples) -> None:
    """Measured: 50 dB and more, and 24 dB under the whole, are given to the wrong stem."""
    _, music = mixed(speech, RATE)
    alone = np.tile(speech, (2, 1))
    assert _level(separated(networks, music), music) < -40
    assert _level(alone - separated(networks, alone), alone) < -18


def _level(part: Samples, whole: Samples) -> float:
    return float(10 * np.log10(np.square(part).sum() / np.square(whole).sum()))


def test_it_does_not_matter_how_the_sound_is_cut(networks: Stems, speech: Samples) -> None:
    mixture, _ = mixed(speech, RATE)
    cut, whole = separated(networks, mixture, 12_345), separated(networks, mixture, 10**9)
    np.testing.assert_allclose(cut, whole, atol=1e-5)


def test_segments_meet_without_a_seam(networks: Stems, speech: Samples) -> None:
    """Around the boundary of two segments the voice is as good as elsewhere."""
    voice = np.concatenate([speech, speech])
    mixture, _ = mixed(voice, RATE)
    found = mono(separated(networks, mixture))
    seam = round(stems.SEGMENT_S * RATE)
    near = slice(seam - RATE, seam + RATE)
    assert si_sdr(found[near], voice[near]) > 6


@pytest.mark.parametrize("frames", [0, 1, 100, 4096, 50_000])
def test_any_length(networks: Stems, frames: int, speech: Samples) -> None:
    samples = np.tile(speech[:frames], (2, 1))
    found = separated(networks, samples)
    assert found.shape == (2, frames)
    assert np.isfinite(found).all()


def test_silence_stays_silent(networks: Stems) -> None:
    assert not separated(networks, np.zeros((2, RATE), dtype=np.float32)).any()


def test_memory_does_not_grow(networks: Stems) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (2, RATE)).astype(np.float32)
    used = []
    for number, _ in enumerate(networks.voice(noise for _ in range(60))):
        used.append(private_mb())
        assert number < 7
    assert used[-1] - used[1] < 60
