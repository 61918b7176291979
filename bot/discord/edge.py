"""One Discord account as a platform: signs in, listens, sends."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import discord
import structlog
from yarl import URL

from bot.discord.attachments import Downloads
from bot.discord.away import Away
from bot.discord.board import EVERY_S, StatusBoard
from bot.discord.clicks import Clicks
from bot.discord.rates import Rates, overall
from bot.discord.reading import PLATFORM
from bot.discord.sending import NETWORK, Sender, limited
from bot.discord.session import Session
from bot.platform import Door, SignInFailed
from engines.blobs import BlobStore
from handlers.edge import Address, Attachment, Button, Capacity, Doing, Part, Unreachable

log = structlog.get_logger(__name__)

NOT_ACCEPTED = (
    "Discord does not accept DISCORD_TOKEN. Copy it again from discord.com/developers/"
    "applications, Bot, Reset Token, into .env."
)
NO_INTENT = (
    "Discord: switch on “Message Content Intent” for this bot at discord.com/developers/"
    "applications, Bot, Privileged Gateway Intents; then start again."
)
#: Between two connections of ours. Discord takes a thousand new sessions a day: even when every
#: one breaks at once, the longest pause stays below that.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 120.0
#: The close codes after which the library gives up, and trying again with the same token would too.
AUTHENTICATION_FAILED = 4004


class Discord:
    """The edge of one bot account. ``settle_s`` is how long servers are waited for at the start."""

    platform = PLATFORM
    buttons = True
    every_s = EVERY_S

    def __init__(
        self,
        token: str,
        blobs: BlobStore,
        *,
        api_url: str | None = None,
        gateway_url: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        settle_s: float = 2.0,
    ) -> None:
        # The library knows these only as constants of the whole process.
        if api_url is not None:
            discord.http.Route.BASE = api_url.rstrip("/")
        if gateway_url is not None:
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
        self._token = token.strip()
        self.account = account_of(self._token)
        self._clock = clock
        self._sleep = sleep
        self._settle_s = settle_s
        self._away = Away(clock)
        self._clicks = Clicks(self.account, self._away)
        self._session = self._new_session()
        self._signing = asyncio.Lock()
        self._closing = asyncio.Event()
        everything = overall()
        self._posts = Rates(overall=everything)
        self._sender = Sender(lambda: self._session, self.account, blobs, self._away)
        self._board = StatusBoard(
            lambda: self._session, self.account, self._away, self._posts, everything
        )
        self._downloads = Downloads(self._message, api_url)

    @property
    def client(self) -> Session:
        """The library's client that is in use now."""
        return self._session

    async def sign_in(self) -> None:
        """Ask Discord who we are."""
        async with self._signing:
            if self._session.signed_in and not self._session.is_closed():
                return
            if self._session.is_closed():
                self._session = self._new_session()
            try:
                await self._session.login(self._token)
            except BaseException as error:
                await self._session.close()
                if not isinstance(error, Exception):
                    raise
                raise _not_signed_in(error) from None
            self._learn(self._session.account)
        flags = self._session.application_flags
        if not (flags.gateway_message_content or flags.gateway_message_content_limited):
            raise SignInFailed(NO_INTENT)

    async def run(self, door: Door) -> None:
        """Take messages in until cancelled."""
        pause = FIRST_PAUSE_S
        while not self._closing.is_set():
            await self.sign_in()
            session = self._session
            session.listen(door)
            try:
                while not (session.is_closed() or self._closing.is_set()):
                    began = self._clock()
                    await self._connect(session)
                    await session.hang_up()
                    if self._clock() - began > LONGEST_PAUSE_S:
                        pause = FIRST_PAUSE_S
                    await self._sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE_S)
            finally:
                await session.deafen()

    async def _connect(self, session: Session) -> None:
        """One stay at the gateway, with all its resumptions."""
        try:
            await session.connect()
        except discord.PrivilegedIntentsRequired:
            raise SignInFailed(NO_INTENT) from None
        except discord.ConnectionClosed as error:
            if error.code == AUTHENTICATION_FAILED:
                raise SignInFailed(NOT_ACCEPTED) from None
            log.exception("Discord closed the gateway for good", code=error.code)
        except Exception:
            # One payload that the library cannot read ends its connection, and only that.
            log.exception("the gateway broke off; connecting anew")

    async def close(self) -> None:
        """Let connections go."""
        self._closing.set()
        await self._session.deafen()
        await self._session.close()
        await self._downloads.close()

    def only(self) -> None:
        """All of the account: there is one process that serves it."""

    def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes of an attachment."""
        return self._downloads.pieces(attachment)

    async def capacity(self, address: Address) -> Capacity:
        """What fits into one message there."""
        return await self._sender.capacity(address)

    async def ready(self, address: Address) -> None:
        """Wait until the channel takes one more message."""
        await self._posts.wait(address.thread or address.channel)

    async def send(self, address: Address, part: Part) -> str:
        """Send one part; returns the message's id, or several with spaces between."""
        await self._signed_in()
        return await self._sender.send(address, part)

    async def show(
        self, address: Address, shown: str | None, words: str, button: Button
    ) -> str | None:
        """Show where a request stands."""
        return await self._board.show(address, shown, words, button)

    async def clear(self, address: Address, shown: str) -> None:
        """Take the status message away."""
        await self._signed_in()
        await self._board.clear(address, shown)

    async def busy(self, address: Address, doing: Doing) -> None:
        """Show for a few seconds that the bot is at it."""
        await self._board.busy(address)

    def _new_session(self) -> Session:
        return Session(self._clicks, clock=self._clock, sleep=self._sleep, settle_s=self._settle_s)

    def _learn(self, account: str) -> None:
        """Discord's own word on who we are, should the token not have told it."""
        self.account = self._clicks.account = account
        self._sender.account = self._board.account = account

    async def _signed_in(self) -> None:
        try:
            await self.sign_in()
        except SignInFailed as error:
            # Somebody has to mend it; until then, what is to be sent is kept.
            raise Unreachable(str(error), 60.0, arrived=False) from None

    async def _message(self, channel_id: int, message_id: int) -> object:
        await self._signed_in()
        return await self._session.http.get_message(channel_id, message_id)


def account_of(token: str) -> str:
    """The bot's user id, which is the first piece of its token; empty if it cannot be read.

    >>> account_of("MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabc.secret"), account_of("secret")
    ('123456789012345678', '')
    """
    first = token.partition(".")[0]
    try:
        account = base64.b64decode(first + "=" * (-len(first) % 4), validate=True).decode()
    except ValueError:  # no base64, or no text in it
        return ""
    return account if account.isdecimal() else ""


def _not_signed_in(error: Exception) -> Exception:
    """Why signing in failed; never with the library's own words, in case they quote the token."""
    if isinstance(error, discord.LoginFailure | ValueError):
        return SignInFailed(NOT_ACCEPTED)
    if isinstance(error, discord.RateLimited):
        return limited(error)
    if isinstance(error, discord.HTTPException):
        if error.status == 401:
            return SignInFailed(NOT_ACCEPTED)
        return Unreachable(f"Discord answers {error.status}", 15.0, arrived=False)
    if isinstance(error, NETWORK):
        return Unreachable(f"Discord cannot be reached: {type(error).__name__}", arrived=False)
    return error
