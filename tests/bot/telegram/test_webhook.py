"""Being told of updates: only by Telegram, and acknowledged only when committed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.telegram import Telegram, Webhook
from handlers.edge import Incoming
from tests.bot.telegram.conftest import FakeDoor, Make, running, webhook_on
from tests.servers.telegram import TelegramServer

SECRET = "a_secret-that-only-telegram-knows"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def webhook() -> Webhook:
    return webhook_on(SECRET)


@pytest.fixture
async def listening(
    server: TelegramServer, make: Make, webhook: Webhook, door: FakeDoor
) -> AsyncIterator[Telegram]:
    edge = make(webhook=webhook)
    async with running(edge, door):
        await server.wait_for(lambda: server.webhook)
        yield edge


@pytest.mark.usefixtures("listening")
async def test_an_update_is_committed_and_then_acknowledged(
    server: TelegramServer, door: FakeDoor
) -> None:
    chat = server.private("Ann")
    await chat.say("hello")
    await server.wait_for(lambda: server.confirmed == 70_000)
    assert [each.text for each in door.accepted] == ["hello"]
    assert server.posted == [(70_000, 200)]
    given = server.called("setWebhook")[0]
    assert given["secret_token"] == SECRET
    assert given["drop_pending_updates"] == "false"


@pytest.mark.usefixtures("listening")
async def test_what_failed_is_posted_again_until_it_is_taken(
    server: TelegramServer, door: FakeDoor
) -> None:
    failures = iter([OSError("no database"), OSError("no database")])

    async def refuse(_: Incoming) -> None:
        if (error := next(failures, None)) is not None:
            raise error

    door.on_accept = refuse
    await server.private("Ann").say("hello")
    await server.wait_for(lambda: server.confirmed == 70_000)
    assert [status for _, status in server.posted] == [500, 500, 200]
    assert [each.text for each in door.accepted] == ["hello"]


@pytest.mark.usefixtures("listening")
async def test_while_the_database_is_away_nothing_is_left_out(
    server: TelegramServer, door: FakeDoor
) -> None:
    async def away(_: object) -> None:
        raise OSError("the database is away")

    door.on_accept = door.on_reached = away
    await server.private("Ann").say("wait for me")
    await server.wait_for(lambda: len(server.posted) > 6)
    assert {status for _, status in server.posted} == {500}
    door.on_accept = door.on_reached = None
    await server.wait_for(lambda: server.confirmed == 70_000)
    assert [each.text for each in door.accepted] == ["wait for me"]


@pytest.mark.usefixtures("listening")
async def test_poison_is_left_out_after_three_tries(
    server: TelegramServer, door: FakeDoor, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(incoming: Incoming) -> None:
        if incoming.text == "poison":
            raise ValueError("cannot be stored")

    door.on_accept = refuse
    chat = server.private("Ann")
    await chat.say("poison")
    await chat.say("fine")
    await server.wait_for(lambda: server.confirmed == 70_001)
    await server.wait_for(lambda: not server.pending)
    assert [each.text for each in door.accepted] == ["fine"]
    assert capsys.readouterr().out.count("an update is left out") == 1


@pytest.mark.usefixtures("listening")
async def test_only_who_knows_the_secret_is_listened_to(
    door: FakeDoor, webhook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {HEADER: SECRET[:-1]}, {HEADER: "gehëim"}, {HEADER: SECRET + "x"}):
            async with session.post(webhook.url, json={}, headers=headers) as answer:
                assert answer.status == 403
        async with session.get(webhook.url) as answer:
            assert answer.status == 405
        knows = {HEADER: SECRET}
        async with session.post(webhook.url, data=b"{not json", headers=knows) as answer:
            assert answer.status == 400
        async with session.post(webhook.url, data=b"[]", headers=knows) as answer:
            assert answer.status == 400
        large = io.BytesIO(b" " * (2 << 20))
        async with session.post(webhook.url, data=large, headers=knows) as answer:
            assert answer.status == 413
    assert door.log == []
    assert SECRET not in capsys.readouterr().out


async def test_what_was_said_while_it_was_away_is_posted_later(
    server: TelegramServer, make: Make, webhook: Webhook, door: FakeDoor
) -> None:
    async with running(make(webhook=webhook), door):
        await server.wait_for(lambda: server.webhook)
    await server.private("Ann").say("anybody there?")
    await server.wait_for(lambda: (70_000, 0) in server.posted)
    async with running(make(webhook=webhook), door):
        await server.wait_for(lambda: server.confirmed == 70_000)
    assert "anybody there?" in [each.text for each in door.accepted]


async def test_it_ends_promptly(
    server: TelegramServer, make: Make, webhook: Webhook, door: FakeDoor
) -> None:
    task = asyncio.create_task(make(webhook=webhook).run(door))
    await server.wait_for(lambda: server.webhook)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=2)
    assert done
    assert "secret" not in repr(webhook)
