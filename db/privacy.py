"""Queries on whose data is where: to give it all back, and to delete all of it.

What belongs to somebody are the turns that their messages began, and the turns of others that
worked on a recording of theirs: a transcript of a voice is that person's too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.jobs import FINAL
from db.models import (
    AnyRow,
    ArtifactRow,
    Asset,
    Conversation,
    Job,
    Message,
    OutboxPart,
    Person,
    Receipt,
    Speaker,
    Turn,
    Update,
    Usage,
)
from db.outbox import OPEN
from db.turns import OVER, UNANSWERED, lock

_Id = TypeVar("_Id", int, str)
#: How many ids one statement names.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted; ``files`` are the digests that it named, perhaps still in use elsewhere."""

    messages: int = 0
    files: frozenset[str] = frozenset()
    turns: tuple[int, ...] = ()

    def __add__(self, other: Erased) -> Erased:
        return Erased(
            self.messages + other.messages, self.files | other.files, self.turns + other.turns
        )


async def turns_of(connection: AsyncConnection, person_id: int) -> list[int]:
    """The turns that a person's messages began, or that fetched a file of theirs."""
    theirs = select(Person.platform, Person.external_id).where(Person.id == person_id).subquery()
    query = (
        select(Turn.id)
        .join(Message, Message.id == Turn.message_id)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .join(theirs, literal(value=True))
        .where(
            (Message.person_id == person_id)
            | (
                (Message.replied_by == theirs.c.external_id)
                & (Conversation.platform == theirs.c.platform)
            )
        )
    )
    return list((await connection.execute(query)).scalars())


async def turns_in(
    connection: AsyncConnection, conversation_id: int, before: float | None = None
) -> list[int]:
    """The turns of a conversation; with ``before``, those that were over by then."""
    query = select(Turn.id).where(Turn.conversation_id == conversation_id)
    if before is not None:  # a question that nobody answered is over, too
        query = query.where(Turn.updated_at < before, Turn.stage.in_((OVER, *UNANSWERED)))
    return list((await connection.execute(query)).scalars())


async def worked_on(connection: AsyncConnection, turn_ids: Sequence[int]) -> list[int]:
    """Other turns that worked on the recordings of these, and on what those made of them."""
    found, fresh = set(turn_ids), list(turn_ids)
    while fresh:
        again = [
            turn_id
            for ids in _chunks(fresh)
            for turn_id in (
                await connection.execute(select(Turn.id).where(Turn.origin.in_(ids)))
            ).scalars()
            if turn_id not in found
        ]
        found |= set(again)
        assets = [
            (row.conversation_id, f"a{row.number}")
            for ids in _chunks(fresh)
            for row in await connection.execute(
                select(Asset.conversation_id, Asset.number).where(Asset.turn_id.in_(ids))
            )
        ]
        handles: dict[int, set[str]] = {}
        for conversation_id, handle in assets:
            handles.setdefault(conversation_id, set()).add(handle)
        fresh = again
        for conversation_id, theirs in handles.items():
            query = select(Job.turn_id, Job.sources).where(Job.conversation_id == conversation_id)
            for row in await connection.execute(query):
                if row.turn_id not in found and any(
                    each.get("handle") in theirs for each in row.sources
                ):
                    found.add(row.turn_id)
                    fresh.append(row.turn_id)
    return sorted(found - set(turn_ids))


async def erase(
    connection: AsyncConnection, turn_ids: Sequence[int], *, aged: bool = False
) -> Erased:
    """Delete turns with their messages, jobs, files' rows and replies, for good.

    The inbox goes on knowing their updates, so none is taken in again. What a language model made
    of them later goes as well, unless they are only ``aged``.
    """
    total = Erased()
    for ids in _chunks(turn_ids):
        total += await _erase(connection, ids, aged=aged)
    return total


