"""Discord's messages and people, as the handlers know them."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass

import discord

from bot.discord.attachments import described
from handlers.edge import Addressed, Attachment, Incoming

PLATFORM = "discord"
#: The messages that people write; all others (joins, pins, boosts) are Discord's own.
WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
MEMBERS = 256

Place = discord.abc.Messageable | discord.abc.GuildChannel | discord.abc.PrivateChannel | None


@dataclass(frozen=True, slots=True)
class Somebody:
    """An author and what is theirs in a channel, as both messages and interactions say it."""

    author_id: str
    author_name: str
    admin: bool
    belongs: tuple[str, ...]


def somebody(
    author: discord.User | discord.Member,
    channel: Place,
    permissions: discord.Permissions | None,
    *,
    private: bool,
) -> Somebody:
    """Who writes or clicks; ``permissions`` are theirs there, None outside servers.

    ``private`` is their own chat with the bot: other chats outside servers have more people.
    """
    belongs: list[int] = []
    if isinstance(author, discord.Member):
        category = _category(channel)
        roles = [role.id for role in author.roles if not role.is_default()]
        belongs = [author.guild.id, *([category] if category else []), *roles]
    return Somebody(
        author_id=str(author.id),
        author_name=author.display_name,
        # In a private chat there is nobody else who could decide.
        admin=private
        or (permissions is not None and (permissions.manage_guild or permissions.manage_channels)),
        belongs=tuple(str(each) for each in belongs),
    )


def where(channel: Place, channel_id: int) -> tuple[str, str]:
    """The channel and the thread of a place: a thread is told apart from the channel it hangs on.

    >>> where(None, 7)
    ('7', '')
    """
    if isinstance(channel, discord.Thread):
        return str(channel.parent_id), str(channel.id)
    return str(channel_id), ""


def files_of(message: discord.Message) -> tuple[Attachment, ...]:
    """A message's own files and those of a message that it forwards."""
    own = described(message.channel.id, message.id, message.attachments)
    return (*own, *_forwarded(message))


class Reader:
    """Turns messages into :class:`~handlers.edge.Incoming`."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        #: Authors of messages that were read later: those come without the author's roles.
        self._members: OrderedDict[tuple[int, int], discord.Member | None] = OrderedDict()

    async def read(self, message: discord.Message, account: str) -> Incoming | None:
        """The message, or None when it is none that a person wrote."""
        if message.author.bot or message.webhook_id is not None or message.type not in WRITTEN:
            return None
        if isinstance(message.channel, discord.GroupChannel):
            return None
        answered = await self._answered(message)
        addressed = self._addressed(message, answered)
        author = message.author
        if message.guild is not None and (addressed or message.attachments):
            author = await self._member(message.guild, author)
        permissions = None
        if message.guild is not None:
            permissions = _permissions(author, message.channel)
        # Between two people there is no such channel for a bot: that is always its own.
        private = isinstance(message.channel, discord.DMChannel)
        person = somebody(author, message.channel, permissions, private=private)
        channel, thread = where(message.channel, message.channel.id)
        ours = answered is not None and answered.author.id == self._me
        replied = () if answered is None or ours else files_of(answered)
        return Incoming(
            platform=PLATFORM,
            account=account,
            update_id=str(message.id),
            channel=channel,
            thread=thread,
            author_id=person.author_id,
            author_name=person.author_name,
            text=self._words(message),
            message_id=str(message.id),
            reply_to=_reply_to(message),
            attachments=described(message.channel.id, message.id, message.attachments),
            replied=(*replied, *_forwarded(message)),
            replied_by="" if answered is None else str(answered.author.id),
            addressed=addressed,
            private=private,
            locale=_locale(message.guild),
            admin=person.admin,
            belongs=person.belongs,
            sent_at=message.created_at.timestamp(),
        )

    @property
    def _me(self) -> int:
        return 0 if self._client.user is None else self._client.user.id

    def _names(self, message: discord.Message) -> re.Pattern[str]:
        """How this message may name the bot: its user, or the role that came with it."""
        role = None if message.guild is None else message.guild.self_role
        names = rf"<@!?{self._me}>" + ("" if role is None else rf"|<@&{role.id}>")
        return re.compile(names)

    def _addressed(self, message: discord.Message, answered: discord.Message | None) -> Addressed:
        if message.guild is None:
            return "private"
        if self._names(message).search(message.content):
            return "mention"
        if answered is not None and answered.author.id == self._me:
            return "reply"
        return ""

    def _words(self, message: discord.Message) -> str:
        """The text without the bot's name, and with the names of people instead of numbers."""
        text = self._names(message).sub(" ", message.content)
        for user in message.mentions:
            for name in (f"<@{user.id}>", f"<@!{user.id}>"):
                text = text.replace(name, f"@{user.display_name}")
        return re.sub(r"[ \t]{2,}", " ", text).strip()

    async def _answered(self, message: discord.Message) -> discord.Message | None:
        """The message that this one replies to, if it can still be seen."""
        if not _is_reply(message) or message.reference is None:
            return None
        resolved = message.reference.resolved
        if isinstance(resolved, discord.Message):
            return resolved
        if resolved is not None or message.reference.message_id is None:
            return None
        try:
            return await message.channel.fetch_message(message.reference.message_id)
        except (discord.NotFound, discord.Forbidden):
            return None

    async def _member(
        self, guild: discord.Guild, author: discord.User | discord.Member
    ) -> discord.User | discord.Member:
        """The author with roles: messages that were read later come without them."""
        if isinstance(author, discord.Member):
            return author
        key = guild.id, author.id
        if key not in self._members:
            try:
                self._members[key] = await guild.fetch_member(author.id)
            except (discord.NotFound, discord.Forbidden):  # left since, or we did
                self._members[key] = None
            while len(self._members) > MEMBERS:
                self._members.popitem(last=False)
        return self._members[key] or author

    def forget(self) -> None:
        """Roles change: ask again."""
        self._members.clear()


def _locale(guild: discord.Guild | None) -> str:
    """The server's language, where one was chosen: all others say that they are English."""
    if guild is None or (
        guild.preferred_locale is discord.Locale.american_english
        and "COMMUNITY" not in guild.features
    ):
        return ""
    return str(guild.preferred_locale)


def _category(channel: Place) -> int | None:
    try:
        category = getattr(channel, "category_id", None)
    except discord.ClientException:  # a thread whose parent is not known here
        return None
    return category if isinstance(category, int) else None


def _forwarded(message: discord.Message) -> tuple[Attachment, ...]:
    return tuple(
        each
        for snapshot in message.message_snapshots
        for each in described(message.channel.id, message.id, snapshot.attachments)
    )


def _reply_to(message: discord.Message) -> str | None:
    if not _is_reply(message) or message.reference is None or not message.reference.message_id:
        return None
    return str(message.reference.message_id)


def _is_reply(message: discord.Message) -> bool:
    return message.type is discord.MessageType.reply and message.reference is not None


def _permissions(
    author: discord.User | discord.Member, channel: discord.abc.MessageableChannel
) -> discord.Permissions:
    if not isinstance(author, discord.Member):
        return discord.Permissions.none()
    try:
        return channel.permissions_for(author)
    except discord.ClientException:  # a thread whose parent is not known here
        return author.guild_permissions
