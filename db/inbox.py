"""Taking in: a platform's update becomes a message and a turn, once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Conversation, Json, Message, Person, Turn, Update
from db.session import key

#: What is known of a message's update, conversation and person, in one look.
_KNOWN = select(
    select(Turn.id)
    .join(Update, Update.message_id == Turn.message_id)
    .where(
        Update.platform == bindparam("platform"),
        Update.account == bindparam("account"),
        Update.update_id == bindparam("update_id"),
    )
    .scalar_subquery()
    .label("turn_id"),
    select(Conversation.id)
    .where(
        Conversation.platform == bindparam("platform"),
        Conversation.account == bindparam("account"),
        Conversation.channel == bindparam("channel"),
        Conversation.thread == bindparam("thread"),
    )
    .scalar_subquery()
    .label("conversation_id"),
    *(
        select(column)
        .where(
            Person.platform == bindparam("platform"), Person.external_id == bindparam("author_id")
        )
        .scalar_subquery()
        .label(label)
        for column, label in ((Person.id, "person_id"), (Person.name, "person_name"))
    ),
)


async def known(
    connection: AsyncConnection,
    *,
    platform: str,
    account: str,
    update_id: str,
    channel: str,
    thread: str,
    author_id: str,
) -> AnyRow:
    """The ids of what is known already, None for what is not.

    ``turn_id`` is the turn that the update became when it was taken in before.
    """
    asked = {
        "platform": platform,
        "account": account,
        "update_id": update_id,
        "channel": channel,
        "thread": thread,
        "author_id": author_id,
    }
    return (await connection.execute(_KNOWN, asked)).one()


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
    message = insert(Message).values(
        conversation_id=conversation_id,
        person_id=person_id,
        external_id=external_id,
        reply_to=reply_to,
        text=text,
        attachments=list(attachments),
        created_at=now,
    )
    message_id = key(await connection.execute(message))
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
    return key(await connection.execute(turn))
