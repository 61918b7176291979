"""Commands, menu entries and buttons: answered within Discord's three seconds, then handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog

from bot.discord.attachments import described
from bot.discord.away import Away
from bot.discord.reading import PLATFORM, Somebody, files_of, somebody, where
from bot.platform import Door
from handlers.edge import Attachment, Incoming, Press, Request
from handlers.phrases import say

log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]


class Clicks:
    """Takes in what people ask for by clicking."""

    def __init__(self, account: str, away: Away) -> None:
        self.account = account
        self._away = away
        #: Set as long as the gateway runs.
        self.door: Door | None = None

    async def command(
        self,
        interaction: Interaction,
        task: str,
        arguments: Mapping[str, Any],
        attachments: Sequence[discord.Attachment],
    ) -> None:
        """A slash command of a task."""
        await self._ask(
            interaction,
            request=Request(task, arguments),
            # No message carries these files: their link is all there is.
            attachments=described(interaction.channel_id or 0, 0, attachments),
        )

    async def words(self, interaction: Interaction, text: str) -> None:
        """A slash command that stands for words, such as ``/help``."""
        await self._ask(interaction, text=text)

    async def menu(self, interaction: Interaction, task: str, message: discord.Message) -> None:
        """An entry of a message's own menu."""
        ours = message.author.id == interaction.application_id
        speaks = task == "text_to_speech"
        await self._ask(
            interaction,
            request=Request(task, {"text": message.content} if speaks else {}),
            replied=() if ours else files_of(message),
            reply_to=str(message.id),
            replied_by=str(message.author.id),
        )

    async def press(self, interaction: Interaction, action: str, turn_id: int, value: str) -> None:
        """A button under a message of ours."""
        await self._defer(interaction)
        channel, thread, person = self._who_and_where(interaction)
        if not _reaches(interaction):
            # A fresh token for the same place: what the button asks for is sent through it.
            self._away.keep(turn_id, interaction)
        press = Press(
            platform=PLATFORM,
            account=self.account,
            update_id=f"i{interaction.id}",
            channel=channel,
            thread=thread,
            author_id=person.author_id,
            author_name=person.author_name,
            action=action,
            turn_id=turn_id,
            value=value,
            private=_private(interaction),
            locale=str(interaction.locale),
            admin=person.admin,
            belongs=person.belongs,
        )
        try:
            sentence = await self._opened().press(press)
        except Exception:
            log.exception("a press was not taken in", turn=turn_id)
            sentence = say("internal", str(interaction.locale))
        await self._answer(interaction, sentence)

    async def _ask(
        self,
        interaction: Interaction,
        *,
        text: str = "",
        request: Request | None = None,
        attachments: tuple[Attachment, ...] = (),
        replied: tuple[Attachment, ...] = (),
        reply_to: str | None = None,
        replied_by: str = "",
    ) -> None:
        await self._defer(interaction)
        channel, thread, person = self._who_and_where(interaction)
        incoming = Incoming(
            platform=PLATFORM,
            account=self.account,
            update_id=f"i{interaction.id}",
            channel=channel,
            thread=thread,
            author_id=person.author_id,
            author_name=person.author_name,
            text=text,
            reply_to=reply_to,
            attachments=attachments,
            replied=replied,
            replied_by=replied_by,
            addressed="command",
            private=_private(interaction),
            locale=str(interaction.locale),
            admin=person.admin,
            belongs=person.belongs,
            sent_at=interaction.created_at.timestamp(),
            request=request,
        )
        if _reaches(interaction):
            await self._take(interaction, incoming)
            return
        async with self._away.taking:
            turn = await self._take(interaction, incoming)
            if turn is not None:
                self._away.keep(turn, interaction)

    async def _take(self, interaction: Interaction, incoming: Incoming) -> int | None:
        locale = str(interaction.locale)
        try:
            turn = await self._opened().accept(incoming)
        except Exception:
            log.exception("a command was not taken in", interaction=interaction.id)
            await self._answer(interaction, say("internal", locale))
            return None
        await self._answer(interaction, say("not_for_you" if turn is None else "on_it", locale))
        return turn

    def _opened(self) -> Door:
        if self.door is None:
            raise RuntimeError("nobody takes messages in yet")
        return self.door

    async def _defer(self, interaction: Interaction) -> None:
        """Answer within three seconds that something will follow, for this person only.

        Should that fail, what was asked is done all the same: its reply is a message of its own.
        """
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
        except Exception as error:
            log.warning("an interaction was not answered", reason=type(error).__name__)

    async def _answer(self, interaction: Interaction, sentence: str) -> None:
        try:
            if sentence:
                await interaction.edit_original_response(
                    content=sentence, allowed_mentions=discord.AllowedMentions.none()
                )
            else:
                await interaction.delete_original_response()
        except Exception as error:
            log.warning("an interaction's answer was lost", reason=type(error).__name__)

    def _who_and_where(self, interaction: Interaction) -> tuple[str, str, Somebody]:
        place = interaction.channel
        permissions = None if interaction.guild_id is None else interaction.permissions
        channel, thread = where(place, interaction.channel_id or 0)
        private = _private(interaction)
        return channel, thread, somebody(interaction.user, place, permissions, private=private)


def _private(interaction: Interaction) -> bool:
    """Whether it is the person's own chat with the bot.

    Who installed the bot for themselves has its commands in their chats with others, too.
    """
    return interaction.guild_id is None and interaction.context.dm_channel


def _reaches(interaction: Interaction) -> bool:
    """Whether an ordinary message of the bot reaches the place of the interaction."""
    if interaction.guild_id is None:
        return _private(interaction)
    if not interaction.is_guild_integration():
        return False
    may = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    speaks = may.send_messages_in_threads if in_thread else may.send_messages
    return may.view_channel and speaks
