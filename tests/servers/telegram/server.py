"""The server itself: HTTP, the queue of updates, files, and the webhook."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.servers.telegram import rules
from tests.servers.telegram.methods import MEDIA, Methods
from tests.servers.telegram.people import Chat, Person, Stored
from tests.servers.telegram.rules import ApiError, Fault, Faults, Meter, Params

TOKEN = "4242:test-token-AbCdEfGhIjKlMnOpQrStUvWxYz0"
CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class TelegramServer:
    """The Bot API for one bot, on 127.0.0.1. ``local`` serves as ``telegram-bot-api --local``.

    ``clock`` counts the rates and dates what chats show. Updates are delivered as to the real
    thing: kept until an offset confirms them, or until the webhook answered 200.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        local: bool = False,
        clock: Callable[[], float] = time.monotonic,
        webhook_retry_s: float = 0.05,
    ) -> None:
        self.token = token
        self.local = local
        self.clock = clock
        self.meter = Meter(clock)
        self.faults = Faults()
        self.bot = Person(int(token.partition(":")[0]), "Earshot", is_bot=True)
        self.bot.username = "earshot_bot"
        self.people: dict[int, Person] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        self.queries: dict[str, str | None] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.posted: list[tuple[int, int]] = []
        self.webhook: dict[str, Any] | None = None
        self.logged_out = False
        self.pending: dict[int, dict[str, Any]] = {}
        self.confirmed = 0
        self.polls = 0
        self._webhook_retry_s = webhook_retry_s
        self._methods = Methods(self)
        self._numbers = itertools.count(1)
        self._updates = itertools.count(70_000)
        self._condition = asyncio.Condition()
        self._folder = tempfile.TemporaryDirectory(prefix="bot-api-")
        self._poster: asyncio.Task[None] | None = None
        app = web.Application(client_max_size=rules.LOCAL_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        self.url = ""

    async def __aenter__(self) -> TelegramServer:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._poster is not None:
            self._poster.cancel()
        await self._runner.cleanup()
        self._folder.cleanup()

    @property
    def violations(self) -> list[str]:
        return self.meter.violations

    @property
    def anyone(self) -> Person:
        return self.people.get(1) or self.user("Anyone", id=1)

    def number(self) -> int:
        return next(self._numbers)

    def user(self, name: str, **more: Any) -> Person:
        person = Person(more.pop("id", 1000 + self.number()), name, **more)
        self.people[person.id] = person
        return person

    def private(self, person: Person | str) -> Chat:
        """The chat of a person with the bot."""
        if isinstance(person, str):
            person = self.user(person)
        return self._add(Chat(self, person.id, "private", person=person))

    def group(self, title: str = "friends", **more: Any) -> Chat:
        return self._add(Chat(self, -self.number() - 500, "group", title, **more))

    def supergroup(self, title: str = "friends", **more: Any) -> Chat:
        number = -1_000_000_000_000 - self.number()
        # 1 is the message that the supergroup begins with: a topic of that id is General.
        return self._add(
            Chat(self, number, "supergroup", title, _numbers=itertools.count(2), **more)
        )

    def store(
        self, name: str, data: bytes, size: int | None = None, media_type: str = ""
    ) -> Stored:
        file_id = f"file-{self.number():08d}"
        length = len(data) if size is None else size
        self.files[file_id] = Stored(file_id, name, data, length, media_type)
        return self.files[file_id]

    def path_of(self, stored: Stored) -> str:
        if not self.local:
            return f"documents/{stored.file_id}"
        path = Path(self._folder.name) / stored.file_id
        path.write_bytes(stored.data)
        return str(path)

    async def push(self, update: dict[str, Any]) -> int:
        """Queue an update as it is."""
        number = next(self._updates)
        self.pending[number] = {"update_id": number} | update
        await self.changed()
        return number

    async def changed(self) -> None:
        async with self._condition:
            self._condition.notify_all()

    async def wait_for(self, predicate: Callable[[], Any], timeout: float = 10) -> Any:
        """Wait until something is so, looked at whenever anything changes."""
        async with self._condition:
            await asyncio.wait_for(self._condition.wait_for(predicate), timeout)
            return predicate()

    def fail(self, code: int, description: str, **more: Any) -> None:
        """Answer so to the next request (of a ``method``, for a ``chat``, so many ``times``)."""
        parameters = {k: more.pop(k) for k in ("retry_after",) if k in more}
        self.faults.next(Fault(ApiError(code, description, **parameters), **more))

    def cut(self, **more: Any) -> None:
        """Cut the connection of the next request; ``after`` it was carried out, or before."""
        self.faults.next(Fault(**more))

    def called(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of a method."""
        return [params for name, params in self.calls if name == method]

    def _add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _answer(ApiError(401, "Unauthorized"))
        if self.logged_out:
            return _answer(ApiError(401, "Unauthorized"))
        params = await Params.of(request)
        self.calls.append((method, params.values))
        chat = params.number("chat_id") if "chat_id" in params.values else None
        fault = self.faults.pick(method, chat)
        if fault is not None and not fault.after:
            await self.changed()
            return _fail(request, fault)
        try:
            size = sum(len(data) for _, _, data in params.files.values())
            if size > (rules.LOCAL_BYTES if self.local else rules.UPLOAD_BYTES):
                raise ApiError(413, "Request Entity Too Large")
            result = await self._execute(method, params)
        except ApiError as error:
            await self.changed()
            return _answer(error)
        await self.changed()
        if fault is not None:
            return _fail(request, fault)
        return web.json_response({"ok": True, "result": result})

    async def _execute(self, method: str, params: Params) -> Any:
        if method == "getUpdates":
            return await self._get_updates(params)
        if method in ("setWebhook", "deleteWebhook"):
            return await self._set_webhook(method, params)
        for kind in MEDIA:
            if method.lower() == f"send{kind.replace('_', '')}":
                return await self._methods.media(kind, params)
        found = getattr(self._methods, method, None)
        if found is None or method == "media" or method.startswith("_"):
            raise ApiError(404, "Not Found")
        return await found(params)

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        if self.webhook is not None:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self.polls += 1
        mine = self.polls
        offset = params.number("offset") or 0
        for number in [each for each in self.pending if each < offset]:
            self.confirmed = max(self.confirmed, number)
            del self.pending[number]
        async with self._condition:
            self._condition.notify_all()  # the poll that was held before ends
            try:
                await asyncio.wait_for(
                    self._condition.wait_for(lambda: self.pending or self.polls != mine),
                    params.number("timeout") or 0.001,
                )
            except TimeoutError:
                return []
        if self.polls != mine:
            raise ApiError(409, CONFLICT)
        limit = params.number("limit") or 100
        return list(self.pending.values())[:limit]

    async def _set_webhook(self, method: str, params: Params) -> bool:
        if self._poster is not None:
            self._poster.cancel()
            self._poster = None
        url = params.text("url") if method == "setWebhook" else ""
        self.webhook = {"url": url, "secret": params.text("secret_token")} if url else None
        if params.text("drop_pending_updates") == "true":
            self.pending.clear()
        if self.webhook is not None:
            self._poster = asyncio.create_task(self._post_updates(self.webhook))
        return True

    async def _post_updates(self, webhook: dict[str, Any]) -> None:
        """Post each update until it is answered by 200: the failing ones again and again."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"] or ""}
        limit = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=limit, headers=headers) as session:
            while True:
                async with self._condition:
                    await self._condition.wait_for(lambda: self.pending)
                for number, update in list(self.pending.items()):
                    try:
                        async with session.post(webhook["url"], json=update) as answer:
                            status = answer.status
                    except (aiohttp.ClientError, TimeoutError):
                        status = 0
                    self.posted.append((number, status))
                    if status == 200:
                        del self.pending[number]
                        self.confirmed = max(self.confirmed, number)
                    await self.changed()
                    if status != 200:
                        await asyncio.sleep(self._webhook_retry_s)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.calls.append(("download", {"path": path}))
        fault = self.faults.pick("download", None)
        if fault is not None:
            return _fail(request, fault)
        stored = self.files.get(path.removeprefix("documents/"))
        if request.match_info["token"] != self.token or stored is None or self.local:
            return _answer(ApiError(404, "Not Found"))
        answer = web.StreamResponse()
        answer.content_length = len(stored.data)
        await answer.prepare(request)
        for begin in range(0, len(stored.data), 1 << 16):
            await answer.write(stored.data[begin : begin + (1 << 16)])
        return answer


def _answer(error: ApiError) -> web.Response:
    return web.json_response(error.body(), status=error.code)


def _fail(request: web.Request, fault: Fault) -> web.Response:
    if fault.error is None:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    if fault.page:
        page = f"<html><h1>{fault.error.code} {fault.error.description}</h1></html>"
        return web.Response(status=fault.error.code, text=page, content_type="text/html")
    return _answer(fault.error)
