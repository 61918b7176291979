"""The first stage of a turn: what came with it is fetched and converted, or heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, jobs, turns, usage
from db.models import AnyRow
from db.session import Database
from engines.dialogue.plan import Handle, Plan, Step
from engines.engine import EngineSpec
from handlers import assign, respond
from handlers.access import Access
from handlers.bells import Bells
from handlers.channel import Channel, in_its_manner
from handlers.deliver import BEFORE_STEPS, post
from handlers.edge import Attachment, Edge
from handlers.transform import Transform, Transformed


class Receiving:
    """Turns attachments into assets, and has a spoken query heard."""

    def __init__(
        self,
        database: Database,
        transform: Transform,
        register: Mapping[str, EngineSpec],
        edges: Sequence[Edge],
        bells: Bells,
        access: Access,
    ) -> None:
        self._database = database
        self._transform = transform
        self._register = register
        self._edges = edges
        self._bells = bells
        self._access = access

    async def receive(self, row: AnyRow) -> str:
        """Turn attachments into assets; returns the stage that the turn is in then."""
        edge = next(each for each in self._edges if each.platform == row.platform)
        attachments = await self._attachments(row)
        size = sum(each.size or 0 for each in attachments)
        async with self._database.read() as connection:
            now = self._database.clock()
            await self._access.check(connection, row.person_id, now, more_bytes=size)
        transformed = await self._transform.attachments(edge, attachments)
        parts = [
            part
            for each in transformed
            if each.refusal is not None
            for part in respond.refusal(each.refusal, row.locale)
        ]
        usable = [each for each in transformed if each.asset is not None]
        size = sum(each.size for each in transformed)
        now = self._database.clock()
        async with self._database.write() as connection:
            spoken = row.request is None and not row.query.strip() and _spoken(usable)
            # Without its file a request would fall on another, older one: it ends here instead.
            to = "hearing" if spoken else "transformed"
            if attachments and not usable:
                to = "transformed" if row.quiet else "composed"
            seen = row.not_before  # a piece of an album that came meanwhile makes it begin anew
            if not await turns.advance(
                connection, row.id, of="received", to=to, now=now, seen=seen
            ):
                return "taken by another"
            numbers = await conversations.add_assets(
                connection,
                row.conversation_id,
                [{**(each.asset or {}), "turn_id": row.id, "created_at": now} for each in usable],
            )
            if not row.quiet:
                await post(connection, row, BEFORE_STEPS, parts, now)
            if size:
                await usage.add(connection, row.person_id, now, received_bytes=size)
            if spoken:
                await self._hear(connection, row, numbers[0], now)
        self._bells.outbox()
        self._bells.jobs()
        return to

    async def _attachments(self, row: AnyRow) -> list[Attachment]:
        """What came with the message, or else with the one it answers, if that never came here."""
        if not row.attachments and row.replied:
            async with self._database.read() as connection:
                if await conversations.assets_replied_to(connection, row.id):
                    return []
        return [Attachment(**fields) for fields in row.attachments or row.replied]

    async def _hear(
        self, connection: AsyncConnection, row: AnyRow, number: int, now: float
    ) -> None:
        hear = Plan((Step("speech_recognition", inputs=(Handle(f"a{number}"),)),))
        plan = in_its_manner(hear, Channel.of(row.settings | {"voice": "never"}), spoken=True)
        rows = await assign.jobs(
            connection,
            plan,
            self._register,
            conversation_id=row.conversation_id,
            turn_id=row.id,
            now=now,
        )
        assign.begin(rows, now)
        await jobs.add(connection, [each | {"step": 0} for each in rows])


def _spoken(usable: Sequence[Transformed]) -> bool:
    return len(usable) == 1 and usable[0].attachment.voice
