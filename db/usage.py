"""Queries on what people used, by day."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Message, Turn, Usage

DAY_S = 86_400.0


def day(now: float) -> int:
    """The day of a time, counted from 1970 in UTC."""
    return int(now // DAY_S)


async def today(connection: AsyncConnection, person_id: int, now: float) -> AnyRow | None:
    """What a person used today, None when nothing."""
    query = select(Usage.__table__).where(Usage.person_id == person_id, Usage.day == day(now))
    return (await connection.execute(query)).one_or_none()


async def add(
    connection: AsyncConnection,
    person_id: int,
    now: float,
    *,
    requests: int = 0,
    engine_s: float = 0.0,
    received_bytes: int = 0,
) -> None:
    """Count what a person used."""
    more = {
        Usage.requests: Usage.requests + requests,
        Usage.engine_s: Usage.engine_s + engine_s,
        Usage.received_bytes: Usage.received_bytes + received_bytes,
    }
    changed = await connection.execute(
        update(Usage).where(Usage.person_id == person_id, Usage.day == day(now)).values(more)
    )
    if changed.rowcount == 0:
        await connection.execute(
            insert(Usage).values(
                person_id=person_id,
                day=day(now),
                requests=requests,
                engine_s=engine_s,
                received_bytes=received_bytes,
            )
        )


async def charge(connection: AsyncConnection, turn_id: int, now: float, engine_s: float) -> None:
    """Count engine time for whoever asked for a turn."""
    query = (
        select(Message.person_id)
        .join(Turn, Turn.message_id == Message.id)
        .where(Turn.id == turn_id)
    )
    await add(connection, (await connection.execute(query)).scalar_one(), now, engine_s=engine_s)
