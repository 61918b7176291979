"""The REST interface (v10) and the file host, with rates, faults and Discord's own refusals."""

from __future__ import annotations

import json
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.servers.discord import rules, world
from tests.servers.discord.rules import Refused
from tests.servers.discord.world import Channel, Upload

if TYPE_CHECKING:
    from tests.servers.discord.server import DiscordServer

#: How Discord marks answers of its own; a 429 without it counts as a ban.
VIA = {"Via": "1.1 google"}


@dataclass
class Call:
    """A request: the pieces of its path, its JSON, its files."""

    method: str
    path: str
    ids: tuple[str, ...]
    query: dict[str, str]
    body: Any
    files: list[Upload]


Handler = Callable[[Call], Awaitable[Any]]


@dataclass
class Faults:
    """Trouble on demand: ``rate`` of the requests go wrong, in a way drawn from ``kinds``.

    ``429``, ``500``, ``502``, ``503`` are answers. ``drop_before`` breaks the connection instead
    of executing the request, ``drop_after`` instead of answering it.
    """

    rate: float = 0.0
    kinds: tuple[str, ...] = ("429", "500", "502", "503", "drop_before", "drop_after")
    paths: str = r"/messages"
    seed: int = 1
    injected: list[str] = field(default_factory=list)
    _once: deque[tuple[str, str, str]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def once(
        self, kind: str, method: str = "POST", path: str = r"/messages$", times: int = 1
    ) -> None:
        """Let the next request of that kind go wrong."""
        self._once.extend([(kind, method, path)] * times)

    def draw(self, method: str, path: str) -> str | None:
        for each in self._once:
            if each[1] == method and re.search(each[2], path):
                self._once.remove(each)
                self.injected.append(each[0])
                return each[0]
        if self.rate and re.search(self.paths, path) and self.random.random() < self.rate:
            kind = self.random.choice(self.kinds)
            self.injected.append(kind)
            return kind
        return None


class Rest:
    """Answers the requests."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.faults = Faults()
        self.requests: list[tuple[str, str]] = []
        self.limit, self.period_s, self.global_limit = 5, 5.0, 50
        self.retry_after_s = 0.05
        self._buckets: dict[tuple[str, str], deque[float]] = {}
        self._all: deque[float] = deque()
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def route(self, method: str, pattern: str, handler: Handler) -> None:
        shape = re.sub(r"\{\}", r"([^/]+)", pattern)
        self._routes.append((method, re.compile(shape), handler))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        self.requests.append((request.method, path))
        fault = self.faults.draw(request.method, path)
        if fault == "drop_before":
            return self._drop(request)
        if fault is not None and fault.isdigit():
            return self._fault(int(fault))
        headers: dict[str, str] = dict(VIA)
        try:
            self._authorize(request, path)
            call_of, handler = self._find(request.method, path)
            self._limit(request.method, path, headers)
            body, files = await self._read(request)
            call = Call(request.method, path, call_of, dict(request.query), body, files)
            answer = await handler(call)
        except Refused as refusal:
            return _json(refusal.body, refusal.status, headers | refusal.headers)
        except ConnectionError:
            raise  # who died in the midst of asking broke no rule
        except Exception as error:
            self.server.violations.append(f"{request.method} {path}: {error!r}")
            raise
        await self.server.changed()
        if fault == "drop_after":
            return self._drop(request)
        if answer is None:
            return web.Response(status=204, headers=headers)
        return _json(answer, 200, headers)

    def _drop(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()  # it has nowhere to go

    def _fault(self, status: int) -> web.Response:
        if status == 429:
            body = {"message": "rate limited", "retry_after": self.retry_after_s, "global": False}
            return _json(body, 429, VIA)
        return web.Response(text="upstream is unwell", status=status, headers=VIA)

    def _authorize(self, request: web.Request, path: str) -> None:
        if path.startswith(("/webhooks/", "/interactions/")):
            return
        if request.headers.get("Authorization") != f"Bot {self.server.token}":
            raise Refused(401, 0, "401: Unauthorized")

    def _find(self, method: str, path: str) -> tuple[tuple[str, ...], Handler]:
        for known, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match and known == method:
                return match.groups(), handler
        self.server.violations.append(f"unknown route: {method} {path}")
        raise Refused(404, 0, "404: Not Found")

    def _limit(self, method: str, path: str, headers: dict[str, str]) -> None:
        now = time.monotonic()
        while self._all and now - self._all[0] >= 1:
            self._all.popleft()
        self._all.append(now)
        if len(self._all) > self.global_limit:
            self.server.violations.append("more than 50 requests in a second")
            raise Refused(
                429, 0, "You are being rate limited.", retry_after=0.5, **{"global": True}
            )
        match = re.fullmatch(r"/channels/(\d+)/messages(/\d+)?", path)
        if match is None or method == "GET":
            return
        bucket = self._buckets.setdefault((method, match[1]), deque())
        while bucket and now - bucket[0] >= self.period_s:
            bucket.popleft()
        if len(bucket) >= self.limit:
            wait = self.period_s - (now - bucket[0])
            self.server.violations.append(f"rate of {method} in channel {match[1]}")
            raise Refused(
                429, 0, "You are being rate limited.", retry_after=wait, **{"global": False}
            )
        bucket.append(now)
        reset = self.period_s - (now - bucket[0])
        headers |= {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - len(bucket)),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Reset": f"{time.time() + reset:.3f}",
            "X-RateLimit-Bucket": f"bucket-{method}",
        }

    async def _read(self, request: web.Request) -> tuple[Any, list[Upload]]:
        if not request.content_type.startswith("multipart/"):
            text = await request.text()
            return (json.loads(text) if text else None), []
        body: Any = {}
        found: dict[int, tuple[str, bytes]] = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            data = bytes(await part.read())
            if part.name == "payload_json":
                body = json.loads(data)
            else:
                number = re.fullmatch(r"files\[(\d+)\]", part.name or "")
                assert number, part.name
                found[int(number[1])] = (part.filename or "", data)
        described = (body.get("data") or body).get("attachments") or []
        files = []
        for each in described:
            name, data = found[int(each["id"])]
            files.append(
                Upload(
                    id=self.server.ids.next(),
                    name=each.get("filename") or name,
                    data=data,
                    duration_s=each.get("duration_secs"),
                    waveform=each.get("waveform"),
                )
            )
        return body, files


def _json(body: Any, status: int, headers: dict[str, str]) -> web.Response:
    # A charset beside the type would make the library take the answer for text.
    text = json.dumps(body).encode()
    return web.Response(body=text, status=status, content_type="application/json", headers=headers)


async def send_file(server: DiscordServer, request: web.Request) -> web.StreamResponse:
    """The file host: signed links that end, and a slow stream for what is large."""
    upload = server.uploads.get(int(request.match_info["attachment"]))
    if request.query.get("sig") != server.signature or upload is None:
        return web.Response(status=404, text="This content is no longer available.")
    if server.files_break:
        server.files_break -= 1
        response = web.StreamResponse()
        response.content_length = len(upload.data)
        await response.prepare(request)
        await response.write(upload.data[: len(upload.data) // 2])
        if request.transport is not None:
            request.transport.abort()
        return response
    return web.Response(body=upload.data, content_type=upload.media_type)


def may_send(channel: Channel, server: DiscordServer, call: Call) -> None:
    """The permissions that a message needs, by what is in it."""
    thread = channel.parent is not None
    rules.need(channel, server.me, world.SEND_IN_THREADS if thread else world.SEND_MESSAGES)
    if int((call.body or {}).get("flags") or 0) & world.VOICE_FLAG:
        if not channel.permissions(server.me) & world.SEND_VOICE:
            raise Refused(403, 50173, "Cannot send voice messages in this channel")
    elif call.files:
        rules.need(channel, server.me, world.ATTACH_FILES)
    if (call.body or {}).get("message_reference") and not (
        channel.permissions(server.me) & world.READ_HISTORY
    ):
        raise Refused(403, 160002, "Cannot reply without permission to read message history")
