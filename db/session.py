"""Connections: one :class:`Database` for SQLite and PostgreSQL.

``read()`` and ``write()`` give a connection inside a transaction. On SQLite a write transaction
begins with BEGIN IMMEDIATE: taking the write lock at once is what keeps two processes that read
and then write from failing half-way (https://www.sqlite.org/isolation.html).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

BUSY_TIMEOUT_S = 30
READ_ONLY = "earshot_read_only"

# isolation_level None: the driver must not begin transactions by itself, _begin_sqlite does.
_SQLITE: dict[str, Any] = {"connect_args": {"isolation_level": None, "timeout": BUSY_TIMEOUT_S}}
# A server that was restarted has closed the pool's connections: they are tried before use.
_POSTGRESQL: dict[str, Any] = {"pool_pre_ping": True}


class Database:
    """An async engine, and the clock that stamps rows.

    ``url`` is an SQLAlchemy URL: ``sqlite+aiosqlite:///...`` or ``postgresql+asyncpg://...``.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self.url = url
        self.clock = clock
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        options = _SQLITE if self.sqlite else _POSTGRESQL
        # Errors are logged, and a statement's parameters are what people wrote.
        self.engine = create_async_engine(url, hide_parameters=True, **options)
        # SQLite has one writer. Waiting for it in an asyncio lock is fair and wakes at once;
        # SQLite's own busy handler sleeps and polls, so it only serves between processes.
        self._writer: asyncio.Lock | None = asyncio.Lock() if self.sqlite else None
        if self.sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._reader = self.engine.execution_options(**{READ_ONLY: True})

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        return Path(make_url(self.url).database or "") if self.sqlite else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading: one consistent snapshot."""
        async with self._reader.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A connection for writing; commits at the end, rolls back on an exception."""
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._writer)
            yield await stack.enter_async_context(self.engine.begin())

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


def key(inserted: CursorResult[Any]) -> int:
    """The primary key that the database gave to one inserted row."""
    found = inserted.inserted_primary_key
    if found is None:
        raise TypeError("not the result of inserting one row")
    return int(found[0])


def ailing(error: SQLAlchemyError) -> bool:
    """Whether it is the database that is in trouble, and not what was asked of it."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout)


def inserting(connection: AsyncConnection, table: type[Any]) -> Any:
    """An INSERT that may say what to do ``on_conflict``: both databases read it alike."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # FULL, not NORMAL: what was answered for must also survive a power cut, not only SIGKILL. And
    # what was deleted must not stay in the file's free pages.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
