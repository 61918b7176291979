"""Taking in: a platform's update becomes a message and a turn, once."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, insert, literal, select
from sqlalchemy import update as sql_update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Conversation, Json, Message, Person, Turn, Update
from db.session import key

#: What is known of a message's update, conversation and person, in one look.
_KNOWN = (
    select(
        Update.id.label("update_id"),
        Turn.id.label("turn_id"),
        Conversation.id.label("conversation_id"),
        Conversation.settings,
        Conversation.private,
        Person.id.label("person_id"),
        Person.name.label("person_name"),
        Person.opted_out,
    )
    .select_from(select(literal(1).label("one")).subquery())
    .outerjoin(
        Update,
        and_(
            Update.platform == bindparam("platform"),
            Update.account == bindparam("account"),
            Update.update_id == bindparam("update_id"),
        ),
    )
    .outerjoin(Turn, Turn.message_id == Update.message_id)
    .outerjoin(
        Conversation,
        and_(
            Conversation.platform == bindparam("platform"),
            Conversation.account == bindparam("account"),
            Conversation.channel == bindparam("channel"),
            Conversation.thread == bindparam("thread"),
        ),
    )
    .outerjoin(
        Person,
        and_(
            Person.platform == bindparam("platform"), Person.external_id == bindparam("author_id")
        ),
    )
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

    With an ``update_id`` the update was taken in before; ``turn_id`` is the turn it became, unless
    that has been forgotten since.
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
    connection: AsyncConnection, now: float, *, update: Json, message: Json, turn: Json
) -> int:
    """Store a new update with its message, and begin a turn; returns the turn's id.

    Each is the columns of its row, without those that tie the three together.
    """
    message_id = key(await connection.execute(insert(Message).values(created_at=now, **message)))
    await note(connection, now, update, message_id)
    made = insert(Turn).values(
        conversation_id=message["conversation_id"],
        message_id=message_id,
        query=message["text"],
        created_at=now,
        updated_at=now,
        **turn,
    )
    return key(await connection.execute(made))


async def note(
    connection: AsyncConnection, now: float, update: Json, message_id: int | None
) -> None:
    """Remember an update, so that it is not taken in again."""
    await connection.execute(
        insert(Update).values(message_id=message_id, received_at=now, **update)
    )


async def album(connection: AsyncConnection, conversation_id: int, album: str) -> AnyRow | None:
    """The message and turn that an album has begun, while more of it may come; None otherwise."""
    query = (
        select(Message.id, Message.text, Message.attachments, Turn.id.label("turn_id"))
        .join(Turn, Turn.message_id == Message.id)
        .where(
            Message.conversation_id == conversation_id,
            Message.album == album,
            Turn.stage.in_(("received", "asking")),
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    return (await connection.execute(query)).one_or_none()


async def extend(
    connection: AsyncConnection,
    begun: AnyRow,
    *,
    text: str,
    attachments: list[Json],
    not_before: float,
    addressed: str | None,
) -> None:
    """Add what came later to an album's message, and give the rest time to come.

    ``addressed`` says how that piece speaks to the bot, None that it does not.
    """
    joined = "\n".join(filter(None, (begun.text, text)))
    await connection.execute(
        sql_update(Message)
        .where(Message.id == begun.id)
        .values(
            text=joined,
            attachments=begun.attachments + attachments,
            **({} if addressed is None else {"addressed": addressed}),
        )
    )
    await connection.execute(
        sql_update(Turn)
        .where(Turn.id == begun.turn_id)
        .values(
            query=joined,
            not_before=not_before,
            **({} if addressed is None else {"quiet": False}),
        )
    )
