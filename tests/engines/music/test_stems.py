"""The voice apart from the music: real speech over music made here."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.music import stems
from engines.music.stems import RATE, Stems
from tests import recordings
from tests.engines.conftest import private_mb

Sound = NDArray[np.float64]


@pytest.fixture(scope="module")
def networks() -> Stems:
    return Stems()


@pytest.fixture(scope="module")
def speech() -> Samples:
    """Ten seconds of a person reading [frames] at 44.1 kHz."""
    samples, rate = read(recordings.two_cities())
    return resample(mono(samples), rate, RATE)[: 10 * RATE]


def band(frames: int, rate: int) -> Samples:
    """A drum, a bass and chords [2, frames], the chords' notes here and there in the room."""
    random = np.random.default_rng(0)
    sound = np.zeros((2, frames))
    for beat, at in enumerate(range(0, frames, rate // 2)):
        times = np.arange(min(rate, frames - at)) / rate
        chord = np.array([0, 3, 7]) + (0, 5, 7)[beat // 4 % 3]
        for pitch in [110.0, *(220 * 2 ** (chord / 12))]:
            partials = [np.sin(2 * np.pi * pitch * k * times) / k**1.2 for k in range(1, 9)]
            left = random.uniform(0.3, 0.7)
            note = np.sum(partials, axis=0) * np.exp(-2 * times)
            sound[:, at : at + len(times)] += np.array([[left], [1 - left]]) * note
        drum = random.normal(size=len(times)) * np.exp(-times / 0.02)
        sound[:, at : at + len(times)] += 0.8 * drum
    return sound.astype(np.float32)


def mixed(voice: Samples, rate: int) -> tuple[Samples, Samples]:
    """(mixture, music) [2, frames] with the music as loud as the voice."""
    music = band(len(voice), rate)
    music *= np.sqrt(np.square(voice).mean() / np.square(mono(music)).mean())
    return 0.5 * (voice + music), 0.5 * music


def si_sdr(found: Samples, wanted: Samples) -> float:
    """The scale-invariant signal-to-distortion ratio in dB (Le Roux et al., ICASSP 2019)."""
    wanted = wanted - wanted.mean()
    found = found - found.mean()
    target = (found @ wanted) / (wanted @ wanted) * wanted
    return float(10 * np.log10((target @ target) / np.square(found - target).sum()))


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
