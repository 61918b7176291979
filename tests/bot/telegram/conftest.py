"""A Bot API server, a door that remembers, and bots that talk to the one and knock at the other."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.telegram import Telegram, Webhook
from engines.blobs import BlobStore
from handlers.edge import Address, File, Incoming, Part, Press
from tests.servers.telegram import Chat, TelegramServer

VOICE = b"OggS" + bytes(24) + b"OpusHead" + bytes(range(200))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (640).to_bytes(4) + (480).to_bytes(4) + bytes(50)


class FakeDoor:
    """Takes in once what it is given; ``on_accept`` may raise first."""

    def __init__(self) -> None:
        self.accepted: list[Incoming] = []
        self.pressed: list[Press] = []
        self.log: list[str] = []
        self.cursors: dict[str, str] = {}
        self.sentence = "Cancelled."
        self.on_accept: Callable[[Incoming], Awaitable[None]] | None = None
        self.on_reached: Callable[[str], Awaitable[None]] | None = None
        self._changed = asyncio.Condition()

    async def accept(self, incoming: Incoming) -> int | None:
        self.log.append(f"accept {incoming.update_id}")
        if self.on_accept is not None:
            await self.on_accept(incoming)
        self.accepted.append(incoming)
        await self._notify()
        return len(self.accepted)

    async def press(self, press: Press) -> str:
        self.log.append(f"press {press.update_id}")
        self.pressed.append(press)
        await self._notify()
        return self.sentence

    async def cursor(self, platform: str, account: str, channel: str = "") -> str | None:
        return self.cursors.get(f"{platform}/{account}/{channel}")

    async def reached(self, platform: str, account: str, cursor: str, channel: str = "") -> None:
        self.log.append(f"reached {cursor}")
        if self.on_reached is not None:
            await self.on_reached(cursor)
        self.cursors[f"{platform}/{account}/{channel}"] = cursor
        await self._notify()

    async def moved(self, platform: str, account: str, old: str, new: str) -> None:
        self.log.append(f"moved {old} to {new}")

    async def channels(self, platform: str, account: str) -> dict[str, str]:
        return {}

    async def until(self, predicate: Callable[[], Any]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(predicate), 10)

    async def next(self) -> Incoming:
        """The first message taken in, waited for and forgotten."""
        await self.until(lambda: self.accepted)
        return self.accepted.pop(0)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


Make = Callable[..., Telegram]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", reserve=0)


async def no_sleep(seconds: float) -> None:
    """Waits for nothing, but lets others run."""
    await asyncio.sleep(0)


@pytest.fixture
async def make(server: TelegramServer, blobs: BlobStore) -> AsyncIterator[Make]:
    """Makes edges of that server's bot."""
    made: list[Telegram] = []

    def make(of: TelegramServer = server, **more: Any) -> Telegram:
        more.setdefault("sleep", no_sleep)
        made.append(Telegram(more.pop("token", of.token), blobs, api_url=of.url, **more))
        return made[-1]

    yield make
    for each in made:
        await each.close()


@pytest.fixture
def edge(make: Make) -> Telegram:
    return make()


@asynccontextmanager
async def running(edge: Telegram, door: FakeDoor) -> AsyncIterator[asyncio.Task[None]]:
    """The edge takes messages in, until the context ends."""
    task = asyncio.create_task(edge.run(door))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)


@pytest.fixture
async def polling(edge: Telegram, door: FakeDoor) -> AsyncIterator[asyncio.Task[None]]:
    async with running(edge, door) as task:
        yield task


def webhook_on(secret: str) -> Webhook:
    """A webhook on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Webhook(f"http://127.0.0.1:{port}/hook", secret, "127.0.0.1", port, "/hook")


def to(chat: Chat, **more: Any) -> Address:
    """The address of a chat."""
    given: dict[str, Any] = {
        "conversation_id": 1,
        "channel": str(chat.id),
        "thread": "",
        "turn_id": 7,
        "key": "7.0.0",
        "private": chat.type == "private",
    }
    return Address(**(given | more))


def file(blobs: BlobStore, data: bytes, name: str, **more: Any) -> File:
    more.setdefault("media_type", "application/octet-stream")
    return File(blobs.put_bytes(data), name, size=len(data), **more)


def voice(blobs: BlobStore, text: str = "", **more: Any) -> Part:
    spoken = file(blobs, VOICE, "reply.ogg", media_type="audio/ogg", duration_s=3.4)
    return Part("voice", text, (spoken,), **more)
