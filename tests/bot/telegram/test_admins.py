"""Who may change how the bot behaves in a group, asked without keeping anybody else waiting."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.telegram import Telegram, admins
from tests.bot.telegram.conftest import FakeDoor, Make, running, webhook_on
from tests.servers.telegram import Chat, TelegramServer

LOOK_UP = "getChatAdministrators"


@pytest.mark.usefixtures("polling")
async def test_who_is_an_admin_is_asked_for_commands_only_and_remembered(
    server: TelegramServer, door: FakeDoor
) -> None:
    ann, bob = server.user("Ann"), server.user("Bob")
    group = server.group(privacy=False, admins={ann.id: "creator"})
    await group.say("just talk", by=ann)
    assert (await door.next()).admin is False
    assert server.called(LOOK_UP) == []
    for _ in range(3):
        await group.say("/settings", by=ann)
        assert (await door.next()).admin is True
    await group.say("/settings", by=bob)
    assert (await door.next()).admin is False
    assert len(server.called(LOOK_UP)) == 1
    other = server.group(privacy=False, admins={ann.id: "administrator"})
    server.fail(500, "Internal Server Error", method=LOOK_UP)
    await other.say("/settings", by=ann)
    assert (await door.next()).admin is False
    await other.say("/settings", by=ann)
    assert (await door.next()).admin is True


@pytest.fixture
def slow(server: TelegramServer) -> Chat:
    """A group of Ann's that Telegram tells nothing about for now."""
    ann = server.user("Ann", id=71)
    group = server.group(privacy=False, admins={ann.id: "creator"})
    group.tells_admins = asyncio.Event()
    return group


async def test_a_slow_look_up_keeps_no_other_chat_waiting(
    server: TelegramServer, edge: Telegram, door: FakeDoor, slow: Chat
) -> None:
    ann, bob = server.people[71], server.private("Bob")
    await slow.say("/settings", by=ann)
    await bob.say("one")
    await slow.say("just talk", by=ann)
    await bob.say("two")
    async with running(edge, door):
        assert [(await door.next()).text for _ in range(2)] == ["one", "two"]
        assert door.accepted == []
        assert (server.confirmed, server.polls) == (0, 1)
        assert slow.tells_admins is not None
        slow.tells_admins.set()
        got = [await door.next() for _ in range(2)]
        assert [(each.text, each.admin) for each in got] == [
            ("/settings", True),
            ("just talk", False),
        ]
        await server.wait_for(lambda: server.confirmed == 70_003)


async def test_a_look_up_is_not_waited_for_for_long_and_counts_when_it_comes(
    server: TelegramServer,
    edge: Telegram,
    door: FakeDoor,
    slow: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admins, "PATIENCE_S", 0.2)
    ann = server.people[71]
    for _ in range(20):
        await slow.say("/settings", by=ann)
    async with running(edge, door):
        async with asyncio.timeout(2):  # they wait for the same answer, not one after another
            await server.wait_for(lambda: server.confirmed == 70_019)
        assert [each.admin for each in door.accepted] == [False] * 20
        assert len(server.called(LOOK_UP)) == 1
        door.accepted.clear()
        assert slow.tells_admins is not None
        slow.tells_admins.set()
        while edge._admins._asking:
            await asyncio.sleep(0.01)
        await slow.say("/settings", by=ann)
        assert (await door.next()).admin is True
        assert len(server.called(LOOK_UP)) == 1


async def test_it_ends_promptly_while_somebody_is_looked_up(
    server: TelegramServer, edge: Telegram, door: FakeDoor, slow: Chat
) -> None:
    await slow.say("/settings", by=server.people[71])
    async with running(edge, door) as task:
        await server.wait_for(lambda: server.called(LOOK_UP))
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=1)
        assert done
    assert edge._admins._asking == {}
    assert server.confirmed == 0


async def test_nothing_is_confirmed_that_waits_behind_what_failed(
    server: TelegramServer, make: Make, door: FakeDoor, slow: Chat
) -> None:
    """The store is tried before an update is left out: what that notes must not skip the others."""
    await slow.say("/settings", by=server.people[71])
    bad = {"message": {"message_id": 5, "date": 1, "chat": "no chat"}}
    await server.push(bad)
    async with running(make(), door):
        await door.until(lambda: any(each.startswith("reached") for each in door.log))
        assert door.accepted == []
    assert door.cursors == {"telegram/4242/": "70000"}
    assert slow.tells_admins is not None
    slow.tells_admins.set()
    async with running(make(), door):
        assert (await door.next()).text == "/settings"


async def test_posted_updates_wait_for_those_of_their_own_chat_only(
    server: TelegramServer, make: Make, door: FakeDoor, slow: Chat
) -> None:
    webhook = webhook_on("secret")
    ann, bob = server.people[71], server.private("Bob")
    async with running(make(webhook=webhook), door), aiohttp.ClientSession() as session:
        await server.wait_for(lambda: server.webhook)
        said = [slow.add(ann, "text", words) for words in ("/settings", "just talk")]
        said.append(bob.add(server.anyone, "text", "elsewhere"))

        async def post(number: int) -> int:
            update = {"update_id": 90_000 + number, "message": said[number].json()}
            header = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
            async with session.post(webhook.url, json=update, headers=header) as answer:
                return answer.status

        first = asyncio.create_task(post(0))
        await server.wait_for(lambda: server.called(LOOK_UP))
        second = asyncio.create_task(post(1))
        assert await post(2) == 200
        assert [each.text for each in door.accepted] == ["elsewhere"]
        assert not any(each.done() for each in (first, second))
        assert slow.tells_admins is not None
        slow.tells_admins.set()
        assert (await first, await second) == (200, 200)
        assert [each.text for each in door.accepted[1:]] == ["/settings", "just talk"]
