"""A small Discord, a door that writes down what comes in, and the edge between them."""

from __future__ import annotations

import asyncio
import types
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.discord import Discord
from engines.blobs import BlobStore
from handlers.edge import Address, Incoming, Press
from tests.servers.discord import DiscordServer


class Door:
    """Writes down what comes in, and remembers cursors; ``fail`` makes it refuse some."""

    def __init__(self) -> None:
        self.incoming: list[Incoming] = []
        self.presses: list[Press] = []
        self.cursors: dict[str, str] = {}
        self.writes = 0
        self.turns: dict[str, int] = {}
        self.wants: Callable[[Incoming], bool] = lambda _: True
        self.failures: list[Exception] = []
        self.sentence = "Done."
        self.held = asyncio.Event()
        self.held.set()
        self.changed = asyncio.Condition()

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.incoming]

    async def accept(self, incoming: Incoming) -> int | None:
        await self.held.wait()
        if self.failures:
            raise self.failures.pop(0)
        if incoming.update_id in self.turns:
            return self.turns[incoming.update_id]
        async with self.changed:
            self.incoming.append(incoming)
            self.changed.notify_all()
        if not self.wants(incoming):
            return None
        self.turns[incoming.update_id] = len(self.turns) + 1
        return self.turns[incoming.update_id]

    async def press(self, press: Press) -> str:
        await self.held.wait()
        if self.failures:
            raise self.failures.pop(0)
        async with self.changed:
            self.presses.append(press)
            self.changed.notify_all()
        return self.sentence

    async def cursor(self, platform: str, account: str, channel: str = "") -> str | None:
        return self.cursors.get(channel)

    async def reached(self, platform: str, account: str, cursor: str, channel: str = "") -> None:
        async with self.changed:
            self.writes += 1
            self.cursors[channel] = cursor
            self.changed.notify_all()

    async def channels(self, platform: str, account: str) -> dict[str, str]:
        return dict(self.cursors)

    async def until(self, predicate: Callable[[], Any], timeout: float = 10.0) -> Any:
        async with asyncio.timeout(timeout), self.changed:
            return await self.changed.wait_for(predicate)

    async def one(self) -> Incoming:
        """The only message that came in."""
        await self.until(lambda: self.incoming)
        assert len(self.incoming) == 1
        return self.incoming[0]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The library's own pauses, noted down and hardly waited for."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.02))

    quick = types.SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
    for module in (discord.http, discord.webhook.async_):
        monkeypatch.setattr(module, "asyncio", quick)
    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", lambda _: 0.01)
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    return slept


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    server = DiscordServer()
    await server.start()
    yield server
    await server.stop()
    assert server.violations == []


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", reserve=0)


class Running:
    """Edges that listen, and end with the test."""

    def __init__(self, server: DiscordServer, door: Door, blobs: BlobStore) -> None:
        self._server, self._door, self._blobs = server, door, blobs
        self._started: list[tuple[Discord, asyncio.Task[None]]] = []
        self.slept: list[float] = []

    def edge(self, **options: Any) -> Discord:
        return Discord(
            options.pop("token", self._server.token),
            self._blobs,
            api_url=self._server.api_url,
            gateway_url=self._server.gateway_url,
            clock=self._server.clock,
            sleep=self._sleep,
            settle_s=0.05,
            **options,
        )

    async def __call__(self) -> Discord:
        """An edge that listens and has caught up."""
        edge = self.edge()
        published = self._server.published
        known = "commands" in self._door.cursors
        task = asyncio.create_task(edge.run(self._door))
        self._started.append((edge, task))
        await self._server.wait_for(lambda: self._server.gateway.connected)
        if not known:
            await self._server.wait_for(lambda: self._server.published > published)
            await self._door.until(lambda: "commands" in self._door.cursors)
        return edge

    async def stop(self, edge: Discord) -> None:
        for each, task in list(self._started):
            if each is edge:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                await edge.close()
                self._started.remove((each, task))

    async def stop_all(self) -> None:
        for edge, _ in list(self._started):
            await self.stop(edge)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.02))


@pytest.fixture
async def start(server: DiscordServer, door: Door, blobs: BlobStore) -> AsyncIterator[Running]:
    running = Running(server, door, blobs)
    yield running
    await running.stop_all()


def address(channel: Any, *, turn: int = 1, part: int = 0, reply_to: Any = None) -> Address:
    """Where a part goes, as the outbox would say it."""
    parent = channel.parent
    return Address(
        conversation_id=1,
        channel=str((parent or channel).id),
        thread=str(channel.id) if parent is not None else "",
        turn_id=turn,
        key=f"{turn}.0.{part}",
        reply_to="" if reply_to is None else str(reply_to.id),
    )
