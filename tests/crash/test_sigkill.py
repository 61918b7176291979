"""SIGKILL at random moments: every turn completes, no artifact twice, no reply lost."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from sqlalchemy import func, select

from db.models import AnyRow, ArtifactRow, Asset, Job, OutboxPart, Turn
from db.session import Database
from engines.loop.jobs import MAX_STRIKES, STRIKES_CRASH
from handlers.bells import Bells
from handlers.edge import Attachment, Incoming
from handlers.intake import Intake
from tests.conftest import Tell

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = (
    ('say "plain"', False),
    ('say "sleep 0.3"', False),
    ("", True),
    ("clean this, then transcribe it and read it aloud", True),
    ("clean this", True),
)


STAGES = ("received", "hearing", "transformed", "running", "composed")


class Service:
    """The service as a process that can be killed and started again."""

    def __init__(self, folder: Path, planner: str | None = None) -> None:
        self._planner = [] if planner is None else [planner]
        self.log = folder / "sent.jsonl"
        self.errors = (folder / "service.log").open("ab")
        self._environment = os.environ | {"EARSHOT_DATA_DIR": str(folder)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.service", str(self.log), *self._planner],
            cwd=ROOT,
            env=self._environment,
            stderr=self.errors,
        )

    def kill(self, whom: str) -> bool:
        """Kill the inference child, the dispatcher's process, or both; whether one was there."""
        assert self._process is not None
        parent = psutil.Process(self._process.pid)
        children = parent.children(recursive=True)
        victims = {"child": children, "dispatcher": [parent], "service": [parent, *children]}[whom]
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.send_signal(signal.SIGKILL)
        if parent in victims:
            self._process.wait()
            self._process = None
        return bool(victims)

    @property
    def runs(self) -> bool:
        return self._process is not None


@contextmanager
def service(folder: Path, planner: str | None = None) -> Iterator[Service]:
    one = Service(folder, planner)
    try:
        yield one
    finally:
        if one.runs:
            one.kill("service")
        one.errors.close()


def recording(folder: Path) -> Path:
    path = folder / "note.wav"
    tone = 0.1 * np.sin(np.arange(16_000) / 10)
    soundfile.write(path, tone, 16_000)
    return path


def message(number: int, note: Path) -> Incoming:
    text, with_file = REQUESTS[number % len(REQUESTS)]
    attachments = (Attachment("note.wav", str(note), voice=not text),) if with_file else ()
    return Incoming(
        platform="recorder",
        account="one",
        update_id=str(number),
        channel=f"channel {number % 7}",
        author_id="somebody",
        author_name="Somebody",
        text=text,
        attachments=attachments,
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [25, pytest.param(300, marks=pytest.mark.long)])
async def test_turns_survive_sigkill_at_random_moments(
    sqlite: Database, tmp_path: Path, kills: int, tell: Tell
) -> None:
    chance = random.Random(20261122)
    note = recording(tmp_path)
    intake = Intake(sqlite, Bells())
    stages: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    sent = rounds = 0
    with service(tmp_path) as running:
        running.start()
        while sum(killed.values()) < kills:
            for _ in range(chance.randint(1, 4)):
                await intake.accept(message(sent, note))
                sent += 1
            await asyncio.sleep(chance.uniform(0.2, 1.4))  # a random moment
            seen = await open_stages(sqlite)
            if (
                rounds % 2
            ):  # or as a turn comes to the next stage on the list: some last milliseconds
                seen = await reached(sqlite, STAGES[rounds // 2 % len(STAGES)])
            rounds += 1
            whom = chance.choice(["child", "dispatcher", "service"])
            if running.kill(whom):
                stages.update(seen)
                killed[whom] += 1
            if not running.runs:
                running.start()
        await all_delivered(sqlite, sent)
    report = await account(sqlite, running.log)
    tell(f"{sent} turns; kills {dict(killed)}, with turns in {dict(stages)}; {report}")
    assert report["lost"] == 0
    assert report["unmarked repeats"] == 0
    assert report["artifacts twice"] == 0
    assert report["failed jobs"] == 0
    assert set(STAGES) <= stages.keys()


def worn_out(row: AnyRow) -> bool:
    """Whether a job that is not done had the strikes for it, with one more crash."""
    return row.state == "dead" and row.strikes + STRIKES_CRASH >= MAX_STRIKES


async def open_stages(database: Database) -> set[str]:
    """The stages that turns are in now."""
    async with database.read() as connection:
        rows = await connection.execute(
            select(Turn.stage).where(Turn.stage != "delivered").distinct()
        )
        return set(rows.scalars())


async def reached(database: Database, stage: str) -> set[str]:
    """The open stages once a turn is in ``stage``, or after some seconds: it may go by unseen."""
    seen: set[str] = set()
    with suppress(TimeoutError):
        async with asyncio.timeout(4.0):
            while stage not in seen:
                seen = await open_stages(database)
    return seen


async def all_delivered(database: Database, count: int) -> None:
    """Wait for the last turn; a service that does not get there fails the test by its time-out."""
    async with asyncio.timeout(240):
        while True:
            async with database.read() as connection:
                query = select(func.count()).where(Turn.stage == "delivered")
                if (await connection.execute(query)).scalar_one() == count:
                    return
            await asyncio.sleep(0.2)


async def account(database: Database, log: Path) -> dict[str, int]:
    """What became of every part and artifact."""
    written = await asyncio.to_thread(log.read_bytes)
    lines = [json.loads(line) for line in written.splitlines()]
    times = Counter(line["key"] for line in lines)
    fresh = Counter(line["key"] for line in lines if not line["again"])
    async with database.read() as connection:
        rows = await connection.execute(
            select(OutboxPart.turn_id, OutboxPart.step, OutboxPart.part)
        )
        keys = {f"{row.turn_id}.{row.step}.{row.part}" for row in rows}
        failed = (
            await connection.execute(select(Job.state, Job.strikes).where(Job.state != "done"))
        ).all()
        artifacts = (
            await connection.execute(
                select(ArtifactRow.job_id, ArtifactRow.role, func.count()).group_by(
                    ArtifactRow.job_id, ArtifactRow.role
                )
            )
        ).all()
        handles = (
            await connection.execute(
                select(Asset.job_id, func.count())
                .where(Asset.job_id.is_not(None))
                .group_by(Asset.job_id)
            )
        ).all()
    return {
        "parts": len(keys),
        "lost": len(keys - times.keys()),
        "sent again, marked": sum(times.values()) - sum(fresh.values()),
        "unmarked repeats": sum(count - 1 for count in fresh.values() if count > 1),
        "artifacts twice": sum(row[-1] > 1 for row in [*artifacts, *handles]),
        # Whose fault a death was, the loop cannot know: a job that was there when its process
        # died twice is given up, with a plain message that counts as its reply.
        "worn out": sum(map(worn_out, failed)),
        "failed jobs": sum(not worn_out(row) for row in failed),
    }
