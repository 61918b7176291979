"""Parts on their way to a channel, and what Discord's answers mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import discord
import structlog

from bot.discord import writing
from bot.discord.away import Away, Hook
from bot.discord.session import Session
from engines.blobs import BlobStore
from handlers.edge import (
    Address,
    Capacity,
    Part,
    TooLarge,
    Undeliverable,
    Unreachable,
)

log = structlog.get_logger(__name__)

TEXT, ALBUM = 2000, 10
FILE_BYTES = 10 << 20
#: Discord's own numbers for what it does not want.
TOO_LARGE, NO_HISTORY = 40005, 160002
NO_VOICE = (50173, 50013)
BUSY = (20016, 20022, 20026, 20028, 20029, 130000)
NETWORK = (aiohttp.ClientError, TimeoutError, OSError)


class Sender:
    """Sends parts, through the channel or, where the bot is no member, the interaction."""

    def __init__(
        self, client: Callable[[], Session], account: str, blobs: BlobStore, away: Away
    ) -> None:
        self._client = client
        self.account = account
        self._blobs = blobs
        self._away = away

    async def capacity(self, address: Address) -> Capacity:
        """What fits into one message there."""
        hook = await self._away.of(address.turn_id)
        limit = self._file_bytes(address) if hook is None else hook.file_bytes
        return Capacity(text=TEXT, caption=TEXT, file_bytes=limit, bare_voice=True, album=ALBUM)

    async def send(self, address: Address, part: Part) -> str:
        """Send a part; returns the message's id, or several with spaces between."""
        hook = await self._away.of(address.turn_id)
        if hook is None and self._away.knows(address.turn_id):
            raise Undeliverable("the interaction is over, and the bot is not in that channel")
        try:
            if hook is not None:
                return await self._follow_up(hook, address, part)
            return await self._say(address, part)
        except TooLarge:
            if len(part.files) == 1:
                raise
            # Each file fits, as they were made to, and all of them do not: then in two messages,
            # whose nonces are as lasting as the one's would have been.
            half = len(part.files) // 2
            first = replace(part, files=part.files[:half], buttons=())
            rest = replace(part, files=part.files[half:], text="")
            sent = await self.send(replace(address, key=f"{address.key}/1"), first)
            after = replace(address, key=f"{address.key}/2", reply_to="")
            return f"{sent} {await self.send(after, rest)}"

    async def _say(self, address: Address, part: Part) -> str:
        bubble = writing.is_bubble(part)
        reply = address.reply_to.isdigit()
        while True:
            try:
                return await self._post(address, part, bubble=bubble, reply=reply)
            except discord.HTTPException as error:
                if bubble and error.code in NO_VOICE:
                    bubble = False
                elif reply and error.code == NO_HISTORY:
                    reply = False
                else:
                    largest = self._largest(part)
                    raise refused(error, self._file_bytes(address), largest) from error
            except discord.RateLimited as error:
                raise limited(error) from error
            except NETWORK as error:
                raise broken(error) from error

    async def _post(self, address: Address, part: Part, *, bubble: bool, reply: bool) -> str:
        channel = place(address)
        options: dict[str, Any] = {}
        if part.files:
            options["files"] = writing.files(self._blobs, part, bubble=bubble)
        if part.text:
            options["content"] = part.text
        if reply:
            options["message_reference"] = reference(address)
        view = writing.view(address.turn_id, part.buttons)
        if view is not None:
            options["view"] = view
        with discord.http.handle_message_parameters(
            nonce=writing.nonce(self.account, address.key),
            flags=writing.flags(part, bubble=bubble),
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        ) as params:
            # Below the library's `send`, which would keep every view in memory for ever.
            message = await self._client().http.send_message(channel, params=params)
        return str(message["id"])

    async def _follow_up(self, hook: Hook, address: Address, part: Part) -> str:
        options: dict[str, Any] = {}
        view = writing.view(address.turn_id, part.buttons)
        if view is not None:
            options["view"] = view
        if part.files:
            options["files"] = writing.files(self._blobs, part, bubble=False)
        try:
            message = await hook.webhook.send(
                part.text or discord.utils.MISSING,
                allowed_mentions=discord.AllowedMentions.none(),
                suppress_embeds=True,
                wait=True,
                **options,
            )
        except discord.HTTPException as error:
            raise refused(error, hook.file_bytes, self._largest(part)) from error
        except NETWORK as error:
            raise broken(error) from error
        return str(message.id)

    def _largest(self, part: Part) -> int:
        """The size of its largest file, as it lies on the disk: old parts do not say it."""
        paths = (self._blobs.path(file.sha256) for file in part.files)
        return max((path.stat().st_size for path in paths if path.exists()), default=0)

    def _file_bytes(self, address: Address) -> int:
        channel = self._client().get_channel(place(address))
        guild = getattr(channel, "guild", None)
        return FILE_BYTES if guild is None else int(guild.filesize_limit)


def place(address: Address) -> int:
    """The channel or thread, as Discord counts them: a thread is a channel of its own."""
    name = address.thread or address.channel
    if not name.isdigit():
        raise Undeliverable(f"{name!r} is no channel of Discord")
    return int(name)


def reference(address: Address) -> Any:
    """Points to the message that is answered, if it is still there."""
    answered = discord.MessageReference(
        message_id=int(address.reply_to), channel_id=place(address), fail_if_not_exists=False
    )
    return answered.to_message_reference_dict()


def refused(error: discord.HTTPException, file_bytes: int, largest: int = 0) -> Exception:
    """What an answer of Discord's means for delivery. Its text goes along: it holds no secret.

    ``file_bytes`` is what should be let in there, ``largest`` the size of the largest file sent.
    """
    if largest and (error.status == 413 or error.code == TOO_LARGE):
        # Where less is let in than that, the same again must not be tried for ever.
        return TooLarge(file_bytes if largest > file_bytes else largest * 3 // 4)
    if error.status == 429 or error.code in BUSY:
        return Unreachable(f"Discord is busy ({error.status}, {error.code})", 30.0, arrived=False)
    if error.status == 401:
        return Unreachable("Discord does not accept the token", 60.0, arrived=False)
    if error.status >= 500 or error.status == 408:
        return Unreachable(f"Discord answers {error.status}", 5.0)
    return Undeliverable(f"Discord refuses it ({error.status}, {error.code}): {error.text}")


def limited(error: discord.RateLimited) -> Unreachable:
    """Discord wants a longer pause than the library would sleep."""
    return Unreachable("Discord's rate is used up", error.retry_after, arrived=False)


def broken(error: BaseException) -> Unreachable:
    """The connection broke, before the request arrived or after."""
    arrived = not isinstance(error, aiohttp.ClientConnectorError)
    return Unreachable(f"Discord cannot be reached: {type(error).__name__}", arrived=arrived)
