"""Queries on voices: whose is in a recording, who shares theirs, who is known by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import Asset, Conversation, Job, Message, Person, Speaker, Turn

#: Nobody tells more people apart by ear; each costs a line of the job that is sent to the engine.
MOST_KNOWN = 50


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


async def keep(
    connection: AsyncConnection, conversation_id: int, job_id: int, prints: Mapping[str, str]
) -> None:
    """Keep the voiceprints of people who were named, in place of what was known of them."""
    await connection.execute(
        delete(Speaker).where(
            Speaker.conversation_id == conversation_id, Speaker.name.in_(prints.keys())
        )
    )
    common = {"conversation_id": conversation_id, "job_id": job_id}
    rows = [common | {"name": name, "voiceprint": text} for name, text in prints.items()]
    await connection.execute(insert(Speaker), rows)


async def known(connection: AsyncConnection, conversation_id: int) -> dict[str, str]:
    """The voiceprints of the people who are known in a conversation, the last named first."""
    query = (
        select(Speaker.name, Speaker.voiceprint)
        .where(Speaker.conversation_id == conversation_id)
        .order_by(Speaker.id.desc())
        .limit(MOST_KNOWN)
    )
    return {row.name: row.voiceprint for row in await connection.execute(query)}


async def forget_known(connection: AsyncConnection, conversation_id: int) -> None:
    """Delete the voiceprints that a conversation keeps."""
    await connection.execute(delete(Speaker).where(Speaker.conversation_id == conversation_id))


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
