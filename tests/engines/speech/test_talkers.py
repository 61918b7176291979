"""Two talkers parted: what the masks do to a recording, the joints, and the trained weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.spectra import stft
from engines.speech.talkers import (
    BINS,
    HOP,
    RATE,
    SIZE,
    WEIGHTS,
    Talkers,
    median_pitch,
    network,
    parted,
    pitch_distance,
)
from engines.speech.training.evaluate import real_mixtures, report, si_sdr
from tests import recordings
from tests.conftest import Tell


def _voice(path: Path, rate: int, seconds: float, start: float = 0.0) -> Samples:
    samples, own = read(path)
    said = resample(mono(samples), own, rate)[int(start * rate) :][: int(seconds * rate)]
    return 0.1 * said / float(np.sqrt(np.square(said).mean()))


def _two(rate: int, seconds: float = 9.0) -> Samples:
    """Two men, each talking all the time [2, frames]."""
    both = [
        _voice(recordings.two_cities(), rate, seconds, 1.0),
        _voice(recordings.librivox()[0].path, rate, seconds),
    ]
    frames = min(map(len, both))
    return np.stack([each[:frames] for each in both])


def _ideal(talkers: Samples) -> Samples:
    """The shares of talkers [2, frames] at 8 kHz that their own spectra give."""
    powers = np.stack([np.square(np.abs(stft(each, SIZE, HOP))) for each in talkers])
    shares: Samples = powers / (powers.sum(axis=0) + 1e-9)
    return shares.astype(np.float32)


class Oracle(Talkers):
    """A network that is always right, but gives the talkers of every part in another order."""

    def __init__(self, talkers: Samples) -> None:
        self._ideal = _ideal(talkers)
        self._rng = np.random.default_rng(5)
        self.swapped = 0

    def _part(self, samples: Samples, first: int, count: int) -> Samples:
        part = self._ideal[:, first : first + count]
        if self._rng.random() < 0.5:
            self.swapped += 1
            return part[::-1]
        return part


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "random.safetensors"
    save_file({name: each.half() for name, each in network().state_dict().items()}, path)
    return path


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000, 96_000])
def test_masks_at_8_khz_part_a_recording_at_its_own_rate(rate: int) -> None:
    both = _two(rate, 5.0)
    mixture = both.sum(axis=0)
    shares = _ideal(np.stack([resample(each, rate, RATE) for each in both]))
    tracks = np.concatenate(list(parted(mixture[None], rate, shares)), axis=2)[:, 0]
    np.testing.assert_allclose(tracks.sum(axis=0), mixture, atol=1e-5)
    gains = [
        si_sdr(track, talker) - si_sdr(mixture, talker)
        for track, talker in zip(tracks, both, strict=True)
    ]
    print(f"{rate} Hz: ideal masks give {np.mean(gains):.1f} dB")
    assert min(gains) > 8


def test_a_recording_parted_in_blocks_has_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stereo and of no round length."""
    both = _two(44_100, 6.9)
    stereo = np.stack([both.sum(axis=0), both[0] - 0.5 * both[1]])[:, :-123]
    shares = _ideal(np.stack([resample(each, 44_100, RATE) for each in both]))
    whole = np.concatenate(list(parted(stereo, 44_100, shares)), axis=2)
    monkeypatch.setattr("engines.speech.talkers.BLOCK_S", 0.7)
    pieces = list(parted(stereo, 44_100, shares))
    assert len(pieces) > 8
    assert whole.shape == (2, *stereo.shape)
    np.testing.assert_allclose(np.concatenate(pieces, axis=2), whole, atol=1e-4)


