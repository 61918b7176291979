"""``/queue``: what waits, and where one's own requests stand."""

from __future__ import annotations

from collections.abc import Mapping

from db import jobs, turns
from db.models import AnyRow
from db.session import Database
from engines.engine import EngineSpec
from handlers.phrases import say
from handlers.status import eta, status

MOST_LINES = 10


async def queue_text(database: Database, register: Mapping[str, EngineSpec], row: AnyRow) -> str:
    """How many requests wait, and a line for each of this person's."""
    async with database.read() as connection:
        count = await jobs.unfinished(connection)
        own = await turns.in_loop_of(connection, row.person_id)
        lines = []
        for turn_id in own[:MOST_LINES]:
            now = await status(connection, turn_id, register, database.clock())
            when = eta(now.eta_s, row.locale)
            if now.progress is not None:
                percent = round(100 * now.progress)
                lines.append(say("queue_running", row.locale, percent=percent, eta=when))
            elif now.place is not None:
                lines.append(say("queue_yours", row.locale, place=now.place, eta=when))
    if not count:
        return say("queue_empty", row.locale)
    first = say("queue_waiting", row.locale, count=count)
    return "\n".join([first, *(lines or [say("queue_none_yours", row.locale)])])
