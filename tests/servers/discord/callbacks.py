"""The bot's answers to clicks: in three seconds, then by the interaction's own webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord import rules, world
from tests.servers.discord.api import change, made, watch_mentions
from tests.servers.discord.rest import Call, Rest
from tests.servers.discord.rules import Refused
from tests.servers.discord.world import Message

if TYPE_CHECKING:
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.server import DiscordServer

DEADLINE_S, TOKEN_S = 3.0, 900.0
#: What an app that only its user installed may say after its first answer.
FOLLOW_UPS = 5


class Callbacks:
    """The handlers of those routes."""

    def __init__(self, server: DiscordServer, rest: Rest) -> None:
        self.server = server
        routes = {
            ("POST", "/interactions/{}/{}/callback"): self.callback,
            ("POST", "/webhooks/{}/{}"): self.follow_up,
            ("GET", "/webhooks/{}/{}/messages/{}"): self.get_follow_up,
            ("PATCH", "/webhooks/{}/{}/messages/{}"): self.edit_follow_up,
            ("DELETE", "/webhooks/{}/{}/messages/{}"): self.delete_follow_up,
        }
        for (method, path), handler in routes.items():
            rest.route(method, path, handler)

    async def callback(self, call: Call) -> Any:
        server = self.server
        found = server.interactions.get(call.ids[1])
        if found is None or server.clock() - found.made_at > DEADLINE_S:
            raise Refused(404, 10062, "Unknown interaction")
        if found.answered:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        found.answered = True
        found.answered_after_s = server.clock() - found.made_at
        kind, data = call.body["type"], call.body.get("data") or {}
        if kind in (4, 5):
            answer = Call(call.method, call.path, call.ids, call.query, data, call.files)
            if kind == 4:
                rules.check_message(data, call.files, 10 << 20)
                watch_mentions(self.server, answer)
            found.original = made(self.server, found.channel, answer)
            found.original.only_for = found.user if data.get("flags", 0) & 64 else None
            if kind == 5:
                found.original.flags |= world.LOADING
            found.messages.append(found.original)
        elif kind == 6:
            found.original = found.message
        told = {
            "id": str(found.id),
            "type": found.kind,
            "response_message_loading": kind == 5,
            "response_message_ephemeral": bool(data.get("flags", 0) & 64),
        }
        if found.original is not None:
            told["response_message_id"] = str(found.original.id)
        return {"interaction": told}

    async def follow_up(self, call: Call) -> Any:
        found = self._interaction(call)
        if not found.answered:
            raise Refused(404, 10015, "Unknown Webhook")
        if call.body.get("flags", 0) & world.VOICE_FLAG:
            raise rules.invalid("flags", "Invalid flags.")
        rules.check_message(call.body, call.files, found.file_limit)
        watch_mentions(self.server, call)
        if found.by_user_install:
            found.follow_ups += 1
            if found.follow_ups > FOLLOW_UPS:
                raise Refused(400, 40094, "This interaction has reached its follow-up limit")
        message = made(self.server, found.channel, call)
        message.webhook_id = self.server.me.id
        if found.original is not None and found.original.flags & world.LOADING:
            message.id = found.original.id  # the first one takes the place of "thinking"
            message.only_for = found.original.only_for
            found.messages.remove(found.original)
            found.original = message
        elif call.body.get("flags", 0) & world.EPHEMERAL:
            message.only_for = found.user
        found.messages.append(message)
        if message.only_for is None:
            self.server.post(message)
        return self.server.message_payload(message)

    async def get_follow_up(self, call: Call) -> Any:
        return self.server.message_payload(self._followed(call))

    async def edit_follow_up(self, call: Call) -> Any:
        message = self._followed(call)
        change(self.server, message, call)
        message.flags &= ~world.LOADING
        return self.server.message_payload(message)

    async def delete_follow_up(self, call: Call) -> Any:
        self._followed(call).deleted = True

    def _interaction(self, call: Call) -> Interaction:
        found = self.server.interactions.get(call.ids[1])
        if found is None or self.server.clock() - found.made_at > TOKEN_S:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return found

    def _followed(self, call: Call) -> Message:
        found = self._interaction(call)
        wanted = found.original if call.ids[2] == "@original" else None
        if wanted is None and call.ids[2] != "@original":
            wanted = next((each for each in found.messages if str(each.id) == call.ids[2]), None)
        if wanted is None or wanted.deleted:
            raise Refused(404, 10008, "Unknown Message")
        return wanted
