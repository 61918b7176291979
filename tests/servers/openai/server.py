"""The server itself: HTTP, streams, and the ways in which it can fail on request."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.openai import rules
from tests.servers.openai.rules import BadRequest, Request

KEY = "sk-test-4f1d9b7e2c"
MODEL = "scripted-1"


@dataclass
class Say:
    """An answer: words, calls as (name, arguments), the latter also as text that may be broken."""

    text: str = ""
    calls: Sequence[tuple[str, Any]] = ()
    finish: str | None = None
    #: Characters of a chunk of the stream.
    pieces: int = 7
    #: Tokens told at the end, if they are asked for.
    usage: int | None = 123


@dataclass
class Fail:
    """An error with a status; ``retry_after`` goes into the header."""

    status: int
    retry_after: str | None = None
    message: str = "it failed"
    code: str | None = None


@dataclass
class Cut:
    """A stream that ends too early: after so many chunks, cleanly or by a dropped connection."""

    say: Say
    after: int = 2
    drop: bool = False


@dataclass
class Page:
    """Something that is not the protocol at all."""

    body: str = "<html><h1>502 Bad Gateway</h1></html>"
    status: int = 200
    media_type: str = "text/html"


@dataclass
class Hold:
    """Nothing until it is released; ``arrived`` tells that somebody waits."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    then: Say = field(default_factory=lambda: Say("late"))


Reply = Say | Fail | Cut | Page | Hold
Script = Callable[[Request], "Reply | Awaitable[Reply]"]


class OpenAIServer:
    """Chat completions of one scripted model, on 127.0.0.1.

    ``script`` is a function of a request, or a list of replies that are given in turn. ``refuses``
    are parameters that this server does not know. ``requests`` are those that were well-formed,
    ``refused`` the messages of those that were not: a test that means no such thing finds none.
    """

    def __init__(
        self,
        script: Script | Sequence[Reply],
        *,
        key: str = KEY,
        model: str = MODEL,
        refuses: set[str] | None = None,
    ) -> None:
        self.key = key
        self.model = model
        self.models: list[str] | None = [model]
        #: Whether there is a list of models at all.
        self.lists = True
        self.refuses = refuses or set()
        self.requests: list[Request] = []
        self.refused: list[str] = []
        self.listed = 0
        self._script: Script = script if callable(script) else _in_turn(script)
        app = web.Application(client_max_size=8 << 20)
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        self.url = ""

    async def __aenter__(self) -> OpenAIServer:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _models(self, request: web.Request) -> web.StreamResponse:
        if not self._may(request):
            return _error(401, f"Incorrect API key provided: {self._key_of(request)}")
        if not self.lists:
            return _error(404, "Not Found")
        self.listed += 1
        if self.models is None:
            return web.Response(text="<html>hello</html>", content_type="text/html")
        listed = [
            {"id": name, "object": "model", "created": 1, "owned_by": "test"}
            for name in self.models
        ]
        return web.json_response({"object": "list", "data": listed})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        if not self._may(request):
            return _error(401, f"Incorrect API key provided: {self._key_of(request)}")
        try:
            asked = rules.check(await request.json(), refuses=self.refuses, model=self.model)
        except BadRequest as error:
            self.refused.append(error.message)
            return _error(400, error.message, param=error.param)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.refused.append(repr(error))
            return _error(400, f"malformed: {error!r}")
        self.requests.append(asked)
        reply = self._script(asked)
        return await self._reply(
            request, asked, await reply if inspect.isawaitable(reply) else reply
        )

    async def _reply(
        self, request: web.Request, asked: Request, reply: Reply
    ) -> web.StreamResponse:
        if isinstance(reply, Hold):
            reply.arrived.set()
            await reply.released.wait()
            reply = reply.then
        if isinstance(reply, Fail):
            return _error(
                reply.status, reply.message, retry_after=reply.retry_after, code=reply.code
            )
        if isinstance(reply, Page):
            return web.Response(text=reply.body, status=reply.status, content_type=reply.media_type)
        cut = reply if isinstance(reply, Cut) else None
        said = reply.say if isinstance(reply, Cut) else reply
        wants_usage = asked.body.get("stream_options", {}).get("include_usage", False)
        if not asked.body.get("stream"):
            return web.json_response(self._whole(said))
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        chunks = self._chunks(said, usage=wants_usage)
        for number, chunk in enumerate(chunks):
            if cut is not None and number == cut.after:
                if cut.drop and request.transport is not None:
                    request.transport.abort()
                return answer
            await answer.write(f"data: {json.dumps(chunk)}\n\n".encode())
        await answer.write(b"data: [DONE]\n\n")
        return answer

    def _chunks(self, said: Say, *, usage: bool) -> list[dict[str, Any]]:
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": piece} for piece in _pieces(said.text, said.pieces)]
        for at, (name, arguments) in enumerate(said.calls):
            start = {"name": name, "arguments": ""}
            call = {"index": at, "id": f"call-{at}", "type": "function", "function": start}
            deltas.append({"tool_calls": [call]})
            deltas += [
                {"tool_calls": [{"index": at, "function": {"arguments": piece}}]}
                for piece in _pieces(_written(arguments), said.pieces)
            ]
        finish = said.finish or ("tool_calls" if said.calls else "stop")
        chunks = [self._chunk(delta, None) for delta in deltas] + [self._chunk({}, finish)]
        if usage and said.usage is not None:
            chunks.append(self._chunk(None, None) | {"usage": _usage(said.usage)})
        return chunks

    def _chunk(self, delta: dict[str, Any] | None, finish: str | None) -> dict[str, Any]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": self.model,
            "choices": choices,
        }

    def _whole(self, said: Say) -> dict[str, Any]:
        calls = [
            {
                "id": f"call-{at}",
                "type": "function",
                "function": {"name": name, "arguments": _written(arguments)},
            }
            for at, (name, arguments) in enumerate(said.calls)
        ]
        message = {"role": "assistant", "content": said.text or None, "tool_calls": calls or None}
        finish = said.finish or ("tool_calls" if calls else "stop")
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": self.model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": _usage(said.usage or 0),
        }

    def _may(self, request: web.Request) -> bool:
        return self._key_of(request) == self.key

    def _key_of(self, request: web.Request) -> str:
        return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _in_turn(replies: Sequence[Reply]) -> Script:
    """Each reply once, the last for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def _pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def _written(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _usage(total: int) -> dict[str, int]:
    return {"prompt_tokens": total - 3, "completion_tokens": 3, "total_tokens": total}


def _error(
    status: int,
    message: str,
    *,
    param: str | None = None,
    retry_after: str | None = None,
    code: str | None = None,
) -> web.Response:
    error = {"message": message, "type": "error", "param": param, "code": code}
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return web.json_response({"error": error}, status=status, headers=headers)
