"""What goes into and comes out of media handling: limits, files, and the ways to be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engines.kinds import Refusal

REFUSALS: Mapping[str, tuple[str, ...]] = {
    # The file has no bytes.
    "media_empty": (),
    # More than ``Limits.max_bytes``; seen while streaming, before the rest is fetched.
    "media_too_large": ("limit_mb",),
    # The content is none of the containers of ``sniff.py``, or its sound is in no codec we open.
    "media_unknown_type": (),
    # A sound container that holds no audio stream, such as a silent film.
    "media_no_audio": (),
    # Longer than ``Limits.max_audio_s``, by its header, its packets or its decoded samples.
    "media_too_long": ("limit_minutes",),
    # It cannot be decoded, is cut short, or its header and content contradict each other.
    "media_damaged": (),
    # More streams than ``Limits.max_streams`` or more channels than ``Limits.max_channels``.
    "media_too_many_streams": (),
    # More than ``Limits.max_pixels``, or a side longer than ``Limits.max_source_side_px``.
    "media_picture_too_large": ("limit_megapixels",),
    # Not done within ``Limits.wall_s``.
    "media_timeout": (),
    # Our own disk has no room for the file or what is made of it.
    "disk_full": (),
}
"""Every code that a :class:`MediaRefused` carries, with the names of its facts."""


class MediaRefused(Refusal):
    """A file that will not be taken: ``code`` is a key of :data:`REFUSALS`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a stranger's file is taken, and what handling it may cost.

    ``wall_s`` and ``memory_bytes`` (address space) hold for each child process;
    a picture is scaled down to ``max_side_px`` pixels on its longer side.
    """

    max_bytes: int = 200 << 20
    max_audio_s: float = 2 * 3600
    max_streams: int = 16
    max_channels: int = 64
    max_pixels: int = 50_000_000
    max_source_side_px: int = 30_000
    max_side_px: int = 4096
    wall_s: float = 120
    memory_bytes: int = 1 << 30

    def too_large(self) -> MediaRefused:
        """The refusal of a file of too many bytes."""
        return MediaRefused("media_too_large", limit_mb=self.max_bytes >> 20)

    def too_long(self) -> MediaRefused:
        """The refusal of a recording that lasts too long."""
        return MediaRefused("media_too_long", limit_minutes=round(self.max_audio_s / 60))

    def picture_too_large(self) -> MediaRefused:
        """The refusal of a picture of too many pixels."""
        millions = round(self.max_pixels / 1e6)
        return MediaRefused("media_picture_too_large", limit_megapixels=millions)


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was sent, on disk: ``size`` in bytes, ``sha256`` in hexadecimal."""

    path: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file of our own making that engines may open: WAV (16-bit PCM) or PNG.

    Of a sound, ``duration_s`` is seconds counted in samples, ``rate`` is in Hz (8,000 to 48,000)
    and ``channels`` is 1 or 2; of a picture, ``width`` and ``height`` are pixels. ``container``
    is what the original was: ogg, mp3, wav, flac, mp4, webm, png, jpeg or webp.
    """

    modality: Literal["audio", "image"]
    path: Path
    media_type: str
    container: str
    duration_s: float | None = None
    rate: int | None = None
    channels: int | None = None
    width: int | None = None
    height: int | None = None
