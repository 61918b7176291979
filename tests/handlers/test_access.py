"""Quotas: what a person may have in a day, and what is said when that is used up."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.session import Database
from handlers.access import Access
from handlers.edge import Attachment, Incoming
from handlers.phrases import say
from tests.handlers.conftest import Room, sound

NOON = 86_400.0 * 100 + 43_200


@pytest.fixture
def noted() -> Attachment:
    return Attachment("note.wav", "note", voice=True, size=600_000)


def limited(database: Database, folder: Path, **limits: float) -> Room:
    database.clock = lambda: NOON
    return Room(database, folder, Access(**limits))  # type: ignore[arg-type]


async def answers(room: Room) -> list[str]:
    await room.handle()
    return [part.text for part in await room.deliver()]


async def test_21_engine_seconds_are_counted_and_end(database: Database, tmp_path: Path) -> None:
    room = limited(database, tmp_path, daily_s=0.15)
    for _ in range(2):  # a tenth of a second each
        await room.say("say hello")
        await room.handle()
        await room.landing.finish(await room.claim(), sound())
    await room.deliver()
    await room.say("say hello")
    assert await answers(room) == [say("quota_seconds", hours=12)]
    await room.say("say hello", author_id="7", author_name="Other")
    await room.handle()
    await room.claim()  # it is each person's own
    await room.say("/usage", channel="d")
    (told,) = await answers(room)
    assert say("usage_today", seconds=0.2, limit=0) in told
    database.clock = lambda: NOON + 50_000
    turn = await room.say("say hello")
    await room.handle()
    assert await room.stage(turn) == "running"


async def test_21_bytes_are_counted_before_they_are_fetched(
    database: Database, tmp_path: Path, noted: Attachment
) -> None:
    room = limited(database, tmp_path, daily_bytes=1_000_000)
    room.desk.files["note"] = b"nonsense" * 75_000
    await room.say("", noted)
    assert await answers(room) == [say("media_unknown_type")]
    room.desk.files.clear()  # were it fetched, that would fail
    await room.say("", noted)
    assert await answers(room) == [say("quota_bytes", hours=12)]


async def test_21_bytes_count_that_nobody_announced(database: Database, tmp_path: Path) -> None:
    room = limited(database, tmp_path, daily_bytes=1_000_000)
    room.desk.files["note"] = b"nonsense" * 150_000
    await room.say("", Attachment("note.wav", "note", voice=True))
    assert await answers(room) == [say("media_unknown_type")]
    await room.say("", Attachment("note.wav", "note", voice=True))
    assert await answers(room) == [say("quota_bytes", hours=12)]


async def test_21_engine_seconds_of_what_was_cancelled_count(
    database: Database, tmp_path: Path
) -> None:
    room = limited(database, tmp_path, daily_s=60.0)
    await room.say("say hello")
    await room.handle()
    claim = await room.claim()
    database.clock = lambda: NOON + 61
    await room.landing.cancelled(claim)
    assert await answers(room) == [say("cancelled")]
    await room.say("say hello")
    assert await answers(room) == [say("quota_seconds", hours=12)]


async def test_so_many_requests_may_wait(database: Database, tmp_path: Path) -> None:
    room = limited(database, tmp_path, waiting=2)
    for _ in range(3):
        await room.say("say hello")
    assert await answers(room) == [say("too_many_waiting", limit=2)]
    await room.say("/queue")
    (told,) = await answers(room)
    lines = told.splitlines()
    assert lines[0] == say("queue_waiting", count=2)
    assert lines[1].startswith("Yours is 1st in line")
    assert lines[2].startswith("Yours is 2nd in line")


async def test_commands_work_when_all_is_used_up(database: Database, tmp_path: Path) -> None:
    room = limited(database, tmp_path, waiting=1)
    first = await room.say("say hello")
    await room.handle()
    await room.say("cancel")
    assert await answers(room) == [say("cancelled")]
    assert await room.stage(first) == "delivered"


def message(**fields: object) -> Incoming:
    known = {"platform": "p", "account": "a", "update_id": "1", "channel": "c"}
    return Incoming(**(known | {"author_id": "u", "author_name": "U"} | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(("allow", "asked", "may"), [
    ((), {}, True),
    (("u",), {}, True),
    (("p:u",), {}, True),
    (("q:u",), {}, False),
    (("c",), {}, True),
    (("server",), {"belongs": ("server", "role")}, True),
    (("somebody",), {}, False),
    (("somebody",), {"platform": "console"}, True),
])  # fmt: skip
def test_a_list_denies_whoever_is_not_on_it(
    allow: tuple[str, ...], asked: dict[str, object], may: bool
) -> None:
    assert Access(allow=frozenset(allow)).allows(message(**asked)) is may


async def test_who_is_not_on_the_list_is_told_once_a_day(
    database: Database, tmp_path: Path
) -> None:
    database.clock = lambda: NOON
    room = Room(database, tmp_path, Access(allow=frozenset({"desk:1"})))
    for _ in range(3):
        await room.overhear("say hello")
    assert await answers(room) == [say("not_allowed", id="42")]
    database.clock = lambda: NOON + 86_400
    await room.overhear("say hello")
    assert await answers(room) == [say("not_allowed", id="42")]


def test_admins_are_the_channel_s_the_operator_s_and_everybody_in_private() -> None:
    access = Access(admins=frozenset({"p:boss"}))
    assert access.is_admin(message(addressed="private"))
    assert access.is_admin(message(addressed="mention", admin=True))
    assert access.is_admin(message(addressed="mention", author_id="boss"))
    assert not access.is_admin(message(addressed="mention"))
    assert Access(allow=frozenset({"x"}), admins=frozenset({"boss"})).allows(
        message(author_id="boss")
    )
