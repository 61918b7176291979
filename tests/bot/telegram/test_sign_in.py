"""Signing in, the command menu, and a token that nobody ever gets to see."""

from __future__ import annotations

import logging
import traceback

import pytest

from bot.platform import SignInFailed
from bot.telegram import Telegram
from bot.telegram.menu import commands
from engines.blobs import BlobStore
from handlers.edge import Attachment, Button, Part, Unreachable
from handlers.phrases import say
from tests.bot.telegram.conftest import FakeDoor, Make, running, to, voice
from tests.servers.telegram import TelegramServer


async def test_the_menu_is_set_in_both_languages_and_only_when_it_changed(
    server: TelegramServer, edge: Telegram
) -> None:
    assert (edge.platform, edge.account, edge.buttons) == ("telegram", "4242", True)
    await edge.sign_in()
    english, korean = server.commands[""], server.commands["ko"]
    assert [each["command"] for each in english] == [each["command"] for each in korean]
    assert {"transcribe", "say", "clean", "help", "cancel", "forget"} <= {
        each["command"] for each in english
    }
    assert english[0]["description"] == say(f"command_{english[0]['command']}", "en")
    assert korean[0]["description"] == say(f"command_{korean[0]['command']}", "ko")
    assert len(server.called("setMyCommands")) == 2
    await edge.sign_in()
    assert len(server.called("setMyCommands")) == 2
    server.commands["ko"] = server.commands["ko"][1:]
    await edge.sign_in()
    assert len(server.called("setMyCommands")) == 3
    assert len(server.commands["ko"]) == len(commands("ko"))


async def test_without_a_menu_it_signs_in_all_the_same(
    server: TelegramServer, edge: Telegram
) -> None:
    server.fail(500, "Internal Server Error", method="setMyCommands")
    await edge.sign_in()


@pytest.mark.parametrize("token", ["4242:wrong", "no token at all", "12345"])
async def test_a_wrong_token(make: Make, token: str) -> None:
    with pytest.raises(SignInFailed) as told:
        await make(token=token).sign_in()
    assert str(told.value) == (
        "Telegram does not accept TELEGRAM_TOKEN. "
        "Copy it again from @BotFather (/mybots, API Token) into .env."
    )


async def test_telegram_cannot_be_asked_now(server: TelegramServer, edge: Telegram) -> None:
    server.fail(502, "Bad Gateway", method="getMe")
    server.fail(429, "Too Many Requests: retry after 11", method="getMe", retry_after=11)
    server.cut(method="getMe")
    waits = []
    for _ in range(3):
        with pytest.raises(Unreachable) as told:
            await edge.sign_in()
        waits.append(told.value.after_s)
    assert waits == [5, 11, 5]
    await edge.sign_in()


async def test_the_token_is_in_no_log_line_and_no_error(
    server: TelegramServer,
    make: Make,
    blobs: BlobStore,
    door: FakeDoor,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    edge = make()
    secret = server.token.partition(":")[2]
    told: list[str] = []

    async def tried(work) -> None:
        try:
            await work
        except Exception as error:
            told.extend([*traceback.format_exception(error), repr(error)])

    async def read(attachment: Attachment) -> None:
        async for _ in edge.open(attachment):
            pass

    chat = server.private("Ann")
    stored = server.store("a.ogg", b"sound")
    attachment = Attachment("a.ogg", stored.file_id)
    await edge.sign_in()
    async with running(edge, door):
        await server.push({"message": {"chat": "malformed"}})
        keyboard = [[{"text": "Cancel", "callback_data": "cancel:3:"}]]
        await chat.press(chat.add(server.bot, "text", "?", keyboard=keyboard), "Cancel")
        await server.wait_for(lambda: server.confirmed == 70_001)
    await read(attachment)
    await edge.send(to(chat), voice(blobs))
    for method in ("sendMessage", "getFile", "download"):
        for code in (400, 401, 404, 429, 500, 502):
            server.fail(code, f"no: bot{server.token}", method=method)
            work = edge.send(to(chat), Part("text", "x")) if method == "sendMessage" else None
            await tried(work or read(attachment))
        server.cut(method=method)
        work = edge.send(to(chat), Part("text", "x")) if method == "sendMessage" else None
        await tried(work or read(attachment))
    server.fail(500, f"no: bot{server.token}", method="getMe")
    await tried(make().sign_in())
    await edge.show(to(server.group()), None, "50%", Button("cancel", "Cancel"))
    await server.__aexit__()
    await tried(edge.send(to(chat), Part("text", "x")))
    await tried(read(attachment))
    await tried(edge.run(door))
    await tried(make().sign_in())
    said = capsys.readouterr()
    everything = "\n".join([*told, caplog.text, said.out, said.err])
    assert len(told) > 20
    assert "an update failed" in everything
    assert secret not in everything
    assert logging.getLogger("httpx").level >= logging.WARNING