async def _forget_what_was_said_later(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Take away what a language model said and had done later: it may tell of these turns."""
    there = select(Turn.conversation_id).where(Turn.id.in_(ids))
    later = (
        Turn.conversation_id.in_(there),
        Turn.id > min(ids, default=0),
        Turn.id.not_in(ids),
        Turn.spent > 0,
    )
    await connection.execute(update(Turn).where(*later).values(answer=""))
    theirs = select(Turn.id).where(*later).scalar_subquery()
    await connection.execute(
        update(Job).where(Job.turn_id.in_(theirs), Job.state.in_(FINAL)).values(arguments={})
    )


async def _erase(connection: AsyncConnection, ids: Sequence[int], *, aged: bool) -> Erased:
    await lock(connection, ids)

    async def column(query: object) -> list[int]:
        return list((await connection.execute(query)).scalars())  # type: ignore[call-overload]

    # A summary may tell of them: the next one is made of what is left.
    told = select(Turn.conversation_id).where(Turn.id.in_(ids), Turn.id <= Conversation.summed_up)
    await connection.execute(
        update(Conversation)
        .where(Conversation.id.in_(told.correlate(Conversation)))
        .values(summary="", summed_up=0)
    )
    if not aged:
        await _forget_what_was_said_later(connection, ids)
    jobs = await column(select(Job.id).where(Job.turn_id.in_(ids)))
    parts = await column(select(OutboxPart.id).where(OutboxPart.turn_id.in_(ids)))
    messages = await column(select(Turn.message_id).where(Turn.id.in_(ids)))
    files: set[str] = set()
    assets = await connection.execute(
        select(Asset.sha256, Asset.original).where(Asset.turn_id.in_(ids))
    )
    for row in assets:
        files |= {row.sha256, *filter(None, (row.original,))}
    for some in _chunks(jobs):
        query = select(ArtifactRow.sha256).where(ArtifactRow.job_id.in_(some))
        files |= set((await connection.execute(query)).scalars())
    for some in _chunks(parts):
        await connection.execute(delete(Receipt).where(Receipt.part_id.in_(some)))
    await connection.execute(delete(OutboxPart).where(OutboxPart.turn_id.in_(ids)))
    for some in _chunks(jobs):
        await connection.execute(delete(ArtifactRow).where(ArtifactRow.job_id.in_(some)))
        await connection.execute(delete(Speaker).where(Speaker.job_id.in_(some)))
    await connection.execute(delete(Asset).where(Asset.turn_id.in_(ids)))
    await connection.execute(delete(Job).where(Job.turn_id.in_(ids)))
    await connection.execute(delete(Turn).where(Turn.id.in_(ids)))
    await connection.execute(
        update(Update).where(Update.message_id.in_(messages)).values(message_id=None)
    )
    await connection.execute(delete(Message).where(Message.id.in_(messages)))
    return Erased(len(messages), frozenset(files), tuple(ids))


async def forget_name(connection: AsyncConnection, person_id: int, today: int) -> None:
    """Leave of a person only their id and today's usage: else forgetting would renew quotas."""
    await connection.execute(update(Person).where(Person.id == person_id).values(name=""))
    await connection.execute(delete(Usage).where(Usage.person_id == person_id, Usage.day < today))


async def forget_strangers(connection: AsyncConnection, today: int) -> None:
    """Delete people of whom nothing is left but their id; old usage goes too."""
    await connection.execute(delete(Usage).where(Usage.day < today))
    left = select(Message.person_id).union(select(Usage.person_id))
    await connection.execute(
        delete(Person).where(Person.id.not_in(left), Person.opted_out.is_(False))
    )


async def unused(connection: AsyncConnection, files: Iterable[str]) -> set[str]:
    """Those of these digests that no row names any more."""
    left = set(files)
    for some in _chunks(sorted(left)):
        for column in (Asset.sha256, Asset.original, ArtifactRow.sha256):
            named = (await connection.execute(select(column).where(column.in_(some)))).scalars()
            left -= set(named)
    if left:
        # Those that are held, and all of their kind, are artifacts, too.
        waiting = await connection.execute(
            select(OutboxPart.body, OutboxPart.pieces).where(OutboxPart.state.in_(OPEN))
        )
        for row in waiting:
            for body in (row.body, *(row.pieces or ())):
                left -= {file["sha256"] for file in body["files"]}
        jobs = await connection.execute(select(Job.sources).where(Job.state.not_in(FINAL)))
        for sources in jobs.scalars():
            left -= {each["sha256"] for each in sources}
    return left


async def messages_of(connection: AsyncConnection, person_id: int) -> Sequence[AnyRow]:
    """Everything a person said, oldest first, with where it was said."""
    query = (
        select(
            Message.id,
            Message.text,
            Message.created_at,
            Conversation.platform,
            Conversation.channel,
            Conversation.thread,
            Turn.id.label("turn_id"),
            Turn.query,
            Turn.answer,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Turn, Turn.message_id == Message.id)
        .where(Message.person_id == person_id)
        .order_by(Message.id)
    )
    return (await connection.execute(query)).all()


async def files_of(connection: AsyncConnection, turn_ids: Sequence[int]) -> Sequence[AnyRow]:
    """The files that were sent with turns, as they were sent, and what was made of them."""
    rows: list[AnyRow] = []
    for ids in _chunks(turn_ids):
        sent = select(Asset.turn_id, Asset.name, Asset.original.label("sha256")).where(
            Asset.turn_id.in_(ids), Asset.original.is_not(None)
        )
        made = (
            select(Job.turn_id, ArtifactRow.name, ArtifactRow.sha256)
            .join(Job, Job.id == ArtifactRow.job_id)
            .where(Job.turn_id.in_(ids))
        )
        rows += (await connection.execute(sent)).all()
        rows += (await connection.execute(made)).all()
    return rows


async def voices_of(
    connection: AsyncConnection, turn_ids: Sequence[int]
) -> dict[int, dict[str, str]]:
    """The voiceprints that were kept with turns: by turn, then by the name that was given."""
    found: dict[int, dict[str, str]] = {}
    for ids in _chunks(turn_ids):
        query = (
            select(Job.turn_id, Speaker.name, Speaker.voiceprint)
            .join(Job, Job.id == Speaker.job_id)
            .where(Job.turn_id.in_(ids))
        )
        for row in await connection.execute(query):
            found.setdefault(row.turn_id, {})[row.name] = row.voiceprint
    return found


async def keeping(connection: AsyncConnection) -> Sequence[AnyRow]:
    """Every conversation's id and settings."""
    return (await connection.execute(select(Conversation.id, Conversation.settings))).all()


def _chunks(ids: Sequence[_Id]) -> Iterator[Sequence[_Id]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
