from __future__ import annotations

import gc
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from engines import audio
from tests.engines.conftest import Write, private_mb, tone


def _decoded(path: Path) -> tuple[np.ndarray, int]:
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        channels = container.streams.audio[0].channels
    joined = np.concatenate(frames, axis=1)
    return (joined if len(joined) == channels else joined.reshape(-1, channels).T), channels


def test_blocks_hold_every_sample(write: Write) -> None:
    samples = tone(2.345, 22_050, channels=2)
    pieces = list(audio.blocks(write(samples, 22_050), 0.5))
    assert all(rate == 22_050 for _, rate in pieces)
    assert max(piece.shape[1] for piece, _ in pieces) == 11_025
    np.testing.assert_array_equal(np.concatenate([piece for piece, _ in pieces], axis=1), samples)


@pytest.mark.parametrize(("rate", "wanted"), [(44_100, 48_000), (48_000, 16_000), (8_000, 48_000)])
@pytest.mark.parametrize("seconds", [0.013, 1.0])
def test_resampling_in_pieces_is_resampling(rate: int, wanted: int, seconds: float) -> None:
    samples = tone(3.3, rate, channels=2)
    pieces = audio.resampled(audio.pieces(samples, rate, seconds), rate, wanted)
    joined = np.concatenate(list(pieces), axis=1)
    whole = audio.resample(samples, rate, wanted)
    assert joined.shape == whole.shape == (2, round(3.3 * wanted))
    np.testing.assert_allclose(joined, whole, atol=1e-4)


def test_resampling_nothing_gives_nothing() -> None:
    assert list(audio.resampled(iter(()), 8_000, 16_000)) == []


def test_flac_is_lossless_to_16_bits_and_clips(tmp_path: Path) -> None:
    samples = tone(1.5, 24_000, level=1.5)
    audio.write_flac(tmp_path / "a.flac", samples, 24_000)
    back, rate = audio.read(tmp_path / "a.flac")
    assert rate == 24_000
    np.testing.assert_allclose(back, np.clip(samples, -1, 1), atol=2 / 32768)


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
def test_opus_plays_as_long_and_as_loud(tmp_path: Path, rate: int, channels: int) -> None:
    samples = tone(2.0, rate, channels=channels)
    audio.write_opus(tmp_path / "a.ogg", samples, rate, speech=False)
    assert (tmp_path / "a.ogg").read_bytes()[:4] == b"OggS"
    back, kept = _decoded(tmp_path / "a.ogg")
    assert kept == min(channels, 2)
    assert back.shape[1] / 48_000 == pytest.approx(2.0, abs=0.03)
    middle = back[:, 24_000:72_000]
    assert np.sqrt(np.square(middle).mean()) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)


def test_speech_takes_a_third_of_musics_bytes(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).standard_normal((1, 480_000)).astype(np.float32) * 0.1
    for name, speech in (("speech", True), ("music", False)):
        audio.write_opus(tmp_path / name, noise, 48_000, speech=speech)
    assert (tmp_path / "speech").stat().st_size < 0.5 * (tmp_path / "music").stat().st_size


def test_peaks_outline_the_sound() -> None:
    samples = np.concatenate([tone(1.0), 0.5 * tone(1.0)], axis=1)
    points = audio.peaks(samples, 16_000)
    assert len(points) == 20
    assert max(points[:10]) == 255
    assert max(points[10:]) == pytest.approx(128, abs=2)
    assert len(audio.peaks(tone(60.0), 16_000)) == 256
    assert audio.peaks(np.zeros((1, 16_000), dtype=np.float32), 16_000) == (0,) * 10
    assert audio.peaks(np.zeros((1, 0), dtype=np.float32), 16_000) == (0,)


def test_a_canvas_is_zeros_and_leaves_no_file() -> None:
    canvas = audio.canvas(2, 1000)
    assert canvas.shape == (2, 1000)
    assert not canvas.any()
    canvas[0, :10] = 1
    assert canvas.sum() == 10
    assert audio.canvas(1, 0).shape == (1, 0)


@pytest.mark.long
def test_an_hour_is_encoded_in_flat_memory(tmp_path: Path) -> None:
    rate = 48_000
    samples = audio.canvas(1, 3600 * rate)
    second = tone(1.0, rate)
    for start in range(0, samples.shape[1], rate):
        samples[:, start : start + rate] = second
    gc.collect()
    before = private_mb()
    audio.write_opus(tmp_path / "a.ogg", samples, rate, speech=True)
    audio.write_flac(tmp_path / "a.flac", samples, rate)
    audio.peaks(samples, rate)
    assert private_mb() - before < 100
    assert soundfile.info(tmp_path / "a.flac").frames == samples.shape[1]
