"""Queries on cursors: up to where each platform's messages were taken in."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Cursor
from db.session import inserting


async def get(connection: AsyncConnection, platform: str, account: str, channel: str) -> str | None:
    """The cursor of a channel, None when there is none yet."""
    query = select(Cursor.value).where(
        Cursor.platform == platform, Cursor.account == account, Cursor.channel == channel
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def put(
    connection: AsyncConnection, platform: str, account: str, channel: str, value: str
) -> None:
    """Keep a channel's cursor."""
    row = {"platform": platform, "account": account, "channel": channel, "value": value}
    put = inserting(connection, Cursor).values(row)
    await connection.execute(
        put.on_conflict_do_update(
            index_elements=["platform", "account", "channel"], set_={"value": value}
        )
    )


async def channels(connection: AsyncConnection, platform: str, account: str) -> dict[str, str]:
    """Every channel's cursor."""
    query = select(Cursor.channel, Cursor.value).where(
        Cursor.platform == platform, Cursor.account == account
    )
    return {row.channel: row.value for row in await connection.execute(query)}
