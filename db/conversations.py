"""Queries on conversations, the people in them, and the handles of a conversation's assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from db.models import (
    AnyRow,
    Asset,
    Conversation,
    Job,
    Json,
    Message,
    OutboxPart,
    Person,
    Receipt,
    Turn,
)
from db.session import key


async def add_conversation(
    connection: AsyncConnection,
    now: float,
    *,
    platform: str,
    account: str,
    channel: str,
    thread: str,
    private: bool = False,
    settings: Json | None = None,
) -> int:
    """Begin a conversation; returns its id."""
    made = insert(Conversation).values(
        platform=platform,
        account=account,
        channel=channel,
        thread=thread,
        private=private,
        settings=settings or {},
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
    """The assets of the message that a turn's message replies to, in order.

    That is what a person sent with it, or what the step made that one of our own messages shows.
    """
    reply, original, first = aliased(Message), aliased(Message), aliased(Turn)
    here = (
        select(reply.reply_to, reply.conversation_id)
        .join(Turn, Turn.message_id == reply.id)
        .where(Turn.id == turn_id)
        .subquery()
    )
    sent = (
        select(Asset.id)
        .join(first, first.id == Asset.turn_id)
        .join(original, original.id == first.message_id)
        .join(
            here,
            and_(
                here.c.reply_to == original.external_id,
                here.c.conversation_id == original.conversation_id,
            ),
        )
        .where(Asset.job_id.is_(None))
    )
    made = (
        select(Asset.id)
        .join(Job, Job.id == Asset.job_id)
        .join(OutboxPart, and_(OutboxPart.turn_id == Job.turn_id, OutboxPart.step == Job.step))
        .join(Receipt, Receipt.part_id == OutboxPart.id)
        .join(
            here,
            and_(
                here.c.reply_to == Receipt.external_id,
                here.c.conversation_id == Receipt.conversation_id,
            ),
        )
    )
    query = select(Asset.__table__).where(Asset.id.in_(sent.union(made))).order_by(Asset.number)
    return (await connection.execute(query)).all()


async def change_settings(
    connection: AsyncConnection, conversation_id: int, settings: Json
) -> None:
    """Keep a conversation's settings."""
    await connection.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(settings=settings)
    )


async def move(
    connection: AsyncConnection, platform: str, account: str, old: str, new: str
) -> None:
    """Give a channel's conversations another channel id, except those that exist there already."""
    there = aliased(Conversation)
    taken = exists().where(
        there.platform == platform,
        there.account == account,
        there.channel == new,
        there.thread == Conversation.thread,
    )
    await connection.execute(
        update(Conversation)
        .where(
            Conversation.platform == platform,
            Conversation.account == account,
            Conversation.channel == old,
            ~taken,
        )
        .values(channel=new)
    )


async def settings_of(connection: AsyncConnection, conversation_id: int) -> Json:
    """A conversation's settings, as :func:`change_settings` kept them."""
    query = select(Conversation.settings).where(Conversation.id == conversation_id)
    return dict((await connection.execute(query)).scalar_one())


async def opt_out(connection: AsyncConnection, person_id: int, *, out: bool) -> None:
    """Note that a person wants nothing of what they say to others taken in, or does again."""
    await connection.execute(update(Person).where(Person.id == person_id).values(opted_out=out))


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
