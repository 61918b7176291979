"""Queries on a conversation's past: what was said, done and made, and the summary of older parts.

Each is bounded by a limit and served by an index, so it costs the same after ten messages and
after ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Asset, Conversation, Job, Json, Message, Person, Turn

#: Of a result in words no more is shown to whoever plans: a transcript may be a book.
WORDS = 1500


#: Said to the bot: by naming it, in a private chat, by its wake word...
_TO_US = (Message.addressed != "") | Turn.called


async def before(
    connection: AsyncConnection,
    conversation_id: int,
    turn_id: int,
    limit: int,
    after: int = 0,
    *,
    to_us: bool = False,
    oldest: bool = False,
) -> Sequence[AnyRow]:
    """The queries of a conversation before a turn (and after turn ``after``), oldest first.

    The newest ``limit`` of them, or the ``oldest``; with ``to_us`` only what was said to the bot.
    """
    query = (
        select(
            Turn.id,
            func.substr(Turn.query, 1, WORDS).label("words"),
            func.substr(Turn.answer, 1, WORDS).label("answer"),
            Turn.question,
            Turn.created_at,
            Message.person_id,
            Person.name.label("speaker"),
        )
        .join(Message, Message.id == Turn.message_id)
        .join(Person, Person.id == Message.person_id)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.id < turn_id,
            Turn.id > after,
            Turn.quiet.is_(False),
        )
        .order_by(Turn.id if oldest else Turn.id.desc())
        .limit(limit)
    )
    if to_us:
        query = query.where(_TO_US)
    found = (await connection.execute(query)).all()
    return found if oldest else found[::-1]


async def steps(connection: AsyncConnection, turn_ids: Sequence[int]) -> Sequence[AnyRow]:
    """The steps of turns, by turn and step; hearing a spoken query is none of them.

    Without their structured results: those of a long recording are large.
    """
    query = (
        select(
            Job.id,
            Job.turn_id,
            Job.step,
            Job.task,
            Job.state,
            Job.arguments,
            Job.inputs,
            Job.sources,
            Job.refusal,
            func.substr(Job.text, 1, WORDS).label("text"),
        )
        .where(Job.turn_id.in_(turn_ids), Job.step > 0)
        .order_by(Job.turn_id, Job.step)
    )
    return (await connection.execute(query)).all()


async def assets_of(connection: AsyncConnection, turn_ids: Sequence[int]) -> Sequence[AnyRow]:
    """The assets that turns brought and made, by number."""
    query = _ASSETS.where(Asset.turn_id.in_(turn_ids)).order_by(Asset.number)
    return (await connection.execute(query)).all()


async def newest(connection: AsyncConnection, conversation_id: int, limit: int) -> Sequence[AnyRow]:
    """The newest assets of a conversation, newest first, with where each came from.

    What was perhaps not said to the bot at all is nobody's to work on.
    """
    query = (
        _ASSETS.where(Asset.conversation_id == conversation_id, Turn.quiet.is_(False))
        .order_by(Asset.number.desc())
        .limit(limit)
    )
    return (await connection.execute(query)).all()


async def named(
    connection: AsyncConnection, conversation_id: int, numbers: Iterable[int]
) -> Sequence[AnyRow]:
    """The assets with these handle numbers, newest first; unknown numbers are left out."""
    query = _ASSETS.where(
        Asset.conversation_id == conversation_id,
        Asset.number.in_(list(numbers)),
        Turn.quiet.is_(False),
    ).order_by(Asset.number.desc())
    return (await connection.execute(query)).all()


_ASSETS = (
    select(
        Asset.number,
        Asset.turn_id,
        Asset.job_id,
        Asset.modality,
        Asset.name,
        Asset.duration_s,
        Asset.created_at,
        Person.name.label("by"),
        Job.task,
        func.substr(Job.text, 1, 200).label("made_text"),
        Message.text.label("message_text"),
        _TO_US.label("to_us"),
        func.substr(Turn.query, 1, 200).label("query"),
    )
    .join(Turn, Turn.id == Asset.turn_id)
    .join(Message, Message.id == Turn.message_id)
    .join(Person, Person.id == Message.person_id)
    .outerjoin(Job, Job.id == Asset.job_id)
)


async def summary(connection: AsyncConnection, conversation_id: int) -> tuple[str, int]:
    """The summary of a conversation, and the turn up to which it tells."""
    query = select(Conversation.summary, Conversation.summed_up).where(
        Conversation.id == conversation_id
    )
    row = (await connection.execute(query)).one()
    return row.summary, row.summed_up


async def sum_up(
    connection: AsyncConnection,
    conversation_id: int,
    words: str,
    *,
    of: int,
    told: Sequence[int],
) -> bool:
    """Keep a summary that tells of further turns, too; False if one of them is gone meanwhile.

    Or if the summary was changed since it told up to ``of``.
    """
    here = select(Turn.id).where(Turn.id.in_(told)).with_for_update()
    if len((await connection.execute(here)).all()) < len(told):
        return False
    query = (
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.summed_up == of)
        .values(summary=words, summed_up=max(told))
    )
    return (await connection.execute(query)).rowcount == 1


async def planned(
    connection: AsyncConnection, turn_id: int, looks: bool, mandate: Sequence[str]
) -> None:
    """Note whether whoever planned a turn wants to see what its steps come to, and go on then."""
    query = update(Turn).where(Turn.id == turn_id)
    await connection.execute(query.values(looks=looks, mandate=list(mandate)))


async def spent(connection: AsyncConnection, turn_id: int, tokens: int) -> None:
    """Count what planning a turn cost."""
    query = update(Turn).where(Turn.id == turn_id)
    await connection.execute(query.values(spent=Turn.spent + tokens))


async def answered(
    connection: AsyncConnection, turn_id: int, answer: str, question: Json | None = None
) -> None:
    """Keep what a person was told in words, and what was asked back."""
    query = update(Turn).where(Turn.id == turn_id)
    await connection.execute(query.values(answer=answer, question=question))
