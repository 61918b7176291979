"""Queries on what people used, by day."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Message, Turn, Usage
from db.session import inserting

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
    more = {"requests": requests, "engine_s": engine_s, "received_bytes": received_bytes}
    first = inserting(connection, Usage).values(person_id=person_id, day=day(now), **more)
    await connection.execute(
        first.on_conflict_do_update(
            index_elements=["person_id", "day"],
            set_={name: getattr(Usage, name) + value for name, value in more.items()},
        )
    )


async def charge(connection: AsyncConnection, turn_id: int, now: float, engine_s: float) -> None:
    """Count engine time for whoever asked for a turn."""
    query = (
        select(Message.person_id)
        .join(Turn, Turn.message_id == Message.id)
        .where(Turn.id == turn_id)
    )
    if engine_s > 0:
        person_id = (await connection.execute(query)).scalar_one()
        await add(connection, person_id, now, engine_s=engine_s)
