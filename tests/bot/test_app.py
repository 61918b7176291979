"""The whole service in one process, on both databases, with engines that cost nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.app import App, running
from bot.settings import Settings
from db.session import Database
from engines.kinds import Outcome
from engines.loop.jobs import Claim
from handlers.edge import Address, Attachment, Capacity, Incoming, Part
from handlers.landing import Landing
from handlers.phrases import say


class Inbox:
    """An edge that keeps the replies, and lets a test wait for them."""

    platform = "inbox"
    account = "one"
    buttons = True

    def __init__(self, account: str = "one") -> None:
        self.account = account
        self.replies: dict[int, list[Part]] = {}
        self._arrived = asyncio.Condition()

    async def capacity(self, _address: Address) -> Capacity:
        return Capacity(text=4000, caption=1000, file_bytes=1 << 30)

    async def ready(self, _address: Address) -> None:
        """Always."""

    def only(self) -> None:
        """All of it."""

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        yield b""

    async def send(self, address: Address, part: Part) -> str:
        async with self._arrived:
            self.replies.setdefault(address.turn_id, []).append(part)
            self._arrived.notify_all()
        return address.key

    async def reply(self, turn_id: int) -> list[Part]:
        async with asyncio.timeout(60), self._arrived:
            await self._arrived.wait_for(lambda: turn_id in self.replies)
        return self.replies[turn_id]


@asynccontextmanager
async def service(database: Database, folder: Path) -> AsyncIterator[tuple[App, Inbox]]:
    inbox = Inbox()
    settings = Settings(data_dir=folder / "data", database_url=database.url)
    async with running(settings, [inbox], modules=["tests.rehearsal"]) as app:
        yield app, inbox


def message(number: int, words: str, channel: str = "c") -> Incoming:
    return Incoming(
        platform="inbox",
        account="one",
        update_id=str(number),
        channel=channel,
        author_id="somebody",
        author_name="Somebody",
        text=words,
    )


async def test_a_request_is_answered(database: Database, tmp_path: Path) -> None:
    async with service(database, tmp_path) as (app, inbox):
        turn = await app.intake.accept(message(1, 'say "plain"'))
        assert [part.text for part in await inbox.reply(turn)] == ["done"]


async def test_two_processes_on_one_database_each_serve_their_own_account(
    database: Database, tmp_path: Path
) -> None:
    other = Inbox("two")
    settings = Settings(data_dir=tmp_path / "data", database_url=database.url)
    async with (
        service(database, tmp_path) as (leads, inbox),
        running(settings, [other], modules=["tests.rehearsal"]) as stands_by,
    ):
        first = await leads.intake.accept(message(1, 'say "plain"'))
        second = await stands_by.intake.accept(replace(message(2, 'say "plain"'), account="two"))
        assert first is not None
        assert second is not None
        assert [part.text for part in await inbox.reply(first)] == ["done"]
        assert [part.text for part in await other.reply(second)] == ["done"]
        assert leads.health.leading is not stands_by.health.leading


async def test_a_failing_job_does_not_hold_up_the_next(database: Database, tmp_path: Path) -> None:
    async with service(database, tmp_path) as (app, inbox):
        failing = await app.intake.accept(message(1, 'say "raise"', "one"))
        dying = await app.intake.accept(message(2, 'say "die"', "two"))
        fine = await app.intake.accept(message(3, 'say "plain"', "three"))
        assert (await inbox.reply(fine))[0].text == "done"
        assert (await inbox.reply(failing))[0].text == say("dead")
        assert (await inbox.reply(dying))[0].text == say("dead")


async def test_cancel_stops_a_running_request(database: Database, tmp_path: Path) -> None:
    async with service(database, tmp_path) as (app, inbox):
        long = await app.intake.accept(message(1, 'say "sleep 120"'))
        while not await one_runs(app):
            await asyncio.sleep(0.05)
        asked = await app.intake.accept(message(2, "cancel"))
        assert [part.text for part in await inbox.reply(long)] == [say("cancelled")]
        assert asked not in inbox.replies


async def one_runs(app: App) -> bool:
    async with app.database.read() as connection:
        query = text("SELECT count(*) FROM jobs WHERE state = 'running'")
        return bool((await connection.execute(query)).scalar())


async def test_a_database_that_goes_away_comes_back(database: Database, tmp_path: Path) -> None:
    if database.sqlite:
        pytest.skip("a file does not go away")
    async with service(database, tmp_path) as (app, inbox):
        first = await app.intake.accept(message(1, 'say "plain"'))
        await inbox.reply(first)
        with pytest.raises(DBAPIError):  # our own connection is among those that are ended
            async with database.read() as connection:
                await connection.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity")
                )
        second = await app.intake.accept(message(2, 'say "plain"'))
        assert [part.text for part in await inbox.reply(second)] == ["done"]


async def test_nothing_is_left_running_at_the_end(sqlite: Database, tmp_path: Path) -> None:
    others = set(psutil.Process().children())  # the PostgreSQL of other tests, for one
    async with service(sqlite, tmp_path) as (app, inbox):
        await inbox.reply(await app.intake.accept(message(1, 'say "plain"')))
        children = set(psutil.Process().children()) - others
        assert children
    assert not any(child.is_running() for child in children)


async def test_a_loop_that_lost_its_database_in_the_midst_of_a_job_finishes_it(
    sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.supervise.FIRST_PAUSE_S", 0.01)
    finish, failed = Landing.finish, []

    async def away_once(landing: Landing, claim: Claim, outcome: Outcome) -> bool:
        if not failed:
            failed.append(claim.id)
            raise OperationalError("UPDATE jobs", None, OSError("the database is away"))
        return await finish(landing, claim, outcome)

    monkeypatch.setattr(Landing, "finish", away_once)
    async with service(sqlite, tmp_path) as (app, inbox):
        turn = await app.intake.accept(message(1, 'say "plain"'))
        assert [part.text for part in await inbox.reply(turn)] == ["done"]
    assert failed
