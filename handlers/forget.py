"""Deleting what was kept: a request, a person's data, a channel's, or what has become too old."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog

from db import privacy, usage
from db.privacy import Erased
from db.session import Database
from engines.blobs import GRACE_S, BlobStore
from handlers.bells import Bells
from handlers.channel import Channel

log = structlog.get_logger(__name__)

#: How often is looked for what has become too old, and for files that nothing names.
EVERY_S = 600.0
#: A file this young may belong to something that is not written down yet.
YOUNG_S = 3600.0
#: An upgrade's backup of the database holds what was deleted since: it is kept no longer than this.
BACKUP_S = 30 * usage.DAY_S


class Forget:
    """Deletes rows in one transaction, then the files that no row names any more.

    ``retention_days`` is for channels that set none of their own; 0 keeps all. ``scratch`` is where
    files are worked on, ``replies`` where the console puts its copies.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        bells: Bells,
        retention_days: int = 0,
        scratch: Path | None = None,
        replies: Path | None = None,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._bells = bells
        self._scratch = scratch
        self._replies = replies
        self._later: set[asyncio.Task[None]] = set()
        self.retention_days = retention_days

    async def person(self, person_id: int, *, but: int | None = None) -> Erased:
        """Delete all of a person, and what others had made of it; of turn ``but`` nothing."""
        async with self._database.write() as connection:
            own = [each for each in await privacy.turns_of(connection, person_id) if each != but]
            others = await privacy.worked_on(connection, own)
            erased = await privacy.erase(connection, [*own, *(set(others) - {but})])
            today = usage.day(self._database.clock())
            await privacy.forget_name(connection, person_id, today)
        return await self._finish(erased)

    async def conversation(self, conversation_id: int, *, but: int | None = None) -> Erased:
        """Delete all of a conversation, except turn ``but``."""
        async with self._database.write() as connection:
            found = await privacy.turns_in(connection, conversation_id)
            erased = await privacy.erase(connection, [each for each in found if each != but])
        return await self._finish(erased)

    async def turn(self, turn_id: int) -> Erased:
        """Delete one request, and what was made of its recordings since."""
        async with self._database.write() as connection:
            others = await privacy.worked_on(connection, [turn_id])
            erased = await privacy.erase(connection, [turn_id, *others])
        return await self._finish(erased)

    async def run(self) -> None:
        """Delete what is too old, now and again, until cancelled."""
        while True:
            await self.too_old()
            await self.sweep()
            await asyncio.to_thread(self._tidy)
            await asyncio.sleep(EVERY_S)

    async def too_old(self) -> Erased:
        """Delete what channels keep no longer."""
        now, total = self._database.clock(), Erased()
        async with self._database.read() as connection:
            kept = await privacy.keeping(connection)
        for row in kept:
            days = Channel.of(row.settings).retention or self.retention_days
            if not days:
                continue
            async with self._database.write() as connection:
                before = now - days * usage.DAY_S
                found = await privacy.turns_in(connection, row.id, before)
                total += await privacy.erase(connection, found, aged=True)
        async with self._database.write() as connection:
            await privacy.forget_strangers(connection, usage.day(now))
        if total.messages:
            log.info("old messages are deleted", messages=total.messages)
        return await self._finish(total)

    async def sweep(self, young_s: float = YOUNG_S) -> int:
        """Delete files that nothing names; returns how many."""
        digests = await asyncio.to_thread(lambda: list(self._blobs.digests()))
        return await self._remove(digests, young_s)

    async def _finish(self, erased: Erased) -> Erased:
        # A job of it that runs is not ours any more: the loop notices at once.
        self._bells.cancelling()
        digests = sorted(erased.files)
        unused = await self._unused(digests)
        left = await asyncio.to_thread(self._unlink, unused, None)
        if left:
            task = asyncio.create_task(self._once_old_enough(left))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        if self._replies is not None:
            for turn_id in erased.turns:
                shutil.rmtree(self._replies / str(turn_id), ignore_errors=True)
        return erased

    async def close(self) -> None:
        """Leave what is not old enough to the sweep."""
        for task in list(self._later):
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def _once_old_enough(self, digests: Sequence[str]) -> None:
        """Delete files that were stored a moment ago; should we die first, the sweep does it."""
        await asyncio.sleep(GRACE_S)
        await self._remove(digests)

    def _tidy(self) -> None:
        """Remove what killed processes left, and backups of the database that are old enough."""
        now = time.time()
        left = list(self._scratch.glob("*")) if self._scratch is not None else []
        for path in left:
            if now - path.stat().st_mtime > YOUNG_S:
                shutil.rmtree(path, ignore_errors=True)
        if (file := self._database.file) is not None:
            for backup in file.parent.glob(f"{file.name}.before-*.bak"):
                if now - backup.stat().st_mtime > BACKUP_S:
                    backup.unlink(missing_ok=True)

    async def _remove(self, digests: Sequence[str], grace_s: float | None = None) -> int:
        unused = await self._unused(digests)
        left = await asyncio.to_thread(self._unlink, unused, grace_s)
        return len(unused) - len(left)

    async def _unused(self, digests: Sequence[str]) -> set[str]:
        async with self._database.read() as connection:
            return await privacy.unused(connection, digests)

    def _unlink(self, digests: Iterable[str], grace_s: float | None) -> list[str]:
        """Delete these files; returns those that are too young for it."""
        grace_s = GRACE_S if grace_s is None else grace_s
        return [each for each in digests if not self._blobs.remove(each, grace_s)]
