"""Where a request stands, in one message that is edited: left out whenever Discord has no time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import discord
import structlog

from bot.discord import writing
from bot.discord.away import Away
from bot.discord.rates import Lane, Rates
from bot.discord.sending import NETWORK, broken, limited, place, reference, refused
from bot.discord.session import Session
from handlers.edge import Address, Button, Unreachable

log = structlog.get_logger(__name__)

EVERY_S = 2.0
#: A change that takes longer is given up: the next is due.
PATIENCE_S = 5.0
#: Discord shows "is typing" for ten seconds.
TYPING_EVERY_S = 5.0
#: Stands for the interaction's own answer, where no message of ours can be.
ORIGINAL = "@original"


class StatusBoard:
    """Shows and clears the status message."""

    def __init__(
        self,
        client: Callable[[], Session],
        account: str,
        away: Away,
        posts: Rates,
        overall: Lane,
    ) -> None:
        self._client = client
        self.account = account
        self._away = away
        self._posts = posts
        self._edits = Rates(overall=overall)
        self._overall = overall
        self._typed: dict[int, float] = {}

    async def show(
        self, address: Address, shown: str | None, words: str, button: Button
    ) -> str | None:
        """Show the words and the button; returns the message's id."""
        rates = self._posts if shown is None else self._edits
        if not rates.take(address.thread or address.channel):
            return shown
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._show(address, shown, words, button)
        except discord.NotFound:
            return None  # somebody took it away: the next one is a new message
        except Exception as error:
            log.debug("a status was left out", reason=type(error).__name__)
            return shown

    async def clear(self, address: Address, shown: str) -> None:
        """Take the message away; it may be gone already."""
        await self._overall.acquire()  # type: ignore[no-untyped-call]
        try:
            if shown == ORIGINAL:
                hook = await self._away.of(address.turn_id)
                if hook is not None:
                    await hook.webhook.delete_message(ORIGINAL)  # type: ignore[arg-type]
            else:
                await self._client().http.delete_message(place(address), int(shown))
        except (discord.NotFound, discord.Forbidden):
            return
        except discord.HTTPException as error:
            reason = refused(error, 0)
            if isinstance(reason, Unreachable):
                raise reason from error
        except discord.RateLimited as error:
            raise limited(error) from error
        except NETWORK as error:
            raise broken(error) from error

    async def busy(self, address: Address) -> None:
        """Show that the bot is typing: Discord knows nothing finer."""
        now = time.monotonic()
        self._typed = {
            channel: at for channel, at in self._typed.items() if now - at < TYPING_EVERY_S
        }
        try:
            channel = place(address)
            if channel in self._typed or await self._away.of(address.turn_id) is not None:
                return
            if not self._overall.try_acquire():
                return
            self._typed[channel] = now
            async with asyncio.timeout(PATIENCE_S):
                await self._client().http.send_typing(channel)
        except Exception as error:
            log.debug("typing was left out", reason=type(error).__name__)

    async def _show(
        self, address: Address, shown: str | None, words: str, button: Button
    ) -> str | None:
        view = writing.view(address.turn_id, (button,))
        options: dict[str, Any] = {} if view is None else {"view": view}
        options["allowed_mentions"] = discord.AllowedMentions.none()
        options["content"] = words[:2000]
        hook = await self._away.of(address.turn_id)
        if hook is not None:
            await hook.webhook.edit_message(ORIGINAL, **options)  # type: ignore[call-overload]
            return ORIGINAL
        if self._away.knows(address.turn_id):
            return None
        http = self._client().http
        if shown is not None:
            with discord.http.handle_message_parameters(**options) as params:
                await http.edit_message(place(address), int(shown), params=params)
            return shown
        if address.reply_to.isdigit():
            options["message_reference"] = reference(address)
        # The same nonce after a restart: Discord answers with the message that is there already.
        options["nonce"] = writing.nonce(self.account, address.key, mark="s")
        options["flags"] = discord.MessageFlags(suppress_notifications=True)
        with discord.http.handle_message_parameters(**options) as params:
            message = await http.send_message(place(address), params=params)
        return str(message["id"])
