"""Queries on turns: which need a hand, and moving one from stage to stage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from db.models import AnyRow, Conversation, Message, Person, Turn

#: Stages in which ``handlers/turn.py`` has something to do; in the others the loop or delivery has.
ACTIONABLE = ("received", "transformed", "observed")
#: The stage that a turn never leaves.
OVER = "delivered"
#: How long later requests wait for an earlier one whose files are still to come.
PATIENCE_S = 60.0
#: Stages in which somebody waits for the turn's reply.
UNFINISHED = ("received", "hearing", "transformed", "running", "observed", "composed")
#: Stages in which a cancellation still changes something.
CANCELLABLE = (
    "asking",
    "received",
    "hearing",
    "transformed",
    "confirming",
    "running",
    "observed",
)
#: Stages in which a question waits for a button; one that nobody presses is over, too.
UNANSWERED = ("asking", "confirming")


_COLUMNS = (
    Turn.id,
    Turn.id.label("turn_id"),
    Turn.stage,
    Turn.query,
    Turn.locale,
    Turn.quiet,
    Turn.not_before,
    Turn.called,
    Turn.looks,
    Turn.mandate,
    Turn.spent,
    Turn.conversation_id,
    Turn.created_at,
    Message.id.label("message_id"),
    Message.external_id.label("external_id"),
    Message.person_id,
    Person.name.label("speaker"),
    Message.text,
    Message.attachments,
    Message.replied,
    Message.request,
    Message.reply_to,
    Message.addressed,
    Message.admin,
    Conversation.platform,
    Conversation.account,
    Conversation.channel,
    Conversation.thread,
    Conversation.private,
    Conversation.settings,
    Conversation.last_handle,
)
_WHOLE = (
    select(*_COLUMNS)
    .join(Message, Message.id == Turn.message_id)
    .join(Conversation, Conversation.id == Turn.conversation_id)
    .join(Person, Person.id == Message.person_id)
)
_earlier = aliased(Turn)
_ACTIONABLE = (
    _WHOLE.add_columns(Turn.urgent)
    .where(
        Turn.stage.in_(ACTIONABLE),
        Turn.not_before <= bindparam("now"),
        Conversation.platform == bindparam("platform"),
        Conversation.account == bindparam("account"),
        Turn.urgent
        | (
            Turn.conversation_id.not_in(bindparam("in_hand", expanding=True))
            # Files that are still to come are what the next words may be about.
            & ~exists().where(
                _earlier.conversation_id == Turn.conversation_id,
                _earlier.id < Turn.id,
                _earlier.stage == "received",
                _earlier.not_before > bindparam("now"),
                _earlier.created_at > bindparam("patience"),
            )
        ),
    )
    .order_by(Turn.id)
    .limit(bindparam("limit"))
)
_UNFINISHED = (
    _WHOLE.where(
        Turn.stage.in_(UNFINISHED),
        Turn.quiet.is_(False),
        Turn.created_at <= bindparam("before"),
        Conversation.platform == bindparam("platform"),
        Conversation.account == bindparam("account"),
    )
    .order_by(Turn.id)
    .limit(bindparam("limit"))
)


async def actionable(
    connection: AsyncConnection,
    platform: str,
    account: str,
    in_hand: Collection[int],
    now: float,
    limit: int,
    of: tuple[str, Collection[int]] | None = None,
) -> Sequence[AnyRow]:
    """Turns of an account to take a step further, oldest first.

    Of conversations ``in_hand`` only those that are urgent. A turn that waits for its files holds
    up those after it, but no longer than ``PATIENCE_S``. ``of`` wants only those of a channel and
    of some ids.
    """
    asked = {
        "platform": platform,
        "account": account,
        "in_hand": list(in_hand),
        "now": now,
        "patience": now - PATIENCE_S,
        "limit": limit,
    }
    query = _ACTIONABLE
    if of is not None:
        channel, turns = of
        query = query.where((Conversation.channel == channel) | Turn.id.in_(list(turns)))
    return (await connection.execute(query, asked)).all()


async def in_hand(
    connection: AsyncConnection, platform: str, account: str, before: float, limit: int
) -> Sequence[AnyRow]:
    """Turns that people of a platform have been waiting for since ``before``, oldest first."""
    asked = {"platform": platform, "account": account, "before": before, "limit": limit}
    return (await connection.execute(_UNFINISHED, asked)).all()


_ONE = _WHOLE.where(Turn.id == bindparam("turn_id"))


async def whole(connection: AsyncConnection, turn_id: int) -> AnyRow:
    """A turn with its message and conversation, as :func:`actionable` gives it."""
    return (await connection.execute(_ONE, {"turn_id": turn_id})).one()


async def find(connection: AsyncConnection, turn_id: int) -> AnyRow | None:
    """The same, or None when there is no such turn (any more)."""
    return (await connection.execute(_ONE, {"turn_id": turn_id})).one_or_none()


async def lock(connection: AsyncConnection, turn_ids: Sequence[int]) -> None:
    """Keep turns as they are until the commit, for a writer that reads first."""
    if connection.dialect.name != "sqlite":  # there a writer has the database to itself
        query = select(Turn.id).where(Turn.id.in_(turn_ids)).order_by(Turn.id).with_for_update()
        await connection.execute(query)


async def advance(
    connection: AsyncConnection,
    turn_id: int,
    *,
    of: str,
    to: str,
    now: float,
    seen: float | None = None,
    **values: Any,
) -> bool:
    """Move a turn from stage ``of`` to ``to``; False when somebody else has moved it already.

    ``seen`` is its ``not_before`` when it was looked at: more may have come for it since then.
    """
    query = (
        update(Turn)
        .where(Turn.id == turn_id, Turn.stage == of)
        .values(stage=to, updated_at=now, **values)
    )
    if seen is not None:
        query = query.where(Turn.not_before == seen)
    return (await connection.execute(query)).rowcount == 1


async def postpone(connection: AsyncConnection, turn_id: int, until: float) -> None:
    """Leave a turn alone until then."""
    await connection.execute(update(Turn).where(Turn.id == turn_id).values(not_before=until))


async def get(connection: AsyncConnection, turn_id: int) -> AnyRow:
    """One turn's row."""
    return (await connection.execute(select(Turn.__table__).where(Turn.id == turn_id))).one()


async def unfinished(
    connection: AsyncConnection, conversation_id: int, person_id: int | None, but: int
) -> list[int]:
    """The turns of a person (None: of everybody) in a conversation that can still be cancelled."""
    query = (
        select(Turn.id)
        .join(Message, Message.id == Turn.message_id)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.stage.in_(CANCELLABLE),
            Turn.id != but,
        )
    )
    if person_id is not None:
        query = query.where(Message.person_id == person_id)
    return list((await connection.execute(query)).scalars())


async def in_loop_of(connection: AsyncConnection, person_id: int) -> list[int]:
    """The requests of a person that are in the loop, oldest first."""
    query = (
        select(Turn.id)
        .join(Message, Message.id == Turn.message_id)
        .where(Message.person_id == person_id, Turn.stage.in_(("hearing", "running")))
        .order_by(Turn.id)
    )
    return list((await connection.execute(query)).scalars())
