"""Claims: no job twice, whatever claims beside us; every write of a lost claim changes nothing."""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.queues
from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, inbox, jobs
from db.models import Job, Json, Turn
from db.session import Database
from engines.loop.jobs import AGING_S, MAX_STRIKES
from tests.conftest import Tell

LEASE_S = 20.0
NOW = 1000.0


def job(turn_id: int, step: int, **values: object) -> Json:
    return {
        "turn_id": turn_id,
        "conversation_id": 1,
        "step": step,
        "task": "speech_recognition",
        "engine": "Null",
        "arguments": {},
        "inputs": [],
        "sources": [],
        "lane": 0,
        "seconds": 1.0,
        "state": "queued",
        "queued_at": NOW,
    } | values


async def add(connection: AsyncConnection, rows: list[Json]) -> list[int]:
    """Insert jobs of one turn; returns their ids by step."""
    await jobs.add(connection, rows)
    query = select(Job.id).where(Job.turn_id == rows[0]["turn_id"]).order_by(Job.step)
    return list((await connection.execute(query)).scalars())


async def turn(database: Database) -> int:
    """A turn in a fresh conversation."""
    async with database.write() as connection:
        conversation_id = await conversations.add_conversation(
            connection, NOW, platform="t", account="a", channel="c", thread=""
        )
        person_id = await conversations.add_person(
            connection, NOW, platform="t", external_id="p", name="P"
        )
        return await inbox.accept(
            connection,
            NOW,
            update={"platform": "t", "account": "a", "update_id": "1"},
            message={
                "conversation_id": conversation_id,
                "person_id": person_id,
                "external_id": "m",
                "text": "",
            },
            turn={"stage": "received"},
        )


async def fill(database: Database, count: int, **values: object) -> list[int]:
    turn_id = await turn(database)
    async with database.write() as connection:
        conversation_id = (
            await connection.execute(select(Turn.conversation_id).where(Turn.id == turn_id))
        ).scalar_one()
        rows = [job(turn_id, n, conversation_id=conversation_id, **values) for n in range(count)]
        return await add(connection, rows)


def claim_all(url: str, name: str, found: multiprocessing.queues.Queue[list[int]]) -> None:
    """Claim four at a time, as a loop would, until nothing waits."""

    async def run() -> None:
        database = Database(url)
        mine: list[int] = []
        while True:
            async with database.read() as connection:
                ids = [each.id for each in await jobs.waiting(connection, 16)]
            if not ids:
                break
            async with database.write() as connection:
                claims = await jobs.claim(connection, ids[:4], name, NOW, LEASE_S)
            mine += [claim.id for claim in claims]
        await database.close()
        found.put(mine)

    asyncio.run(run())


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
async def test_two_processes_never_claim_the_same_job(
    database: Database, count: int, tell: Tell
) -> None:
    ids = await fill(database, count)
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.queues.Queue[list[int]] = context.Queue()
    processes = [
        context.Process(target=claim_all, args=(database.url, name, found)) for name in "ab"
    ]
    for process in processes:
        process.start()
    claimed = [await asyncio.to_thread(found.get, timeout=300) for _ in processes]
    for process in processes:
        process.join()
    found.close()
    twice = [job for job, times in Counter(claimed[0] + claimed[1]).items() if times > 1]
    counts = " + ".join(str(len(each)) for each in claimed)
    tell(f"{database.engine.name}: {counts} claims by two processes, {len(twice)} jobs twice")
    assert twice == []
    assert sorted(claimed[0] + claimed[1]) == ids


async def test_a_claim_that_was_taken_over_changes_nothing(database: Database) -> None:
    (job_id,) = await fill(database, 1)
    async with database.write() as connection:
        (mine,) = await jobs.claim(connection, [job_id], "me", NOW, LEASE_S)
        assert await jobs.claim(connection, [job_id], "you", NOW, LEASE_S) == []
    async with database.write() as connection:
        (taken,) = await jobs.abandoned(connection, "you", NOW + 1)
        assert (taken.id, taken.owner) == (job_id, "you")
        assert taken.attempt > mine.attempt
        assert await jobs.end(connection, mine, "done", NOW) is None
        assert await jobs.renew(connection, [mine], NOW + 99) == {}
        assert not await jobs.strike(connection, mine, 1, NOW)
        assert await jobs.end(connection, taken, "done", NOW) is not None
        assert await jobs.end(connection, taken, "done", NOW) is None


