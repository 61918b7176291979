"""Fetching updates: the next ones are asked for only when the last ones are committed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
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
#: Two processes that poll for one bot end each other's calls: asked at once, they would go on so
#: without a pause. It is said now and then only, for it may last.
CONFLICT_PAUSE_S, CONFLICT_SAID_EVERY_S = 5.0, 600.0
#: Before Telegram is asked again after it could not be reached: the first and the longest pause.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0

Sleep = Callable[[float], Awaitable[None]]


class Poller:
    """Takes updates in, batch by batch. ``sleep`` is asyncio's, but in tests."""

    def __init__(
        self,
        account: Account,
        taker: Taker,
        door: Door,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._taker = taker
        self._door = door
        self._sleep = sleep
        self._clock = clock
        self._conflict_said: float | None = None
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
            await self._take_all(batch)
            if last := max(map(_number, batch), default=0):
                await self._reached(last + 1)

    async def _take_all(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """Take a batch in; raises when one of them could not be, after all the others were."""
        # Not an update's own number: those before it may belong to other chats, and wait there.
        begin = min(filter(None, map(_number, batch)), default=0)
        outcomes = await asyncio.gather(
            *(self._taker.in_order(raw, partial(self._take, raw, begin)) for raw in batch),
            return_exceptions=True,
        )
        for outcome in outcomes:
            if outcome is not None:
                raise outcome

    async def _take(self, raw: Mapping[str, Any], begin: int) -> None:
        """Take one in; what fails is tried again, and left behind after the last try."""
        while not await self._taker.take(raw):
            failures = self._taker.failures(_number(raw))
            await self._sleep(RETRY_S[min(failures, len(RETRY_S)) - 1])
            await self._taker.require_store(_number(raw), begin)

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
            self._say_conflict(reason)
            pause = max(pause, CONFLICT_PAUSE_S)
        else:
            log.warning("Telegram cannot be reached", reason=reason, again_in_s=pause)
        await self._sleep(pause)
        return min(2 * pause, LONGEST_PAUSE_S)

    def _say_conflict(self, reason: str) -> None:
        now = self._clock()
        if self._conflict_said is None or now - self._conflict_said >= CONFLICT_SAID_EVERY_S:
            self._conflict_said = now
            log.error(
                "another process takes this bot's messages",
                advice="stop it, or give each process a bot and a TELEGRAM_TOKEN of its own",
                reason=reason,
            )


def _number(raw: Mapping[str, Any]) -> int:
    number = raw.get("update_id")
    return number if isinstance(number, int) else 0
