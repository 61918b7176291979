"""Queries on the outbox: reply parts waiting to be sent, in order, at least once each.

``sending`` is written before a part goes out. A part found in that state after a restart may or
may not have arrived: it is sent again and marked so, on platforms that cannot recognise it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Conversation, Json, OutboxPart, Turn

OPEN = ("pending", "sending")


async def add(
    connection: AsyncConnection,
    now: float,
    *,
    turn_id: int,
    conversation_id: int,
    step: int,
    parts: Sequence[Json],
) -> None:
    """Put the parts of one step's reply in the outbox."""
    if parts:
        await connection.execute(
            insert(OutboxPart),
            [
                {
                    "turn_id": turn_id,
                    "conversation_id": conversation_id,
                    "step": step,
                    "part": number,
                    "body": part,
                    "state": "pending",
                    "attempts": 0,
                    "created_at": now,
                }
                for number, part in enumerate(parts)
            ],
        )


_OPEN_PARTS = (
    select(
        OutboxPart.__table__,
        Conversation.channel,
        Conversation.thread,
    )
    .join(Conversation, Conversation.id == OutboxPart.conversation_id)
    .where(
        OutboxPart.state.in_(OPEN),
        Conversation.platform == bindparam("platform"),
        Conversation.account == bindparam("account"),
    )
    .order_by(OutboxPart.id)
    .limit(bindparam("limit"))
)


async def open_parts(
    connection: AsyncConnection, platform: str, account: str, limit: int
) -> Sequence[AnyRow]:
    """Parts not yet sent for one account of a platform, in the order they must go out."""
    asked = {"platform": platform, "account": account, "limit": limit}
    return (await connection.execute(_OPEN_PARTS, asked)).all()


async def sending(connection: AsyncConnection, part_id: int) -> None:
    """Note that a part is about to go out."""
    await connection.execute(
        update(OutboxPart)
        .where(OutboxPart.id == part_id)
        .values(state="sending", attempts=OutboxPart.attempts + 1)
    )


async def settled(
    connection: AsyncConnection, part_id: int, now: float, *, receipt: str | None
) -> None:
    """Note that a part arrived (with the platform's receipt), or never will (without)."""
    state = "undeliverable" if receipt is None else "sent"
    await connection.execute(
        update(OutboxPart)
        .where(OutboxPart.id == part_id)
        .values(state=state, receipt=receipt, sent_at=now)
    )


async def close_turn(connection: AsyncConnection, turn_id: int, now: float) -> None:
    """A turn whose reply is composed and has no open part is delivered."""
    left = exists().where(OutboxPart.turn_id == turn_id, OutboxPart.state.in_(OPEN))
    await connection.execute(
        update(Turn)
        .where(Turn.id == turn_id, Turn.stage == "composed", ~left)
        .values(stage="delivered", updated_at=now)
    )


async def of_turn(connection: AsyncConnection, turn_id: int) -> Sequence[AnyRow]:
    """Every part of a turn's reply, in order."""
    query = (
        select(OutboxPart.__table__)
        .where(OutboxPart.turn_id == turn_id)
        .order_by(OutboxPart.step, OutboxPart.part)
    )
    return (await connection.execute(query)).all()
