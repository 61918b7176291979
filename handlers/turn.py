"""One turn's durable stages. Each is one short transaction and can be repeated after a crash.

- ``asking``: it came so late that somebody must say whether it is still wanted.
- ``received``: stored. Its attachments are fetched and converted next; a voice note without words
  is heard first.
- ``hearing``: the spoken query is in the loop (step 0).
- ``transformed``: the query is text. It is analysed and its steps are assigned next.
- ``running``: its jobs are in the loop, see ``handlers/landing.py``.
- ``composed``: every part of the reply is in the outbox.
- ``delivered``: over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, jobs, outbox, turns, usage
from db.models import AnyRow, Json
from db.session import Database, ailing
from engines.dialogue.plan import Handle, Plan, Planner, Step
from engines.engine import EngineSpec
from engines.kinds import Refusal
from handlers import analyse, assign, respond
from handlers.access import Access
from handlers.bells import Bells
from handlers.channel import Channel, after_wake_word, in_its_manner
from handlers.commands import Commands
from handlers.deliver import AFTER_STEPS, BEFORE_STEPS, post
from handlers.edge import Attachment, Edge, Part, Request, Unreachable
from handlers.forget import Forget
from handlers.phrases import say
from handlers.serving import Serving
from handlers.tally import Tally
from handlers.transform import Transform, Transformed

log = structlog.get_logger(__name__)

#: Turns in hand at once; the slow part, converting media, has its own smaller bound.
AT_ONCE = 32
#: A turn whose handling raises this often is given up with a plain message.
TRIES = 3
#: So long is tried to fetch a file while its platform cannot be reached.
FETCH_S = 1800.0


class Turns:
    """Takes turns from stage to stage: those of ``edges``, for only they can fetch their files."""

    def __init__(
        self,
        database: Database,
        transform: Transform,
        planner: Planner,
        register: Mapping[str, EngineSpec],
        edges: Sequence[Edge],
        commands: Commands,
        bells: Bells,
        access: Access,
        forget: Forget,
        tally: Tally | None = None,
    ) -> None:
        self._database = database
        self._transform = transform
        self._planner = planner
        self._register = register
        self._edges = edges
        self._commands = commands
        self._bells = bells
        self._access = access
        self._forget = forget
        self._failures: dict[int, int] = {}
        self._tally = tally or Tally()
        self._serving = Serving(self._waiting, self._take, lambda: self._tally.beat("turns"))
        self.ring = self._serving.ring
        self.run = self._serving.run

    async def _waiting(self, in_hand: Collection[int]) -> Mapping[int, Sequence[AnyRow]]:
        rows: list[AnyRow] = []
        async with self._database.read() as connection:
            for edge in self._edges:
                rows += await turns.actionable(
                    connection,
                    edge.platform,
                    edge.account,
                    [line for line in in_hand if line > 0],
                    self._database.clock(),
                    AT_ONCE,
                    of=edge.only(),
                )
        # In a conversation one after the other: a request may mean what the one before sent. Only
        # a cancellation goes by a line of its own: it must not wait for what it is to stop.
        grouped: dict[int, list[AnyRow]] = {}
        for row in rows:
            line = -row.conversation_id if row.urgent else row.conversation_id
            grouped.setdefault(line, []).append(row)
        return grouped

    async def _take(self, rows: Sequence[AnyRow]) -> None:
        for row in rows:
            if not await self._take_one(row):
                self.ring()  # it has a next stage, or must be tried again, before those after it
                return

    async def _take_one(self, row: AnyRow) -> bool:
        """Take a turn a stage further; whether it now is somebody else's."""
        try:
            if row.quiet and row.stage == "received" and not _may_call_us(row):
                await self._forget.turn(row.id)
                return True
            if row.stage == "received" and (row.attachments or row.replied):
                return await self._receive(row) != "transformed"
            await self._plan(row)
        except Refusal as refusal:
            await self._refuse(row, refusal)
        except Unreachable as error:
            await self._postpone(row, error)
            return False
        except Exception as error:
            if isinstance(error, SQLAlchemyError) and ailing(error):
                raise  # not the turn is in trouble; whoever supervises us tries again
            failures = self._failures[row.id] = self._failures.get(row.id, 0) + 1
            log.exception("a turn could not be handled", turn=row.id, stage=row.stage)
            if failures < TRIES:
                return False
            await self._refuse(row, Refusal("internal"))
        self._failures.pop(row.id, None)
        return True

    async def _receive(self, row: AnyRow) -> str:
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
        (job,) = await self._assign(connection, row, plan, now)
        await jobs.add(connection, [job | {"step": 0}])

    async def _plan(self, row: AnyRow) -> None:
        """Analyse the query and put its steps in the queue."""
        channel = Channel.of(row.settings)
        spoken = row.stage == "transformed" and not row.text.strip() and bool(row.query.strip())
        called = after_wake_word(channel, row.query)
        words = row.query if called is None else called
        if row.quiet and called is None:
            await self._forget.turn(row.id)  # it was not said to us: none of it is ours to keep
            return
        answer = await self._commands.answer(row, words)
        plan = None
        if isinstance(answer, str):
            words = answer
        elif isinstance(answer, Request):
            plan = await self._understood(row, words, answer, spoken=spoken)
        elif answer is not None:
            await self._end(row, parts=answer)
            return
        elif spoken and channel.reply == "transcript":
            await self._end(row, parts=())
            return
        if plan is None:
            asked = Request(**row.request) if row.request else None
            plan = await self._understood(row, words, asked, spoken=spoken)
        if not plan.steps:
            # Words that were only spoken have been written down already: that is the answer. And
            # what people say to each other is none of our business.
            silent = spoken or not row.addressed
            told = [] if silent else [Part("text", say("not_understood", row.locale))]
            await self._end(row, parts=told)
            return
        now = self._database.clock()
        async with self._database.write() as connection:
            await self._access.check(connection, row.person_id, now)
            plan = in_its_manner(plan, channel, spoken=spoken)
            rows = await self._assign(connection, row, plan, now)
            if await turns.advance(connection, row.id, of=row.stage, to="running", now=now):
                await jobs.add(connection, rows)
                await usage.add(connection, row.person_id, now, requests=1)
                if spoken and channel.reply == "answer":
                    await outbox.drop_quiet(connection, row.id)
                await outbox.say_quiet(connection, row.id)
        self._bells.jobs()
        self._bells.outbox()

    async def _understood(
        self, row: AnyRow, words: str, asked: Request | None, *, spoken: bool
    ) -> Plan:
        query = await analyse.context(self._database, row, words, spoken=spoken)
        if asked is not None:
            return analyse.requested(asked.task, asked.arguments, query)
        if spoken and not words.strip():
            return Plan()
        try:
            return await self._planner.plan(query)
        except Refusal:
            if row.addressed:
                raise
            return Plan()  # said among people: it only sounded like a request

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

    async def _postpone(self, row: AnyRow, error: Unreachable) -> None:
        """Try to fetch a turn's files later; after a while that is no use."""
        now = self._database.clock()
        log.warning("a file could not be fetched", turn=row.id, reason=str(error))
        if now - row.created_at > FETCH_S:
            name = row.attachments[0]["name"] if row.attachments else ""
            await self._refuse(row, Refusal("attachment_gone", name=name))
            return
        async with self._database.write() as connection:
            await turns.postpone(connection, row.id, now + error.after_s)

    async def _refuse(self, row: AnyRow, refusal: Refusal) -> None:
        if row.quiet and row.stage == "received":
            await self._forget.turn(row.id)
        else:
            await self._end(row, parts=respond.refusal(refusal, row.locale))

    async def _end(self, row: AnyRow, *, parts: Sequence[Part]) -> None:
        """Answer without a job; a transcript that was held back is the answer then."""
        now = self._database.clock()
        async with self._database.write() as connection:
            if await turns.advance(connection, row.id, of=row.stage, to="composed", now=now):
                await outbox.say_quiet(connection, row.id)
                await post(connection, row, AFTER_STEPS, parts, now)
                await outbox.close_turn(connection, row.id, now)
        self._bells.outbox()


def _may_call_us(row: AnyRow) -> bool:
    """Whether a quiet turn's recording may turn out to be meant for the bot."""
    voices = [each for each in row.attachments if each["voice"]]
    wakes = Channel.of(row.settings).speak == "wake"
    return wakes and len(voices) == len(row.attachments) == 1 and not row.text.strip()


def _spoken(usable: Sequence[Transformed]) -> bool:
    return len(usable) == 1 and usable[0].attachment.voice
