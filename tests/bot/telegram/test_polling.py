"""Taking updates in by long polling: none lost, none confirmed before it is committed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.telegram import Telegram
from bot.telegram.polling import Sleep
from handlers.edge import Incoming, Unreachable
from tests.bot.telegram.conftest import FakeDoor, Make, running
from tests.servers.telegram import TelegramServer


async def test_a_message_is_committed_before_it_is_confirmed(
    server: TelegramServer, door: FakeDoor, polling: asyncio.Task[None]
) -> None:
    chat = server.private("Ann")
    confirmed_at_accept = []

    async def look(_: Incoming) -> None:
        confirmed_at_accept.append(server.confirmed)

    door.on_accept = look
    await chat.say("hello")
    await chat.say("again")
    await server.wait_for(lambda: server.confirmed >= 70_001)
    assert confirmed_at_accept[0] == 0
    assert [each.text for each in door.accepted] == ["hello", "again"]
    assert door.cursors == {"telegram/4242/": "70002"}


async def test_a_poll_is_held_and_ends_promptly_when_cancelled(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    task = asyncio.create_task(edge.run(door))
    await server.wait_for(lambda: server.polls == 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)
    assert task.cancelled()
    assert server.called("getUpdates")[0]["timeout"] == "30"
    assert "message" in server.called("getUpdates")[0]["allowed_updates"]


async def test_killed_between_accept_and_reached_it_comes_again(
    server: TelegramServer, make: Make, door: FakeDoor
) -> None:
    dying = asyncio.Event()

    async def die(_: str) -> None:
        dying.set()
        await asyncio.Event().wait()

    door.on_reached = die
    await server.private("Ann").say("keep this")
    async with running(make(), door):
        await dying.wait()
    assert server.confirmed == 0
    door.on_reached = None
    async with running(make(), door):
        await server.wait_for(lambda: server.confirmed == 70_000)
    assert [each.update_id for each in door.accepted] == ["70000", "70000"]  # the core drops one


async def test_the_cursor_is_where_polling_begins(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    door.cursors["telegram/4242/"] = "70001"
    chat = server.private("Ann")
    await chat.say("taken in before")
    await chat.say("new")
    async with running(edge, door):
        assert (await door.next()).text == "new"
    assert server.called("getUpdates")[0]["offset"] == "70001"


async def test_a_malformed_update_spoils_no_other_and_is_not_tried_for_ever(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    chat = server.private("Ann")
    await chat.say("before")
    await server.push({"message": {"message_id": 5, "date": 1, "chat": "no chat"}})
    await chat.say("after")
    async with running(edge, door):
        await server.wait_for(lambda: server.confirmed == 70_002)
    assert [each.text for each in door.accepted] == ["before", "after"]


async def test_what_the_door_refuses_is_tried_three_times_and_left_out_with_a_line(
    server: TelegramServer,
    edge: Telegram,
    door: FakeDoor,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def refuse(incoming: Incoming) -> None:
        if incoming.text == "poison":
            raise ValueError(f"cannot store this, and here is a secret: {server.token}")

    door.on_accept = refuse
    chat = server.private("Ann")
    await chat.say("poison")
    await chat.say("fine")
    async with running(edge, door):
        await server.wait_for(lambda: server.confirmed == 70_001)
    assert [each.text for each in door.accepted] == ["fine"]
    assert door.log.count("accept 70000") == 3
    said = capsys.readouterr().out
    assert said.count("an update failed") == 2
    assert said.count("an update is left out") == 1
    assert "cannot store this" in said
    assert server.token not in said
    assert "test-token" not in said


async def test_while_the_database_is_away_nothing_is_left_out(
    server: TelegramServer, make: Make, door: FakeDoor
) -> None:
    async def away(_: object) -> None:
        raise OSError("the database is away")

    door.on_accept = door.on_reached = away
    await server.private("Ann").say("wait for me")
    with pytest.raises(OSError, match="the database is away"):
        await make().run(door)
    assert server.confirmed == 0
    door.on_accept = door.on_reached = None
    async with running(make(), door):
        assert (await door.next()).text == "wait for me"


async def test_trouble_with_telegram_is_waited_out(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    for code, words in ((502, "Bad Gateway"), (500, "Internal Server Error")):
        server.fail(code, words, method="getUpdates")
    server.cut(method="getUpdates")
    server.cut(method="getUpdates", after=True)
    server.fail(429, "Too Many Requests: retry after 3", method="getUpdates", retry_after=3)
    server.fail(502, "Bad Gateway", method="getUpdates", page=True)
    await server.private("Ann").say("still here")
    async with running(edge, door):
        await server.wait_for(lambda: server.confirmed == 70_000)
    assert "still here" in [each.text for each in door.accepted]


async def test_two_processes_with_one_token_say_so_once_and_lose_nothing(
    server: TelegramServer, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    doors = FakeDoor(), FakeDoor()
    slept: list[list[float]] = [[], []]

    def sleeper(number: int) -> Sleep:
        async def sleep(seconds: float) -> None:
            slept[number].append(seconds)
            await asyncio.sleep(0.02)

        return sleep

    def taken() -> set[str]:
        return {each.text for door in doors for each in door.accepted}

    chat = server.private("Ann")
    async with (
        running(make(sleep=sleeper(0)), doors[0]),
        running(make(sleep=sleeper(1)), doors[1]),
    ):
        await server.wait_for(lambda: all(slept))  # each has ended a call of the other's
        for number in range(20):
            await chat.say(f"message {number}")
            await server.wait_for(lambda number=number: server.confirmed == 70_000 + number)
    assert taken() == {f"message {number}" for number in range(20)}
    said = capsys.readouterr().out
    assert said.count("another process takes this bot's messages") == 2
    assert said.count("a TELEGRAM_TOKEN of its own") == 2
    for pauses in slept:
        assert pauses[0] == 5.0
        assert all(5.0 <= pause <= 30.0 for pause in pauses)


async def test_a_conflict_that_lasts_is_asked_about_ever_more_seldom(
    server: TelegramServer, make: Make, door: FakeDoor
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    for _ in range(5):
        server.fail(409, "Conflict: terminated by other getUpdates request", method="getUpdates")
    await server.private("Ann").say("mine")
    async with running(make(sleep=sleep), door):
        assert (await door.next()).text == "mine"
    assert slept == [5.0, 10.0, 20.0, 30.0, 30.0]


async def test_a_webhook_that_was_left_is_taken_away_and_its_updates_kept(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    server.webhook = {"url": "http://127.0.0.1:1/", "secret": ""}
    await server.private("Ann").say("posted to no avail")
    async with running(edge, door):
        assert (await door.next()).text == "posted to no avail"
    assert server.called("deleteWebhook")[0].get("drop_pending_updates") == "false"


async def test_a_start_without_telegram_raises_what_supervision_repeats(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    server.cut(method="getMe")
    with pytest.raises(Unreachable):
        await edge.run(door)


async def test_random_faults_lose_nothing(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    chats = [server.private(f"Person {number}") for number in range(10)]
    async with running(edge, door):
        await server.wait_for(lambda: server.polls)
        server.faults.at_random(0.3, seed=4, methods=["getUpdates"])
        for number in range(40):
            await chats[number % 10].say(f"message {number}")
            await asyncio.sleep(0)
        await server.wait_for(lambda: server.confirmed == 70_039)
    assert {each.text for each in door.accepted} == {f"message {number}" for number in range(40)}
    assert server.faults.made
