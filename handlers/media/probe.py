"""What is in a sound file, found by PyAV in a process of its own before anything is decoded.

FFmpeg's demuxers are native code run over hostile bytes: a crash, a loop or a leak there ends a
child process, never the service. It costs about a fifth of a second a file.
"""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from handlers.media import probe_child, sandbox
from handlers.media.kinds import Limits, MediaRefused
from handlers.media.sniff import MP3, WAV, Container

BUDGET_S = 6.0
"""Seconds of counting packets; a file that needs longer is measured while it is decoded."""

CODECS = [
    "aac",
    "aac_latm",
    "ac3",
    "adpcm_ima_qt",
    "adpcm_ima_wav",
    "adpcm_ms",
    "alac",
    "amrnb",
    "amrwb",
    "eac3",
    "flac",
    "gsm_ms",
    "libopencore_amrnb",
    "libopencore_amrwb",
    "libopus",
    "libspeex",
    "libvorbis",
    "mp2",
    "mp2float",
    "mp3",
    "mp3float",
    "opus",
    "pcm_alaw",
    "pcm_f32be",
    "pcm_f32le",
    "pcm_f64be",
    "pcm_f64le",
    "pcm_mulaw",
    "pcm_s16be",
    "pcm_s16le",
    "pcm_s24be",
    "pcm_s24le",
    "pcm_s32be",
    "pcm_s32le",
    "pcm_s8",
    "pcm_u8",
    "speex",
    "vorbis",
]
"""The decoders that may run. No video decoder is among them: pictures in a film stay unopened."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The first audio stream: ``rate`` in Hz, FFmpeg's name of the channel ``layout``.

    ``promised_s`` is the length in seconds by the header, where the header has to know it:
    MP3 only estimates, and programs that stream WAV write any number.
    """

    rate: int
    channels: int
    layout: str
    promised_s: float | None


@cache
def site_folder() -> Path:
    """The folder that holds the package ``av`` and its libraries."""
    found = importlib.util.find_spec("av")
    if found is None or found.origin is None:
        raise sandbox.Unstartable("the package av is not installed")
    return Path(found.origin).parent.parent


async def probe(path: Path, container: Container, limits: Limits) -> Sound:
    """Look into the file at ``path`` as ``container`` and hold what is found against ``limits``.

    Raises:
        MediaRefused: ``media_damaged``, ``media_no_audio``, ``media_unknown_type``,
            ``media_too_many_streams`` or ``media_too_long``.
        sandbox.Overran: where it takes longer than ``limits.wall_s``.

    """
    site = site_folder()
    ended = await sandbox.run(
        [
            sys.executable,
            "-I",
            "-S",
            probe_child.__file__,
            str(site),
            str(path),
            container.demuxer,
            ",".join(CODECS),
            str(limits.max_audio_s),
            str(BUDGET_S),
        ],
        limits,
        reads=[site, Path(probe_child.__file__), path, Path(sys.prefix), Path(sys.base_prefix)],
    )
    if ended.status == 1:
        raise sandbox.Unstartable(ended.errors)
    # Any other status, a signal among them, is the file's doing.
    if ended.status != 0:
        raise sandbox.unreadable(ended)
    return _judge(json.loads(ended.output), container, limits)


def _judge(found: Any, container: Container, limits: Limits) -> Sound:
    audio = found["audio"]
    if found["streams"] > limits.max_streams:
        raise MediaRefused("media_too_many_streams")
    if audio is None:
        raise MediaRefused("media_no_audio")
    if audio["codec"] not in CODECS:
        raise MediaRefused("media_unknown_type")
    rate, channels = int(audio["rate"]), int(audio["channels"])
    if rate < 1 or channels < 1:
        raise MediaRefused("media_damaged")
    if channels > limits.max_channels:
        raise MediaRefused("media_too_many_streams")
    promises = container not in {MP3, WAV}
    header_s = audio["header_s"] or 0.0
    packets_s = audio.get("packets_s", 0.0)
    if packets_s > limits.max_audio_s or (promises and header_s > limits.max_audio_s):
        raise limits.too_long()
    promised = audio["stream_s"] if promises else None
    if promised is not None and not math.isfinite(promised):
        promised = None
    return Sound(rate, channels, str(audio["layout"]), promised)
