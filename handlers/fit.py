"""Making a part fit into what a platform lets into one message: split, never cut short.

Words go out in several messages, files over the limit are encoded smaller, then in several
pieces, and what cannot be made smaller is said.
"""

from __future__ import annotations

import asyncio
import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import ffmpeg
import imageio_ffmpeg
import structlog

from engines.blobs import BlobStore
from handlers.edge import Capacity, File, Part
from handlers.phrases import say

log = structlog.get_logger(__name__)

MB = 1 << 20
#: Opus carries speech down to here (RFC 6716, section 2.1.1: 6 kbit/s; 12 still sounds fair).
LEAST_BITS, MOST_BITS = 12_000, 64_000
#: How much of the limit the audio itself may take: the container and the rate's swings need some.
SHARE = 0.9
#: An hour is encoded in about half a minute on one core.
LONGEST_S = 600.0
#: Where words may be cut, the best first: paragraphs, lines, sentences, words.
SEAMS = ("\n\n", "\n", ". ", "? ", "! ", "。", " ")
#: A piece cut at a seam that leaves it shorter than this share of the room is not worth it.
LEAST_FILLED = 0.3


async def fitted(
    part: Part,
    capacity: Capacity,
    blobs: BlobStore,
    scratch: Path,
    locale: str,
    limit: int | None = None,
) -> list[Part]:
    """The part as messages that fit, in order; ``limit`` overrides the capacity's ``file_bytes``.

    Buttons stay with the last message of the words.
    """
    limit = min(limit or capacity.file_bytes, capacity.file_bytes)
    if part.files and any(file.size > limit for file in part.files):
        parts: list[Part] = []
        for number, file in enumerate(part.files):
            words = part.text if number == 0 else ""
            buttons = part.buttons if number == 0 else ()
            one = replace(part, text=words, files=(file,), buttons=buttons)
            parts += await _smaller(one, limit, blobs, scratch, locale)
        return [piece for each in parts for piece in _laid_out(each, capacity)]
    return list(_laid_out(part, capacity))


def _laid_out(part: Part, capacity: Capacity) -> Iterator[Part]:
    if not part.files:
        *before, last = split(part.text, capacity.text, capacity.units)
        yield from (Part("text", words) for words in before)
        yield replace(part, text=last)
        return
    bare = part.kind == "video_note" or (part.kind == "voice" and capacity.bare_voice)
    if bare or length(part.text, capacity.units) > capacity.caption:
        if part.text:
            yield from _laid_out(Part("text", part.text, buttons=part.buttons), capacity)
        part = replace(part, text="", buttons=())
    for start in range(0, len(part.files), capacity.album):
        album = part.files[start : start + capacity.album]
        first = start == 0
        yield replace(
            part,
            files=album,
            text=part.text if first else "",
            buttons=part.buttons if first else (),
        )


def length(text: str, units: str) -> int:
    """How long a text is for a platform.

    >>> length("a🙂", "characters"), length("a🙂", "utf-16")
    (2, 3)
    """
    return len(text) if units == "characters" else len(text.encode("utf-16-le")) // 2


def split(text: str, room: int, units: str) -> list[str]:
    """The text in pieces of at most ``room``, cut at the best seam there is.

    >>> split("One two. Three four.", 12, "characters")
    ['One two.', 'Three four.']
    """
    pieces = []
    while length(text, units) > room:
        end = _most(text, room, units)
        for seam in SEAMS:
            found = text.rfind(seam, 0, end + len(seam.rstrip(" ")))
            cut = found + len(seam)
            if found >= 0 and end * LEAST_FILLED <= len(text[:cut].rstrip()) <= end:
                break
        else:
            cut = end
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n ")
    return [*pieces, text] if text or not pieces else pieces


def _most(text: str, room: int, units: str) -> int:
    """How many characters of the text fill the room."""
    if units == "characters":
        return room
    filled = 0
    for position, character in enumerate(text):
        filled += 2 if ord(character) > 0xFFFF else 1
        if filled > room:
            return position
    return len(text)


