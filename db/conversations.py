"""Queries on conversations, the people in them, and the handles of a conversation's assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, exists, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from db.models import (
    NO_MESSAGE,
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
from db.session import inserting


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
    """Begin a conversation; returns its id. Somebody else may have begun it just now."""
    made = inserting(connection, Conversation).values(
        platform=platform,
        account=account,
        channel=channel,
        thread=thread,
        private=private,
        settings=settings or {},
        last_handle=0,
        created_at=now,
    )
    made = made.on_conflict_do_update(
        index_elements=["platform", "account", "channel", "thread"], set_={"private": private}
    )
    return int((await connection.execute(made.returning(Conversation.id))).scalar_one())


async def add_person(
    connection: AsyncConnection, now: float, *, platform: str, external_id: str, name: str
) -> int:
    """Get to know a person; returns their id. Somebody else may have met them just now."""
    made = inserting(connection, Person).values(
        platform=platform,
        external_id=external_id,
        name=name,
        opted_out=False,
        voice_shared=False,
        created_at=now,
    )
    made = made.on_conflict_do_update(
        index_elements=["platform", "external_id"], set_={"name": name}
    )
    return int((await connection.execute(made.returning(Person.id))).scalar_one())


async def opted_out(connection: AsyncConnection, platform: str, external_id: str) -> bool:
    """Whether somebody wants nothing of what they say to others taken in."""
    query = select(Person.opted_out).where(
        Person.platform == platform, Person.external_id == external_id
    )
    return bool((await connection.execute(query)).scalar_one_or_none())


async def set_private(connection: AsyncConnection, conversation_id: int, *, private: bool) -> None:
    """Keep whether a conversation has nobody else in it."""
    await connection.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(private=private)
    )


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
        .where(Asset.job_id.is_(None), first.quiet.is_(False))
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
    """Give a channel's conversations another channel id, except those that exist there already.

    The ids of its messages begin anew there: those of before are marked, so that none is mistaken.
    """
    there = aliased(Conversation)
    taken = exists().where(
        there.platform == platform,
        there.account == account,
        there.channel == new,
        there.thread == Conversation.thread,
    )
    moving = (
        update(Conversation)
        .where(
            Conversation.platform == platform,
            Conversation.account == account,
            Conversation.channel == old,
            ~taken,
        )
        .values(channel=new)
        .returning(Conversation.id)
    )
    moved = list((await connection.execute(moving)).scalars())
    await connection.execute(
        update(Message)
        .where(Message.conversation_id.in_(moved))
        .values(external_id=literal(f"{NO_MESSAGE}{old} ") + Message.external_id)
    )
    await connection.execute(
        update(Receipt)
        .where(Receipt.conversation_id.in_(moved))
        .values(external_id=literal(f"{NO_MESSAGE}{old} ") + Receipt.external_id)
    )


async def settings_of(connection: AsyncConnection, conversation_id: int) -> Json:
    """A conversation's settings as they were kept; nobody else changes them until the commit."""
    query = (
        select(Conversation.settings).where(Conversation.id == conversation_id).with_for_update()
    )
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
    connection: AsyncConnection, conversation_id: int, numbers: Iterable[int], turn_id: int
) -> dict[int, AnyRow]:
    """The assets with these handle numbers in this conversation; unknown numbers are left out.

    As are those of another turn than ``turn_id`` that was perhaps not said to the bot.
    """
    query = (
        select(Asset.__table__)
        .join(Turn, Turn.id == Asset.turn_id)
        .where(
            Asset.conversation_id == conversation_id,
            Asset.number.in_(list(numbers)),
            Turn.quiet.is_(False) | (Turn.id == turn_id),
        )
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
