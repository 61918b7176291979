"""L and M, task analysis: a query in its conversation's context becomes a plan of typed steps."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations
from db.models import AnyRow
from engines.dialogue.plan import Asset, Query

#: How many earlier assets a plan may reach without naming them.
RECENT = 20


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
