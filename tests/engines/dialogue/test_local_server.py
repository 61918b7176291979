"""The language model's HTTP application, with a model that says what it is told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from engines.dialogue.local_server import Chunk, Order, Service, shaped

LIMIT_S = 20.0
KEY = {"Authorization": "Bearer key"}
HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": "hello"}]}


def chunk(content: str | None, reason: str | None = None) -> Chunk:
    delta = {} if content is None else {"content": content}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }


class Model:
    """Says "hello" in two pieces; holds after the first while ``go_on`` is not set."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.error: Chunk | None = None
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.at_once = self.most_at_once = 0
        self.stopped = threading.Event()

    def chat(self, body: dict[str, Any], heard: Callable[[Chunk], bool]) -> None:
        self.asked.append(body)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        if self.error is not None:
            heard(self.error)
        else:
            self._say(heard)
        self.at_once -= 1

    def _say(self, heard: Callable[[Chunk], bool]) -> None:
        heard({**chunk(""), "prompt_progress": {"total": 2, "processed": 1}})
        heard(chunk("hel"))
        self.begun.set()
        self.go_on.wait(LIMIT_S)
        usage = {"completion_tokens": 2, "prompt_tokens": 1, "total_tokens": 3}
        rest = [chunk("lo"), chunk(None, "stop"), {"id": "1", "choices": [], "usage": usage}]
        if any(heard(each) for each in rest):
            self.stopped.set()


Client = TestClient[web.Request, web.Application]


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def busy() -> asyncio.Queue[bool]:
    return asyncio.Queue()


@pytest.fixture
async def client(model: Model, busy: asyncio.Queue[bool]) -> AsyncIterator[Client]:
    service = Service(Order("key", "model.gguf", longest=64), model.chat, busy.put_nowait)
    async with TestClient(TestServer(service.application())) as client:
        yield client
        model.go_on.set()


async def post(client: Client, body: object, headers: dict[str, str] = KEY) -> tuple[int, Any]:
    async with client.post("/v1/chat/completions", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_whole_answer_is_put_together(client: Client, busy: asyncio.Queue[bool]) -> None:
    status, answer = await post(client, HELLO)
    assert status == 200
    assert answer["object"] == "chat.completion"
    message = {"role": "assistant", "content": "hello"}
    assert answer["choices"] == [{"index": 0, "message": message, "finish_reason": "stop"}]
    assert answer["usage"]["total_tokens"] == 3
    assert (await busy.get(), await busy.get()) == (True, False)


@pytest.mark.parametrize("usage", [False, True])
async def test_a_streamed_answer_is_passed_on(client: Client, usage: bool) -> None:
    body = {**HELLO, "stream": True, "stream_options": {"include_usage": usage}}
    async with client.post("/v1/chat/completions", json=body, headers=KEY) as answer:
        assert answer.content_type == "text/event-stream"
        text = await answer.text()
    events = text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    assert len(events) == (6 if usage else 5)
    assert "prompt_progress" not in text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}])
async def test_without_the_key_there_is_only_health(
    client: Client, model: Model, headers: dict[str, str]
) -> None:
    assert (await post(client, HELLO, headers))[0] == 401
    async with client.get("/health", headers=headers) as answer:
        assert await answer.json() == {"status": "ok"}
    assert model.asked == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ([], "must be an object"),
        ({}, "messages must be a list"),
        ({**HELLO, "tools": [{"type": "function"}]}, "response_format"),
        ({**HELLO, "max_tokens": "all"}, "whole number"),
    ],
)
async def test_what_it_does_not_serve_it_says(
    client: Client, model: Model, body: object, says: str
) -> None:
    status, answer = await post(client, body)
    assert status == 400
    assert says in answer["error"]["message"]
    assert model.asked == []


@pytest.mark.parametrize("stream", [False, True])
async def test_the_model_s_own_refusal_has_its_status(
    client: Client, model: Model, stream: bool
) -> None:
    model.error = {"error": {"code": 400, "message": "too long"}}
    assert await post(client, {**HELLO, "stream": stream}) == (400, model.error)


async def test_one_at_a_time_and_all_are_answered(client: Client, model: Model) -> None:
    answers = await asyncio.gather(*(post(client, HELLO) for _ in range(5)))
    assert [status for status, _ in answers] == [200] * 5
    assert model.most_at_once == 1


async def test_who_goes_away_ends_the_answer_and_lets_the_next_in(
    client: Client, model: Model, busy: asyncio.Queue[bool]
) -> None:
    model.go_on.clear()
    begun = [asyncio.create_task(post(client, HELLO)) for _ in range(2)]
    assert await asyncio.to_thread(model.begun.wait, LIMIT_S)
    for each in begun:
        each.cancel()
    await asyncio.gather(*begun, return_exceptions=True)
    async with asyncio.timeout(LIMIT_S):
        while await busy.get():  # until the server has heard of it
            pass
    model.go_on.set()
    assert (await post(client, HELLO))[0] == 200
    assert model.stopped.is_set()
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({}, 64),
        ({"max_tokens": 7}, 7),
        ({"max_tokens": 65}, 64),
        ({"max_tokens": None}, 64),
        ({"max_completion_tokens": 5}, 5),
        ({"n_predict": -1}, 64),
    ],
)
def test_no_request_asks_for_more_than_the_cap(asked: dict[str, Any], given: int) -> None:
    body = shaped({**HELLO, **asked}, 64)
    assert body["max_tokens"] == given
    assert not body.keys() & {"n_predict", "max_completion_tokens"}


@pytest.mark.parametrize(
    ("form", "penalised"),
    [
        ({}, True),
        ({"response_format": {"type": "text"}}, True),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, False),
        ({"grammar": 'root ::= "yes"'}, False),
        ({"json_schema": {"type": "object"}}, False),
    ],
)
def test_repetition_is_penalised_in_free_text_only(form: dict[str, Any], penalised: bool) -> None:
    assert ("repeat_penalty" in shaped({**HELLO, **form}, 64)) is penalised
    assert shaped({**HELLO, "repeat_penalty": 1.5}, 64)["repeat_penalty"] == 1.5
