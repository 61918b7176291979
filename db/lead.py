"""Who runs the loop: of all processes on one database, just one.

On SQLite that is a lock on a file beside the database, on PostgreSQL an advisory lock of the
session. The system frees both at the death of the process, however it died.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from db.session import Database

#: Runs as long as the lock is ours; raises when it is lost.
Held = Callable[[], Coroutine[Any, Any, None]]

#: Any number that no other program on the same PostgreSQL uses: "earshot" in ASCII, cut to 63 bits.
ADVISORY_KEY = int.from_bytes(b"earshot")
RETRY_S = 1.0
#: How often is asked whether the session that holds the lock still lives.
PING_S = 2.0


@asynccontextmanager
async def lead(database: Database) -> AsyncIterator[Held]:
    """Wait until this process may run the loop; it may as long as the context is open.

    Gives a function to run beside the loop: it raises when the lock is lost on the way.
    """
    lock = _advisory_lock(database) if database.file is None else _file_lock(database.file)
    async with lock as held:
        yield held


@asynccontextmanager
async def _file_lock(database: Path) -> AsyncIterator[Held]:
    async def held() -> None:
        await asyncio.Event().wait()  # nobody can take a lock on a file from us

    with database.with_suffix(".loop").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(RETRY_S)
        yield held


@asynccontextmanager
async def _advisory_lock(database: Database) -> AsyncIterator[Held]:
    async with database.engine.connect() as connection:
        # Autocommit: the lock is the session's, and no transaction must idle as long as we lead.
        session = await connection.execution_options(isolation_level="AUTOCOMMIT")

        async def held() -> None:
            while True:
                await asyncio.sleep(PING_S)
                await session.execute(text("SELECT 1"))

        query = text("SELECT pg_try_advisory_lock(:key)").bindparams(key=ADVISORY_KEY)
        while not (await session.execute(query)).scalar():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(RETRY_S)
        try:
            yield held
        finally:
            # Back in the pool the session would keep the lock.
            await session.invalidate()
