"""From a stranger's file to one of our own making: WAV or PNG, by FFmpeg in the jail."""

from __future__ import annotations

import asyncio
import math
import signal
import wave
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import ffmpeg
import imageio_ffmpeg

from handlers.media import pictures, sandbox
from handlers.media.kinds import Limits, MediaRefused, Prepared
from handlers.media.probe import CODECS, Sound, probe
from handlers.media.receive import new_file
from handlers.media.sniff import Container, sniff

LOWEST_HZ, HIGHEST_HZ = 8_000, 48_000
SAMPLE_BYTES = 2
HEADER_BYTES = 4096
"""Room for a WAV header in the cap on the output; ours has 44 bytes."""
SLACK_BYTES = 1 << 20
"""How far FFmpeg overshoots its own cap: it counts what it has flushed."""
PIXEL_BYTES = 5
"""Four channels, and more than zlib adds to what it cannot compress."""

FULL_DISK = ("No space left on device", "Disk quota exceeded")
DECODERS: Mapping[str, str] = {
    "png_pipe": "png",
    "jpeg_pipe": "mjpeg",
    "webp_pipe": "webp",
    "webp_anim": "webp_anim",
}
"""The one decoder of each picture demuxer."""


@cache
def ffmpeg_program() -> str:
    """The path of the FFmpeg program that the package imageio-ffmpeg carries."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


async def prepare(path: Path, limits: Limits, folder: Path) -> Prepared:
    """Make a WAV or PNG file in ``folder`` of the untrusted file at ``path``.

    Sound keeps its rate within 8 to 48 kHz and becomes mono or stereo; of a film, the sound is
    taken. A picture is turned upright, loses its metadata, and is scaled down to
    ``limits.max_side_px``; of a moving one, the first frame is taken. The original stays where
    it is; on any failure, cancellation included, nothing is left in ``folder``.

    Raises:
        MediaRefused: every code of :data:`handlers.media.kinds.REFUSALS`.
        sandbox.Unstartable: where this machine cannot run the programs at all.

    """
    path, folder = path.absolute(), folder.absolute()  # noqa: ASYNC240 - the jail runs in /
    try:
        container = await asyncio.to_thread(sniff, path)
        if path.stat().st_size > limits.max_bytes:
            raise limits.too_large()
        if container.modality == "image":
            return await _picture(path, container, limits, folder)
        sound = await probe(path, container, limits)
        return await _sound(path, container, sound, limits, folder)
    except sandbox.Overran as error:
        raise MediaRefused("media_timeout") from error


def sound_argv(path: Path, target: Path, demuxer: str, sound: Sound, limits: Limits) -> list[str]:
    """The FFmpeg command that decodes the first audio stream of ``path`` into ``target``."""
    rate, channels = output_format(sound)
    cap_s = limits.max_audio_s + 1
    options: dict[str, str | int | float | None] = {
        "map": "0:a:0",
        "t": cap_s,
        "fs": output_bytes(sound, limits),
        "ar": rate,
        "ac": channels,
        "c:a": "pcm_s16le",
        "f": "wav",
    }
    if mix := _mix(sound):
        options["af"] = mix
    return _command(path, target, demuxer, CODECS, {"vn": None, "sn": None, "dn": None}, options)


def picture_argv(path: Path, target: Path, container: Container, limits: Limits) -> list[str]:
    """The FFmpeg command that decodes the first frame of ``path`` into ``target``."""
    side = limits.max_side_px
    # Side data is where orientation, colour profiles and EXIF (with places) live; the turn was
    # applied before the first filter.
    filters = (
        f"scale=w='max(1,trunc(iw*min(1,{side}/max(iw,ih))))'"
        f":h='max(1,trunc(ih*min(1,{side}/max(iw,ih))))'"
        ",format=rgb24|rgba,sidedata=mode=delete"
    )
    options: dict[str, str | int | float | None] = {
        "map": "0:v:0",
        "frames:v": 1,
        "vf": filters,
        "c:v": "png",
        "compression_level": 1,
        "f": "image2pipe",
    }
    decoders = [DECODERS[container.demuxer]]
    kept = {"max_pixels": limits.max_pixels}
    return _command(path, target, container.demuxer, decoders, kept, options)


def output_format(sound: Sound) -> tuple[int, int]:
    """Rate in Hz and channels of the WAV file that is made of ``sound``."""
    return min(max(sound.rate, LOWEST_HZ), HIGHEST_HZ), min(sound.channels, 2)


def output_bytes(sound: Sound, limits: Limits) -> int:
    """The most bytes that the WAV file of ``sound`` may have."""
    rate, channels = output_format(sound)
    return math.ceil((limits.max_audio_s + 1) * rate) * channels * SAMPLE_BYTES + HEADER_BYTES


def _mix(sound: Sound) -> str | None:
    """A filter that mixes channels nobody has placed; FFmpeg mixes the layouts it knows."""
    if sound.channels <= 2 or (sound.channels <= 8 and "ambisonic" not in sound.layout):
        return None
    left = "+".join(f"c{index}" for index in range(0, sound.channels, 2))
    right = "+".join(f"c{index}" for index in range(1, sound.channels, 2))
    return f"pan=stereo|c0<{left}|c1<{right}"


def _command(
    path: Path,
    target: Path,
    demuxer: str,
    decoders: Sequence[str],
    reading: Mapping[str, str | int | None],
    writing: Mapping[str, str | int | float | None],
) -> list[str]:
    source = ffmpeg.input(
        f"file:{path}",
        format=demuxer,
        protocol_whitelist="file",
        # Without it a demuxer may hand over to another one, such as a playlist's.
        format_whitelist=demuxer,
        codec_whitelist=",".join(decoders),
        threads=1,
        **reading,
    )
    job = source.output(
        f"file:{target}",
        map_metadata=-1,
        map_chapters=-1,
        fflags="+bitexact",
        **writing,
    ).global_args("-nostdin", "-hide_banner", "-loglevel", "error", "-filter_threads", "1", "-y")
    argv: list[str] = job.compile(cmd=ffmpeg_program())
    return argv


async def _sound(
    path: Path, container: Container, sound: Sound, limits: Limits, folder: Path
) -> Prepared:
    target = new_file(folder, ".wav")
    try:
        argv = sound_argv(path, target, container.demuxer, sound, limits)
        cap = output_bytes(sound, limits) + SLACK_BYTES
        await _convert(argv, limits, path, target, cap, limits.too_long())
        rate, channels, seconds = await asyncio.to_thread(_measure, target)
        if seconds > limits.max_audio_s:
            raise limits.too_long()
        # A tenth missing and more: half a recording must not pass for a whole one.
        if sound.promised_s is not None and seconds < 0.9 * sound.promised_s - 1:
            raise MediaRefused("media_damaged")
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return Prepared(
        "audio",
        target,
        "audio/wav",
        container.name,
        duration_s=seconds,
        rate=rate,
        channels=channels,
    )


async def _picture(path: Path, container: Container, limits: Limits, folder: Path) -> Prepared:
    width, height = await asyncio.to_thread(pictures.dimensions, path, container.name)
    if width * height > limits.max_pixels or max(width, height) > limits.max_source_side_px:
        raise limits.picture_too_large()
    target = new_file(folder, ".png")
    try:
        argv = picture_argv(path, target, container, limits)
        cap = limits.max_side_px**2 * PIXEL_BYTES
        await _convert(argv, limits, path, target, cap, MediaRefused("media_damaged"))
        width, height = await asyncio.to_thread(pictures.dimensions, target, "png")
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return Prepared("image", target, "image/png", container.name, width=width, height=height)


async def _convert(
    argv: Sequence[str],
    limits: Limits,
    path: Path,
    target: Path,
    cap: int,
    beyond: MediaRefused,
) -> None:
    """Run FFmpeg from ``path`` to ``target``; raise ``beyond`` where it writes past ``cap``."""
    ended = await sandbox.run(argv, limits, reads=[path], writes=[target], file_bytes=cap)
    if any(words in ended.errors for words in FULL_DISK):
        raise MediaRefused("disk_full")
    if ended.status == -signal.SIGXFSZ:
        raise beyond
    if ended.status != 0:
        raise sandbox.unreadable(ended)


def _measure(target: Path) -> tuple[int, int, float]:
    """Rate, channels and seconds of the WAV file at ``target``, which FFmpeg has just made."""
    try:
        with wave.open(str(target), "rb") as file:
            rate, frames = file.getframerate(), file.getnframes()
            if frames < 1:
                raise MediaRefused("media_damaged")
            return rate, file.getnchannels(), frames / rate
    except (wave.Error, EOFError) as error:
        raise MediaRefused("media_damaged") from error
