"""Telegram as a platform: one bot account, by long polling or by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from telegram import User
from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.platform import Door, SignInFailed
from bot.telegram import files, menu
from bot.telegram.account import Account
from bot.telegram.admins import Admins
from bot.telegram.board import StatusBoard
from bot.telegram.pace import Pace, Rates
from bot.telegram.polling import Poller, Sleep
from bot.telegram.reading import PLATFORM, Reader
from bot.telegram.sending import Sender
from bot.telegram.taking import ALLOWED, Taker
from bot.telegram.webhook import Listener, Webhook
from engines.blobs import BlobStore
from handlers.edge import Address, Attachment, Button, Capacity, Doing, Part, Unreachable

log = structlog.get_logger(__name__)

TOKEN_REFUSED = (
    "Telegram does not accept TELEGRAM_TOKEN. "  # noqa: S105 a sentence
    "Copy it again from @BotFather (/mybots, API Token) into .env."
)


class Telegram:
    """Fulfils :class:`bot.platform.Platform` for the bot of ``token``.

    ``api_url`` is the root of a Bot API server of one's own; ``local`` says that it runs with
    ``--local`` on the same disk, which lifts the cloud's limits of 20 MB down and 50 MB up. A bot
    that was used with the cloud must once call ``logOut`` there before a local server may have it:
    an operator does that by hand, for there is no way back for ten minutes.

    With a ``webhook``, updates are posted to us; without one, they are fetched. Guest messages
    (from chats that the bot has not joined) are not taken in: they can be answered only once, and
    only with text or files that Telegram already has.
    """

    platform = PLATFORM
    buttons = True
    every_s = 3.0

    def __init__(
        self,
        token: str,
        blobs: BlobStore,
        *,
        api_url: str | None = None,
        local: bool = False,
        webhook: Webhook | None = None,
        rates: Rates | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._account = Account(token, api_url, local=local)
        self.account = self._account.id
        self._webhook = webhook
        self._sleep = sleep
        self._pace = Pace(rates)
        self._sender = Sender(self._account, self._pace, blobs, self._moved)
        self._board = StatusBoard(self._account, self._pace)
        self._admins = Admins(self._account.bot)
        #: Set as long as messages are taken in.
        self._door: Door | None = None

    async def sign_in(self) -> None:
        """Ask Telegram who we are, and see to the command menu."""
        me = await self._me()
        await menu.offer(self._account.bot)
        log.info("signed in to Telegram", bot=me.username, account=self.account)
        if not me.can_join_groups:
            log.warning("the bot may not join groups: see /setjoingroups of @BotFather")

    async def run(self, door: Door) -> None:
        """Take messages in until cancelled."""
        me = await self._me()
        taker = Taker(self._account, Reader(me, self._admins), door)
        self._door = door
        try:
            if self._webhook is None:
                await self._poll(taker, door)
            else:
                await self._listen(taker, self._webhook)
        except TelegramError as error:
            raise self._unreachable(error) from None
        finally:
            self._door = None
            await taker.close()
            await self._admins.close()

    async def close(self) -> None:
        """Let the connections go."""
        await self._account.close()

    def only(self) -> None:
        """All of the account: there is one process that serves it."""

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes of an attachment."""
        async for piece in files.read(self._account, attachment):
            yield piece

    async def capacity(self, address: Address) -> Capacity:
        """What fits into one message."""
        return self._sender.capacity(address)

    async def ready(self, address: Address) -> None:
        """Wait until one more message may go into that chat."""
        await self._pace.ready(address.channel)

    async def send(self, address: Address, part: Part) -> str:
        """Send one part; the ids of an album's messages come joined by spaces."""
        return await self._sender.send(address, part)

    async def show(
        self, address: Address, shown: str | None, words: str, button: Button
    ) -> str | None:
        """Show where a request stands."""
        return await self._board.show(address, shown, words, button)

    async def clear(self, address: Address, shown: str) -> None:
        """Take away what shows it."""
        await self._board.clear(address, shown)

    async def busy(self, address: Address, doing: Doing) -> None:
        """Show for five seconds that the bot is at it."""
        await self._board.busy(address, doing)

    async def _me(self) -> User:
        try:
            return await self._account.me()
        except (InvalidToken, Forbidden):
            raise SignInFailed(TOKEN_REFUSED) from None
        except TelegramError as error:
            raise self._unreachable(error) from None

    async def _moved(self, old: str, new: str) -> None:
        """Have a chat's next replies go to its new id. Telegram also says it in a message."""
        if self._door is None:
            return
        try:
            await self._door.moved(PLATFORM, self.account, old, new)
        except Exception:  # this reply has its new address, and that message is still to come
            log.exception("a chat's new id was not kept", old=old, new=new)

    async def _poll(self, taker: Taker, door: Door) -> None:
        # What was posted to no avail is kept for us: pending updates are never dropped.
        await self._account.bot.delete_webhook(drop_pending_updates=False)
        await Poller(self._account, taker, door, self._sleep).run()

    async def _listen(self, taker: Taker, webhook: Webhook) -> None:
        async with Listener(webhook, taker):
            await self._account.bot.set_webhook(
                webhook.url,
                allowed_updates=ALLOWED,
                drop_pending_updates=False,
                secret_token=webhook.secret,
            )
            await asyncio.Event().wait()

    def _unreachable(self, error: TelegramError) -> Unreachable:
        told = self._account.trouble(error)
        return told if isinstance(told, Unreachable) else Unreachable(str(told))
