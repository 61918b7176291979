"""How much waits: for operators and their graphs, read at the moment they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Conversation, Job, OutboxPart
from db.outbox import OPEN


@dataclass(frozen=True, slots=True)
class Backlog:
    """``queued`` jobs by lane, ``outbox`` parts by platform; ages of the oldest, 0 when none is."""

    queued: Mapping[int, int] = field(default_factory=dict)
    running: int = 0
    oldest_queued_s: float = 0.0
    outbox: Mapping[str, int] = field(default_factory=dict)
    oldest_part_s: float = 0.0


_JOBS = (
    select(Job.state, Job.lane, func.count().label("jobs"), func.min(Job.queued_at).label("oldest"))
    .where(Job.state.in_(("queued", "running")))
    .group_by(Job.state, Job.lane)
)
_PARTS = (
    select(
        Conversation.platform,
        func.count().label("parts"),
        func.min(OutboxPart.created_at).label("oldest"),
    )
    .join(Conversation, Conversation.id == OutboxPart.conversation_id)
    .where(OutboxPart.state.in_(OPEN))
    .group_by(Conversation.platform)
)


async def backlog(connection: AsyncConnection, now: float) -> Backlog:
    """What waits at this moment."""
    jobs = (await connection.execute(_JOBS)).all()
    queued = [row for row in jobs if row.state == "queued"]
    parts = (await connection.execute(_PARTS)).all()
    return Backlog(
        queued={row.lane: row.jobs for row in queued},
        running=sum(row.jobs for row in jobs if row.state == "running"),
        oldest_queued_s=max((now - row.oldest for row in queued if row.oldest), default=0.0),
        outbox={row.platform: row.parts for row in parts},
        oldest_part_s=max((now - row.oldest for row in parts), default=0.0),
    )
