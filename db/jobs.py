"""Queries on the job table: lease claims, fenced writes, and what waits for what.

A claim is one UPDATE over a sub-select of queued rows. On PostgreSQL the sub-select locks with
SKIP LOCKED inside a CTE; on SQLite the write transaction has the whole database to itself
(``Database.write``). Every write of a running job names owner and attempt, so a loop that lost its
lease can change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from db.models import AnyRow, ArtifactRow, Conversation, Job, Json, Turn
from engines.loop.jobs import AGING_S, MAX_STRIKES, STRIKES_RESTART, Claim, Waiting

#: States that a job never leaves.
FINAL = ("done", "refused", "dead", "cancelled")
#: Final states without a result.
FAILED = ("refused", "dead", "cancelled")


# Built once: it is asked at every turn, and building it costs as much as asking.
_WAITING = (
    select(
        Job.id,
        Job.engine,
        Job.arguments,
        Job.lane,
        Job.seconds,
        Job.conversation_id,
        Job.queued_at,
        Job.strikes,
    )
    .where(Job.state == "queued")
    # By lane, raised by age as the scheduler does: else a full window would hide the long lane.
    .order_by(Job.queued_at + Job.lane * AGING_S, Job.id)
    .limit(bindparam("limit"))
)


async def add(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    """Insert jobs."""
    await connection.execute(insert(Job), list(rows))


async def waiting(connection: AsyncConnection, limit: int) -> list[Waiting]:
    """The first ``limit`` queued jobs by lane, raised by age."""
    return [
        Waiting(
            id=row.id,
            engine=row.engine,
            key=batch_key(row.arguments),
            lane=row.lane,
            seconds=row.seconds,
            channel=row.conversation_id,
            queued_at=row.queued_at,
            alone=row.strikes > STRIKES_RESTART,
        )
        for row in await connection.execute(_WAITING, {"limit": limit})
    ]


def batch_key(arguments: Json) -> str:
    """Equal for jobs whose arguments let them share a batch."""
    return "&".join(f"{name}={arguments[name]!r}" for name in sorted(arguments))


async def claim(
    connection: AsyncConnection, ids: Sequence[int], owner: str, now: float, lease_s: float
) -> list[Claim]:
    """Make those of ``ids`` that are queued running for ``owner``; returns just those."""
    picked = (
        select(Job.id)
        .where(Job.id.in_(ids), Job.state == "queued")
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    query = (
        update(Job)
        .where(Job.id.in_(select(picked.c.id)))
        .values(
            state="running",
            owner=owner,
            attempt=Job.attempt + 1,
            lease_until=now + lease_s,
            started_at=now,
            progress=0.0,
        )
        .returning(
            Job.id, Job.attempt, Job.task, Job.engine, Job.arguments, Job.sources, Job.seconds
        )
    )
    return [
        Claim(
            id=row.id,
            owner=owner,
            attempt=row.attempt,
            task=row.task,
            engine=row.engine,
            arguments=row.arguments,
            sources=row.sources,
            seconds=row.seconds,
        )
        for row in await connection.execute(query)
    ]


def _held(claim: Claim) -> Any:
    return and_(
        Job.id == claim.id,
        Job.owner == claim.owner,
        Job.attempt == claim.attempt,
        Job.state == "running",
    )


async def renew(
    connection: AsyncConnection, claims: Sequence[Claim], until: float
) -> dict[int, bool]:
    """Extend leases; returns, for each job still held, whether its cancellation was asked for."""
    held: dict[int, bool] = {}
    for one in claims:
        query = update(Job).where(_held(one)).values(lease_until=until)
        for row in await connection.execute(query.returning(Job.id, Job.cancel)):
            held[row.id] = row.cancel
    return held


async def progress(connection: AsyncConnection, claim: Claim, fraction: float) -> None:
    """Note how far a running job is, 0..1."""
    await connection.execute(update(Job).where(_held(claim)).values(progress=fraction))


async def lock_turn(connection: AsyncConnection, claim: Claim) -> None:
    """Keep a job's turn as it is until the commit: it must not be forgotten in the midst of it."""
    if connection.dialect.name != "sqlite":  # there a writer has the database to itself
        query = select(Turn.id).join(Job, Job.turn_id == Turn.id).where(Job.id == claim.id)
        await connection.execute(query.with_for_update(of=Turn))


async def end(
    connection: AsyncConnection, claim: Claim, state: str, now: float, **values: Any
) -> AnyRow | None:
    """Move a held job to a final state; returns its row, or None when the claim was lost.

    The row's ``blocked`` says how many steps of its turn wait for it or for one after it.
    """
    other = aliased(Job)
    blocked = (
        select(func.count())
        .where(other.turn_id == Job.turn_id, other.state == "blocked")
        .scalar_subquery()
        .label("blocked")
    )
    query = (
        update(Job)
        .where(_held(claim))
        .values(state=state, owner=None, lease_until=None, finished_at=now, **values)
        .returning(Job.turn_id, Job.conversation_id, Job.step, Job.cancel, Job.started_at, blocked)
    )
    return (await connection.execute(query)).one_or_none()


