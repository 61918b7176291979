"""Queries on what people used, by day."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Usage
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
    tokens: int = 0,
) -> None:
    """Count what a person used."""
    more = {
        "requests": requests,
        "engine_s": engine_s,
        "received_bytes": received_bytes,
        "tokens": tokens,
    }
    first = inserting(connection, Usage).values(person_id=person_id, day=day(now), **more)
    await connection.execute(
        first.on_conflict_do_update(
            index_elements=["person_id", "day"],
            set_={name: getattr(Usage, name) + value for name, value in more.items()},
        )
    )


async def tokens_of_all(connection: AsyncConnection, now: float) -> int:
    """How many of the language model's tokens everybody together used today."""
    query = select(func.coalesce(func.sum(Usage.tokens), 0)).where(Usage.day == day(now))
    return int((await connection.execute(query)).scalar_one())
