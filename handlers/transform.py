"""T, modality transformation: what came with a message becomes assets that engines can read."""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db.models import Json
from engines.blobs import BlobStore
from engines.kinds import Refusal
from handlers.edge import Attachment, Edge
from handlers.media import Limits, Received, prepare, receive

#: Conversions run side by side, but leave the machine to the loop.
AT_ONCE = 2
#: Files that are fetched at once: most of that is waiting.
FETCHING = 16
#: What is kept of a file's name.
NAME = 200


@dataclass(frozen=True, slots=True)
class Transformed:
    """The outcome for one attachment: a row for ``assets``, or why there is none."""

    attachment: Attachment
    asset: Json | None = None
    refusal: Refusal | None = None
    #: How many bytes came.
    size: int = 0


class Transform:
    """Fetches attachments from their platform and converts them, within ``limits``."""

    def __init__(self, blobs: BlobStore, limits: Limits, scratch: Path) -> None:
        self._blobs = blobs
        self._limits = limits
        self._scratch = scratch
        self._places = asyncio.Semaphore(AT_ONCE)
        self._fetching = asyncio.Semaphore(FETCHING)

    async def attachments(
        self, edge: Edge, attachments: Sequence[Attachment]
    ) -> Sequence[Transformed]:
        """Each attachment as an asset or a refusal, in order."""
        return await asyncio.gather(*(self._one(edge, each) for each in attachments))

    async def _one(self, edge: Edge, attachment: Attachment) -> Transformed:
        self._scratch.mkdir(parents=True, exist_ok=True)
        received: Received | None = None
        with tempfile.TemporaryDirectory(dir=self._scratch) as name:
            folder = Path(name)
            try:
                async with self._fetching:
                    received = await self._fetched(edge, attachment, folder)
                async with self._places:
                    asset = await self._asset(attachment, received, folder)
            except Refusal as refusal:
                size = received.size if received else 0
                return Transformed(attachment, refusal=refusal, size=size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                return Transformed(attachment, refusal=Refusal("disk_full"))
        return Transformed(attachment, asset, size=received.size)

    async def _fetched(self, edge: Edge, attachment: Attachment, folder: Path) -> Received:
        await asyncio.to_thread(self._blobs.require_room, attachment.size or 0)
        if attachment.size is not None and attachment.size > self._limits.max_bytes:
            raise self._limits.too_large()
        return await receive(edge.open(attachment), self._limits, folder)

    async def _asset(self, attachment: Attachment, received: Received, folder: Path) -> Json:
        # Kept before it is read: what was sent must not be lost by what it turns out to be.
        original = await asyncio.to_thread(self._blobs.put_file, received.path)
        prepared = await prepare(received.path, self._limits, folder)
        return {
            "modality": prepared.modality,
            "name": attachment.name[-NAME:],
            "media_type": prepared.media_type,
            "sha256": await asyncio.to_thread(self._blobs.put_file, prepared.path),
            "original": original,
            "duration_s": prepared.duration_s,
        }
