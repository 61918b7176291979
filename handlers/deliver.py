"""Delivery: the outbox goes out, in order within a conversation, at least once, never twice known.

A part is marked ``sending`` before it leaves. One found so at the start may have arrived: its
address says ``again``, and the platform drops the repeat by its key or marks it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from db import outbox
from db.models import AnyRow
from db.session import Database
from handlers.edge import Address, Edge, Part, Undeliverable, Unreachable

log = structlog.get_logger(__name__)

WINDOW = 256
POLL_S = 1.0


class Delivery:
    """Sends what is in the outbox for one edge."""

    def __init__(self, database: Database, edge: Edge) -> None:
        self._database = database
        self._edge = edge
        self._bell = asyncio.Event()
        self.delivered = asyncio.Condition()

    def ring(self) -> None:
        """Say that the outbox may have grown."""
        self._bell.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        in_hand: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                self._bell.clear()
                for conversation_id, rows in (await self._open()).items():
                    if conversation_id not in in_hand:
                        task = asyncio.create_task(self._send_all(rows))
                        in_hand[conversation_id] = task
                        task.add_done_callback(lambda _: self._bell.set())
                await self._rest()
                for conversation_id, task in list(in_hand.items()):
                    if task.done():
                        del in_hand[conversation_id]
                        task.result()
        finally:
            for task in in_hand.values():
                task.cancel()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _open(self) -> dict[int, list[AnyRow]]:
        async with self._database.read() as connection:
            rows = await outbox.open_parts(
                connection, self._edge.platform, self._edge.account, WINDOW
            )
        grouped: dict[int, list[AnyRow]] = {}
        for row in rows:
            if not self._edge.wants(row.channel, row.turn_id):
                continue
            grouped.setdefault(row.conversation_id, []).append(row)
        return grouped

    async def _send_all(self, rows: Sequence[AnyRow]) -> None:
        """Send a conversation's parts in order."""
        async with self._database.write() as connection:
            await outbox.sending(connection, rows[0].id)
        for position, row in enumerate(rows):
            receipt = await self._send(row)
            # That this one is sent and that the next is leaving is one transaction, not two.
            async with self._database.write() as connection:
                await outbox.settled(connection, row.id, self._database.clock(), receipt=receipt)
                if position + 1 < len(rows):
                    await outbox.sending(connection, rows[position + 1].id)
            async with self.delivered:
                self.delivered.notify_all()

    async def _send(self, row: AnyRow) -> str | None:
        """Send one part until the platform takes it (its receipt) or refuses it for good (None)."""
        again = row.state == "sending"
        while True:
            address = Address(
                conversation_id=row.conversation_id,
                channel=row.channel,
                thread=row.thread,
                turn_id=row.turn_id,
                key=f"{row.turn_id}.{row.step}.{row.part}",
                again=again,
            )
            try:
                return await self._edge.send(address, Part.from_json(row.body))
            except Unreachable as error:
                log.warning("a part was not taken; trying again", part=row.id, reason=str(error))
                again = True
                await asyncio.sleep(error.after_s)
            except Undeliverable as error:
                log.error("a part is undeliverable", part=row.id, reason=str(error))
                return None
