"""Queries on turns: which need a hand, and moving one from stage to stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Conversation, Message, Turn

#: Stages in which ``handlers/turn.py`` has something to do; in the others the loop or delivery has.
ACTIONABLE = ("received", "transformed")
#: The stage that a turn never leaves.
OVER = "delivered"


_ACTIONABLE = (
    select(
        Turn.id,
        Turn.id.label("turn_id"),
        Turn.stage,
        Turn.query,
        Turn.conversation_id,
        Turn.created_at,
        Message.text,
        Message.attachments,
        Message.reply_to,
        Conversation.platform,
        Conversation.account,
        Conversation.channel,
        Conversation.last_handle,
    )
    .join(Message, Message.id == Turn.message_id)
    .join(Conversation, Conversation.id == Turn.conversation_id)
    .where(Turn.stage.in_(ACTIONABLE))
    .order_by(Turn.id)
    .limit(bindparam("limit"))
)


async def actionable(connection: AsyncConnection, limit: int) -> Sequence[AnyRow]:
    """Turns to take a step further, oldest first, with what is needed for it."""
    return (await connection.execute(_ACTIONABLE, {"limit": limit})).all()


async def advance(
    connection: AsyncConnection, turn_id: int, *, of: str, to: str, now: float, **values: Any
) -> bool:
    """Move a turn from stage ``of`` to ``to``; False when somebody else has moved it already."""
    query = (
        update(Turn)
        .where(Turn.id == turn_id, Turn.stage == of)
        .values(stage=to, updated_at=now, **values)
    )
    return (await connection.execute(query)).rowcount == 1


async def get(connection: AsyncConnection, turn_id: int) -> AnyRow:
    """One turn's row."""
    return (await connection.execute(select(Turn.__table__).where(Turn.id == turn_id))).one()


async def unfinished(connection: AsyncConnection, conversation_id: int) -> list[int]:
    """The turns of a conversation that are in the loop."""
    query = select(Turn.id).where(
        Turn.conversation_id == conversation_id, Turn.stage.in_(("hearing", "running"))
    )
    return list((await connection.execute(query)).scalars())
