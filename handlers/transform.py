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
from handlers.media import Limits, prepare, receive

#: Conversions run side by side, but leave the machine to the loop.
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Transformed:
    """The outcome for one attachment: a row for ``assets``, or why there is none."""

    attachment: Attachment
    asset: Json | None = None
    refusal: Refusal | None = None


class Transform:
    """Fetches attachments from their platform and converts them, within ``limits``."""

    def __init__(self, blobs: BlobStore, limits: Limits, scratch: Path) -> None:
        self._blobs = blobs
        self._limits = limits
        self._scratch = scratch
        self._places = asyncio.Semaphore(AT_ONCE)

    async def attachments(
        self, edge: Edge, attachments: Sequence[Attachment]
    ) -> Sequence[Transformed]:
        """Each attachment as an asset or a refusal, in order."""
        return await asyncio.gather(*(self._one(edge, each) for each in attachments))

    async def _one(self, edge: Edge, attachment: Attachment) -> Transformed:
        self._scratch.mkdir(parents=True, exist_ok=True)
        async with self._places:
            with tempfile.TemporaryDirectory(dir=self._scratch) as name:
                try:
                    return Transformed(attachment, await self._asset(edge, attachment, Path(name)))
                except Refusal as refusal:
                    return Transformed(attachment, refusal=refusal)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    return Transformed(attachment, refusal=Refusal("disk_full"))

    async def _asset(self, edge: Edge, attachment: Attachment, folder: Path) -> Json:
        await asyncio.to_thread(self._blobs.require_room, attachment.size or 0)
        received = await receive(edge.open(attachment), self._limits, folder)
        # Kept before it is read: what was sent must not be lost by what it turns out to be.
        original = await asyncio.to_thread(self._blobs.put_file, received.path)
        prepared = await prepare(received.path, self._limits, folder)
        return {
            "modality": prepared.modality,
            "name": attachment.name,
            "media_type": prepared.media_type,
            "sha256": await asyncio.to_thread(self._blobs.put_file, prepared.path),
            "original": original,
            "duration_s": prepared.duration_s,
        }
