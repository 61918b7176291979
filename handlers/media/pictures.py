"""How large a picture says it is, from its header, before anything decodes it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from handlers.media.kinds import MediaRefused

MAX_SEGMENTS = 4096
"""JPEG segments looked through before the one with the dimensions; real files have a dozen."""


def dimensions(path: Path, container: str) -> tuple[int, int]:
    """Width and height in pixels of the ``png``, ``jpeg`` or ``webp`` file at ``path``.

    Raises:
        MediaRefused: ``media_damaged``, where the header is cut short or says nonsense.

    """
    readers = {"png": _png, "jpeg": _jpeg, "webp": _webp}
    with path.open("rb") as file:
        width, height = readers[container](file)
    if width < 1 or height < 1:
        raise MediaRefused("media_damaged")
    return width, height


def _take(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise MediaRefused("media_damaged")
    return data


def _png(file: BinaryIO) -> tuple[int, int]:
    head = _take(file, 24)
    if head[12:16] != b"IHDR":
        raise MediaRefused("media_damaged")
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _jpeg(file: BinaryIO) -> tuple[int, int]:
    file.seek(2)
    for _ in range(MAX_SEGMENTS):
        mark = _take(file, 2)
        while mark[1] == 0xFF:
            mark = mark[1:] + _take(file, 1)
        if mark[0] != 0xFF or mark[1] in {0xD9, 0xDA}:
            break
        if mark[1] == 0x01 or 0xD0 <= mark[1] <= 0xD8:
            continue
        length = int.from_bytes(_take(file, 2), "big")
        if 0xC0 <= mark[1] <= 0xCF and mark[1] not in {0xC4, 0xC8, 0xCC}:
            body = _take(file, 5)
            return int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
        file.seek(max(length - 2, 0), 1)
    raise MediaRefused("media_damaged")


def _webp(file: BinaryIO) -> tuple[int, int]:
    head = _take(file, 30)
    kind, body = head[12:16], head[20:]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = body[6:8], body[8:10]
        return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF
    raise MediaRefused("media_damaged")
