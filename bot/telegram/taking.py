"""Taking updates in: each is read and committed before Telegram is told that it arrived.

Those of one chat go in the order they came, chats go side by side: what one chat needs to have
looked up keeps no other waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.error import TelegramError

from bot.platform import Door
from bot.telegram.account import Account
from bot.telegram.reading import PLATFORM, Reader
from handlers.phrases import say

log = structlog.get_logger(__name__)

#: What Telegram is asked to send. Edited messages are not: what was asked was asked.
ALLOWED = ["message", "callback_query", "my_chat_member"]
#: After so many failures an update is left behind, with a line in the log.
TRIES = 3
#: A button's answer is shown in a small box, or in a larger one that has to be closed.
ANSWER, ANSWER_IN_PASSING = 200, 90
#: Failures of so many updates are remembered.
FAILED = 1024

T = TypeVar("T")


class Taker:
    """Hands updates to the door."""

    def __init__(self, account: Account, reader: Reader, door: Door) -> None:
        self._account = account
        self._reader = reader
        self._door = door
        self._failures: dict[int, int] = {}
        self._answers: set[asyncio.Task[None]] = set()
        #: The end of what was begun last for each chat.
        self._last: dict[int, asyncio.Event] = {}

    async def in_order(self, raw: Mapping[str, Any], work: Callable[[], Awaitable[T]]) -> T:
        """Do ``work`` for an update after all that was begun before it for the same chats."""
        chats = chats_of(raw)
        done = asyncio.Event()
        before = {self._last[chat] for chat in chats if chat in self._last}
        self._last.update(dict.fromkeys(chats, done))
        try:
            for each in before:
                await each.wait()
            return await work()
        finally:
            done.set()
            for chat in chats:
                if self._last[chat] is done:
                    del self._last[chat]

    async def take(self, raw: Mapping[str, Any]) -> bool:
        """Take one update in; False when it failed and is to be tried again."""
        number = raw.get("update_id")
        if not isinstance(number, int):
            log.error("Telegram sent something that is no update")
            return True
        try:
            await self._take(Update.de_json(dict(raw), self._account.bot), number)
        except Exception as error:  # one bad update must not stop the others
            return self._failed(number, error)
        self._failures.pop(number, None)
        return True

    def failures(self, number: int) -> int:
        """How often the update has failed so far."""
        return self._failures.get(number, 0)

    async def require_store(self, number: int, cursor: int, channel: str = "") -> None:
        """Before an update's last try: raise unless anything can be stored at all.

        It may be the database that is away and not the update that is bad. Then nothing is left
        out, for nothing was confirmed, and Telegram sends it all once more. What is stored is
        ``cursor``: before it, everything was taken in.
        """
        if self.failures(number) == TRIES - 1:
            await self._door.reached(PLATFORM, self._account.id, str(cursor), channel)

    async def close(self) -> None:
        """Give up on answers that were not sent yet: nobody looks at those buttons any more."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    def _failed(self, number: int, error: Exception) -> bool:
        failures = self._failures.pop(number, 0) + 1
        reason = self._account.blotted(f"{type(error).__name__}: {error}")
        if failures >= TRIES:
            log.error("an update is left out", update=number, reason=reason)
            return True
        log.warning("an update failed", update=number, tries=failures, reason=reason)
        if len(self._failures) >= FAILED:
            self._failures.clear()
        self._failures[number] = failures
        return False

    async def _take(self, update: Update, number: int) -> None:
        if update.message is not None:
            await self._message(number, update.message)
        elif update.callback_query is not None:
            await self._press(number, update.callback_query)
        elif update.my_chat_member is not None:
            _membership(update.my_chat_member)

    async def _message(self, number: int, message: Message) -> None:
        if message.migrate_to_chat_id is not None:
            old, new = str(message.chat.id), str(message.migrate_to_chat_id)
            log.info("a group became a supergroup: its channel has another id", old=old, new=new)
            await self._door.moved(PLATFORM, self._account.id, old, new)
            return
        incoming = await self._reader.message(number, message)
        if incoming is not None:
            await self._door.accept(incoming)

    async def _press(self, number: int, query: CallbackQuery) -> None:
        press = await self._reader.press(number, query)
        if press is None:
            words = say("pressed_over", query.from_user.language_code or "")
        else:
            words = await self._door.press(press)
        # Not awaited: what is shown to one person must not keep the next update waiting.
        task = asyncio.create_task(self._answer(query.id, words))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, query: str, words: str) -> None:
        if len(words) > ANSWER:
            words = words[: ANSWER - 1] + "…"
        try:
            await self._account.bot.answer_callback_query(
                query, words, show_alert=len(words) > ANSWER_IN_PASSING
            )
        except TelegramError as error:  # too late, mostly: it may be answered for seconds only
            log.info("a button's press was not answered", reason=self._account.blotted(error))


def chats_of(raw: Mapping[str, Any]) -> frozenset[int]:
    """The chats that an update is about, whatever its shape; a group that moves is two.

    >>> sorted(chats_of({"message": {"chat": {"id": -5}, "migrate_to_chat_id": -1005}}))
    [-1005, -5]
    """
    for body in (
        _within(raw, "message"),
        _within(raw, "my_chat_member"),
        _within(_within(raw, "callback_query"), "message"),
    ):
        found = (_within(body, "chat").get("id"), body.get("migrate_to_chat_id"))
        if chats := frozenset(each for each in found if isinstance(each, int)):
            return chats
    return frozenset()


def _within(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = fields.get(name)
    return found if isinstance(found, dict) else {}


def _membership(change: ChatMemberUpdated) -> None:
    log.info(
        "the bot's place in a chat changed",
        chat=change.chat.id,
        was=change.old_chat_member.status,
        is_now=change.new_chat_member.status,
    )
