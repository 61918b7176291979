"""Queries on the outbox: reply parts waiting to be sent, in order, at least once each.

``sending`` is written before a part goes out. A part found in that state after a restart may or
may not have arrived: it is sent again and marked so, on platforms that cannot recognise it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AnyRow, Conversation, Json, Message, OutboxPart, Receipt, Turn

OPEN = ("pending", "sending")


async def add(
    connection: AsyncConnection,
    now: float,
    *,
    turn_id: int,
    conversation_id: int,
    step: int,
    parts: Sequence[Json],
    quiet: bool = False,
) -> None:
    """Put the parts of a step's reply in the outbox, behind those it has.

    ``quiet`` ones wait for :func:`say_quiet`.
    """
    if parts:
        of_step = (OutboxPart.turn_id == turn_id, OutboxPart.step == step)
        last = await connection.scalar(select(func.max(OutboxPart.part)).where(*of_step))
        first = 0 if last is None else last + 1
        await connection.execute(
            insert(OutboxPart),
            [
                {
                    "turn_id": turn_id,
                    "conversation_id": conversation_id,
                    "step": step,
                    "part": number,
                    "body": part,
                    "state": "quiet" if quiet else _first_state(part),
                    "attempts": 0,
                    "created_at": now,
                }
                for number, part in enumerate(parts, start=first)
            ],
        )


def _first_state(part: Json) -> str:
    return "held" if part["held"] else "pending"


_OPEN_PARTS = (
    select(
        OutboxPart.__table__,
        Conversation.channel,
        Conversation.thread,
        Conversation.private,
        Turn.locale,
        Message.external_id.label("asked"),
        Message.reply_to.label("about"),
        select(func.count(Receipt.piece.distinct()))
        .where(Receipt.part_id == OutboxPart.id)
        .scalar_subquery()
        .label("sent_pieces"),
    )
    .join(Conversation, Conversation.id == OutboxPart.conversation_id)
    .join(Turn, Turn.id == OutboxPart.turn_id)
    .join(Message, Message.id == Turn.message_id)
    .where(
        OutboxPart.state.in_(bindparam("states", expanding=True)),
        OutboxPart.conversation_id.not_in(bindparam("in_hand", expanding=True)),
        Conversation.platform == bindparam("platform"),
        Conversation.account == bindparam("account"),
    )
    .order_by(OutboxPart.id)
    .limit(bindparam("limit"))
)


async def open_parts(
    connection: AsyncConnection,
    platform: str,
    account: str,
    limit: int,
    *,
    held: bool = False,
    in_hand: Collection[int] = (),
    of: tuple[str, Collection[int]] | None = None,
) -> Sequence[AnyRow]:
    """Parts not yet sent for one account of a platform, in the order they must go out.

    ``held`` ones are among them when they are to be sent without being asked for; those of
    conversations ``in_hand`` are not. ``of`` wants only those of a channel and of some turns.
    """
    asked = {
        "platform": platform,
        "account": account,
        "limit": limit,
        "states": (*OPEN, "held") if held else OPEN,
        "in_hand": list(in_hand),
    }
    query = _OPEN_PARTS
    if of is not None:
        channel, turns = of
        query = query.where((Conversation.channel == channel) | OutboxPart.turn_id.in_(list(turns)))
    return (await connection.execute(query, asked)).all()


async def sending(
    connection: AsyncConnection, part_id: int, pieces: Sequence[Json] | None = None
) -> bool:
    """Note that a part, or its next piece, is about to go out, and as what if not as one.

    False when it is there no more, and must not go out.
    """
    values: Json = {"state": "sending", "attempts": OutboxPart.attempts + 1}
    if pieces is not None:
        values["pieces"] = list(pieces)
    query = update(OutboxPart).where(OutboxPart.id == part_id).values(**values)
    return (await connection.execute(query)).rowcount == 1


async def took(
    connection: AsyncConnection, part: AnyRow, piece: int, external_ids: Sequence[str]
) -> None:
    """Note that the platform took a piece of a part, as one message or several."""
    row = {"part_id": part.id, "piece": piece, "conversation_id": part.conversation_id}
    await connection.execute(
        insert(Receipt), [row | {"external_id": each} for each in external_ids]
    )


async def pause(connection: AsyncConnection, part_id: int) -> bool:
    """Note that nothing of a part is on its way now, though some of it is left to send.

    False when it is there no more.
    """
    query = update(OutboxPart).where(OutboxPart.id == part_id).values(state="pending")
    return (await connection.execute(query)).rowcount == 1


async def settled(connection: AsyncConnection, part_id: int, now: float, *, arrived: bool) -> bool:
    """Note that all of a part arrived, or never will; False when it is there no more."""
    state = "sent" if arrived else "undeliverable"
    query = update(OutboxPart).where(OutboxPart.id == part_id).values(state=state, sent_at=now)
    return (await connection.execute(query)).rowcount == 1


async def release(connection: AsyncConnection, turn_id: int, step: int) -> int:
    """Let out the held parts of a step; returns how many there were."""
    query = update(OutboxPart).where(
        OutboxPart.turn_id == turn_id, OutboxPart.step == step, OutboxPart.state == "held"
    )
    return (await connection.execute(query.values(state="pending"))).rowcount


async def say_quiet(connection: AsyncConnection, turn_id: int) -> None:
    """Let out what a turn kept to itself."""
    query = select(OutboxPart.id, OutboxPart.body).where(
        OutboxPart.turn_id == turn_id, OutboxPart.state == "quiet"
    )
    for row in (await connection.execute(query)).all():
        await connection.execute(
            update(OutboxPart).where(OutboxPart.id == row.id).values(state=_first_state(row.body))
        )


async def drop_quiet(connection: AsyncConnection, turn_id: int) -> None:
    """Throw away what a turn kept to itself."""
    await connection.execute(
        delete(OutboxPart).where(OutboxPart.turn_id == turn_id, OutboxPart.state == "quiet")
    )


async def close_turn(connection: AsyncConnection, turn_id: int, now: float) -> bool:
    """A turn whose reply is composed and has no open part is delivered; whether it now is."""
    left = exists().where(OutboxPart.turn_id == turn_id, OutboxPart.state.in_(OPEN))
    closed = await connection.execute(
        update(Turn)
        .where(Turn.id == turn_id, Turn.stage == "composed", ~left)
        .values(stage="delivered", updated_at=now)
    )
    return closed.rowcount == 1


async def of_turn(connection: AsyncConnection, turn_id: int) -> Sequence[AnyRow]:
    """Every part of a turn's reply, in order."""
    query = (
        select(OutboxPart.__table__)
        .where(OutboxPart.turn_id == turn_id)
        .order_by(OutboxPart.step, OutboxPart.part)
    )
    return (await connection.execute(query)).all()
