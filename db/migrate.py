"""Bringing a database to the newest schema: one Alembic tree for SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from db.session import Database

TREE = Path(__file__).resolve().parent.parent / "migrations"


def newest() -> str | None:
    """The revision that this code expects."""
    return ScriptDirectory(str(TREE)).get_current_head()


async def current(database: Database) -> str | None:
    """The revision of a database; None when it is empty."""
    async with database.read() as connection:
        return await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )


async def upgrade(database: Database, revision: str = "head") -> Path | None:
    """Upgrade to ``revision``; returns the backup that was made of a SQLite file before."""
    if database.file is not None:
        database.file.parent.mkdir(parents=True, exist_ok=True)
    before = await current(database)
    if before == newest() and revision == "head":
        return None
    backup = None
    if before is not None and database.file is not None:
        backup = back_up(database.file, before)
    config = Config()
    config.set_main_option("script_location", str(TREE))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.write() as connection:
        await connection.run_sync(run)
    return backup


def back_up(file: Path, label: str) -> Path:
    """Copy a live SQLite file, whole, beside itself; an older copy of that label is replaced."""
    copy = file.with_name(f"{file.name}.before-{label}.bak")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
