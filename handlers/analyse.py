"""L and M, task analysis: a query in its conversation's context becomes a plan of typed steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations
from db.models import AnyRow
from db.session import Database
from engines.dialogue.plan import Asset, Handle, Plan, Query, Step
from engines.kinds import Refusal
from engines.tasks import TASKS

#: How many earlier assets a plan may reach without naming them.
RECENT = 20


async def context(database: Database, row: AnyRow, words: str, *, spoken: bool) -> Query:
    """What a planner gets to see of a turn's row, with its words as they were understood."""
    if not (row.last_handle or row.attachments or row.replied):
        return Query(words, spoken=spoken)  # nothing was ever sent or made here
    async with database.read() as connection:
        return await query(
            connection,
            conversation_id=row.conversation_id,
            turn_id=row.id,
            text=words,
            spoken=spoken,
            alone=not row.attachments and row.reply_to is None,
        )


async def query(
    connection: AsyncConnection,
    *,
    conversation_id: int,
    turn_id: int,
    text: str,
    spoken: bool,
    alone: bool,
) -> Query:
    """What a planner gets to see of a turn: its words and the assets at hand.

    ``alone`` says that its message came without files and replies to none.
    """
    attached: Sequence[AnyRow] = ()
    if not alone:
        attached = await conversations.assets_of_turn(connection, turn_id)
        attached = attached or await conversations.assets_replied_to(connection, turn_id)
    near = {row.number for row in attached}
    recent = await conversations.latest_assets(connection, conversation_id, RECENT)
    return Query(
        text=text,
        attached=tuple(asset(row) for row in attached),
        recent=tuple(asset(row) for row in recent if row.number not in near),
        spoken=spoken,
    )


def asset(row: AnyRow) -> Asset:
    """An asset's row as planners see it."""
    return Asset(f"a{row.number}", row.modality, row.duration_s)


def requested(task: str, arguments: Mapping[str, Any], query: Query) -> Plan:
    """The plan for a task that was chosen by name; raises :class:`Refusal` for what is missing.

    It works on everything that came with the message, or else on what is nearest.
    """
    row = TASKS.get(task)
    if row is None:
        raise Refusal("not_yet")
    if not row.takes:
        return Plan((Step(task, arguments),))
    if len(row.takes) == 1:
        (modality,) = row.takes
        sent = [each for each in query.attached if each.modality == modality]
        if query.attached and not sent:
            raise Refusal("wrong_inputs", takes=modality)
        near = sent or [each for each in query.recent if each.modality == modality][:1]
        if not near:
            raise Refusal("needs_audio" if modality == "audio" else "wrong_inputs", takes=modality)
        return Plan(tuple(Step(task, arguments, (Handle(each.handle),)) for each in near))
    at_hand, inputs = [*query.attached, *query.recent], []
    for modality in row.takes:
        found = next((each for each in at_hand if each.modality == modality), None)
        if found is None:
            raise Refusal("wrong_inputs", takes="_".join(row.takes))
        at_hand.remove(found)
        inputs.append(Handle(found.handle))
    return Plan((Step(task, arguments, tuple(inputs)),))
