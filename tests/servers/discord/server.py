"""The server as a test holds it: start it, and be the people on it."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from tests.servers.discord import interactions as clicks
from tests.servers.discord import payloads, world
from tests.servers.discord.api import Api
from tests.servers.discord.callbacks import Callbacks
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.rest import Rest, send_file
from tests.servers.discord.world import Channel, Guild, Message, Role, Upload, User

MESSAGE_CONTENT_FLAG = 1 << 19  # of an application in fewer than 100 servers


class DiscordServer:
    """A small Discord with one bot. ``violations`` lists what a well-mannered bot does not do."""

    def __init__(self) -> None:
        self.ids = world.Snowflakes()
        self.me = User(self.ids.next(), "Earshot", bot=True)
        self.owner = User(self.ids.next(), "Owner")
        first = base64.b64encode(str(self.me.id).encode()).decode().rstrip("=")
        self.token = f"{first}.Gs3cr3t.not-to-be-seen-anywhere"
        self.message_content = True
        self.guilds: list[Guild] = []
        self.channels: dict[int, Channel] = {}
        self.uploads: dict[int, Upload] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: list[dict[str, Any]] = []
        self.published = 0
        self.repeats = 0
        self.violations: list[str] = []
        self.signature = "s1"
        self.files_break = 0
        self.gateway = Gateway(self)
        self.rest = Rest(self)
        self.faults = self.rest.faults
        Api(self, self.rest)
        Callbacks(self, self.rest)
        self._ahead_s = 0.0
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.port = 0

    # running

    async def start(self) -> None:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/cdn/{channel}/{attachment}/{name}", self._file)
        app.router.add_route("*", "/api/v10/{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            self.gateway.cut()
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway/"

    @property
    def application_flags(self) -> int:
        return MESSAGE_CONTENT_FLAG if self.message_content else 0

    def clock(self) -> float:
        return time.monotonic() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Let the interactions grow older."""
        self._ahead_s += seconds

    async def changed(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def wait_for(self, predicate: Callable[[], Any], timeout: float = 10.0) -> Any:
        """Wait until something about the server is so; returns what the predicate gave."""
        async with asyncio.timeout(timeout), self._changed:
            return await self._changed.wait_for(predicate)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return await send_file(self, request)

    # the world

    def user(self, name: str, locale: str = "en-US") -> User:
        return User(self.ids.next(), name, locale=locale)

    def guild(
        self, name: str = "Home", locale: str = "en-US", tier: int = 0, *, has_bot: bool = True
    ) -> Guild:
        guild = Guild(self.ids.next(), name, self.owner, locale, tier, has_bot)
        guild.roles[guild.id] = Role(guild.id, "@everyone", world.EVERYONE)
        guild.members[self.owner.id] = (self.owner, [])
        if has_bot:
            own = Role(self.ids.next(), "Earshot", world.EVERYONE, self.me.id)
            guild.roles[own.id] = own
            guild.members[self.me.id] = (self.me, [own])
        self.guilds.append(guild)
        if has_bot:
            self.gateway.emit("GUILD_CREATE", guild.payload(self.me))
        return guild

    def role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        role = Role(self.ids.next(), name, permissions)
        guild.roles[role.id] = role
        event = {"guild_id": str(guild.id), "role": role.payload()}
        self.gateway.emit("GUILD_ROLE_CREATE", event)
        return role

    def join(self, guild: Guild, user: User, *roles: Role) -> User:
        guild.members[user.id] = (user, list(roles))
        return user

    def channel(self, guild: Guild, name: str = "general", *, denied: int = 0) -> Channel:
        made = Channel(self.ids.next(), world.TEXT, name, guild, denied=denied)
        return self._add(made, "CHANNEL_CREATE")

    def thread(self, parent: Channel, name: str = "thread", *, cached: bool = True) -> Channel:
        made = Channel(self.ids.next(), world.PUBLIC_THREAD, name, parent.guild, parent)
        if not cached:  # the bot was not told of it, as of an archived one
            self.channels[made.id] = made
            return made
        return self._add(made, "THREAD_CREATE")

    def dm(self, *users: User, group: bool = False, has_bot: bool = True) -> Channel:
        people = [*users, self.me] if has_bot and not group else list(users)
        made = Channel(self.ids.next(), world.GROUP_DM if group else world.DM, people=people)
        self.channels[made.id] = made
        return made

    def _add(self, channel: Channel, event: str) -> Channel:
        self.channels[channel.id] = channel
        assert channel.guild is not None
        channel.guild.channels.append(channel)
        if channel.guild.has_bot:
            self.gateway.emit(event, channel.payload())
        return channel

    def guild_of(self, guild_id: int) -> Guild | None:
        return next((guild for guild in self.guilds if guild.id == guild_id), None)

    def command(self, name: str, kind: int = 1) -> dict[str, Any]:
        """A published command."""
        found = [each for each in self.commands if (each["name"], each["type"]) == (name, kind)]
        assert found, f"people see no command {name}"
        return found[0]

    # what people do

    def say(
        self,
        user: User,
        channel: Channel,
        text: str = "",
        *,
        files: Sequence[tuple[str, bytes]] = (),
        reply_to: Message | None = None,
        forwards: Message | None = None,
        kind: int | None = None,
        webhook: bool = False,
    ) -> Message:
        """Write a message."""
        message = Message(self.ids.next(), channel, user, text)
        message.files = [self.upload(name, data, channel) for name, data in files]
        message.reply_to, message.forwarded = reply_to, forwards
        message.kind = kind if kind is not None else (19 if reply_to is not None else 0)
        people = [*self._people(channel), self.me]
        named = {int(each) for each in re.findall(r"<@!?(\d+)>", text)}
        message.mentions = [each for each in dict.fromkeys(people) if each.id in named]
        if channel.guild is not None:
            roles = {int(each) for each in re.findall(r"<@&(\d+)>", text)}
            held = channel.guild.roles.values()
            message.mention_roles = [each for each in held if each.id in roles]
        message.webhook_id = self.ids.next() if webhook else None
        self.post(message)
        return message

    def speak(
        self, user: User, channel: Channel, data: bytes, duration_s: float, points: bytes
    ) -> Message:
        """Send a voice message."""
        upload = self.upload("voice-message.ogg", data, channel)
        upload.media_type, upload.duration_s = "audio/ogg", duration_s
        upload.waveform = base64.b64encode(points).decode()
        message = Message(self.ids.next(), channel, user, files=[upload], flags=world.VOICE_FLAG)
        self.post(message)
        return message

    def remove(self, message: Message) -> None:
        """Delete a message."""
        message.deleted = True
        self.emit_deletion(message)

    def slash(
        self,
        user: User,
        channel: Channel,
        command: str,
        /,
        *,
        user_install: bool = False,
        **options: Any,
    ) -> Interaction:
        """Run a slash command; an option may be an :class:`~.world.Upload`."""
        data = clicks.slash_data(self, command, options)
        return self._click(clicks.COMMAND, user, channel, data, user_install=user_install)

    def entry(
        self, user: User, message: Message, name: str, *, user_install: bool = False
    ) -> Interaction:
        """Choose an entry of a message's own menu."""
        data = clicks.entry_data(self, name, message)
        return self._click(clicks.COMMAND, user, message.channel, data, user_install=user_install)

    def press(self, user: User, message: Message, label: str) -> Interaction:
        """Press a button under a message."""
        button = next(each for each in message.buttons if each["label"] == label)
        data = {"custom_id": button["custom_id"], "component_type": 2}
        return self._click(clicks.COMPONENT, user, message.channel, data, message=message)

    def upload(self, name: str, data: bytes, channel: Channel) -> Upload:
        upload = Upload(self.ids.next(), name, data, channel_id=channel.id)
        self.uploads[upload.id] = upload
        return upload

    def expire_links(self) -> None:
        """Every link to a file given out before stops working."""
        self.signature = f"s{int(self.signature[1:]) + 1}"

    # what follows from it

    def post(self, message: Message) -> None:
        message.channel.messages.append(message)
        if message.channel.bot_is_here:
            payload = self.message_payload(message)
            guild = message.channel.guild
            if guild is not None:
                payload["guild_id"] = str(guild.id)
                if message.author.id in guild.members and message.webhook_id is None:
                    payload["member"] = guild.member(message.author, with_user=False)
            self.gateway.emit("MESSAGE_CREATE", payload)

    def emit_deletion(self, message: Message) -> None:
        event = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if message.channel.guild is not None:
            event["guild_id"] = str(message.channel.guild.id)
        self.gateway.emit("MESSAGE_DELETE", event)

    def _click(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: dict[str, Any],
        *,
        user_install: bool = False,
        message: Message | None = None,
    ) -> Interaction:
        number = self.ids.next()
        click = Interaction(
            number, f"token{number}", kind, user, channel, self.clock(), message, user_install
        )
        self.interactions[click.token] = click
        self.gateway.emit("INTERACTION_CREATE", clicks.of_server(self, click, data))
        return click

    def _people(self, channel: Channel) -> list[User]:
        if channel.guild is None:
            return channel.people
        return [user for user, _ in channel.guild.members.values()]

    def file_payload(self, upload: Upload) -> dict[str, Any]:
        return payloads.of_file(self, upload)

    def message_payload(self, message: Message) -> dict[str, Any]:
        return payloads.of_message(self, message)
