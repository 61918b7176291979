"""What each request of the bot does to the small world."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.servers.discord import rules, world
from tests.servers.discord.rest import Call, Rest, may_send
from tests.servers.discord.rules import Refused
from tests.servers.discord.world import Channel, Message

if TYPE_CHECKING:
    from tests.servers.discord.server import DiscordServer

#: How long Discord remembers a nonce: "the past few minutes".
NONCE_S = 180.0


class Api:
    """The handlers of the REST routes."""

    def __init__(self, server: DiscordServer, rest: Rest) -> None:
        self.server = server
        routes = {
            ("GET", "/users/@me"): self.me,
            ("GET", "/oauth2/applications/@me"): self.application,
            ("GET", "/applications/@me"): self.application,
            ("GET", "/channels/{}"): self.channel,
            ("GET", "/channels/{}/messages"): self.history,
            ("POST", "/channels/{}/messages"): self.create,
            ("GET", "/channels/{}/messages/{}"): self.get,
            ("PATCH", "/channels/{}/messages/{}"): self.edit,
            ("DELETE", "/channels/{}/messages/{}"): self.delete,
            ("POST", "/channels/{}/typing"): self.typing,
            ("GET", "/guilds/{}/members/{}"): self.member,
            ("GET", "/guilds/{}/roles"): self.roles,
            ("GET", "/applications/{}/commands"): self.commands,
            ("PUT", "/applications/{}/commands"): self.overwrite_commands,
        }
        for (method, path), handler in routes.items():
            rest.route(method, path, handler)

    async def me(self, call: Call) -> Any:
        return self.server.me.payload() | {"verified": True, "mfa_enabled": False, "flags": 0}

    async def application(self, call: Call) -> Any:
        server = self.server
        return {
            "id": str(server.me.id),
            "name": "Earshot",
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": server.owner.payload(),
            "verify_key": "00",
            "flags": server.application_flags,
            "team": None,
        }

    # channels and messages

    async def channel(self, call: Call) -> Any:
        channel = self._channel(call)
        rules.need(channel, self.server.me)
        return channel.payload()

    async def history(self, call: Call) -> Any:
        channel = self._channel(call)
        rules.need(channel, self.server.me, world.READ_HISTORY)
        limit = int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise rules.invalid("limit", "Must be between 1 and 100.")
        found = channel.shown
        if "after" in call.query:
            found = [each for each in found if each.id > int(call.query["after"])][:limit]
        elif "before" in call.query:
            found = [each for each in found if each.id < int(call.query["before"])][-limit:]
        elif "around" in call.query:
            middle = int(call.query["around"])
            found = sorted(found, key=lambda each: abs(each.id - middle))[:limit]
            found.sort(key=lambda each: each.id)
        else:
            found = found[-limit:]
        return [self.server.message_payload(each) for each in reversed(found)]

    async def create(self, call: Call) -> Any:
        server, channel = self.server, self._channel(call)
        may_send(channel, server, call)
        limit = 10 << 20 if channel.guild is None else channel.guild.file_limit
        rules.check_message(call.body, call.files, limit)
        watch_mentions(self.server, call)
        nonce = call.body.get("nonce")
        if nonce is not None and call.body.get("enforce_nonce"):
            for each in reversed(channel.messages):
                fresh = time.time() - each.made_at < NONCE_S
                if each.nonce == nonce and each.author is server.me and fresh:
                    server.repeats += 1
                    return server.message_payload(each)
        message = made(self.server, channel, call)
        self._refer(message, call)
        server.post(message)
        return server.message_payload(message)

    async def get(self, call: Call) -> Any:
        message = self._found(call)
        rules.need(message.channel, self.server.me, world.READ_HISTORY)
        return self.server.message_payload(message)

    async def edit(self, call: Call) -> Any:
        message = self._found(call)
        if message.author is not self.server.me:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        if message.is_voice:
            raise Refused(400, 50162, "Voice messages cannot be edited.")
        change(self.server, message, call)
        return self.server.message_payload(message)

    async def delete(self, call: Call) -> Any:
        message = self._found(call)
        if message.author is not self.server.me:
            raise Refused(403, 50013, "Missing Permissions")
        message.deleted = True
        self.server.emit_deletion(message)

    async def typing(self, call: Call) -> Any:
        channel = self._channel(call)
        rules.need(channel, self.server.me)
        channel.typed += 1

    async def member(self, call: Call) -> Any:
        guild = self.server.guild_of(int(call.ids[0]))
        user_id = int(call.ids[1])
        if guild is None or not guild.has_bot:
            raise Refused(404, 10004, "Unknown Guild")
        if user_id not in guild.members:
            raise Refused(404, 10007, "Unknown Member")
        return guild.member(guild.members[user_id][0])

    async def roles(self, call: Call) -> Any:
        guild = self.server.guild_of(int(call.ids[0]))
        if guild is None:
            raise Refused(404, 10004, "Unknown Guild")
        return [role.payload() for role in guild.roles.values()]

    # commands

    async def commands(self, call: Call) -> Any:
        return self.server.commands

    async def overwrite_commands(self, call: Call) -> Any:
        rules.check_commands(call.body)
        server = self.server
        server.published += 1
        server.commands = [
            {
                **each,
                "id": str(server.ids.next()),
                "application_id": str(server.me.id),
                "version": str(server.ids.next()),
                "description": each.get("description", ""),
            }
            for each in call.body
        ]
        return server.commands

    # pieces

    def _channel(self, call: Call) -> Channel:
        channel = self.server.channels.get(int(call.ids[0]))
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        return channel

    def _found(self, call: Call) -> Message:
        channel = self._channel(call)
        for message in channel.shown:
            if message.id == int(call.ids[1]):
                return message
        raise Refused(404, 10008, "Unknown Message")

    def _refer(self, message: Message, call: Call) -> None:
        reference = call.body.get("message_reference")
        if reference is None:
            return
        wanted = int(reference["message_id"])
        for each in message.channel.shown:
            if each.id == wanted:
                message.reply_to, message.kind = each, 19
                return
        if reference.get("fail_if_not_exists", True):
            raise rules.invalid("message_reference", "Unknown message")


def made(server: DiscordServer, channel: Channel, call: Call) -> Message:
    message = Message(
        id=server.ids.next(),
        channel=channel,
        author=server.me,
        text=call.body.get("content") or "",
        files=call.files,
        flags=call.body.get("flags") or 0,
        nonce=call.body.get("nonce"),
        components=call.body.get("components") or [],
        request=call.body,
    )
    for file in call.files:
        file.channel_id = channel.id
        server.uploads[file.id] = file
    return message


def change(server: DiscordServer, message: Message, call: Call) -> None:
    rules.check_message({"content": message.text or "…"} | call.body, call.files, 10 << 20)
    watch_mentions(server, call)
    message.before.append(message.text)
    message.text = call.body.get("content", message.text) or ""
    message.components = call.body.get("components", message.components) or []


def watch_mentions(server: DiscordServer, call: Call) -> None:
    if not rules.mentions_nobody(call.body):
        server.violations.append(f"{call.method} {call.path} may mention people")
