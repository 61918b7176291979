"""The language model's own process: a GGUF file behind an OpenAI-compatible address on loopback.

Run as ``python -m engines.dialogue.local_server`` by ``local_model.py``. On standard input comes
one line of JSON, an :class:`Order`, and then nothing: the pipe's end is the parent's, and ours. On
standard output go lines of JSON: ``{"ready": PORT}`` or ``{"failed": REASON}`` once, and later
``{"busy": true}`` and ``{"busy": false}`` as requests come and are all answered.

``POST /v1/chat/completions`` answers as OpenAI's does, streamed or whole, one request at a time in
the order they came. llama.cpp's further fields work as well: ``grammar``, ``json_schema``,
``repeat_penalty``, ``top_k``. ``GET /health`` needs no key.

llama.cpp brings an HTTP server of its own. It does not end an answer whose reader has gone, and
knows no upper limit to the length of one, so this one stands in front, in the same process.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

#: One chunk of an answer, as OpenAI streams it.
Chunk = dict[str, Any]
#: Answers a request's body, chunk by chunk, until all is said or the callback returns True.
Chat = Callable[[dict[str, Any], Callable[[Chunk], bool]], None]

#: The model's name in answers.
ALIAS = "earshot-local"
#: Against loops, which a model of this size falls into, in Korean most of all. Not for answers
#: whose form is prescribed: there the quotes and brackets must be free to come again.
REPEAT_PENALTY = 1.1
#: Tokens read at a time. An answer nobody waits for any more ends after so many at the latest.
BATCH = 256
#: MiB for the states of earlier prompts (28 KiB a token); llama.cpp's own limit is 8 GiB.
CACHE_MIB = 256


@dataclass(frozen=True, slots=True)
class Order:
    """What to serve: the GGUF's path and how.

    ``context`` is tokens of a prompt with its answer, ``longest`` tokens of an answer, whatever a
    request asks for. ``niceness`` is added to the process's own: with 5 it has a quarter of a core
    that something else of ours wants whole, with 10 a tenth, which is too slow to talk to.
    """

    key: str
    model: str
    threads: int = 1
    context: int = 4096
    longest: int = 512
    niceness: int = 5


def load(order: Order) -> Chat:
    """Read the model, which takes some seconds in which no other thread of Python runs."""
    import xllamacpp  # noqa: PLC0415 - 100 MB, and only for this process

    params = xllamacpp.CommonParams()
    params.model.path = order.model
    params.model_alias = {ALIAS}
    params.n_ctx = order.context
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order.threads
    params.cache_ram_mib = CACHE_MIB
    # A second, rearranged copy of the weights gains little and costs 600 MB; without it they stay
    # mapped from the file, for the system to drop and read again.
    params.no_extra_bufts = True
    params.offline = True
    params.verbosity = 0
    # Its own HTTP server cannot be switched off: it listens on loopback, with a key nobody has.
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [secrets.token_hex()]
    params.ui = params.endpoint_slots = False
    chat: Chat = xllamacpp.Server(params).handle_chat_completions
    return chat


def shaped(body: Mapping[str, Any], longest: int) -> dict[str, Any]:
    """A request's body as the model gets it: streamed, and capped at ``longest`` tokens.

    Raises ValueError or TypeError, with a sentence, for what is not served here.
    """
    if not isinstance(body.get("messages"), list):
        raise TypeError("messages must be a list")
    if body.get("tools") or body.get("functions"):
        raise ValueError("this model calls no tools: prescribe its answer with response_format")
    lengths = ("max_tokens", "max_completion_tokens", "n_predict")
    asked = [body[name] for name in lengths if body.get(name) is not None]
    if not all(isinstance(each, int) for each in asked):
        raise ValueError("max_tokens must be a whole number")
    form = body.get("response_format") or {}
    free = isinstance(form, dict) and form.get("type", "text") == "text"
    if free and not body.get("grammar") and not body.get("json_schema"):
        body = {"repeat_penalty": REPEAT_PENALTY, **body}
    return {
        **{name: value for name, value in body.items() if name not in lengths},
        "max_tokens": min([longest, *(each for each in asked if each > 0)]),
        "stream": True,
        "stream_options": {"include_usage": True},
        # It speaks up while it reads, too: that is where an answer can be stopped.
        "return_progress": True,
    }


class Service:
    """The HTTP application. ``tell`` hears whether any request is being answered."""

    def __init__(self, order: Order, chat: Chat, tell: Callable[[bool], None]) -> None:
        self._order = order
        self._chat = chat
        self._tell = tell
        self._open = 0
        self._worker = ThreadPoolExecutor(1, "model")

    def application(self) -> web.Application:
        """The routes, behind the key."""
        application = web.Application(middlewares=[self._keyed], client_max_size=1 << 20)
        application.router.add_get("/health", self._health)
        application.router.add_post("/v1/chat/completions", self._complete)
        application.on_cleanup.append(self._end)
        return application

    @web.middleware
    async def _keyed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode()
        if request.path != "/health" and not hmac.compare_digest(
            given, f"Bearer {self._order.key}".encode()
        ):
            return _refused(401, "the key is missing or wrong")
        return await handler(request)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = await request.json()
            if not isinstance(asked, dict):
                return _refused(400, "the body must be an object")
            body = shaped(asked, self._order.longest)
        except (ValueError, TypeError) as error:
            return _refused(400, str(error))
        with self._counted():
            async with aclosing(self._chunks(body)) as chunks:
                # The first chunk says whether it goes well, before the answer's status is sent.
                first = await anext(chunks, None)
                if first is None or "error" in first:
                    return _failed(first)
                if asked.get("stream"):
                    return await _streamed(request, first, chunks, _wants_usage(asked))
                return await _whole(first, chunks)

    async def _chunks(self, body: dict[str, Any]) -> AsyncGenerator[Chunk]:
        """The model's answer; closing it stops the model at its next token or batch."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[Chunk | None] = asyncio.Queue()
        stop = threading.Event()

        def heard(chunk: Chunk) -> bool:
            loop.call_soon_threadsafe(arrived.put_nowait, chunk)
            return stop.is_set()

        def work() -> None:
            try:
                self._chat(body, heard)
            finally:
                loop.call_soon_threadsafe(arrived.put_nowait, None)

        done = loop.run_in_executor(self._worker, work)
        try:
            while (chunk := await arrived.get()) is not None:
                if "prompt_progress" not in chunk:
                    yield chunk
            await done
        finally:
            stop.set()
            done.cancel()  # what has not begun never will

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._open += 1
        if self._open == 1:
            self._tell(True)
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._tell(False)

    async def _end(self, _application: web.Application) -> None:
        await asyncio.to_thread(self._worker.shutdown)