async def held(connection: AsyncConnection, claim: Claim) -> AnyRow | None:
    """The turn, conversation and step of a job that is still the claim's; None when it was lost."""
    query = select(Job.turn_id, Job.conversation_id, Job.step, Job.cancel).where(_held(claim))
    return (await connection.execute(query)).one_or_none()


async def strike(connection: AsyncConnection, claim: Claim, strikes: int, now: float) -> bool:
    """Queue a held job again with more strikes; False when it is worn out or the claim is lost."""
    query = (
        update(Job)
        .where(_held(claim), Job.strikes + strikes < MAX_STRIKES)
        .values(
            state="queued",
            owner=None,
            lease_until=None,
            strikes=Job.strikes + strikes,
            queued_at=now,
        )
    )
    return (await connection.execute(query)).rowcount == 1


async def abandoned(connection: AsyncConnection, owner: str, now: float) -> list[Claim]:
    """Take over every running job, for a loop that begins: none of them can be its own yet.

    Not even those under its own name: a container's process has the same number after a restart,
    and a loop that begins again in the same process has lost what it ran. Jobs come back as
    claims held by ``owner``, to be struck or ended like any other.
    """
    query = (
        update(Job)
        .where(Job.state == "running")
        .values(owner=owner, attempt=Job.attempt + 1, lease_until=now)
        .returning(
            Job.id, Job.attempt, Job.task, Job.engine, Job.arguments, Job.sources, Job.seconds
        )
    )
    return [
        Claim(
            row.id,
            owner,
            row.attempt,
            row.task,
            row.engine,
            row.arguments,
            row.sources,
            row.seconds,
        )
        for row in await connection.execute(query)
    ]


async def channel_of(connection: AsyncConnection, job_id: int) -> AnyRow:
    """The id and the settings of the conversation that a job belongs to."""
    query = (
        select(Conversation.id, Conversation.settings)
        .join(Job, Job.conversation_id == Conversation.id)
        .where(Job.id == job_id)
    )
    return (await connection.execute(query)).one()


async def behind(connection: AsyncConnection, job_id: int, sha256: str) -> Json:
    """The data of the result that made a file in the conversation of a job; empty if none did."""
    maker, asking = aliased(Job), aliased(Job)
    query = (
        select(maker.data)
        .join(ArtifactRow, ArtifactRow.job_id == maker.id)
        .join(asking, asking.conversation_id == maker.conversation_id)
        .where(asking.id == job_id, ArtifactRow.sha256 == sha256)
        .order_by(maker.id.desc())
        .limit(1)
    )
    return await connection.scalar(query) or {}


async def of_turn(connection: AsyncConnection, turn_id: int) -> Sequence[AnyRow]:
    """Every job of a turn, by step."""
    query = select(Job.__table__).where(Job.turn_id == turn_id).order_by(Job.step)
    return (await connection.execute(query)).all()


async def unfinished(connection: AsyncConnection) -> int:
    """How many turns have a job that waits or runs."""
    query = (
        select(func.count(Job.turn_id.distinct()))
        .join(Turn, Turn.id == Job.turn_id)
        # What waits for its author's consent is nobody's to wait for.
        .where(Job.state.not_in(FINAL), Turn.stage != "confirming")
    )
    return int((await connection.execute(query)).scalar_one())


async def release(
    connection: AsyncConnection, job_id: int, sources: Sequence[Json], arguments: Json, now: float
) -> None:
    """Let a blocked job into the queue, with what its inputs became."""
    seconds = sum(source.get("duration_s") or 0.0 for source in sources)
    await connection.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == "blocked")
        .values(
            state="queued",
            sources=list(sources),
            arguments=arguments,
            queued_at=now,
            seconds=case((Job.seconds > seconds, Job.seconds), else_=seconds),
        )
    )


async def drop(
    connection: AsyncConnection, ids: Iterable[int], state: str, refusal: Json | None, now: float
) -> None:
    """End jobs that never ran."""
    await connection.execute(
        update(Job)
        .where(Job.id.in_(list(ids)), Job.state.in_(("blocked", "queued")))
        .values(state=state, refusal=refusal, finished_at=now)
    )


async def ask_to_cancel(connection: AsyncConnection, turn_id: int) -> int:
    """Flag the unfinished jobs of a turn for cancellation; returns how many are running."""
    flagged = await connection.execute(
        update(Job)
        .where(Job.turn_id == turn_id, Job.state.not_in(FINAL))
        .values(cancel=True)
        .returning(Job.state)
    )
    return sum(state == "running" for state in flagged.scalars())


async def ahead_of(connection: AsyncConnection, job_id: int) -> list[AnyRow]:
    """What is served before a queued job: engine, seconds and count, grouped, running jobs too."""
    me = select(Job.lane, Job.queued_at, Job.id).where(Job.id == job_id).subquery()
    before = (
        (Job.lane < me.c.lane)
        | ((Job.lane == me.c.lane) & (Job.queued_at < me.c.queued_at))
        | ((Job.lane == me.c.lane) & (Job.queued_at == me.c.queued_at) & (Job.id < me.c.id))
    )
    query = (
        select(Job.engine, func.sum(Job.seconds).label("seconds"), func.count().label("jobs"))
        .select_from(Job, me)
        .where((Job.state == "running") | ((Job.state == "queued") & before))
        .group_by(Job.engine)
    )
    return list((await connection.execute(query)).all())
