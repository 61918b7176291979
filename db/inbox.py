"""Taking in: a platform's update becomes a message and a turn, once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Json, Message, Turn, Update


async def seen(
    connection: AsyncConnection, *, platform: str, account: str, update_id: str
) -> int | None:
    """The turn an update became when it was taken in before, or None."""
    query = (
        select(Turn.id)
        .join(Update, Update.message_id == Turn.message_id)
        .where(
            Update.platform == platform, Update.account == account, Update.update_id == update_id
        )
    )
    found = await connection.scalar(query)
    return None if found is None else int(found)


async def accept(
    connection: AsyncConnection,
    now: float,
    *,
    platform: str,
    account: str,
    update_id: str,
    conversation_id: int,
    person_id: int,
    external_id: str,
    reply_to: str | None,
    text: str,
    attachments: Sequence[Json],
) -> int:
    """Store a new update with its message, and begin a turn; returns the turn's id."""
    message_id = (
        await connection.execute(
            insert(Message)
            .values(
                conversation_id=conversation_id,
                person_id=person_id,
                external_id=external_id,
                reply_to=reply_to,
                text=text,
                attachments=list(attachments),
                created_at=now,
            )
            .returning(Message.id)
        )
    ).scalar_one()
    await connection.execute(
        insert(Update).values(
            platform=platform,
            account=account,
            update_id=update_id,
            message_id=message_id,
            received_at=now,
        )
    )
    turn = insert(Turn).values(
        conversation_id=conversation_id,
        message_id=message_id,
        stage="received",
        query=text,
        created_at=now,
        updated_at=now,
    )
    return int((await connection.execute(turn.returning(Turn.id))).scalar_one())
