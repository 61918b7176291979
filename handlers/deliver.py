"""Delivery: the outbox goes out, in order within a conversation, at least once, never twice known.

A part is marked ``sending`` just before it leaves, when the platform's rates let it. One found so
at the start may have arrived: its address says ``again``, and the platform drops the repeat by its
key or marks it. A part that fits into no single message leaves as several pieces; each is noted as
it arrives, so no crash repeats more than one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox
from db.models import AnyRow
from db.session import Database, ailing
from engines.blobs import BlobStore
from handlers.edge import (
    Edge,
    Part,
    TooLarge,
    Undeliverable,
    Unreachable,
)
from handlers.fit import fitted
from handlers.leaving import Leaving, in_words
from handlers.serving import Serving
from handlers.tally import Tally

log = structlog.get_logger(__name__)

WINDOW = 256
#: Outbox rows of what concerns the turn as a whole, not one of its steps, sort before step 0: what
#: is to be said of its plan, the question whether that is worth its cost, the question whether it
#: is still wanted, then what came of its files.
NOTES, QUESTION, BEFORE_STEPS = -3, -2, -1
CONSENT = -100
#: ... and after the last.
LAST_NOTES, AFTER_STEPS = 999, 1000
#: How long a stopping service waits for a piece that is on its way.
LAST_S = 5.0
#: A part that fails by a fault of ours is tried so often, with pauses from this on.
FAULTS, FAULT_S = 5, 0.5


async def post(
    connection: AsyncConnection,
    of: AnyRow,
    step: int,
    parts: Sequence[Part],
    now: float,
    *,
    quiet: bool = False,
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
        quiet=quiet,
    )


class Delivery:
    """Sends what is in the outbox for one edge."""

    def __init__(
        self,
        database: Database,
        edge: Edge,
        blobs: BlobStore,
        scratch: Path,
        tally: Tally | None = None,
    ) -> None:
        self._database = database
        self._edge = edge
        self._blobs = blobs
        self._scratch = scratch
        self._tally = tally or Tally()
        self._serving = Serving(
            self._open, self._send_all, lambda: self._tally.beat(f"delivery:{edge.platform}")
        )
        self.ring = self._serving.ring
        self.run = self._serving.run
        #: Notified after every part.
        self.delivered = asyncio.Condition()

    async def _open(self, in_hand: Collection[int]) -> dict[int, list[AnyRow]]:
        async with self._database.read() as connection:
            rows = await outbox.open_parts(
                connection,
                self._edge.platform,
                self._edge.account,
                WINDOW,
                # Where there is no button to ask for them, they are not held back.
                held=not self._edge.buttons,
                in_hand=in_hand,
                of=self._edge.only(),
            )
        grouped: dict[int, list[AnyRow]] = {}
        for row in rows:
            grouped.setdefault(row.conversation_id, []).append(row)
        return grouped

    async def _send_all(self, rows: Sequence[AnyRow]) -> None:
        """Send a conversation's parts in order."""
        for row in rows:
            arrived = await self._send_part(Leaving(row))
            self._tally.sent(self._edge.platform, "sent" if arrived else "undeliverable")
            async with self.delivered:
                self.delivered.notify_all()

    async def _send_part(self, part: Leaving) -> bool:
        """Send what is left of a part; False when the platform refused it for good."""
        faults = 0
        while True:
            try:
                if part.pieces is None:
                    part.pieces = await self._fit(part.whole, part)
                elif part.limit is not None:
                    part.instead(await self._smaller(part, part.limit))
                if part.number >= len(part.pieces):  # all of it arrived before
                    await self._over(part, arrived=True)
                    return True
                leaving = asyncio.create_task(self._leave(part, part.pieces[part.number]))
                if await _to_its_end(leaving, part):
                    return True
            except TooLarge as error:
                part.limit = error.limit
            except _Gone:
                return True
            except Exception as error:
                if isinstance(error, SQLAlchemyError) and ailing(error):
                    raise  # not the part is in trouble; whoever supervises us tries again
                # A fault of ours must hold up nobody else's parts, and its own not for ever.
                faults += not isinstance(error, Undeliverable)
                if await self._tried_again(part, error, faults):
                    continue
                if not part.instead(in_words(part.piece, part.row.locale)):
                    await self._over(part, arrived=False)
                    return False

    async def _tried_again(self, part: Leaving, error: Exception, faults: int) -> bool:
        """Report why a piece did not leave; True, after a pause, when another try is worth it."""
        if isinstance(error, Undeliverable):
            log.error("a part is undeliverable", part=part.row.id, reason=str(error))
            return False
        log.exception("a part could not be sent", part=part.row.id, faults=faults)
        if faults % FAULTS == 0:
            return False
        await asyncio.sleep(FAULT_S * 2**faults)
        return True

    async def _leave(self, part: Leaving, piece: Part) -> bool:
        """Send a piece and note that it arrived; True when it was the last."""
        try:
            return await self._took(part, await self._send_piece(part, piece))
        finally:
            part.flying = False

    async def _send_piece(self, part: Leaving, piece: Part) -> str:
        """Send one piece until the platform takes it; returns its receipt."""
        while True:
            await self._edge.ready(part.address())
            async with self._database.write() as connection:
                if not await outbox.sending(connection, part.row.id, part.to_keep()):
                    raise _Gone
            part.kept = part.flying = True
            try:
                return await self._edge.send(part.address(), piece)
            except Unreachable as error:
                part.flying = False
                reason = str(error)
                log.warning("a part was not taken; trying again", part=part.row.id, reason=reason)
                self._tally.sent(self._edge.platform, "retried")
                part.again = part.again or error.arrived
                if not part.again:  # a restart must not take it for one that may have arrived
                    async with self._database.write() as connection:
                        await outbox.pause(connection, part.row.id)
                await asyncio.sleep(error.after_s)
            except FileNotFoundError as error:
                raise Undeliverable(f"its file is gone: {error.filename}") from error

    async def _took(self, part: Leaving, receipt: str) -> bool:
        """Note that the platform took a piece; True when it was the last."""
        piece, part.number, part.again = part.number, part.number + 1, False
        last = part.pieces is None or part.number >= len(part.pieces)
        now, over = self._database.clock(), False
        async with self._database.write() as connection:
            # The first write takes hold of the part: it may be forgotten while it is on its way.
            if last:
                here = await outbox.settled(connection, part.row.id, now, arrived=True)
            else:
                here = await outbox.pause(connection, part.row.id)
            if here:
                await outbox.took(connection, part.row, piece, receipt.split())
            if here and last:
                over = await outbox.close_turn(connection, part.row.turn_id, now)
        self._tell(over)
        return last or not here

    async def _over(self, part: Leaving, *, arrived: bool) -> None:
        now = self._database.clock()
        async with self._database.write() as connection:
            await outbox.settled(connection, part.row.id, now, arrived=arrived)
            over = await outbox.close_turn(connection, part.row.turn_id, now)
        self._tell(over)

    def _tell(self, over: bool) -> None:
        if over:
            self._tally.turn(self._edge.platform, "delivered")

    async def _smaller(self, part: Leaving, limit: int) -> list[Part]:
        """The next piece within a limit that the platform only told when it was sent."""
        pieces = await self._fit(part.piece, part, limit)
        if pieces == [part.piece]:
            raise Undeliverable(f"refused as too large, though within {limit} bytes")
        return pieces

    async def _fit(self, piece: Part, part: Leaving, limit: int | None = None) -> list[Part]:
        capacity = await self._edge.capacity(part.address())
        locale = part.row.locale
        return await fitted(piece, capacity, self._blobs, self._scratch, locale, limit)


async def _to_its_end(leaving: asyncio.Task[bool], part: Leaving) -> bool:
    """Wait for a piece; where the service stops meanwhile, what is on its way is still noted."""
    try:
        return await asyncio.shield(leaving)
    except asyncio.CancelledError:
        if part.flying:
            await asyncio.wait([leaving], timeout=LAST_S)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        raise


class _Gone(Exception):
    """What was to be sent is there no more: it was forgotten."""