async def test_a_loop_that_begins_again_under_its_own_name_takes_over_what_it_ran(
    database: Database,
) -> None:
    (job_id,) = await fill(database, 1)
    async with database.write() as connection:
        (lost,) = await jobs.claim(connection, [job_id], "me", NOW, LEASE_S)
        (again,) = await jobs.abandoned(connection, "me", NOW + 1)
        assert await jobs.end(connection, lost, "done", NOW) is None
        assert await jobs.strike(connection, again, 1, NOW)
        assert [each.id for each in await jobs.waiting(connection, 9)] == [job_id]


async def test_strikes_wear_a_job_out(database: Database) -> None:
    (job_id,) = await fill(database, 1)
    tries = 0
    async with database.write() as connection:
        while claims := await jobs.claim(connection, [job_id], "me", NOW, LEASE_S):
            tries += 1
            if not await jobs.strike(connection, claims[0], 2, NOW):
                break
    assert tries == MAX_STRIKES / 2


async def test_a_job_that_crashed_runs_alone(database: Database) -> None:
    first, second = await fill(database, 2)
    async with database.write() as connection:
        claims = await jobs.claim(connection, [first], "me", NOW, LEASE_S)
        await jobs.strike(connection, claims[0], 3, NOW)
        alone = {each.id: each.alone for each in await jobs.waiting(connection, 9)}
    assert alone == {first: True, second: False}


async def test_waiting_is_ordered_by_lane_then_age(database: Database) -> None:
    turn_id = await turn(database)
    async with database.write() as connection:
        conversation_id = (await connection.execute(select(Turn.conversation_id))).scalar_one()
        rows = [
            job(turn_id, 0, conversation_id=conversation_id, lane=1, queued_at=NOW),
            job(turn_id, 1, conversation_id=conversation_id, lane=0, queued_at=NOW + 2),
            job(turn_id, 2, conversation_id=conversation_id, lane=0, queued_at=NOW + 1),
            job(turn_id, 3, conversation_id=conversation_id, state="blocked", queued_at=None),
        ]
        normal, late, early, _ = await add(connection, rows)
        assert [each.id for each in await jobs.waiting(connection, 9)] == [early, late, normal]
        ahead = await jobs.ahead_of(connection, normal)
    assert [(row.engine, row.jobs) for row in ahead] == [("Null", 2)]


async def test_progress_and_cancellation_reach_the_holder(database: Database) -> None:
    (job_id,) = await fill(database, 1)
    async with database.write() as connection:
        (claim,) = await jobs.claim(connection, [job_id], "me", NOW, LEASE_S)
        await jobs.progress(connection, claim, 0.5)
        row = (await connection.execute(select(Job.__table__).where(Job.id == job_id))).one()
        assert row.progress == 0.5
        assert await jobs.ask_to_cancel(connection, row.turn_id) == 1
        assert await jobs.renew(connection, [claim], NOW + 9) == {job_id: True}


async def test_a_full_window_of_short_jobs_does_not_hide_an_old_long_one(
    database: Database,
) -> None:
    turn_id = await turn(database)
    async with database.write() as connection:
        conversation_id = (await connection.execute(select(Turn.conversation_id))).scalar_one()
        fresh = [
            job(turn_id, n, conversation_id=conversation_id, queued_at=NOW + 3 * AGING_S)
            for n in range(70)
        ]
        long = job(turn_id, 70, conversation_id=conversation_id, lane=2, queued_at=NOW)
        *_, old = await add(connection, [*fresh, long])
        assert (await jobs.waiting(connection, 64))[0].id == old
