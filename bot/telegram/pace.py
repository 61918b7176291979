"""The platform's rates: one message a second in a chat, 20 a minute in a group, 30 a second in all.

Every chat waits for itself only: one that Telegram holds never keeps another waiting. What is only
progress does not wait at all: it is shown when there is room, and left out when there is none.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from asyncio_throttle.throttler import Throttler

#: So many chats are remembered before those at rest are dropped.
CHATS = 256


@dataclass(frozen=True, slots=True)
class Rates:
    """How much in how many seconds.

    The spans are a little longer than the platform's: messages do not arrive there as evenly as
    they leave here. For the same reason a group gets one less than its 20, and the 30 a second are
    dealt out in eighths of one. ``spare`` is what progress leaves free of a group's minute for the
    replies.
    """

    overall: int = 3
    overall_s: float = 0.125
    chat_s: float = 1.05
    group: int = 19
    group_s: float = 61.0
    spare: int = 8


class Slots(Throttler):
    """A throttler that can also be asked without waiting, and serves in the order of asking."""

    def __init__(self, rate_limit: int, period: float) -> None:
        super().__init__(rate_limit, period, min(0.25, period / 20))
        # Who waits for a slot looks for it again and again: one at a time is enough.
        self._first = asyncio.Lock()

    async def acquire(self) -> None:
        """Wait for a slot, and use it up."""
        async with self._first:
            await super().acquire()  # type: ignore[no-untyped-call]

    def free(self) -> int:
        """How many slots there are now."""
        self.flush()  # type: ignore[no-untyped-call]
        return int(self.rate_limit - len(self._task_logs))

    def take(self) -> None:
        """Use one up, whether or not there was one."""
        self._task_logs.append(time.monotonic())


@dataclass(slots=True)
class _Chat:
    second: Slots
    minute: Slots | None
    held_until: float = 0.0
    waiting: int = field(default=0)

    def held_s(self) -> float:
        return self.held_until - time.monotonic()

    def at_rest(self) -> bool:
        return (
            not self.waiting
            and self.held_s() <= 0
            and self.second.free() == self.second.rate_limit
            and (self.minute is None or self.minute.free() == self.minute.rate_limit)
        )


class Pace:
    """When the next message may go into which chat."""

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates or Rates()
        self._overall = Slots(self._rates.overall, self._rates.overall_s)
        self._chats: dict[str, _Chat] = {}
        self._sweep_at = CHATS

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    async def ready(self, channel: str) -> None:
        """Wait until one more message may go there."""
        chat = self._chat(channel)
        chat.waiting += 1
        try:
            await _rest(chat)
            # The longest wait first: a slot of the second would be stale after it.
            if chat.minute is not None:
                await chat.minute.acquire()
            await chat.second.acquire()
            await self._overall.acquire()
            await _rest(chat)
        finally:
            chat.waiting -= 1

    async def room(self, channel: str, messages: int) -> None:
        """Wait until so many more may go there at once: an album counts as its messages."""
        chat = self._chat(channel)
        chat.waiting += 1
        try:
            for _ in range(messages):
                if chat.minute is not None:
                    await chat.minute.acquire()
                await self._overall.acquire()
        finally:
            chat.waiting -= 1

    def offer(self, channel: str) -> bool:
        """Take a slot if there is one that no reply will want; never waits."""
        chat = self._chat(channel)
        if self.held(channel) or chat.waiting or not chat.second.free():
            return False
        if self._overall.free() < 2:
            return False
        if chat.minute is not None:
            if chat.minute.free() <= self._rates.spare:
                return False
            chat.minute.take()
        chat.second.take()
        self._overall.take()
        return True

    def hold(self, channel: str, seconds: float) -> None:
        """Nothing goes there for so long: Telegram said so."""
        chat = self._chat(channel)
        chat.held_until = max(chat.held_until, time.monotonic() + seconds)

    def held(self, channel: str) -> bool:
        """Whether Telegram wants nothing there now."""
        chat = self._chats.get(channel)
        return chat is not None and chat.held_s() > 0

    def _chat(self, channel: str) -> _Chat:
        chat = self._chats.get(channel)
        if chat is None:
            if len(self._chats) >= self._sweep_at:
                self._chats = {key: one for key, one in self._chats.items() if not one.at_rest()}
                self._sweep_at = max(CHATS, 2 * len(self._chats))
            rates = self._rates
            group = channel.startswith("-")
            chat = _Chat(
                Slots(1, rates.chat_s), Slots(rates.group, rates.group_s) if group else None
            )
            self._chats[channel] = chat
        return chat


async def _rest(chat: _Chat) -> None:
    seconds = chat.held_s()
    if seconds > 0:
        await asyncio.sleep(seconds)
        await _rest(chat)  # it may have been held anew
