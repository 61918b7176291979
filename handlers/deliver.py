"""Delivery: the outbox goes out, in order within a conversation, at least once, never twice known.

A part is marked ``sending`` before it leaves. One found so at the start may have arrived: its
address says ``again``, and the platform drops the repeat by its key or marks it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox
from db.models import AnyRow
from db.session import Database
from handlers.edge import Address, Edge, Part, Undeliverable, Unreachable
from handlers.serving import Serving

log = structlog.get_logger(__name__)

WINDOW = 256


async def post(
    connection: AsyncConnection, of: AnyRow, step: int, parts: Sequence[Part], now: float
) -> None:
    """Put the parts of one step's reply in the outbox, in the caller's transaction.

    ``of`` is any row that names the turn and its conversation.
    """
    await outbox.add(
        connection,
        now,
        turn_id=of.turn_id,
        conversation_id=of.conversation_id,
        step=step,
        parts=[part.to_json() for part in parts],
    )


class Delivery:
    """Sends what is in the outbox for one edge."""

    def __init__(self, database: Database, edge: Edge) -> None:
        self._database = database
        self._edge = edge
        self._serving = Serving(self._open, self._send_all)
        self.ring = self._serving.ring
        self.run = self._serving.run
        #: Notified after every part.
        self.delivered = asyncio.Condition()

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
                now = self._database.clock()
                await outbox.settled(connection, row.id, now, receipt=receipt)
                following = rows[position + 1] if position + 1 < len(rows) else None
                if following is not None:
                    await outbox.sending(connection, following.id)
                if following is None or following.turn_id != row.turn_id:
                    await outbox.close_turn(connection, row.turn_id, now)
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
