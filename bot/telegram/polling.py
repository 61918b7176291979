"""Fetching updates: the next ones are asked for only when the last ones are committed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.platform import Door
from bot.telegram.account import Account, Flooded
from bot.telegram.reading import PLATFORM
from bot.telegram.taking import ALLOWED, Taker

log = structlog.get_logger(__name__)

#: Before an update that failed is tried again, and again.
RETRY_S = (0.5, 2.0)
#: Before Telegram is asked again after it could not be reached: the first and the longest pause.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0

Sleep = Callable[[float], Awaitable[None]]


class Poller:
    """Takes updates in, batch by batch. ``sleep`` is asyncio's, but in tests."""

    def __init__(
        self, account: Account, taker: Taker, door: Door, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._account = account
        self._taker = taker
        self._door = door
        self._sleep = sleep
        #: The first update not yet taken in; what lies before it may be forgotten upstream.
        self._next: int | None = None

    async def run(self) -> None:
        """Poll until cancelled."""
        cursor = await self._door.cursor(PLATFORM, self._account.id)
        self._next = int(cursor) if cursor is not None else None
        pause = FIRST_PAUSE_S
        while True:
            try:
                batch = await self._account.updates(self._next, ALLOWED)
            except InvalidToken:
                raise
            except TelegramError as error:
                pause = await self._wait(error, pause)
                continue
            pause = FIRST_PAUSE_S
            for raw in batch:
                await self._take(raw)
            if last := max(map(_number, batch), default=0):
                await self._reached(last + 1)

    async def _take(self, raw: Mapping[str, Any]) -> None:
        """Take one in; what fails is tried again, and left behind after the last try."""
        while not await self._taker.take(raw):
            failures = self._taker.failures(_number(raw))
            await self._sleep(RETRY_S[min(failures, len(RETRY_S)) - 1])
            await self._taker.require_store(_number(raw))

    async def _reached(self, number: int) -> None:
        await self._door.reached(PLATFORM, self._account.id, str(number))
        self._next = number

    async def _wait(self, error: TelegramError, pause: float) -> float:
        """Wait after a failed call; returns how long to wait the next time."""
        reason = self._account.blotted(error)
        if isinstance(error, Flooded):
            log.warning("Telegram wants to be asked less", again_in_s=error.after_s)
            await self._sleep(error.after_s)
            return pause
        if isinstance(error, Conflict):
            log.error("another process takes this bot's messages", reason=reason)
            pause = max(pause, 5.0)
        else:
            log.warning("Telegram cannot be reached", reason=reason, again_in_s=pause)
        await self._sleep(pause)
        return min(2 * pause, LONGEST_PAUSE_S)


def _number(raw: Mapping[str, Any]) -> int:
    number = raw.get("update_id")
    return number if isinstance(number, int) else 0
