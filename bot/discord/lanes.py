"""Work in order within a channel, and channels side by side; and how far each channel has come."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from bot.platform import Door

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]


class Lanes:
    """One queue for each channel that has something to do. Nothing begins while held."""

    def __init__(self) -> None:
        self._queues: dict[int, deque[Work]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._running: set[int] = set()
        self._open = asyncio.Event()

    def __len__(self) -> int:
        return len(self._queues)

    def hold(self) -> None:
        """Let nothing begin until :meth:`go`."""
        self._open.clear()

    def go(self) -> None:
        """Let the queues run."""
        self._open.set()

    def waiting(self, channel: int) -> int:
        """How much a channel has before it."""
        return len(self._queues.get(channel, ()))

    def put(self, channel: int, work: Work, *, first: bool = False) -> None:
        """Do ``work`` after what the channel has before it, or before all that has not begun."""
        queue = self._queues.setdefault(channel, deque())
        if first:
            queue.insert(1 if channel in self._running else 0, work)
        else:
            queue.append(work)
        if channel not in self._tasks:
            self._tasks[channel] = asyncio.create_task(self._serve(channel, queue))

    async def close(self) -> None:
        """End all, at once."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, channel: int, queue: deque[Work]) -> None:
        try:
            while queue:
                await self._open.wait()
                self._running.add(channel)
                try:
                    await queue[0]()
                except Exception:  # a lane that died would keep its channel's messages for ever
                    log.exception("a message was passed over", channel=channel)
                self._running.discard(channel)
                queue.popleft()
        finally:
            self._running.discard(channel)
            del self._queues[channel], self._tasks[channel]


class Cursors:
    """The last message of each channel that was taken in, here and behind the door.

    What the door did not want is written down every ``every_s`` seconds at most: reading it once
    more after a crash changes nothing.
    """

    def __init__(
        self, door: Door, platform: str, account: str, clock: Callable[[], float], every_s: float
    ) -> None:
        self._door = door
        self._of = platform, account
        self._clock = clock
        self._every_s = every_s
        self._at: dict[int, int] = {}
        self._unwritten: set[int] = set()
        self._written_at = clock()

    async def load(self) -> dict[int, int]:
        """Every channel's cursor."""
        stored = await self._door.channels(*self._of)
        for channel, cursor in stored.items():
            if channel.isdigit() and cursor.isdigit():
                self._at[int(channel)] = max(int(cursor), self.at(int(channel)))
        return dict(self._at)

    def at(self, channel: int) -> int:
        """A channel's cursor; 0 when it has none."""
        return self._at.get(channel, 0)

    def begin(self, channel: int, message_id: int) -> None:
        """Give a channel without a cursor one; it is written with the next that are."""
        if channel not in self._at:
            self._at[channel] = message_id
            self._unwritten.add(channel)

    async def reached(self, channel: int, message_id: int, *, stored: bool) -> None:
        """Move a cursor on; written at once when the message was ``stored``."""
        if message_id > self.at(channel):
            self._at[channel] = message_id
            self._unwritten.add(channel)
        if stored:
            await self._write(channel)
        elif self._clock() - self._written_at >= self._every_s:
            await self.flush()

    async def flush(self) -> None:
        """Write what is only in memory."""
        self._written_at = self._clock()
        for channel in list(self._unwritten):
            await self._write(channel)

    async def _write(self, channel: int) -> None:
        if channel in self._unwritten:
            await self._door.reached(*self._of, str(self._at[channel]), channel=str(channel))
            self._unwritten.discard(channel)
