"""Queries on conversations, the people in them, and the handles of a conversation's assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from db.models import AnyRow, Asset, Conversation, Job, Json, Message, Person, Turn
from db.session import key


async def add_conversation(
    connection: AsyncConnection,
    now: float,
    *,
    platform: str,
    account: str,
    channel: str,
    thread: str,
) -> int:
    """Begin a conversation; returns its id."""
    made = insert(Conversation).values(
        platform=platform,
        account=account,
        channel=channel,
        thread=thread,
        settings={},
        last_handle=0,
        created_at=now,
    )
    return key(await connection.execute(made))


async def add_person(
    connection: AsyncConnection, now: float, *, platform: str, external_id: str, name: str
) -> int:
    """Get to know a person; returns their id."""
    made = insert(Person).values(
        platform=platform, external_id=external_id, name=name, created_at=now
    )
    return key(await connection.execute(made))


async def rename(connection: AsyncConnection, person_id: int, name: str) -> None:
    """Keep the name that a person has now."""
    await connection.execute(update(Person).where(Person.id == person_id).values(name=name))


async def add_assets(
    connection: AsyncConnection, conversation_id: int, rows: Sequence[Json]
) -> list[int]:
    """Insert assets, giving each the conversation's next handle number; returns the numbers."""
    if not rows:
        return []
    last = (
        await connection.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(last_handle=Conversation.last_handle + len(rows))
            .returning(Conversation.last_handle)
        )
    ).scalar_one()
    numbers = list(range(last - len(rows) + 1, last + 1))
    await connection.execute(
        insert(Asset),
        [
            {"job_id": None, "original": None, "duration_s": None}
            | row
            | {"conversation_id": conversation_id, "number": number}
            for row, number in zip(rows, numbers, strict=True)
        ],
    )
    return numbers


async def assets_of_turn(connection: AsyncConnection, turn_id: int) -> Sequence[AnyRow]:
    """The assets a person sent with a turn, in order."""
    query = (
        select(Asset.__table__)
        .where(Asset.turn_id == turn_id, Asset.job_id.is_(None))
        .order_by(Asset.number)
    )
    return (await connection.execute(query)).all()


async def assets_replied_to(connection: AsyncConnection, turn_id: int) -> Sequence[AnyRow]:
    """The assets sent with the message that a turn's message replies to, in order."""
    reply, original = aliased(Message), aliased(Message)
    first = aliased(Turn)
    query = (
        select(Asset.__table__)
        .join(first, first.id == Asset.turn_id)
        .join(original, original.id == first.message_id)
        .join(
            reply,
            and_(
                reply.reply_to == original.external_id,
                reply.conversation_id == original.conversation_id,
            ),
        )
        .join(Turn, Turn.message_id == reply.id)
        .where(Turn.id == turn_id, Asset.job_id.is_(None))
        .order_by(Asset.number)
    )
    return (await connection.execute(query)).all()


async def assets_by_step(connection: AsyncConnection, turn_id: int) -> dict[int, list[AnyRow]]:
    """The assets that each step of a turn made, by step."""
    query = (
        select(Asset.__table__, Job.step)
        .join(Job, Job.id == Asset.job_id)
        .where(Asset.turn_id == turn_id)
        .order_by(Asset.number)
    )
    made: dict[int, list[AnyRow]] = {}
    for row in await connection.execute(query):
        made.setdefault(row.step, []).append(row)
    return made


async def assets_by_number(
    connection: AsyncConnection, conversation_id: int, numbers: Iterable[int]
) -> dict[int, AnyRow]:
    """The assets with these handle numbers in this conversation; unknown numbers are left out."""
    query = select(Asset.__table__).where(
        Asset.conversation_id == conversation_id, Asset.number.in_(list(numbers))
    )
    return {row.number: row for row in await connection.execute(query)}


async def latest_assets(
    connection: AsyncConnection, conversation_id: int, limit: int
) -> Sequence[AnyRow]:
    """The newest assets of a conversation, newest first."""
    query = (
        select(Asset.__table__)
        .where(Asset.conversation_id == conversation_id)
        .order_by(Asset.number.desc())
        .limit(limit)
    )
    return (await connection.execute(query)).all()
