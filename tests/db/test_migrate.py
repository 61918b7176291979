"""The migrations build just what the models say, on both databases, and back a file up first."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert

from db import migrate
from db.migrate import current, newest, upgrade
from db.models import Base, EngineCost
from db.session import Database


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
