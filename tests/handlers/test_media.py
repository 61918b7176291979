"""Good media: what each format becomes, and how bytes are received."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.kinds import Refusal
from handlers.media import Limits, MediaRefused, prepare, receive, sniff
from tests.handlers import hostile

SOUNDS = {
    "opus.ogg": ("ogg", 48000, 1),
    "vorbis.ogg": ("ogg", 44100, 2),
    "tone.mp3": ("mp3", 44100, 2),
    "tone.m4a": ("mp4", 44100, 2),
    "eight.wav": ("wav", 44100, 1),
    "sixteen.wav": ("wav", 44100, 2),
    "twentyfour.wav": ("wav", 48000, 1),
    "float.wav": ("wav", 44100, 2),
    "tone.flac": ("flac", 44100, 1),
    "tone.webm": ("webm", 48000, 1),
    "film.webm": ("webm", 48000, 1),
    "film.mp4": ("mp4", 44100, 1),
}


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return hostile.make_good(tmp_path_factory.mktemp("good"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


async def stream(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def put(folder: Path, data: bytes) -> Path:
    path = folder / "original"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", SOUNDS)
async def test_sound(name: str, good: dict[str, bytes], tmp_path: Path, out: Path) -> None:
    made = await prepare(put(tmp_path, good[name]), Limits(), out)
    container, rate, channels = SOUNDS[name]
    assert (made.modality, made.media_type, made.container) == ("audio", "audio/wav", container)
    assert (made.rate, made.channels) == (rate, channels)
    assert made.duration_s == pytest.approx(3.0, abs=0.05)
    with wave.open(str(made.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (
            rate,
            channels,
            2,
        )
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)[::channels]
    middle = samples[rate : 2 * rate] * np.hanning(rate)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("name", ["still.png", "still.jpg", "still.webp"])
async def test_picture(name: str, good: dict[str, bytes], tmp_path: Path, out: Path) -> None:
    made = await prepare(put(tmp_path, good[name]), Limits(), out)
    assert (made.modality, made.media_type) == ("image", "image/png")
    assert made.container == name.partition(".")[2].replace("jpg", "jpeg")
    assert (made.width, made.height) == (320, 240)
    with Image.open(made.path) as picture, Image.open(io.BytesIO(good[name])) as original:
        assert picture.format == "PNG"
        ours = np.asarray(picture.convert("RGB"), np.int16)
        theirs = np.asarray(original.convert("RGB"), np.int16)
    assert np.abs(ours - theirs).mean() < 4


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
async def test_picture_is_upright_and_tells_nothing(form: str, tmp_path: Path, out: Path) -> None:
    picture = Image.new("RGB", (200, 100), "blue")
    picture.paste("red", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET"
    buffer = io.BytesIO()
    picture.save(buffer, form, exif=exif, xmp=b"<x>SECRET</x>")
    assert b"SECRET" in buffer.getvalue()
    made = await prepare(put(tmp_path, buffer.getvalue()), Limits(), out)
    assert (made.width, made.height) == (100, 200)
    assert b"SECRET" not in made.path.read_bytes()
    with Image.open(made.path) as upright:
        assert upright.convert("RGB").getpixel((50, 5))[0] > 200  # type: ignore[index]


async def test_large_picture_is_scaled_down(tmp_path: Path, out: Path) -> None:
    buffer = io.BytesIO()
    Image.new("L", (5000, 2500)).save(buffer, "PNG")
    made = await prepare(put(tmp_path, buffer.getvalue()), Limits(), out)
    assert (made.width, made.height) == (4096, 2048)


async def test_first_frame_of_a_moving_picture(tmp_path: Path, out: Path) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    made = await prepare(put(tmp_path, buffer.getvalue()), Limits(), out)
    with Image.open(made.path) as picture:
        red, _, blue = picture.convert("RGB").getpixel((30, 20))  # type: ignore[misc]
    assert red > 200 > 50 > blue


@pytest.mark.parametrize("channels", [3, 8, 16, 33])
async def test_many_channels_become_two(channels: int, tmp_path: Path, out: Path) -> None:
    data = np.full((8000, channels), 8000, "<i2").tobytes()
    path = put(tmp_path, hostile.wav(1, channels, 8000, 16, data))
    made = await prepare(path, Limits(), out)
    assert (made.channels, made.rate, made.duration_s) == (2, 8000, 1.0)


async def test_an_hour_is_taken(tmp_path: Path, out: Path) -> None:
    made = await prepare(put(tmp_path, hostile.flac(1, says_s=3600)), Limits(), out)
    assert made.duration_s == pytest.approx(3600, abs=1)


async def test_limits_of_length_hold_to_the_second(
    good: dict[str, bytes], tmp_path: Path, out: Path
) -> None:
    path = put(tmp_path, good["tone.flac"])
    with pytest.raises(MediaRefused) as caught:
        await prepare(path, Limits(max_audio_s=2.9), out)
    assert caught.value.code == "media_too_long"
    assert isinstance(caught.value, Refusal)
    await prepare(path, Limits(max_audio_s=3.0), out)


async def test_odd_paths(good: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "a:b %d 'c' ,d"
    folder.mkdir()
    for name in ("tone.mp3", "still.png"):
        made = await prepare(put(folder, good[name]), Limits(), folder)
        assert made.path.exists()


async def test_receive(tmp_path: Path) -> None:
    data = os.urandom(3 << 20)
    got = await receive(stream(data, 100_000), Limits(), tmp_path)
    assert got.path.read_bytes() == data
    assert (got.size, got.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert got.path.parent == tmp_path
    assert got.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("size", "code"), [(0, "media_empty"), (2001, "media_too_large")])
async def test_receive_refuses(size: int, code: str, tmp_path: Path) -> None:
    with pytest.raises(MediaRefused) as caught:
        await receive(stream(bytes(size)), Limits(max_bytes=2000), tmp_path)
    assert caught.value.code == code
    assert left_in(tmp_path) == []


async def test_receive_stops_at_the_cap(tmp_path: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(1 << 20)

    with pytest.raises(MediaRefused, match="limit_mb=5"):
        await receive(endless(), Limits(max_bytes=5 << 20), tmp_path)
    assert taken == 6


async def test_receive_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(2 << 20)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await receive(broken(), Limits(), tmp_path)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
async def test_receive_on_a_full_disk(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(MediaRefused, match="disk_full"):
        await receive(stream(b"data"), Limits(), tmp_path)
    assert left_in(tmp_path) == []


def test_sniff_never_names_a_playlist_demuxer() -> None:
    demuxers = {
        found.demuxer for found in vars(sniff).values() if isinstance(found, sniff.Container)
    }
    assert demuxers == {
        "ogg", "mp3", "wav", "flac", "mov", "matroska",
        "png_pipe", "jpeg_pipe", "webp_pipe", "webp_anim",
    }  # fmt: skip
