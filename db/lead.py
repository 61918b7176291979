"""Who does what only one process on a database may: run the loop, serve a platform's account.

On SQLite that is a lock on a file beside the database, on PostgreSQL an advisory lock of the
session. The system frees both at the death of the process, however it died.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from db.session import Database

#: Runs as long as the lock is ours; raises when it is lost.
Held = Callable[[], Coroutine[Any, Any, None]]

#: The role of whoever runs the loop.
LOOP = "loop"
RETRY_S = 1.0
#: How often is asked whether the session that holds the lock still lives.
PING_S = 2.0


def advisory_key(role: str) -> int:
    """A number for a role that hardly another program on the same PostgreSQL uses: 64 bits."""
    digest = hashlib.sha256(f"earshot {role}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


@asynccontextmanager
async def lead(database: Database, role: str = LOOP) -> AsyncIterator[Held]:
    """Wait until this process may fill a role; it may as long as the context is open.

    Gives a function to run beside the work: it raises when the lock is lost on the way.
    """
    file = database.file
    lock = _advisory_lock(database, role) if file is None else _file_lock(file, role)
    async with lock as held:
        yield held


@asynccontextmanager
async def _file_lock(database: Path, role: str) -> AsyncIterator[Held]:
    async def held() -> None:
        await asyncio.Event().wait()  # nobody can take a lock on a file from us

    with database.with_suffix(f".{role}").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(RETRY_S)
        yield held


@asynccontextmanager
async def _advisory_lock(database: Database, role: str) -> AsyncIterator[Held]:
    async with database.engine.connect() as connection:
        # Autocommit: the lock is the session's, and no transaction must idle as long as we lead.
        session = await connection.execution_options(isolation_level="AUTOCOMMIT")

        async def held() -> None:
            while True:
                await asyncio.sleep(PING_S)
                await session.execute(text("SELECT 1"))

        query = text("SELECT pg_try_advisory_lock(:key)").bindparams(key=advisory_key(role))
        while not (await session.execute(query)).scalar():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(RETRY_S)
        try:
            yield held
        finally:
            # Back in the pool the session would keep the lock.
            await session.invalidate()
