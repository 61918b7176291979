"""Bytes from a platform into a file of our own, under a cap that holds while they stream."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from handlers.media.kinds import Limits, MediaRefused, Received

BUFFER = 1 << 20


async def receive(chunks: AsyncIterable[bytes], limits: Limits, folder: Path) -> Received:
    """Write ``chunks`` to a new file in ``folder``, flushed to the disk.

    The file's name is random and has no suffix: neither the sender's name nor their media type
    is believed. It is removed again when anything goes wrong, cancellation included.

    Raises:
        MediaRefused: ``media_empty``, ``media_too_large`` or ``disk_full``.

    """
    path = new_file(folder, "")
    try:
        return await _stream(chunks, limits, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def new_file(folder: Path, suffix: str) -> Path:
    """Make an empty file with a random name in ``folder`` that only this user may open.

    Raises:
        MediaRefused: ``disk_full``.

    """
    path = folder / f"{secrets.token_hex(16)}{suffix}"
    with disk_errors():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn a full disk, or a quota that is used up, into the refusal ``disk_full``."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise MediaRefused("disk_full") from error
        raise


async def _stream(chunks: AsyncIterable[bytes], limits: Limits, path: Path) -> Received:
    hasher = hashlib.sha256()
    size = 0
    waiting = bytearray()
    async for chunk in chunks:
        size += len(chunk)
        if size > limits.max_bytes:
            raise limits.too_large()
        hasher.update(chunk)
        waiting += chunk
        if len(waiting) >= BUFFER:
            await asyncio.to_thread(_append, path, bytes(waiting))
            waiting.clear()
    if not size:
        raise MediaRefused("media_empty")
    await asyncio.to_thread(_append, path, bytes(waiting), sync=True)
    return Received(path, size, hasher.hexdigest())


def _append(path: Path, data: bytes, *, sync: bool = False) -> None:
    # O_APPEND without O_CREAT: a write still under way when the caller was cancelled cannot
    # bring the file back.
    with disk_errors():
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            if sync:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
