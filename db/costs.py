"""What engines cost: an exponentially weighted mean of busy seconds per second of audio."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import EngineCost

#: Weight of the newest measurement; about the last ten count.
NEWEST = 0.2


async def learn(
    connection: AsyncConnection, now: float, engine: str, device: str, seconds_per_second: float
) -> None:
    """Take one measurement into the mean."""
    where = (EngineCost.engine == engine, EngineCost.device == device)
    mean = EngineCost.seconds_per_second
    changed = await connection.execute(
        update(EngineCost)
        .where(*where)
        .values(
            seconds_per_second=mean + NEWEST * (seconds_per_second - mean),
            samples=EngineCost.samples + 1,
            updated_at=now,
        )
    )
    if changed.rowcount == 0:
        await connection.execute(
            insert(EngineCost).values(
                engine=engine,
                device=device,
                seconds_per_second=seconds_per_second,
                samples=1,
                updated_at=now,
            )
        )


async def known(connection: AsyncConnection) -> dict[str, float]:
    """The dearest known cost of each engine over its devices."""
    rows = await connection.execute(select(EngineCost.engine, EngineCost.seconds_per_second))
    costs: dict[str, float] = {}
    for row in rows:
        costs[row.engine] = max(costs.get(row.engine, 0.0), row.seconds_per_second)
    return costs
