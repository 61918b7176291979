"""The console as a platform: files are paths, a reply is printed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from pathlib import Path

from engines.blobs import BlobStore
from engines.kinds import Refusal
from handlers.edge import Address, Attachment, Capacity, Incoming, Part

PIECE = 1 << 18


class Console:
    """The edge of one console process. ``show`` gets each part and the paths of its files."""

    platform = "console"
    account = "local"
    buttons = False

    def __init__(
        self,
        blobs: BlobStore | None = None,
        replies: Path | None = None,
        show: Callable[[Address, Part, Sequence[Path]], None] = lambda *_: None,
        channel: str | None = None,
    ) -> None:
        self._blobs = blobs
        self._replies = replies
        self._show = show
        self._channel = channel
        #: The turns whose replies this process prints, where it has no channel of its own.
        self.turns: set[int] = set()

    def only(self) -> tuple[str, Collection[int]]:
        """What this process asked, and all of its channel if it has one."""
        return self._channel or "", self.turns

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The file's bytes."""
        try:
            file = await asyncio.to_thread(Path(attachment.reference).open, "rb")
        except OSError as error:
            raise Refusal("attachment_gone", name=attachment.name) from error
        with file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece

    async def capacity(self, _address: Address) -> Capacity:
        """Whatever there is."""
        return Capacity(text=sys.maxsize, caption=sys.maxsize, file_bytes=sys.maxsize)

    async def ready(self, _address: Address) -> None:
        """A console is always ready."""

    async def send(self, address: Address, part: Part) -> str:
        """Print a part; its files get a place and names that people can use."""
        paths = []
        if self._blobs is not None and self._replies is not None:
            folder = self._replies / str(address.turn_id)
            for file in part.files:
                blob = self._blobs.path(file.sha256)
                paths.append(await asyncio.to_thread(place, blob, folder, file.name))
        self._show(address, part, paths)
        return address.key


def place(blob: Path, folder: Path, name: str) -> Path:
    """Put a file of the blob store into a folder under its own name, and return its path there."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / Path(name).name
    number = 1
    while target.exists() and not target.samefile(blob):
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    if not target.exists():
        try:
            os.link(blob, target)
        except OSError:  # another file system, or one without links
            shutil.copyfile(blob, target)
    return target


def incoming(
    text: str, files: list[Path], *, channel: str, update_id: str, author: str
) -> Incoming:
    """What was typed, as a message. A recording without words is a voice note."""
    return Incoming(
        platform=Console.platform,
        account=Console.account,
        update_id=update_id,
        channel=channel,
        author_id=author,
        author_name=author,
        text=text,
        private=True,
        admin=True,
        locale=os.environ.get("LANG", ""),
        attachments=tuple(
            Attachment(path.name, str(path.absolute()), voice=not text.strip()) for path in files
        ),
    )
