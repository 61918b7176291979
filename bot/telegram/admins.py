"""Who runs a group, remembered for a few minutes."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from telegram import Bot, ChatMember
from telegram.error import TelegramError

log = structlog.get_logger(__name__)

FRESH_S = 300.0
#: So many answers are remembered before the stale ones are dropped.
KNOWN = 1024


class Admins:
    """Asks Telegram, and remembers what it said. ``clock`` is in seconds."""

    def __init__(self, bot: Bot, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._clock = clock
        self._known: dict[tuple[int, int], tuple[bool, float]] = {}

    async def has(self, chat: int, user: int) -> bool:
        """Whether the user may change how the bot behaves there. In doubt, no."""
        now = self._clock()
        known = self._known.get((chat, user))
        if known is not None and known[1] > now:
            return known[0]
        try:
            member = await self._bot.get_chat_member(chat, user, read_timeout=5)
        except TelegramError as error:
            log.warning("it is not known who is an admin", chat=chat, reason=type(error).__name__)
            return False
        admin = member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
        if len(self._known) >= KNOWN:
            self._known = {key: each for key, each in self._known.items() if each[1] > now}
            if len(self._known) >= KNOWN:
                self._known.clear()
        self._known[chat, user] = (admin, now + FRESH_S)
        return admin
