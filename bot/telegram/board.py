"""Showing where a request stands: drafts in private chats, one changing message in groups."""

from __future__ import annotations

import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.telegram.account import Account, Flooded
from bot.telegram.pace import Pace
from bot.telegram.wording import chat_of, keyboard, place, topic_of
from handlers.edge import Address, Button, Doing, Unreachable

log = structlog.get_logger(__name__)

ACTIONS: dict[Doing, ChatAction] = {
    "typing": ChatAction.TYPING,
    "recording": ChatAction.RECORD_VOICE,
    "sending": ChatAction.UPLOAD_VOICE,
}
#: What is late is not worth showing.
TIMEOUT_S = 5.0
#: So many chats that take no drafts are remembered.
REFUSED = 1024


class StatusBoard:
    """Fulfils :class:`handlers.edge.Board` for one bot."""

    def __init__(self, account: Account, pace: Pace) -> None:
        self._account = account
        self._pace = pace
        self._drafts = True
        self._without_drafts: set[str] = set()

    async def show(
        self, address: Address, shown: str | None, words: str, button: Button
    ) -> str | None:
        """Show where a request stands; see :meth:`handlers.edge.Board.show`."""
        try:
            if shown is not None:
                await self._change(address, shown, words, button)
                return shown
            if address.private and await self._drafted(address, words):
                return None
            return await self._begin(address, words, button)
        except TelegramError as error:
            self._quiet(address, error)
            return shown

    async def clear(self, address: Address, shown: str) -> None:
        """Take the message away; whoever took it away before saved us the trouble."""
        try:
            await self._account.bot.delete_message(chat_of(address), int(shown))
        except (BadRequest, Forbidden, ChatMigrated) as error:
            self._quiet(address, error)
        except TelegramError as error:
            self._quiet(address, error)
            told = self._account.trouble(error)
            raise (told if isinstance(told, Unreachable) else Unreachable(str(told))) from None

    async def busy(self, address: Address, doing: Doing) -> None:
        """Show under the chat's name that the bot is at it, which lasts five seconds."""
        if self._pace.held(address.channel):
            return
        try:
            await self._account.bot.send_chat_action(
                chat_of(address),
                ACTIONS[doing],
                message_thread_id=topic_of(address),
                read_timeout=TIMEOUT_S,
            )
        except TelegramError as error:
            self._quiet(address, error)

    async def _drafted(self, address: Address, words: str) -> bool:
        """Show it as a message being written. False where there is no such thing."""
        if not self._drafts or address.channel in self._without_drafts:
            return False
        if self._pace.held(address.channel):
            return True
        try:
            await self._account.bot.send_message_draft(
                chat_of(address),
                address.turn_id or 1,  # never 0; the same number changes the same draft
                f"{words} · /cancel",  # drafts have no buttons
                message_thread_id=topic_of(address),
                read_timeout=TIMEOUT_S,
            )
        except InvalidToken:  # 404: a local server that is older than drafts
            self._drafts = False
            return False
        except BadRequest as error:
            log.info("no drafts here", channel=address.channel, reason=str(error))
            if len(self._without_drafts) >= REFUSED:
                self._without_drafts.clear()
            self._without_drafts.add(address.channel)
            return False
        return True

    async def _begin(self, address: Address, words: str, button: Button) -> str | None:
        if not self._pace.offer(address.channel):
            return None
        message = await self._account.bot.send_message(
            text=words,
            reply_markup=keyboard([button], address.turn_id),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            disable_notification=True,
            **place(address),
        )
        return str(message.message_id)

    async def _change(self, address: Address, shown: str, words: str, button: Button) -> None:
        if not self._pace.offer(address.channel):
            return
        await self._account.bot.edit_message_text(
            words,
            chat_of(address),
            int(shown),
            reply_markup=keyboard([button], address.turn_id),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            read_timeout=TIMEOUT_S,
        )

    def _quiet(self, address: Address, error: TelegramError) -> None:
        """Progress that could not be shown: the reply will come all the same."""
        if isinstance(error, Flooded):
            self._pace.hold(address.channel, error.after_s)
        if "not modified" not in str(error).lower():
            reason = self._account.blotted(error)
            log.info("progress was not shown", channel=address.channel, reason=reason)
