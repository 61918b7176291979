"""The test server is as strict as the real one, to any client and from any process."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.bot.telegram.conftest import PNG, VOICE
from tests.servers.telegram import Chat, TelegramServer


@pytest.fixture
async def client(server: TelegramServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{server.url}/bot{server.token}/") as client:
        yield client


@pytest.fixture
def chat(server: TelegramServer) -> Chat:
    return server.private("Ann")


async def call(
    client: httpx.AsyncClient, method: str, files: dict[str, Any] | None = None, **params: Any
) -> Any:
    said = {k: v if isinstance(v, str | int) else json.dumps(v) for k, v in params.items()}
    return (await client.post(method, data=said, files=files)).json()


async def test_a_held_poll_ends_with_the_next_update(
    server: TelegramServer, client: httpx.AsyncClient, chat: Chat
) -> None:
    poll = asyncio.create_task(call(client, "getUpdates", timeout=30))
    await server.wait_for(lambda: server.polls)
    await chat.say("hello")
    (update,) = (await poll)["result"]
    assert update["message"]["text"] == "hello"
    again = (await call(client, "getUpdates", timeout=0))["result"]
    assert again == [update]  # it was not confirmed
    assert (await call(client, "getUpdates", offset=update["update_id"] + 1))["result"] == []
    assert server.pending == {}


async def test_a_second_poller_ends_the_first(
    server: TelegramServer, client: httpx.AsyncClient
) -> None:
    first = asyncio.create_task(call(client, "getUpdates", timeout=30))
    await server.wait_for(lambda: server.polls == 1)
    await call(client, "getUpdates", timeout=0)
    assert (await first)["error_code"] == 409
    await call(client, "setWebhook", url="http://127.0.0.1:9/")
    assert "webhook is active" in (await call(client, "getUpdates"))["description"]


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"text": ""}, "message text is empty"),
        ("sendMessage", {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"text": "x", "message_thread_id": 1}, "message thread not found"),
        (
            "sendMessage",
            {"text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {
                "text": "x",
                "reply_markup": {
                    "inline_keyboard": [[{"text": "y", "callback_data": "é" * 33}]],
                },
            },
            "BUTTON_DATA_INVALID",
        ),
        ("sendMessage", {"text": "x", "chat_id": 12345678}, "chat not found"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        ("sendMessageDraft", {"text": "x", "draft_id": 0}, "TEXTDRAFT_ID_INVALID"),
        ("editMessageText", {"text": "x", "message_id": 99}, "message to edit not found"),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("getFile", {"file_id": "none"}, "wrong file_id or the file is temporarily unavailable"),
        (
            "setMyCommands",
            {"commands": [{"command": "Say", "description": "x"}]},
            "BOT_COMMAND_INVALID",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ],
)
async def test_refusals(
    client: httpx.AsyncClient, chat: Chat, method: str, params: Any, description: str
) -> None:
    answer = await call(client, method, **({"chat_id": chat.id} | params))
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: {description}",
    }


async def test_refusals_of_files(client: httpx.AsyncClient, chat: Chat) -> None:
    files = {"voice": ("a.mp3", b"ID3")}
    answer = await call(client, "sendVoice", files, chat_id=chat.id)
    assert answer["description"] == "Bad Request: VOICE_FILE_INVALID"
    files = {"voice": ("a.ogg", VOICE)}
    answer = await call(client, "sendVoice", files, chat_id=chat.id, caption="x" * 1025)
    assert answer["description"] == "Bad Request: message caption is too long"
    files = {"photo": ("a.png", b"text")}
    answer = await call(client, "sendPhoto", files, chat_id=chat.id)
    assert answer["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    media = [{"type": "photo", "media": "attach://one"}]
    answer = await call(
        client, "sendMediaGroup", {"one": ("a.png", PNG)}, chat_id=chat.id, media=media
    )
    assert answer["error_code"] == 400
    assert chat.replies == []


async def test_who_is_too_fast_is_told_and_remembered(
    server: TelegramServer, client: httpx.AsyncClient, chat: Chat
) -> None:
    answers = [await call(client, "sendMessage", chat_id=chat.id, text=str(n)) for n in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[-1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert len(server.violations) == 1


async def test_a_group_has_20_a_minute(client: httpx.AsyncClient) -> None:
    now = [0.0]
    async with TelegramServer(clock=lambda: now[0]) as server:
        client.base_url = f"{server.url}/bot{server.token}/"
        group = server.group()
        for n in range(21):
            now[0] += 1
            answer = await call(client, "sendMessage", chat_id=group.id, text=str(n))
            assert answer["ok"] == (n < 20)
        assert answer["parameters"]["retry_after"] == 40
        now[0] += 40
        assert (await call(client, "sendMessage", chat_id=group.id, text="later"))["ok"]


async def test_an_unknown_method_and_a_wrong_token(
    server: TelegramServer, client: httpx.AsyncClient
) -> None:
    assert (await call(client, "sendTelepathy"))["error_code"] == 404
    assert (await call(client, "_chat"))["error_code"] == 404
    wrong = await client.post(f"{server.url}/bot4242:wrong/getMe")
    assert wrong.status_code == 401


async def test_a_bot_in_another_process(server: TelegramServer, chat: Chat) -> None:
    script = (
        "import sys, urllib.parse, urllib.request as r;"
        "data = urllib.parse.urlencode({'chat_id': sys.argv[2], 'text': 'from afar'}).encode();"
        "print(r.urlopen(sys.argv[1] + '/sendMessage', data).status)"
    )
    root = f"{server.url}/bot{server.token}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, root, str(chat.id), stdout=subprocess.PIPE
    )
    await server.wait_for(lambda: chat.texts == ["from afar"], 30)
    said, _ = await process.communicate()
    assert said.strip() == b"200"
