"""What a file is, by its first bytes alone: one container, and with it one demuxer.

A container that is not in this table is never opened. Playlists and manifests (HLS, DASH, SDP,
ffconcat, PLS) are text and match nothing here, whatever their suffix says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handlers.media.kinds import MediaRefused

HEAD = 4096
"""Bytes read from the start of the file, and again from behind an ID3 tag."""


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file: the ``name`` shown, and the one FFmpeg ``demuxer`` that opens it."""

    name: str
    modality: Literal["audio", "image"]
    demuxer: str


OGG = Container("ogg", "audio", "ogg")
MP3 = Container("mp3", "audio", "mp3")
WAV = Container("wav", "audio", "wav")
FLAC = Container("flac", "audio", "flac")
MP4 = Container("mp4", "audio", "mov")
WEBM = Container("webm", "audio", "matroska")
PNG = Container("png", "image", "png_pipe")
JPEG = Container("jpeg", "image", "jpeg_pipe")
WEBP = Container("webp", "image", "webp_pipe")
MOVING_WEBP = Container("webp", "image", "webp_anim")

OGG_CODECS = (
    b"OpusHead",
    b"\x01vorbis",
    b"\x7fFLAC",
    b"Speex   ",
    b"\x80theora",
    b"fishead\0",
)
STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
MPEG1_KBIT = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MPEG2_KBIT = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG1_RATES = (44100, 48000, 32000)


def sniff(path: Path) -> Container:
    """Name the container of the file at ``path``.

    Raises:
        MediaRefused: ``media_empty`` or ``media_unknown_type``.

    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        if not head:
            raise MediaRefused("media_empty")
        found = _by_magic(head)
        if found is None:
            file.seek(_id3_length(head))
            found = _by_frames(file.read(HEAD))
    if found is None:
        raise MediaRefused("media_unknown_type")
    return found


def _by_magic(head: bytes) -> Container | None:
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return (
            MOVING_WEBP if head[12:16] == b"VP8X" and head[20:21] > b"" and head[20] & 2 else WEBP
        )
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"fLaC"):
        return FLAC
    if _is_ogg(head):
        return OGG
    if head[4:8] == b"ftyp" and head[8:12] not in STILL_BRANDS:
        return MP4
    if _is_webm(head):
        return WEBM
    return None


def _is_ogg(head: bytes) -> bool:
    # Version 0, a page that begins a stream, whose only packet names a codec.
    if not head.startswith(b"OggS\0") or len(head) < 28 or not head[5] & 2:
        return False
    packet = head[27 + head[26] :]
    return packet.startswith(OGG_CODECS)


def _is_webm(head: bytes) -> bool:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return False
    at = head.find(b"\x42\x82", 4, 128)
    return at > 0 and head[at + 3 :].startswith((b"webm", b"matroska"))


def _id3_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag at the start, header and footer included; 0 where there is none."""
    if not head.startswith(b"ID3") or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte
    return size + (20 if head[5] & 0x10 else 10)


def _by_frames(data: bytes) -> Container | None:
    if data.startswith(b"fLaC"):
        return FLAC
    # Taggers leave zeros behind the tag, and cutters leave the rest of a frame; three frames in
    # a row are no accident, and one at the very start needs only a second one behind it.
    body = data.lstrip(b"\0")
    for start in range(min(len(body), HEAD // 2)):
        if body[start] == 0xFF and _frames_in_a_row(body, start) >= (2 if start == 0 else 3):
            return MP3
    return None


def _frames_in_a_row(data: bytes, at: int) -> int:
    count = 0
    while count < 3 and (length := _mp3_frame_bytes(data[at : at + 4])):
        count += 1
        at += length
    return count


def _mp3_frame_bytes(header: bytes) -> int:
    """Bytes of the MPEG layer III frame that begins with ``header``; 0 where it begins none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version = header[1] >> 3 & 3
    kbit, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or kbit in {0, 15} or rate == 3:
        return 0
    hertz = MPEG1_RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    bits = (MPEG1_KBIT if version == 3 else MPEG2_KBIT)[kbit - 1] * 1000
    return (144 if version == 3 else 72) * bits // hertz + (header[2] >> 1 & 1)