def test_what_is_above_4_khz_goes_with_what_is_below() -> None:
    """Two talkers by turns: the consonants of one must not be heard on the other's track."""
    both = _two(48_000, 6.0)
    both[0, 3 * 48_000 :] = 0
    both[1, : 3 * 48_000] = 0
    shares = _ideal(np.stack([resample(each, 48_000, RATE) for each in both]))
    tracks = np.concatenate(list(parted(both.sum(axis=0)[None], 48_000, shares)), axis=2)[:, 0]
    high = np.abs(stft(tracks[0], 1024, 512))[:, 150:250]  # 7 to 11.7 kHz
    cut = len(high) // 2
    leak = np.square(high[cut + 2 :]).sum() / np.square(high[: cut - 2]).sum()
    assert 10 * np.log10(leak) < -20


def test_parts_are_joined_in_one_order() -> None:
    both = np.stack(
        [
            _voice(recordings.two_cities(), RATE, 40.0),
            np.resize(_voice(recordings.librivox()[0].path, RATE, 7.0), 40 * RATE),
        ]
    )
    oracle = Oracle(both)
    tracks = oracle.separate(both.sum(axis=0))
    assert oracle.swapped >= 3
    order = tracks if si_sdr(tracks[0], both[0]) > si_sdr(tracks[0], both[1]) else tracks[::-1]
    for second in range(0, 40, 5):
        cut = slice(second * RATE, (second + 5) * RATE)
        assert si_sdr(order[0, cut], both[0, cut]) > 5


@pytest.mark.parametrize("frames", [0, 1, 100, 1600, RATE, 4 * RATE, 9 * RATE, 21 * RATE + 17])
def test_any_length(untrained: Path, frames: int) -> None:
    samples = np.random.default_rng(0).standard_normal(frames).astype(np.float32) * 0.1
    talkers = Talkers(untrained)
    tracks = talkers.separate(samples)
    assert tracks.shape == (2, frames)
    assert np.isfinite(tracks).all()
    np.testing.assert_allclose(tracks.sum(axis=0), samples, atol=1e-5)
    if frames:
        shares = np.concatenate(list(talkers.shares(samples)), axis=1)
        assert shares.shape == (2, -(-frames // HOP) + 1, BINS)


def test_silence_stays_silent(untrained: Path) -> None:
    assert not Talkers(untrained).separate(np.zeros(10 * RATE, dtype=np.float32)).any()


def test_level_does_not_matter(untrained: Path) -> None:
    talkers, mixture = Talkers(untrained), _two(RATE, 4.0).sum(axis=0)
    loud, quiet = talkers.separate(mixture), talkers.separate(mixture * 1e-2)
    assert si_sdr(quiet[0], loud[0]) > 40


def test_distance_in_pitch() -> None:
    times = np.arange(2 * RATE) / RATE
    overtones = np.arange(1, 12)[:, None]
    low, high = (
        (np.sin(2 * np.pi * pitch * overtones * times) / overtones).sum(axis=0).astype(np.float32)
        for pitch in (110.0, 165.0)
    )
    assert pitch_distance(low, high) == pytest.approx(7.02, abs=0.1)
    assert pitch_distance(low, np.zeros_like(low)) is None
    assert pitch_distance(low, low[:10]) is None
    # An hour takes no more memory than a minute: PITCH_SPANS.
    assert median_pitch(np.tile(low, 150)) == pytest.approx(110, rel=0.01)
    # By SwiftF0 the medians of these readings are 116 and 96 Hz: 3.3 semitones.
    both = _two(RATE, 20.0)
    assert median_pitch(both[0]) == pytest.approx(116, rel=0.08)
    assert pitch_distance(both[0], both[1]) == pytest.approx(3.3, abs=1.2)


def test_the_shipped_weights_part_real_speech(tell: Tell) -> None:
    try:
        recordings.people()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    result = report(Talkers().separate, real_mixtures(count=34))
    tell(f"{result['mean_db']} dB, high and low {result['high and low']['mean_db']} dB")
    assert WEIGHTS.stat().st_size < 10e6
    assert result["mean_db"] > 3.5
    assert result["high and low"]["mean_db"] > 6