async def _smaller(
    part: Part, limit: int, blobs: BlobStore, scratch: Path, locale: str
) -> Sequence[Part]:
    """A part with one file, in as many and as small as needed."""
    (file,) = part.files
    if file.size <= limit:
        return [part]
    if part.kind in ("voice", "audio") and file.duration_s:
        return await _audio(part, file, limit, blobs, scratch, locale)
    if part.kind == "file" and file.media_type.startswith("text/"):
        return await asyncio.to_thread(_text_file, part, file, limit, blobs, locale)
    told = say("file_too_large_here", locale, limit_mb=max(1, limit // MB))
    log.error("a file is too large for its channel", size=file.size, limit=limit)
    return [Part("text", "\n\n".join(filter(None, (part.text, told))), buttons=part.buttons)]


async def _audio(
    part: Part, file: File, limit: int, blobs: BlobStore, scratch: Path, locale: str
) -> Sequence[Part]:
    seconds = file.duration_s or 0.0
    bits = limit * 8 * SHARE / seconds
    count = 1 if bits >= LEAST_BITS else math.ceil(LEAST_BITS / bits)
    each_s = seconds / count
    bits = min(MOST_BITS, limit * 8 * SHARE / each_s)
    parts = []
    for number in range(count):
        start = number * each_s
        made = await _encoded(blobs, scratch, file, start, each_s, int(bits))
        words = part.text if number == 0 else ""
        if count > 1:
            place = say("file_split", locale, part=number + 1, parts=count)
            words = "\n\n".join(filter(None, (words, place)))
            name = f"{Path(file.name).stem}-{number + 1}.ogg"
            points = len(file.peaks) / count
            peaks = file.peaks[round(number * points) : round((number + 1) * points)]
            made = replace(made, name=name, peaks=peaks)
        buttons = part.buttons if number == count - 1 else ()
        parts.append(replace(part, text=words, files=(made,), buttons=buttons))
    return parts


async def _encoded(
    blobs: BlobStore, scratch: Path, file: File, start: float, seconds: float, bits: int
) -> File:
    """A stretch of a sound of our own making as Ogg/Opus of so many bits a second."""
    await asyncio.to_thread(scratch.mkdir, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        target = Path(folder, "smaller.ogg")
        job = ffmpeg.input(f"file:{blobs.path(file.sha256)}", ss=start, t=seconds).output(
            f"file:{target}", ac=1, vn=None, f="ogg", **{"c:a": "libopus", "b:a": bits}
        )
        argv = job.global_args("-nostdin", "-loglevel", "error").compile(
            cmd=imageio_ffmpeg.get_ffmpeg_exe()
        )
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(LONGEST_S):
                _, errors = await process.communicate()
        except BaseException:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            raise RuntimeError(f"a sound could not be encoded smaller: {errors.decode()[-500:]}")
        return replace(
            file,
            sha256=await asyncio.to_thread(blobs.put_file, target),
            name=f"{Path(file.name).stem}.ogg",
            media_type="audio/ogg",
            size=os.path.getsize(target),  # noqa: PTH202, ASYNC240 (it was just written)
            duration_s=seconds,
        )


def _text_file(part: Part, file: File, limit: int, blobs: BlobStore, locale: str) -> Sequence[Part]:
    """A text file in pieces of whole lines; each is read again from its place, not held at once."""
    chunks: list[bytearray] = [bytearray()]
    with blobs.path(file.sha256).open("rb") as reader:
        for line in reader:
            for at in range(0, len(line), limit):
                piece = line[at : at + limit]
                if len(chunks[-1]) + len(piece) > limit:
                    chunks.append(bytearray())
                chunks[-1] += piece
    stem, suffix = Path(file.name).stem, Path(file.name).suffix
    parts = []
    for number, chunk in enumerate(chunks, start=1):
        one = replace(
            file,
            sha256=blobs.put_bytes(bytes(chunk)),
            name=f"{stem}-{number}{suffix}",
            size=len(chunk),
        )
        place = say("file_split", locale, part=number, parts=len(chunks))
        words = "\n\n".join(filter(None, (part.text if number == 1 else "", place)))
        buttons = part.buttons if number == 1 else ()
        parts.append(replace(part, text=words, files=(one,), buttons=buttons))
    return parts