async def _streamed(
    request: web.Request, first: Chunk, rest: AsyncIterator[Chunk], usage: bool
) -> web.StreamResponse:
    answer = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    )
    await answer.prepare(request)
    await answer.write(_event(first))
    async for chunk in rest:
        if usage or chunk.get("choices") or "error" in chunk:
            await answer.write(_event(chunk))
    await answer.write(b"data: [DONE]\n\n")
    return answer


async def _whole(first: Chunk, rest: AsyncIterator[Chunk]) -> web.Response:
    chunks = [first, *[chunk async for chunk in rest]]
    last = chunks[-1]
    if "error" in last:
        return _failed(last)
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    said = "".join(choice["delta"].get("content") or "" for choice in choices)
    reasons = [choice["finish_reason"] for choice in choices if choice["finish_reason"]]
    whole = {
        "index": 0,
        "message": {"role": "assistant", "content": said},
        "finish_reason": reasons[-1] if reasons else None,
    }
    # The last chunk has the counts: `usage` as OpenAI has it, `timings` as llama.cpp has.
    return web.json_response({**last, "object": "chat.completion", "choices": [whole]})


def _wants_usage(asked: Mapping[str, Any]) -> bool:
    return bool((asked.get("stream_options") or {}).get("include_usage"))


def _event(chunk: Chunk) -> bytes:
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def _failed(chunk: Chunk | None) -> web.Response:
    """The model's own refusal: a prompt that is too long, a schema it cannot follow."""
    if chunk is None:
        return _refused(500, "the model said nothing")
    code = chunk["error"].get("code")
    return web.json_response(chunk, status=code if code in range(400, 600) else 500)


def _refused(status: int, sentence: str) -> web.Response:
    error = {"message": sentence, "type": "invalid_request_error", "code": status}
    return web.json_response({"error": error}, status=status)


async def serve(order: Order, chat: Chat, say: Callable[[Mapping[str, Any]], None]) -> None:
    """Answer at a free port of 127.0.0.1 until the process ends."""
    service = Service(order, chat, lambda busy: say({"busy": busy}))
    # With it, a reader that goes away ends the answer.
    runner = web.AppRunner(service.application(), handler_cancellation=True, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    say({"ready": runner.addresses[0][1]})
    await asyncio.Event().wait()


def main() -> None:
    """Take the order, load the model, serve."""
    line = sys.stdin.buffer.readline()
    if not line:
        return
    order = Order(**json.loads(line))
    os.nice(order.niceness)  # before any thread is started: they inherit it
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not be taken for ours
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def say(message: Mapping[str, Any]) -> None:
        own.write(json.dumps(message) + "\n")
        own.flush()

    try:
        chat = load(order)
    except Exception as error:  # whatever it is, the parent is told
        say({"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)
    asyncio.run(serve(order, chat, say))


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)  # at once: the model's threads would go on with an answer nobody reads


if __name__ == "__main__":
    main()
