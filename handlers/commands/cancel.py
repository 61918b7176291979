"""Cancelling: a request's jobs are flagged or dropped, whatever stage it is in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import jobs, outbox, turns
from db.models import AnyRow
from db.session import Database
from handlers.bells import Bells
from handlers.edge import Part
from handlers.phrases import say

#: What an admin adds to have everybody's requests cancelled.
ALL = "all"


async def cancel_all(
    database: Database, bells: Bells, row: AnyRow, rest: str = ""
) -> Sequence[Part]:
    """Cancel what somebody has unfinished in a conversation, or with ``all`` what everybody has."""
    ended = 0
    everybody = rest.lower() == ALL and row.admin
    async with database.write() as connection:
        unfinished = await turns.unfinished(
            connection, row.conversation_id, None if everybody else row.person_id, but=row.id
        )
        for turn_id in unfinished:
            ended += await cancel(connection, turn_id, database.clock())
    bells.cancelling()
    if not unfinished:
        return [Part("text", say("nothing_to_cancel", row.locale))]
    # What runs says itself that it was cancelled.
    return [Part("text", say("cancelled", row.locale))] if ended else []


async def cancel(connection: AsyncConnection, turn_id: int, now: float) -> bool:
    """Cancel a turn; True when it ended at once, False when the loop ends it and says so."""
    await turns.lock(connection, [turn_id])
    if await jobs.ask_to_cancel(connection, turn_id):
        return False
    # Nothing of it runs, so nothing would take notice of the flag: end it here.
    waiting = [row.id for row in await jobs.of_turn(connection, turn_id)]
    await jobs.drop(connection, waiting, "cancelled", None, now)
    for stage in turns.CANCELLABLE:
        await turns.advance(connection, turn_id, of=stage, to="composed", now=now)
    await outbox.drop_quiet(connection, turn_id)
    await outbox.close_turn(connection, turn_id, now)
    return True
