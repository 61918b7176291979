"""Delivery: the outbox goes out, in order within a conversation, at least once, never twice known.

A part is marked ``sending`` just before it leaves, when the platform's rates let it. One found so
at the start may have arrived: its address says ``again``, and the platform drops the repeat by its
key or marks it. A part that fits into no single message leaves as several pieces; each is noted as
it arrives, so no crash repeats more than one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox
from db.models import AnyRow
from db.session import Database
from engines.blobs import BlobStore
from handlers.edge import (
    NO_MESSAGE,
    Address,
    Edge,
    Part,
    TooLarge,
    Undeliverable,
    Unreachable,
)
from handlers.fit import fitted
from handlers.phrases import say
from handlers.serving import Serving
from handlers.tally import Tally

log = structlog.get_logger(__name__)

WINDOW = 256
#: Outbox rows of what concerns the turn as a whole, not one of its steps, sort before step 0.
BEFORE_STEPS = -1
#: ... and after the last.
AFTER_STEPS = 1000


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
    """Sends what is in the outbox for one edge. ``on_over`` is called after every part."""

    def __init__(
        self,
        database: Database,
        edge: Edge,
        blobs: BlobStore,
        scratch: Path,
        on_over: Callable[[], None] = lambda: None,
        tally: Tally | None = None,
    ) -> None:
        self._database = database
        self._edge = edge
        self._blobs = blobs
        self._scratch = scratch
        self._on_over = on_over
        self._tally = tally or Tally()
        self._serving = Serving(
            self._open, self._send_all, lambda: self._tally.beat(f"delivery:{edge.platform}")
        )
        self.ring = self._serving.ring
        self.run = self._serving.run
        #: Notified after every part.
        self.delivered = asyncio.Condition()

    async def _open(self) -> dict[int, list[AnyRow]]:
        async with self._database.read() as connection:
            rows = await outbox.open_parts(
                connection,
                self._edge.platform,
                self._edge.account,
                WINDOW,
                # Where there is no button to ask for them, they are not held back.
                held=not self._edge.buttons,
            )
        grouped: dict[int, list[AnyRow]] = {}
        for row in rows:
            if not self._edge.wants(row.channel, row.turn_id):
                continue
            grouped.setdefault(row.conversation_id, []).append(row)
        return grouped

    async def _send_all(self, rows: Sequence[AnyRow]) -> None:
        """Send a conversation's parts in order."""
        for row in rows:
            arrived = await self._send_part(row)
            async with self._database.write() as connection:
                now = self._database.clock()
                await outbox.settled(connection, row.id, now, arrived=arrived)
                over = await outbox.close_turn(connection, row.turn_id, now)
            self._tally.sent(self._edge.platform, "sent" if arrived else "undeliverable")
            if over:
                self._tally.turn(self._edge.platform, "delivered")
            async with self.delivered:
                self.delivered.notify_all()
            self._on_over()

    async def _send_part(self, row: AnyRow) -> bool:
        """Send all pieces of a part; False when the platform refused one for good."""
        part, address = Part.from_json(row.body), _address(row)
        kept = row.pieces is not None
        pieces = [Part.from_json(each) for each in row.pieces] if kept else None
        again = row.state == "sending"
        number = row.sent_pieces
        while pieces is None or number < len(pieces):
            try:
                if pieces is None:
                    pieces = await self._fit(part, address)
                kept = await self._send_piece(row, address, pieces, number, again=again, kept=kept)
            except TooLarge as error:
                shrunk = await self._fit(pieces[number] if pieces else part, address, error.limit)
                pieces, kept, again = [*(pieces or [])[:number], *shrunk], False, False
                continue
            except Undeliverable as error:
                log.error("a part is undeliverable", part=row.id, reason=str(error))
                pieces = _in_words(pieces or [part], number, address)
                if pieces is None:
                    return False
                kept, again = False, False
                continue
            number, again = number + 1, False
        return True

    async def _send_piece(
        self,
        row: AnyRow,
        address: Address,
        pieces: Sequence[Part],
        number: int,
        *,
        again: bool,
        kept: bool,
    ) -> bool:
        """Send one piece until the platform takes it, and note that it did."""
        several = len(pieces) > 1 or pieces[0] != Part.from_json(row.body)
        while True:
            await self._edge.ready(address)
            async with self._database.write() as connection:
                bodies = [piece.to_json() for piece in pieces] if several and not kept else None
                await outbox.sending(connection, row.id, bodies)
                kept = True
            where = _address(row, f"{row.turn_id}.{row.step}.{row.part}", number, again=again)
            try:
                receipt = await self._edge.send(where, pieces[number])
                break
            except Unreachable as error:
                log.warning("a part was not taken; trying again", part=row.id, reason=str(error))
                self._tally.sent(self._edge.platform, "retried")
                again = again or error.arrived
                if not again:  # a restart must not take it for one that may have arrived
                    async with self._database.write() as connection:
                        await outbox.pause(connection, row.id)
                await asyncio.sleep(error.after_s)
            except FileNotFoundError as error:
                raise Undeliverable(f"its file is gone: {error.filename}") from error
        async with self._database.write() as connection:
            await outbox.took(connection, row, number, receipt.split())
            if number + 1 < len(pieces):
                await outbox.pause(connection, row.id)
        return kept

    async def _fit(self, part: Part, address: Address, limit: int | None = None) -> list[Part]:
        capacity = await self._edge.capacity(address)
        return await fitted(part, capacity, self._blobs, self._scratch, address.locale, limit)


def _address(row: AnyRow, key: str = "", number: int = 0, *, again: bool = False) -> Address:
    return Address(
        conversation_id=row.conversation_id,
        channel=row.channel,
        thread=row.thread,
        turn_id=row.turn_id,
        # The first piece goes by the part's own key: whether there are more is not known before.
        key=key if number == 0 else f"{key}.{number}",
        again=again,
        reply_to=answered(row.asked, row.about),
        private=row.private,
        locale=row.locale,
    )


def answered(asked: str, about: str | None) -> str:
    """The message that a reply answers. A command is none: what it was about is answered.

    >>> answered("12", "7"), answered("~i99", "7"), answered("~i99", None)
    ('12', '7', '')
    """
    return (about or "") if asked.startswith(NO_MESSAGE) else asked


def _in_words(pieces: Sequence[Part], number: int, address: Address) -> list[Part] | None:
    """The pieces with a sentence in place of a file that cannot be sent; None if it was words."""
    refused = pieces[number]
    if not refused.files:
        return None
    names = ", ".join(file.name for file in refused.files)
    told = Part("text", say("could_not_send", address.locale, name=names))
    words = [Part("text", refused.text)] if refused.text else []
    return [*pieces[:number], *words, told, *pieces[number + 1 :]]
