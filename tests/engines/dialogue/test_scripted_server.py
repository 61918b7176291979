"""The test server refuses what any server of the protocol may refuse."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.servers.openai import OpenAIServer, Say
from tests.servers.openai.server import KEY, MODEL

USER = {"role": "user", "content": "hi"}
CALL = {"id": "c1", "type": "function", "function": {"name": "speak", "arguments": "{}"}}
CALLED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "done"}


def tool(**schema: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"x": schema}}
    function = {"name": "speak", "description": "Speak.", "parameters": parameters}
    return {"tools": [{"type": "function", "function": function}]}


async def answer(body: dict[str, Any], key: str = KEY) -> httpx.Response:
    async with OpenAIServer([Say("hello")]) as server, httpx.AsyncClient() as client:
        headers = {"Authorization": f"Bearer {key}"}
        return await client.post(f"{server.url}/chat/completions", json=body, headers=headers)


def body(*messages: Any, **more: Any) -> dict[str, Any]:
    asked = {"model": MODEL, "messages": list(messages or (USER,)), "temperature": 0}
    return asked | {"max_tokens": 9} | more


@pytest.mark.parametrize(
    "right",
    [
        body(),
        body({"role": "system", "content": "be kind"}, USER),
        body(USER, CALLED, RESULT),
        body(**tool(type="string", enum=["a"])),
        body(stream=True, stream_options={"include_usage": True}),
    ],
)
async def test_what_is_right_is_answered(right: dict[str, Any]) -> None:
    assert (await answer(right)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        body() | {"model": "another"},
        {name: value for name, value in body().items() if name != "temperature"},
        body() | {"messages": []},
        body(max_tokens=0),
        body(top_k=3),
        body(stream_options={"include_usage": True}),
        body({"role": "robot", "content": "hi"}),
        body({"role": "user", "content": ""}),
        body({"role": "user", "content": None}),
        body({"role": "user", "content": "hi", "name": "Ann"}),
        body(USER, {"role": "system", "content": "be kind"}),
        body(USER, {"role": "assistant", "content": "hello"}),
        body(USER, CALLED),
        body(USER, CALLED, USER),
        body(USER, RESULT),
        body(USER, CALLED, RESULT, RESULT),
        body(USER, CALLED | {"tool_calls": []}),
        body(USER, CALLED | {"tool_calls": [CALL | {"type": "tool"}]}, RESULT),
        body(USER, CALLED | {"tool_calls": [CALL | {"function": {"name": "a b"}}]}, RESULT),
        body(tools=[]),
        body(tools=[{"type": "function", "function": {"name": "speak"}}]),
        body(**tool(type="float")),
        body(**tool(type="string", minimum=3)),
        body(**tool(type="string", enum=[])),
        body(**tool(type="array")),
        body(response_format={"type": "json_object"}),
    ],
)
async def test_what_is_wrong_is_refused(wrong: dict[str, Any]) -> None:
    assert (await answer(wrong)).status_code == 400


async def test_the_key_is_asked_for() -> None:
    assert (await answer(body(), key="another")).status_code == 401
