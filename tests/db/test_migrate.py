"""The migrations build just what the models say, on both databases, and back a file up first."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, insert, make_url, text

from db import migrate
from db.migrate import current, newest, upgrade
from db.models import Base, EngineCost, Json
from db.session import Database, key
from handlers.phrases import say
from tests.handlers.conftest import Room


async def test_migrations_build_what_the_models_say(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    assert await current(database) == newest()


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert await upgrade(database) is None


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {before!r}


def upgrade() -> None:
    op.create_table("novelty", sa.Column("id", sa.Integer(), primary_key=True))
"""


async def test_a_file_is_backed_up_whole_before_an_upgrade(
    sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = newest()
    async with sqlite.write() as connection:
        await connection.execute(
            insert(EngineCost).values(
                engine="Witness", device="cpu", seconds_per_second=1, samples=1, updated_at=0
            )
        )
    tree = tmp_path / "migrations"
    shutil.copytree(migrate.TREE, tree, ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "versions" / "9999_next.py").write_text(NEXT.format(before=before))
    monkeypatch.setattr(migrate, "TREE", tree)
    backup = await upgrade(sqlite)
    assert await current(sqlite) == "9999"
    assert backup is not None
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT engine FROM engine_costs").fetchall() == [("Witness",)]
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(before,)]


def test_every_table_declares_whose_data_it_holds() -> None:
    undeclared = [
        table.name
        for table in Base.metadata.sorted_tables
        if table.info.get("holds") not in ("user", "channel", "none")
    ]
    assert undeclared == []


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without tables; each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
        yield database
        await database.close()
        return
    server = Database(request.getfixturevalue("postgres_url"))
    name = f"empty_{uuid.uuid4().hex}"
    url = make_url(server.url).set(database=name)
    plain = server.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with plain.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(url.render_as_string(hide_password=False))
    yield database
    await database.close()
    async with plain.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name}"))
    await server.close()


def body_of_0001(kind: str, words: str, sha256: str | None = None) -> Json:
    """A part of a reply as it lay in the outbox then."""
    return {
        "kind": kind,
        "text": words,
        "sha256": sha256,
        "name": "speech.ogg",
        "media_type": "audio/ogg",
        "duration_s": 1.5,
        "peaks": [1, 2],
    }


async def fill_0001(database: Database, sha256: str) -> int:
    """Leave a turn there whose reply of words and a file of 100 bytes is still to be sent."""
    await upgrade(database, "0001")
    tables = MetaData()
    async with database.write() as connection:
        await connection.run_sync(tables.reflect)

        async def put(table: str, **values: object) -> int:
            return key(await connection.execute(insert(tables.tables[table]).values(**values)))

        here = await put(
            "conversations",
            platform="desk",
            account="one",
            channel="c",
            thread="",
            settings={"voice": "always"},
            last_handle=0,
            created_at=0,
        )
        who = await put("people", platform="desk", external_id="42", name="Somebody", created_at=0)
        message = await put(
            "messages",
            conversation_id=here,
            person_id=who,
            external_id="m",
            text="say hello",
            attachments=[],
            created_at=0,
        )
        await put(
            "inbox",
            platform="desk",
            account="one",
            update_id="7",
            message_id=message,
            received_at=0,
        )
        turn = await put(
            "turns",
            conversation_id=here,
            message_id=message,
            stage="composed",
            query="say hello",
            created_at=0,
            updated_at=0,
        )
        job = await put(
            "jobs",
            turn_id=turn,
            conversation_id=here,
            step=1,
            task="text_to_speech",
            engine="Witness",
            arguments={},
            inputs=[],
            sources=[],
            lane=0,
            seconds=0,
            state="done",
            attempt=1,
            strikes=0,
            cancel=False,
            progress=1,
            text="",
            data={},
        )
        await put(
            "artifacts",
            job_id=job,
            ordinal=0,
            role="playable",
            name="speech.ogg",
            media_type="audio/ogg",
            sha256=sha256,
            size=100,
        )
        part = {"turn_id": turn, "conversation_id": here, "step": 1, "created_at": 0}
        words, voice = body_of_0001("text", "hello"), body_of_0001("voice", "", sha256)
        await put("outbox", **part, part=0, attempts=1, state="sending", body=words)
        await put("outbox", **part, part=1, attempts=0, state="pending", body=voice)
    return turn


async def test_a_reply_of_the_first_tables_is_delivered_after_an_upgrade(
    empty: Database, tmp_path: Path
) -> None:
    room = Room(empty, tmp_path)
    turn = await fill_0001(empty, room.blobs.put_bytes(b"x" * 100))
    await upgrade(empty)
    words, voice = await room.deliver()
    assert (words.kind, words.text, words.files) == ("text", "hello", ())
    assert (voice.kind, voice.files[0].size, voice.files[0].peaks) == ("voice", 100, (1, 2))
    assert [address.again for address, _ in room.desk.sent] == [True, False]
    assert await room.stage(turn) == "delivered"


async def test_people_go_on_after_an_upgrade_where_they_were(
    empty: Database, tmp_path: Path
) -> None:
    room = Room(empty, tmp_path)
    turn = await fill_0001(empty, "1" * 64)
    await upgrade(empty)
    assert await room.say("say hello", update_id="7") == turn
    await room.say("/settings voice", addressed="command", admin=True)
    await room.handle()
    assert any("voice: always" in part.text for part in await room.deliver())
    assert await room.press(turn, "retry") == say("pressed_retry")
