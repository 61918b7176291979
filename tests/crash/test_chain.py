"""A chain of five steps, killed between any two: no step runs again, the reply is whole."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import AnyRow, Asset, Job, Turn
from db.session import Database
from handlers.bells import Bells
from handlers.deliver import AFTER_STEPS
from handlers.edge import Attachment, Incoming
from handlers.intake import Intake
from tests.conftest import Tell
from tests.crash.service import CHAIN
from tests.crash.test_sigkill import account, all_delivered, recording, service


@pytest.mark.parametrize("planner", ["once", "looking"])
async def test_killed_between_any_two_steps(
    sqlite: Database, tmp_path: Path, planner: str, tell: Tell
) -> None:
    note = recording(tmp_path)
    intake = Intake(sqlite, Bells())
    with service(tmp_path, planner) as running:
        running.start()
        for number in range(1, len(CHAIN)):
            turn_id = await intake.accept(chain(number, note))
            before = await steps_done(sqlite, turn_id, number)
            running.kill("service")
            at_rest = {row.step: row for row in await jobs(sqlite, turn_id)}
            running.start()
            await all_delivered(sqlite, number)
            after = {row.step: row for row in await jobs(sqlite, turn_id)}
            assert [row.state for row in after.values()] == ["done"] * len(CHAIN)
            assert len(before) >= number
            for step, row in at_rest.items():
                if row.state == "done":  # it kept its result, and did not run again
                    assert (after[step].attempt, after[step].finished_at) == (
                        row.attempt,
                        row.finished_at,
                    )
            await whole(sqlite, running.log, turn_id, looks=planner == "looking")
        report = await account(sqlite, running.log)
    attempts = Counter(row.attempt for row in await jobs(sqlite, None))
    tell(f"{planner}: {number} kills, attempts of steps {dict(attempts)}; {report}")
    assert report["lost"] == report["unmarked repeats"] == report["artifacts twice"] == 0
    if planner == "looking":  # nothing ran while it thought, so nothing was begun twice
        assert set(attempts) == {1}


def chain(number: int, note: Path) -> Incoming:
    return Incoming(
        platform="recorder",
        account="one",
        update_id=str(number),
        channel=f"channel {number}",
        author_id="somebody",
        author_name="Somebody",
        text="do all five",
        attachments=(Attachment("note.wav", str(note)),),
    )


async def jobs(database: Database, turn_id: int | None) -> list[AnyRow]:
    query = select(Job.step, Job.state, Job.attempt, Job.finished_at).order_by(Job.step)
    if turn_id is not None:
        query = query.where(Job.turn_id == turn_id)
    async with database.read() as connection:
        return list((await connection.execute(query)).all())


async def steps_done(database: Database, turn_id: int | None, count: int) -> list[AnyRow]:
    """Wait until so many steps are done; returns them."""
    async with asyncio.timeout(60):
        while True:
            done = [row for row in await jobs(database, turn_id) if row.state == "done"]
            if len(done) >= count:
                return done


async def whole(database: Database, log: Path, turn_id: int | None, *, looks: bool) -> None:
    """Every step's result was sent, in order, and made its asset once."""
    lines = [json.loads(line) for line in (await asyncio.to_thread(log.read_bytes)).splitlines()]
    keys = [line["key"] for line in lines if line["key"].startswith(f"{turn_id}.")]
    steps = [int(key.split(".")[1]) for key in dict.fromkeys(keys)]
    assert steps == sorted(steps)
    assert set(steps) == {*range(1, len(CHAIN) + 1)} | ({AFTER_STEPS} if looks else set())
    async with database.read() as connection:
        query = select(Asset.number).where(Asset.turn_id == turn_id, Asset.job_id.is_not(None))
        assert len((await connection.execute(query)).all()) == 3  # cleaned, spoken, cleaned again
        answer = (
            await connection.execute(select(Turn.answer).where(Turn.id == turn_id))
        ).scalar_one()
    assert bool(answer) == looks
