"""Queries on whose voice is in a recording, and who shares theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Asset, Conversation, Job, Message, Person, Turn


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose voice a recording holds; ``person_id`` is None for somebody who never wrote here."""

    person_id: int | None
    name: str
    shared: bool


async def of_assets(
    connection: AsyncConnection, conversation_id: int, numbers: Iterable[int]
) -> list[Voice]:
    """Whose recordings the assets with these handle numbers are, or were made from."""
    pending, seen = set(numbers), set[int]()
    owners: set[tuple[int | None, str]] = set()
    while pending:
        query = (
            select(
                Job.sources,
                Asset.job_id,
                Message.person_id,
                Message.attachments,
                Message.replied_by,
            )
            .join(Turn, Turn.id == Asset.turn_id)
            .join(Message, Message.id == Turn.message_id)
            .outerjoin(Job, Job.id == Asset.job_id)
            .where(Asset.conversation_id == conversation_id, Asset.number.in_(pending))
        )
        seen |= pending
        pending = set()
        for row in await connection.execute(query):
            if row.job_id is not None:
                pending |= {int(each["handle"][1:]) for each in row.sources} - seen
            elif row.attachments or not row.replied_by:
                owners.add((row.person_id, ""))
            else:
                owners.add((None, row.replied_by))
    return [await _voice(connection, conversation_id, *owner) for owner in sorted(owners, key=str)]


async def share(connection: AsyncConnection, person_id: int, *, shared: bool) -> None:
    """Note that a person lets others have texts spoken in the manner of their voice, or not."""
    query = update(Person).where(Person.id == person_id).values(voice_shared=shared)
    await connection.execute(query)


async def _voice(
    connection: AsyncConnection, conversation_id: int, person_id: int | None, external_id: str
) -> Voice:
    query = select(Person.id, Person.name, Person.voice_shared)
    if person_id is not None:
        query = query.where(Person.id == person_id)
    else:
        here = select(Conversation.platform).where(Conversation.id == conversation_id)
        query = query.where(
            Person.external_id == external_id, Person.platform == here.scalar_subquery()
        )
    row = (await connection.execute(query)).one_or_none()
    return Voice(None, "…", shared=False) if row is None else Voice(*row)
