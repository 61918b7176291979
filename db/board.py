"""Queries on status messages: what is shown, and what must be taken away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Conversation, StatusMessage, Turn
from db.session import inserting
from db.turns import OVER, UNANSWERED

_OVER = (
    select(
        StatusMessage.__table__,
        Conversation.channel,
        Conversation.thread,
        Conversation.private,
    )
    .join(Conversation, Conversation.id == StatusMessage.conversation_id)
    .outerjoin(Turn, Turn.id == StatusMessage.turn_id)
    .where(
        Turn.stage.in_((OVER, *UNANSWERED)) | Turn.id.is_(None),
        Conversation.platform == bindparam("platform"),
        Conversation.account == bindparam("account"),
    )
)


async def shown(connection: AsyncConnection, turn_ids: Sequence[int]) -> dict[int, str]:
    """The platform's ids of the status messages of these turns."""
    query = select(StatusMessage.__table__).where(StatusMessage.turn_id.in_(turn_ids))
    return {row.turn_id: row.external_id for row in await connection.execute(query)}


async def put(
    connection: AsyncConnection, turn_id: int, conversation_id: int, external_id: str
) -> None:
    """Keep which message shows a turn's status."""
    row = {"turn_id": turn_id, "conversation_id": conversation_id, "external_id": external_id}
    put = inserting(connection, StatusMessage).values(row)
    await connection.execute(
        put.on_conflict_do_update(index_elements=["turn_id"], set_={"external_id": external_id})
    )


async def over(connection: AsyncConnection, platform: str, account: str) -> Sequence[AnyRow]:
    """Status messages of turns that are over or forgotten, with where they are."""
    asked = {"platform": platform, "account": account}
    return (await connection.execute(_OVER, asked)).all()


async def drop(connection: AsyncConnection, turn_id: int) -> None:
    """Forget a status message."""
    await connection.execute(delete(StatusMessage).where(StatusMessage.turn_id == turn_id))
