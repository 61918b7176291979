"""One turn's durable stages. Each is one short transaction and can be repeated after a crash.

- ``received``: stored. Its attachments are fetched and converted next; a voice note without words
  is heard first.
- ``hearing``: the spoken query is in the loop (step 0).
- ``transformed``: the query is text. It is analysed and its steps are assigned next.
- ``running``: its jobs are in the loop, see ``handlers/landing.py``.
- ``composed``: every part of the reply is in the outbox.
- ``delivered``: over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, jobs, outbox, turns
from db.models import AnyRow, Json
from db.session import Database
from engines.dialogue.plan import Handle, Plan, Planner, Query, Step
from engines.engine import EngineSpec
from engines.kinds import Refusal
from handlers import analyse, assign, respond
from handlers.bells import Bells
from handlers.commands import Commands
from handlers.deliver import post
from handlers.edge import Attachment, Edge, Part
from handlers.phrases import say
from handlers.serving import Serving
from handlers.transform import Transform, Transformed

log = structlog.get_logger(__name__)

#: Turns in hand at once; the slow part, converting media, has its own smaller bound.
AT_ONCE = 32
#: A turn whose handling raises this often is given up with a plain message.
TRIES = 3
#: Outbox rows of what concerns the turn as a whole, not one of its steps, sort before step 0.
BEFORE_STEPS = -1
#: ... and after the last.
AFTER_STEPS = 1000


class Turns:
    """Takes turns from stage to stage."""

    def __init__(
        self,
        database: Database,
        transform: Transform,
        planner: Planner,
        register: Mapping[str, EngineSpec],
        edges: Mapping[str, Edge],
        bells: Bells,
    ) -> None:
        self._database = database
        self._transform = transform
        self._planner = planner
        self._register = register
        self._edges = edges
        self._commands = Commands(database, bells)
        self._bells = bells
        self._failures: dict[int, int] = {}
        self._serving = Serving(self._waiting, self._take)
        self.ring = self._serving.ring
        self.run = self._serving.run

    async def _waiting(self) -> Mapping[int, Sequence[AnyRow]]:
        async with self._database.read() as connection:
            rows = await turns.actionable(connection, AT_ONCE)
        # In a conversation one after the other: a request may mean what the one before sent.
        grouped: dict[int, list[AnyRow]] = {}
        for row in rows:
            if row.platform in self._edges:
                grouped.setdefault(row.conversation_id, []).append(row)
        return grouped

    async def _take(self, rows: Sequence[AnyRow]) -> None:
        for row in rows:
            if not await self._take_one(row):
                self.ring()  # it has a next stage, or must be tried again, before those after it
                return

    async def _take_one(self, row: AnyRow) -> bool:
        """Take a turn a stage further; whether it now is somebody else's."""
        try:
            if row.stage == "received" and row.attachments:
                return await self._receive(row) != "transformed"
            await self._plan(row)
        except SQLAlchemyError:
            raise  # the database is ailing, not the turn; whoever supervises us tries again
        except Exception:
            failures = self._failures[row.id] = self._failures.get(row.id, 0) + 1
            log.exception("a turn could not be handled", turn=row.id, stage=row.stage)
            if failures < TRIES:
                return False
            await self._end(row, of=row.stage, parts=[Part("text", say("internal"))])
        return True

    async def _receive(self, row: AnyRow) -> str:
        """Turn attachments into assets; returns the stage that the turn is in then."""
        edge = self._edges[row.platform]
        attachments = [Attachment(**fields) for fields in row.attachments]
        transformed = await self._transform.attachments(edge, attachments)
        parts = [
            part
            for each in transformed
            if each.refusal is not None
            for part in respond.refusal(each.refusal)
        ]
        usable = [each for each in transformed if each.asset is not None]
        now = self._database.clock()
        async with self._database.write() as connection:
            spoken = not row.query.strip() and _spoken(usable)
            # Without its file a request would fall on another, older one: it ends here instead.
            to = "hearing" if spoken else "transformed" if usable else "composed"
            if not await turns.advance(connection, row.id, of="received", to=to, now=now):
                return "taken by another"
            numbers = await conversations.add_assets(
                connection,
                row.conversation_id,
                [{**(each.asset or {}), "turn_id": row.id, "created_at": now} for each in usable],
            )
            await post(connection, row, BEFORE_STEPS, parts, now)
            if spoken:
                await self._hear(connection, row, numbers[0], now)
        self._bells.outbox()
        self._bells.jobs()
        return to

    async def _hear(
        self, connection: AsyncConnection, row: AnyRow, number: int, now: float
    ) -> None:
        plan = Plan((Step("speech_recognition", inputs=(Handle(f"a{number}"),)),))
        (job,) = await self._assign(connection, row, plan, now)
        await jobs.add(connection, [job | {"step": 0}])

    async def _plan(self, row: AnyRow) -> None:
        """Analyse the query and put its steps in the queue."""
        spoken = row.stage == "transformed" and not row.text.strip() and bool(row.query.strip())
        if (told := await self._commands.answer(row)) is not None:
            await self._end(row, of=row.stage, parts=[Part("text", told)] if told else [])
            return
        query = Query(row.query, spoken=spoken)
        if row.last_handle:  # otherwise nothing was ever sent or made here
            async with self._database.read() as connection:
                query = await analyse.query(
                    connection,
                    conversation_id=row.conversation_id,
                    turn_id=row.id,
                    text=row.query,
                    spoken=spoken,
                    alone=not row.attachments and row.reply_to is None,
                )
        try:
            plan = await self._planner.plan(query)
            if not plan.steps:
                # Words that were only spoken have been written down already: that is the answer.
                answer = [] if spoken else [Part("text", say("not_understood"))]
                await self._end(row, of=row.stage, parts=answer)
                return
            now = self._database.clock()
            async with self._database.write() as connection:
                rows = await self._assign(connection, row, plan, now)
                if await turns.advance(connection, row.id, of=row.stage, to="running", now=now):
                    await jobs.add(connection, rows)
            self._bells.jobs()
        except Refusal as refusal:
            await self._end(row, of=row.stage, parts=respond.refusal(refusal))

    async def _assign(
        self, connection: AsyncConnection, row: AnyRow, plan: Plan, now: float
    ) -> list[Json]:
        return await assign.jobs(
            connection,
            plan,
            self._register,
            conversation_id=row.conversation_id,
            turn_id=row.id,
            now=now,
        )

    async def _end(self, row: AnyRow, *, of: str, parts: Sequence[Part]) -> None:
        """Answer without a job."""
        now = self._database.clock()
        async with self._database.write() as connection:
            if await turns.advance(connection, row.id, of=of, to="composed", now=now):
                await post(connection, row, AFTER_STEPS, parts, now)
                await outbox.close_turn(connection, row.id, now)
        self._bells.outbox()


def _spoken(usable: Sequence[Transformed]) -> bool:
    return len(usable) == 1 and usable[0].attachment.voice
