"""Who runs a group, remembered for a few minutes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog
from telegram import Bot

log = structlog.get_logger(__name__)

FRESH_S = 300.0
#: How long a message waits for the answer: it goes on being awaited, for the messages after it.
PATIENCE_S = 2.0
#: So many answers are remembered before the stale ones are dropped.
KNOWN = 1024


class Admins:
    """Asks Telegram, and remembers what it said. ``clock`` is in seconds.

    It is asked for all admins of a chat at once: of a single member it only surely tells bots
    that are admins themselves.
    """

    def __init__(self, bot: Bot, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._clock = clock
        self._known: dict[int, tuple[frozenset[int], float]] = {}
        #: Look-ups on their way, and when each began.
        self._asking: dict[int, tuple[asyncio.Task[None], float]] = {}

    async def has(self, chat: int, user: int) -> bool:
        """Whether the user may change how the bot behaves there. In doubt, no."""
        if not self._fresh(chat):
            await self._wait(chat)
        return self._fresh(chat) and user in self._known[chat][0]

    async def close(self) -> None:
        """Give up on answers that are still awaited."""
        tasks = [task for task, _ in self._asking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _fresh(self, chat: int) -> bool:
        return chat in self._known and self._known[chat][1] > self._clock()

    async def _wait(self, chat: int) -> None:
        """Wait for the answer, the one already on its way if there is one, but not for long.

        The wait counts from when it was asked: many messages wait no longer than one.
        """
        if chat not in self._asking:
            task = asyncio.create_task(self._ask(chat))
            task.add_done_callback(lambda _: self._asking.pop(chat, None))
            self._asking[chat] = task, self._clock()
        task, since = self._asking[chat]
        left = max(0.0, since + PATIENCE_S - self._clock())
        if not (await asyncio.wait({task}, timeout=left))[0]:
            log.warning("it is not known yet who is an admin", chat=chat)

    async def _ask(self, chat: int) -> None:
        try:
            members = await self._bot.get_chat_administrators(chat, read_timeout=15)
        except Exception as error:
            log.warning("it is not known who is an admin", chat=chat, reason=type(error).__name__)
        else:
            self._keep(chat, frozenset(member.user.id for member in members))

    def _keep(self, chat: int, admins: frozenset[int]) -> None:
        now = self._clock()
        if len(self._known) >= KNOWN:
            self._known = {key: each for key, each in self._known.items() if each[1] > now}
            if len(self._known) >= KNOWN:
                self._known.clear()
        self._known[chat] = admins, now + FRESH_S
