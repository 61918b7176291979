"""Two at once: on PostgreSQL writers run side by side, and none must trip over another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db import conversations, turns, usage
from db.models import Conversation, Person
from db.session import Database
from engines.kinds import Artifact, Outcome
from tests.handlers.conftest import Room

AT_ONCE = 6
#: A race is not lost every time.
ROUNDS = 6


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Room:
    return Room(database, tmp_path)


async def count(room: Room, table: type[Conversation | Person]) -> int:
    async with room.database.read() as connection:
        query = select(func.count()).select_from(table)
        return int((await connection.execute(query)).scalar_one())


async def test_what_is_used_first_today_from_several_sides_all_counts(room: Room) -> None:
    await room.say("hello")
    async with room.database.read() as connection:
        person = (await connection.execute(select(Person.id))).scalar_one()

    async def spend(now: float) -> None:
        async with room.database.write() as connection:
            await usage.add(connection, person, now, engine_s=1.0)

    for day in range(ROUNDS):
        now = day * usage.DAY_S
        await asyncio.gather(*(spend(now) for _ in range(AT_ONCE)))
        async with room.database.read() as connection:
            used = await usage.today(connection, person, now)
        assert used is not None
        assert used.engine_s == AT_ONCE


async def test_somebody_new_in_several_channels_at_once_is_one_person(room: Room) -> None:
    for number in range(ROUNDS):
        who = {"author_id": f"new {number}"}
        said = (room.say("hi", channel=f"c{each}", **who) for each in range(AT_ONCE))
        await asyncio.gather(*said)
    assert await count(room, Person) == ROUNDS


async def test_a_channel_that_several_begin_at_once_is_one_conversation(room: Room) -> None:
    for number in range(ROUNDS):
        place = {"channel": f"new {number}"}
        await asyncio.gather(
            *(room.say("hi", author_id=f"p{each}", **place) for each in range(AT_ONCE))
        )
    assert await count(room, Conversation) == ROUNDS


async def test_a_cursor_may_be_kept_from_several_sides(room: Room) -> None:
    for number in range(ROUNDS):
        channel = f"c{number}"
        await asyncio.gather(
            *(room.intake.reached("desk", "one", str(each), channel) for each in range(AT_ONCE))
        )
    kept = await room.intake.channels("desk", "one")
    assert sorted(kept) == [f"c{number}" for number in range(ROUNDS)]


async def test_settings_that_are_changed_at_once_are_all_kept(room: Room) -> None:
    turn = await room.say("/settings", addressed="command", admin=True)
    async with room.database.read() as connection:
        here = (await turns.get(connection, turn)).conversation_id
    for voice, speak in (("always", "mention"), ("spoken", "wake"), ("always", "always")):
        await asyncio.gather(
            room.press(turn, "set", f"voice={voice}", admin=True),
            room.press(turn, "set", f"speak={speak}", admin=True),
        )
        async with room.database.read() as connection:
            kept = await conversations.settings_of(connection, here)
        assert kept == {"voice": voice, "speak": speak}


async def test_a_turn_is_forgotten_while_its_result_lands(room: Room) -> None:
    files = tuple(
        Artifact(f"{number}.flac", "main", "audio/flac", "1" * 64, 1, 1.0) for number in range(20)
    )
    for _ in range(ROUNDS):
        turn = await room.say("say hello")
        await room.handle()
        claim = await room.claim()
        landing = room.landing.finish(claim, Outcome("", {}, files, 0.1))
        await asyncio.gather(landing, room.forget.turn(turn))
        async with room.database.read() as connection:
            assert await turns.find(connection, turn) is None


async def test_a_turn_that_is_cancelled_while_it_is_planned_has_no_job_left(room: Room) -> None:
    for number in range(ROUNDS):
        channel = f"c{number}"
        turn = await room.say("say hello", channel=channel)
        (rows,) = (await room.turns._waiting(())).values()
        await asyncio.gather(room.turns._take(rows), room.press(turn, "cancel", channel=channel))
        assert await room.stage(turn) == "delivered"
        assert "queued" not in [job.state for job in await room.jobs(turn)]
