"""Messages on their way to the door: live ones, and those that came while nobody listened.

Discord replays nothing to a new session, so every channel is read on from its cursor first; live
messages of that channel wait meanwhile, and the door knows a message that it has had before. While
its past cannot be read, live ones are only noted: they are then read with the rest of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import aiohttp
import discord
import structlog

from bot.discord.lanes import Cursors, Lanes
from bot.discord.reading import PLATFORM, Reader
from bot.platform import Door
from handlers.edge import Incoming

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
#: How many channels are read on at a time, how often one is tried, and the longest queue of live
#: messages: beyond it, the channel is read on from its cursor instead.
READERS, TRIES, LONGEST_LANE = 4, 8, 500
CURSORS_EVERY_S = 5.0

#: What goes wrong at Discord or on the way there, and not here: it passes.
ELSEWHERE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)

#: What does not pass: the channel is gone, or not ours to read any more.
CLOSED = (discord.NotFound, discord.Forbidden, discord.InvalidData)

Sleep = Callable[[float], Awaitable[None]]
T = TypeVar("T")


class Arrivals:
    """Everything that arrives in one run of the gateway."""

    def __init__(
        self,
        client: discord.Client,
        door: Door,
        account: str,
        *,
        clock: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        self._client = client
        self._door = door
        self._account = account
        self._sleep = sleep
        self._reader = Reader(client)
        self._cursors = Cursors(door, PLATFORM, account, clock, CURSORS_EVERY_S)
        self._lanes = Lanes()
        self._few = asyncio.Semaphore(READERS)
        #: Channels that wait for being read on, and those of which that went wrong.
        self._behind: set[int] = set()
        self._broken: set[int] = set()
        self._taken = 0
        self._sessions = 0
        #: Where private chats that nobody knew of are read from: the last message that was taken in
        #: before this session, anywhere. None until that is known.
        self._newest: int | None = None
        #: Such chats that spoke up before it was, by their message.
        self._strangers: dict[int, int] = {}

    def hold(self) -> None:
        """A new session begins: no cursor may move before :meth:`catch_up` has seen it."""
        self._sessions += 1
        self._newest = None
        self._lanes.hold()

    def put(self, message: discord.Message) -> None:
        """A live message."""
        channel = message.channel.id
        if isinstance(message.channel, discord.DMChannel) and not self._cursors.at(channel):
            # Discord lists no private chats: one that began while we were away is only known by
            # its next message. What came before that is read first.
            self._strangers.setdefault(channel, message.id)
            self._meet_strangers()
        if channel in self._broken or self._lanes.waiting(channel) >= LONGEST_LANE:
            self._read_on(channel, first=False)
            return
        self._lanes.put(channel, partial(self._take, message))

    async def catch_up(self) -> None:
        """Read every channel on from where we were, then let live messages in."""
        session = self._sessions
        self._reader.forget()
        known = await self._retried(self._cursors.load)
        newest = self._newest = max(known.values(), default=0)
        self._meet_strangers()
        seen: set[int] = set()
        for guild in self._client.guilds:
            channels: list[discord.TextChannel | discord.VoiceChannel | discord.Thread] = [
                *guild.text_channels,
                *guild.voice_channels,
                *guild.threads,
            ]
            for channel in channels:
                seen.add(channel.id)
                last = channel.last_message_id or 0
                # What was made after our last message was made while we were away: read all of it.
                cursor = known.get(channel.id, channel.id - 1 if channel.id > newest > 0 else last)
                self._cursors.begin(channel.id, cursor or channel.id)
                if last > self._cursors.at(channel.id):
                    self._read_on(channel.id, first=True)
        # Private chats, archived threads, or channels that are gone: only asking tells.
        for channel_id in known.keys() - seen:
            self._read_on(channel_id, first=True)
        if session == self._sessions:  # else the next session has begun, and catches up itself
            self._lanes.go()
        await self._retried(self._cursors.flush)

    def _meet_strangers(self) -> None:
        if self._newest is not None:
            for channel, message in self._strangers.items():
                self._cursors.begin(channel, self._newest or message - 1)
                if self._newest:  # else we never were anywhere before
                    self._read_on(channel, first=True)
            self._strangers.clear()

    async def close(self) -> None:
        """Stop, and write down how far we came."""
        await self._lanes.close()
        try:
            await self._cursors.flush()
        except Exception:  # what is not written is read once more, which changes nothing
            log.exception("the cursors were not written")

    def _read_on(self, channel: int, *, first: bool) -> None:
        if first or channel not in self._behind:
            self._behind.add(channel)
            self._lanes.put(channel, partial(self._history, channel), first=first)

    async def _history(self, channel_id: int) -> None:
        """Take in what a channel got since its cursor, however long Discord cannot say what."""
        self._behind.discard(channel_id)
        pause, faults, stuck = FIRST_PAUSE_S, 0, -1
        try:
            while True:
                try:
                    async with self._few:  # but not while it pauses: others can be read then
                        if faults == TRIES:
                            await self._leave_out(channel_id)
                        await self._read_past(channel_id)
                except CLOSED as error:
                    reason = type(error).__name__
                    log.warning("a channel cannot be read", channel=channel_id, reason=reason)
                    return
                except Exception as error:
                    if (at := self._cursors.at(channel_id)) != stuck:  # it has come further
                        pause, faults, stuck = FIRST_PAUSE_S, 0, at
                    if not isinstance(error, ELSEWHERE):
                        faults = faults % TRIES + 1
                    pause = await self._after(error, pause, channel_id)
                else:
                    return
        finally:
            self._broken.discard(channel_id)

    async def _after(self, error: Exception, pause: float, channel_id: int) -> float:
        """Wait after a channel's past could not be read; returns the next pause."""
        self._broken.add(channel_id)
        wait = _pause(error, pause)
        log.warning(
            "a channel's history broke off; its messages wait",
            channel=channel_id,
            again_in_s=wait,
            exc_info=not isinstance(error, ELSEWHERE),
            reason=f"{type(error).__name__}: {error}",
        )
        await self._sleep(wait)
        return min(2 * pause, LONGEST_PAUSE_S)

    async def _read_past(self, channel_id: int) -> None:
        channel = self._client.get_channel(channel_id)
        if channel is None:
            channel = await self._client.fetch_channel(channel_id)
        if isinstance(channel, discord.abc.Messageable):
            after = discord.Object(self._cursors.at(channel_id))
            async for message in channel.history(limit=None, after=after, oldest_first=True):
                await self._take(message)

    async def _leave_out(self, channel_id: int) -> None:
        """Pass over the next message: the library cannot read it, and all others wait for it."""
        after = self._cursors.at(channel_id)
        for raw in await self._client.http.logs_from(channel_id, 1, after=after):
            log.error("a message is left out", channel=channel_id, message=raw["id"])
            await self._cursors.reached(channel_id, int(raw["id"]), stored=False)

    async def _take(self, message: discord.Message) -> None:
        """Hand a message in, however long the door needs, and move the cursor."""
        self._cursors.begin(message.channel.id, message.id - 1)
        try:
            incoming = await self._retried(lambda: self._read(message), ELSEWHERE)
        except Exception:
            log.exception("a message cannot be read", message=message.id)
            incoming = None
        before = self._taken
        pause = FIRST_PAUSE_S
        tried = 0
        while True:
            try:
                await self._hand_in(message, incoming)
            except Exception:
                tried += 1
                # The fault is the message's own when others got through meanwhile.
                if tried >= TRIES and self._taken > before:
                    log.exception("a message was given up", message=message.id)
                    return
                log.exception("a message was not taken in; trying again", again_in_s=pause)
                await self._sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                return

    async def _read(self, message: discord.Message) -> Incoming | None:
        if message.guild is not None and isinstance(message.channel, discord.PartialMessageable):
            try:
                found = await message.guild.fetch_channel(message.channel.id)
            except (discord.NotFound, discord.Forbidden):
                return None
            if isinstance(found, discord.Thread):
                message.channel = found
        return await self._reader.read(message, self._account)

    async def _hand_in(self, message: discord.Message, incoming: Incoming | None) -> None:
        turn = None if incoming is None else await self._door.accept(incoming)
        self._taken += 1
        await self._cursors.reached(message.channel.id, message.id, stored=turn is not None)

    async def _retried(
        self, work: Callable[[], Awaitable[T]], errors: tuple[type[Exception], ...] = (Exception,)
    ) -> T:
        """Do it until it works: what people sent is not given up because a disk was full."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                return await work()
            except errors as error:
                wait = _pause(error, pause)
                log.exception("arriving messages wait; trying again", again_in_s=wait)
                await self._sleep(wait)
                pause = min(2 * pause, LONGEST_PAUSE_S)


def _pause(error: Exception, pause: float) -> float:
    """How long to wait after an error: as long as Discord wants, where it says so."""
    return max(pause, error.retry_after) if isinstance(error, discord.RateLimited) else pause
