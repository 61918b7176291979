"""A whole service for the crash test, with an edge that writes each part it sends to a file.

Run as ``python -m tests.crash.service LOG``; it serves until it is killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot import logs
from bot.app import running
from bot.settings import Settings
from handlers.edge import Address, Attachment, Capacity, Part

#: A platform takes a moment: replies are out for so long when the service may be killed.
NETWORK_S = 0.1


class Recorder:
    """An edge without idempotency: every part that arrives is one line, on disk at once."""

    platform = "recorder"
    account = "one"
    buttons = True

    def __init__(self, log: Path) -> None:
        self._log = log.open("ab", buffering=0)

    async def capacity(self, _address: Address) -> Capacity:
        return Capacity(text=4000, caption=1000, file_bytes=1 << 30)

    async def ready(self, _address: Address) -> None:
        """Always."""

    def only(self) -> None:
        """All of it."""

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        yield await asyncio.to_thread(Path(attachment.reference).read_bytes)

    async def send(self, address: Address, part: Part) -> str:
        line = {"key": address.key, "again": address.again, "kind": part.kind, "text": part.text}
        await asyncio.sleep(NETWORK_S)
        self._log.write(json.dumps(line).encode() + b"\n")
        os.fsync(self._log.fileno())
        return address.key


async def serve(log: Path) -> None:
    settings = Settings()
    logs.set_up("WARNING", settings.secrets())
    async with running(settings, [Recorder(log)], modules=["tests.rehearsal"]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
