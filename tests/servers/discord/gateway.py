"""The gateway: sessions over websockets that can be resumed, cut, forgotten, or fed nonsense."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.servers.discord.world import Channel

if TYPE_CHECKING:
    from tests.servers.discord.server import DiscordServer

GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
#: A gateway payload that the library cannot read: a message of no channel.
NONSENSE = {"id": "1", "content": "a message of no channel"}


@dataclass(eq=False)
class Session:
    id: str
    intents: int
    seq: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    socket: Socket | None = None


class Socket:
    """One websocket: compressed if asked to, written to in order."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.request = request
        self.ws = ws
        self._deflate = (
            zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        )
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.writer = asyncio.create_task(self._write())

    def send(self, payload: dict[str, Any]) -> None:
        self._queue.put_nowait(payload)

    def cut(self) -> None:
        """Break the connection as a network does: without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()

    async def _write(self) -> None:
        while True:
            text = json.dumps(await self._queue.get())
            try:
                if self._deflate is None:
                    await self.ws.send_str(text)
                else:
                    data = self._deflate.compress(text.encode())
                    await self.ws.send_bytes(data + self._deflate.flush(zlib.Z_SYNC_FLUSH))
            except (ConnectionError, RuntimeError):
                return


class Gateway:
    """All sessions of the one bot."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        self.resumed = 0
        self.refusing = False

    @property
    def connected(self) -> bool:
        return any(session.socket is not None for session in self.sessions.values())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refusing:
            return web.Response(status=503)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        socket = Socket(request, ws)
        socket.send({"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        session: Session | None = None
        try:
            async for message in ws:
                if message.type is not WSMsgType.TEXT:
                    break
                payload = json.loads(message.data)
                if payload["op"] == 1:
                    socket.send({"op": 11, "d": None, "s": None, "t": None})
                elif payload["op"] == 2:
                    session = await self._identify(socket, payload["d"])
                elif payload["op"] == 6:
                    session = await self._resume(socket, payload["d"])
        finally:
            socket.writer.cancel()
            if session is not None and session.socket is socket:
                session.socket = None
                if ws.close_code in (1000, 1001):  # a goodbye: nothing is kept for it
                    self.sessions.pop(session.id, None)
            await self._server.changed()
        return ws

    async def _identify(self, socket: Socket, data: dict[str, Any]) -> Session | None:
        server = self._server
        if data["token"] != server.token:
            await socket.ws.close(code=4004, message=b"Authentication failed.")
            return None
        if data["intents"] & MESSAGE_CONTENT and not server.message_content:
            await socket.ws.close(code=4014, message=b"Disallowed intent(s).")
            return None
        self.identified += 1
        session = Session(f"session{self.identified}", data["intents"], socket=socket)
        self.sessions[session.id] = session
        guilds = [guild for guild in server.guilds if guild.has_bot]
        ready = {
            "v": 10,
            "user": server.me.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "private_channels": [],
            "session_id": session.id,
            "resume_gateway_url": server.gateway_url,
            "application": {"id": str(server.me.id), "flags": server.application_flags},
        }
        self._send(session, "READY", ready)
        for guild in guilds:
            self._send(session, "GUILD_CREATE", guild.payload(server.me))
        await server.changed()
        return session

    async def _resume(self, socket: Socket, data: dict[str, Any]) -> Session | None:
        session = self.sessions.get(data["session_id"] or "")
        if data["token"] != self._server.token or session is None:
            socket.send({"op": 9, "d": False, "s": None, "t": None})
            return None
        self.resumed += 1
        session.socket = socket
        for payload in session.sent:
            if payload["s"] > data["seq"]:
                socket.send(payload)
        self._send(session, "RESUMED", {})
        await self._server.changed()
        return session

    def emit(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to every session, also to those that are just away and may resume."""
        for session in self.sessions.values():
            if event == "MESSAGE_CREATE":
                direct = "guild_id" not in data
                if not session.intents & (DIRECT_MESSAGES if direct else GUILD_MESSAGES):
                    continue
                data = self._for(session, data)
            self._send(session, event, data)

    def _for(self, session: Session, data: dict[str, Any]) -> dict[str, Any]:
        """Without the privileged intent, the words of others are withheld."""
        me = str(self._server.me.id)
        named = any(user["id"] == me for user in data["mentions"])
        direct = "guild_id" not in data
        if session.intents & MESSAGE_CONTENT or direct or named or data["author"]["id"] == me:
            return data
        return data | {"content": "", "attachments": [], "embeds": [], "components": []}

    def _send(self, session: Session, event: str, data: dict[str, Any]) -> None:
        session.seq += 1
        payload = {"op": 0, "t": event, "s": session.seq, "d": data}
        session.sent.append(payload)
        if session.socket is not None:
            session.socket.send(payload)

    # what a test does to it

    def cut(self) -> None:
        """Break every connection; the sessions can be resumed."""
        for session in self.sessions.values():
            if session.socket is not None:
                session.socket.cut()

    def ask_to_reconnect(self) -> None:
        """Send op 7: the client shall come back and resume."""
        for session in self.sessions.values():
            if session.socket is not None:
                session.socket.send({"op": 7, "d": None, "s": None, "t": None})

    def forget(self) -> None:
        """Break every connection and forget the sessions: resuming them is refused."""
        self.cut()
        self.sessions.clear()

    def send_nonsense(self) -> None:
        """Send a payload that ends the library's connection."""
        for session in self.sessions.values():
            self._send(session, "MESSAGE_CREATE", dict(NONSENSE))


def context_of(channel: Channel) -> int:
    """The interaction context: a server, the bot's own private chat, or another private one."""
    if channel.guild is not None:
        return 0
    return 1 if channel.bot_is_here else 2
