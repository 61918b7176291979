"""Letting a turn's next step into the queue, once what it builds on is there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, jobs
from db.models import AnyRow
from engines.kinds import Refusal
from handlers import assign, respond
from handlers.deliver import post


async def next_step(connection: AsyncConnection, turn: AnyRow, now: float) -> bool:
    """Queue the first of a turn's blocked steps that can be; whether there was one.

    Those that cannot, because a step before them gave nothing or because they were cancelled, end
    here and say so. ``turn`` is any row that names the turn, its conversation and its locale.
    """
    rows = await jobs.of_turn(connection, turn.turn_id)
    made = await conversations.assets_by_step(connection, turn.turn_id)
    sources = {step: [assign.source(asset) for asset in made[step]] for step in made}
    done = {row.step: row for row in rows if row.state == "done"}
    for row in rows:
        if row.state != "blocked":
            continue
        try:
            if row.cancel:
                raise Refusal("cancelled")
            found, arguments = assign.resolved(row, done, sources)
        except Refusal as refusal:
            await _end(connection, turn, row, refusal, now)
            continue
        await jobs.release(connection, row.id, found, arguments, now)
        return True
    return False


async def _end(
    connection: AsyncConnection, turn: AnyRow, row: AnyRow, refusal: Refusal, now: float
) -> None:
    state = "cancelled" if row.cancel else "refused"
    reason = {"code": refusal.code, "facts": refusal.facts}
    await jobs.drop(connection, [row.id], state, reason, now)
    if not row.cancel:  # the step that was cancelled has said so
        await post(connection, turn, row.step, respond.refusal(refusal, turn.locale), now)


def refusals(rows: Sequence[dict[str, object]]) -> list[tuple[int, Refusal]]:
    """The steps among new rows that were refused at once, and why."""
    found = []
    for row in rows:
        reason = row["refusal"]
        if isinstance(reason, dict):
            found.append((int(str(row["step"])), Refusal(reason["code"], **reason["facts"])))
    return found
