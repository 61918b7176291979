"""Interactions: what people ask for by clicking, as the gateway tells the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.discord.gateway import context_of
from tests.servers.discord.world import ALL, Channel, Guild, Message, Upload, User

if TYPE_CHECKING:
    from tests.servers.discord.server import DiscordServer

COMMAND, COMPONENT = 2, 3
SLASH, MESSAGE_ENTRY = 1, 3
TYPES = {3: str, 4: int, 5: bool, 10: (int, float), 11: Upload}


@dataclass(eq=False)
class Interaction:
    """One click, and what the bot answered to it."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    made_at: float
    message: Message | None = None
    by_user_install: bool = False
    answered: bool = False
    answered_after_s: float | None = None
    original: Message | None = None
    #: Every message that was sent as an answer or a follow-up.
    messages: list[Message] = field(default_factory=list)
    follow_ups: int = 0

    @property
    def file_limit(self) -> int:
        return 10 << 20 if self.channel.guild is None else self.channel.guild.file_limit

    @property
    def words(self) -> str | None:
        """What its own answer says now."""
        return None if self.original is None else self.original.text


def of_server(server: DiscordServer, interaction: Interaction, data: dict[str, Any]) -> Any:
    """The event's payload."""
    channel, user = interaction.channel, interaction.user
    guild: Guild | None = channel.guild
    owners = {"1": str(user.id)} if interaction.by_user_install else {}
    if not interaction.by_user_install:
        owners["0"] = "0" if guild is None else str(guild.id)
    made: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(server.me.id),
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": channel.payload(),
        "locale": user.locale,
        "entitlements": [],
        "attachment_size_limit": interaction.file_limit,
        "authorizing_integration_owners": owners,
        "context": context_of(channel),
        "app_permissions": str(ALL),
        "data": data,
    }
    if guild is not None:
        if guild.has_bot:
            made["app_permissions"] = str(channel.permissions(server.me))
        made |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": guild.member(user) | {"permissions": str(channel.permissions(user))},
        }
    else:
        made["user"] = user.payload()
    if interaction.message is not None:
        made["message"] = server.message_payload(interaction.message)
    return made


def slash_data(server: DiscordServer, name: str, options: dict[str, Any]) -> dict[str, Any]:
    """The data of a slash command, as Discord's own client lets people fill it in."""
    command = server.command(name, SLASH)
    known = {each["name"]: each for each in command.get("options") or []}
    attachments: dict[str, Any] = {}
    filled = []
    for key, value in options.items():
        option = known[key]
        assert isinstance(value, TYPES[option["type"]]), f"{key} takes no {value!r}"
        if option.get("choices"):
            assert value in [each["value"] for each in option["choices"]]
        if "min_value" in option:
            assert option["min_value"] <= value <= option.get("max_value", value)
        if isinstance(value, Upload):
            attachments[str(value.id)] = server.file_payload(value) | {"ephemeral": True}
        said = str(value.id) if isinstance(value, Upload) else value
        filled.append({"name": key, "type": option["type"], "value": said})
    missing = [key for key, each in known.items() if each.get("required") and key not in options]
    assert not missing, f"people cannot leave out {missing}"
    return {
        "id": command["id"],
        "name": name,
        "type": SLASH,
        "options": filled,
        "resolved": {"attachments": attachments},
    }


def entry_data(server: DiscordServer, name: str, message: Message) -> dict[str, Any]:
    """The data of an entry in a message's menu."""
    command = server.command(name, MESSAGE_ENTRY)
    return {
        "id": command["id"],
        "name": name,
        "type": MESSAGE_ENTRY,
        "target_id": str(message.id),
        "resolved": {"messages": {str(message.id): server.message_payload(message)}},
    }
