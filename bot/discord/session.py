"""The library's client, told to remember as little as it can."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord
import structlog

from bot.discord.arrivals import Arrivals
from bot.discord.buttons import PressedButton
from bot.discord.clicks import Clicks
from bot.discord.menu import Menu, Phrases
from bot.platform import Door

log = structlog.get_logger(__name__)

#: Longer limits than this are not slept out inside a request: the part is tried again later.
LONGEST_LIMIT_S = 30.0
#: How long a goodbye is waited for.
GOODBYE_S = 3.0


def intents() -> discord.Intents:
    """What the gateway sends us: servers and messages, with their words. Nothing else."""
    return discord.Intents(guilds=True, messages=True, message_content=True)


class Session(discord.Client):
    """One sign-in. Its gateway may come and go; its requests work all the while."""

    def __init__(
        self,
        clicks: Clicks,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        settle_s: float,
    ) -> None:
        # We join no voice channels; the library's warning that it cannot only worries people.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_LIMIT_S,
            guild_ready_timeout=settle_s,
        )
        self.clicks = clicks
        self.signed_in = False
        self._clock = clock
        self._pause = sleep
        self._arrivals: Arrivals | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._door: Door | None = None
        self.tree = Menu(self, clicks)

    @property
    def account(self) -> str:
        """The bot's user id."""
        return "" if self.user is None else str(self.user.id)

    def listen(self, door: Door) -> None:
        """Hand what arrives to ``door`` from now on, over however many connections."""
        self._door = self.clicks.door = door
        self._arrivals = Arrivals(self, door, self.account, clock=self._clock, sleep=self._pause)

    async def hang_up(self) -> None:
        """Let the gateway's connection go; what has arrived is still being taken in."""
        if self.ws is None or not self.ws.open:
            return
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self.ws.close(code=1000)
        except TimeoutError:
            log.debug("Discord did not say goodbye")

    async def deafen(self) -> None:
        """Stop taking in; the requests go on working."""
        self.clicks.door = None
        if self._publishing is not None:
            self._publishing.cancel()
        if self._arrivals is not None:
            await self._arrivals.close()
            self._arrivals = None
        await self.hang_up()

    async def setup_hook(self) -> None:
        """Between signing in and the first event."""
        self.add_dynamic_items(PressedButton)
        await self.tree.set_translator(Phrases())
        self.signed_in = True

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A new session begins. Discord lets one begin every five seconds."""
        if self._arrivals is not None:
            self._arrivals.hold()
        if not initial:
            await self._pause(5.0)

    async def on_message(self, message: discord.Message) -> None:
        """A live message."""
        if self._arrivals is not None:
            self._arrivals.put(message)

    async def on_ready(self) -> None:
        """A new session has begun; a resumed one does not come here: it lost nothing."""
        log.info("connected to Discord", servers=len(self.guilds))
        if self._arrivals is None or self._door is None:
            return
        self._publishing = asyncio.create_task(self._publish(self._door))
        await self._arrivals.catch_up()

    async def _publish(self, door: Door) -> None:
        try:
            await self.tree.publish(door, self.account)
        except Exception:  # the old commands still work; the next session tries again
            log.exception("the commands were not published")
