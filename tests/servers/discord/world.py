"""What a small Discord knows: people, servers, channels, messages; and how it writes them down."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EPOCH_MS = 1_420_070_400_000

ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_HISTORY = 1 << 16
USE_COMMANDS = 1 << 31
SEND_IN_THREADS = 1 << 38
SEND_VOICE = 1 << 46
EVERYONE = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_HISTORY
    | USE_COMMANDS
    | SEND_IN_THREADS
    | SEND_VOICE
)
ALL = (1 << 51) - 1

TEXT, DM, VOICE, GROUP_DM, PUBLIC_THREAD = 0, 1, 2, 3, 11
VOICE_FLAG, EPHEMERAL, LOADING = 8192, 64, 128


class Snowflakes:
    """Ids that grow, and that tell the time."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        made = (int(time.time() * 1000) - EPOCH_MS) << 22
        self._last = max(self._last + 1, made)
        return self._last


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name.lower(),
            "global_name": None if self.bot else self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
        }


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int
    bot_id: int | None = None

    def payload(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": 0,
            "color": 0,
            "colors": {"primary_color": 0},
            "hoist": False,
            "managed": self.bot_id is not None,
            "mentionable": True,
            "flags": 0,
        }
        if self.bot_id is not None:
            made["tags"] = {"bot_id": str(self.bot_id)}
        return made


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    owner: User
    locale: str = "en-US"
    tier: int = 0
    #: Whether the bot was invited. Where it was not, only its user-installed commands work.
    has_bot: bool = True
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, tuple[User, list[Role]]] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)

    @property
    def file_limit(self) -> int:
        return {2: 50 << 20, 3: 100 << 20}.get(self.tier, 10 << 20)

    def member(self, user: User, *, with_user: bool = True) -> dict[str, Any]:
        roles = self.members[user.id][1] if user.id in self.members else []
        made: dict[str, Any] = {
            "roles": [str(role.id) for role in roles],
            "joined_at": "2024-01-01T00:00:00+00:00",
            "nick": None,
            "avatar": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        if with_user:
            made["user"] = user.payload()
        return made

    def payload(self, me: User) -> dict[str, Any]:
        threads = [each for each in self.channels if each.parent is not None]
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "preferred_locale": self.locale,
            "premium_tier": self.tier,
            "member_count": len(self.members),
            "unavailable": False,
            "large": False,
            "features": ["COMMUNITY"],
            "emojis": [],
            "stickers": [],
            "roles": [role.payload() for role in self.roles.values()],
            "members": [self.member(me)],
            "channels": [each.payload() for each in self.channels if each.parent is None],
            "threads": [each.payload() for each in threads],
            "voice_states": [],
            "presences": [],
        }


@dataclass(eq=False)
class Channel:
    id: int
    kind: int
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    people: list[User] = field(default_factory=list)
    #: What the bot may not do here, whatever its roles say.
    denied: int = 0
    messages: list[Message] = field(default_factory=list)
    typed: int = 0

    @property
    def bot_is_here(self) -> bool:
        if self.guild is not None:
            return self.guild.has_bot
        return self.kind == DM and any(user.bot for user in self.people)

    @property
    def shown(self) -> list[Message]:
        """What people see here now, the bot's words and theirs."""
        return [each for each in self.messages if not each.deleted]

    def permissions(self, user: User) -> int:
        if self.guild is None:
            return ALL
        if user.id == self.guild.owner.id:
            return ALL
        held = 0
        for role in (self.guild.roles[self.guild.id], *self.guild.members[user.id][1]):
            held |= role.permissions
        if held & ADMINISTRATOR:
            held = ALL
        return held & ~self.denied if user.bot else held

    def payload(self) -> dict[str, Any]:
        last = str(self.messages[-1].id) if self.messages else None
        made: dict[str, Any] = {"id": str(self.id), "type": self.kind, "last_message_id": last}
        if self.guild is None:
            made["recipients"] = [each.payload() for each in self.people if not each.bot]
            return made
        parent = None if self.parent is None else str(self.parent.id)
        made |= {
            "guild_id": str(self.guild.id),
            "name": self.name,
            "parent_id": parent,
            "position": 0,
            "permission_overwrites": self._overwrites(),
        }
        if self.parent is not None:
            made |= {
                "owner_id": str(self.guild.owner.id),
                "message_count": len(self.messages),
                "member_count": 2,
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2024-01-01T00:00:00+00:00",
                    "locked": False,
                    "create_timestamp": "2024-01-01T00:00:00+00:00",
                },
            }
        return made

    def _overwrites(self) -> list[dict[str, Any]]:
        if not self.denied or self.guild is None:
            return []
        bots = [role for role in self.guild.roles.values() if role.bot_id is not None]
        return [
            {"id": str(role.id), "type": 0, "allow": "0", "deny": str(self.denied)} for role in bots
        ]


@dataclass(eq=False)
class Upload:
    """A file of a message."""

    id: int
    name: str
    data: bytes
    media_type: str = "application/octet-stream"
    duration_s: float | None = None
    waveform: str | None = None
    #: Where the file lies, should that not be its message's channel (a forwarded one).
    channel_id: int = 0


@dataclass(eq=False)
class Message:
    id: int
    channel: Channel
    author: User
    text: str = ""
    files: list[Upload] = field(default_factory=list)
    flags: int = 0
    kind: int = 0
    nonce: str | None = None
    components: list[dict[str, Any]] = field(default_factory=list)
    reply_to: Message | None = None
    reply_gone: int | None = None
    forwarded: Message | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[Role] = field(default_factory=list)
    webhook_id: int | None = None
    #: Who alone sees it, if not everybody.
    only_for: User | None = None
    #: Its words before each edit.
    before: list[str] = field(default_factory=list)
    deleted: bool = False
    #: What its payload lacks, which no client can then read.
    lacks: tuple[str, ...] = ()
    made_at: float = field(default_factory=time.time)
    #: What came with the request that made it.
    request: dict[str, Any] = field(default_factory=dict)

    @property
    def is_voice(self) -> bool:
        return bool(self.flags & VOICE_FLAG)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.components for button in row["components"]]


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
