"""One turn's durable stages. Each is one short transaction and can be repeated after a crash.

- ``asking``: it came so late that somebody must say whether it is still wanted.
- ``received``: stored. Its attachments are fetched and converted next; a voice note without words
  is heard first.
- ``hearing``: the spoken query is in the loop (step 0).
- ``transformed``: the query is text. It is analysed and its steps are assigned next.
- ``confirming``: its steps cost so much that their author must say yes first.
- ``running``: its jobs are in the loop, see ``handlers/landing.py``.
- ``observed``: they have ended, and whoever planned them wants to see what they came to: more steps
  may follow, or words.
- ``composed``: every part of the reply is in the outbox.
- ``delivered``: over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import structlog
from sqlalchemy.exc import SQLAlchemyError

from db import turns
from db.models import AnyRow
from db.session import Database, ailing
from engines.engine import EngineSpec
from engines.kinds import Refusal
from handlers import respond
from handlers.access import Access
from handlers.analyse import Analyse, Minds
from handlers.bells import Bells
from handlers.channel import Channel, after_wake_word
from handlers.commands import Commands
from handlers.courtesy import courtesy
from handlers.edge import Edge, Part, Request, Unreachable
from handlers.enact import Enact
from handlers.forget import Forget
from handlers.phrases import say
from handlers.receiving import Receiving
from handlers.serving import Serving
from handlers.tally import Tally
from handlers.transform import Transform

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
        minds: Minds,
        register: Mapping[str, EngineSpec],
        edges: Sequence[Edge],
        commands: Commands,
        bells: Bells,
        access: Access,
        forget: Forget,
        tally: Tally | None = None,
        confirm_s: float | None = None,
    ) -> None:
        self._database = database
        self._edges = edges
        self._commands = commands
        self._forget = forget
        self._failures: dict[int, int] = {}
        self._tally = tally or Tally()
        self._receiving = Receiving(database, transform, register, edges, bells, access)
        self._analyse = Analyse(database, minds)
        # Who can be asked nothing by a button has said what they want on their own machine.
        asks = confirm_s if all(edge.buttons for edge in edges) else None
        self._enact = Enact(database, register, bells, access, asks)
        self._serving = Serving(self._waiting, self._take, lambda: self._tally.beat("turns"))
        self.ring = self._serving.ring

    async def run(self) -> None:
        """Take turns on until cancelled."""
        try:
            await self._serving.run()
        finally:
            await self._analyse.close()

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
        for place, row in enumerate(rows):
            if place and not await self._still(row):
                continue
            if not await self._take_one(row):
                self.ring()  # it has a next stage, or must be tried again, before those after it
                return

    async def _still(self, row: AnyRow) -> bool:
        """Whether a turn is as it was when it was fetched: it has waited for those before it."""
        async with self._database.read() as connection:
            now = await turns.find(connection, row.id)
        return now is not None and now.stage == row.stage

    async def _take_one(self, row: AnyRow) -> bool:
        """Take a turn a stage further; whether it now is somebody else's."""
        try:
            try:
                over = await self._further(row)
            except Refusal as refusal:
                await self._refuse(row, refusal)
                over = True
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
            over = True
        self._failures.pop(row.id, None)
        return over

    async def _further(self, row: AnyRow) -> bool:
        """Do what a turn's stage asks for; whether the turn now is somebody else's."""
        if row.quiet and row.stage == "received" and not _may_call_us(row):
            await self._forget.turn(row.id)
            return True
        if row.stage == "received" and (row.attachments or row.replied):
            return await self._receiving.receive(row) != "transformed"
        await self._plan(row)
        self._analyse.sum_up_soon(row)
        return True

    async def _plan(self, row: AnyRow) -> None:
        """Analyse the query, or what its first steps came to, and have the plan done."""
        channel = Channel.of(row.settings)
        spoken = row.stage != "received" and not row.text.strip() and bool(row.query.strip())
        called = after_wake_word(channel, row.query)
        words = row.query if called is None else called
        if row.quiet and called is None:
            await self._forget.turn(row.id)  # it was not said to us: none of it is ours to keep
            return
        asked = Request(**row.request) if row.request else None
        # A command was followed before the first step, if it was one; it is not followed again.
        answer = words.lstrip("/") if row.stage == "observed" else None
        if answer is None:
            answer = await self._commands.answer(row, words)
        if isinstance(answer, str):
            words = answer
        elif isinstance(answer, Request):
            asked = answer
        elif answer is not None:
            await self._enact.end(row, parts=answer)
            return
        elif spoken and channel.reply == "transcript":
            await self._enact.end(row, parts=())
            return
        addressed = bool(row.addressed) or row.called or called is not None
        plan = await self._analyse.plan(row, words, asked, spoken=spoken, addressed=addressed)
        silent = spoken or not row.addressed or row.stage == "observed"
        if not (plan.steps or plan.words or plan.notes or silent):
            # Words that were only spoken have been written down already: that is the answer. And
            # what people say to each other is none of our business.
            code = courtesy(words)
            told = say(code or "not_understood", row.locale)
            coming = "" if code else self._commands.coming(row.locale)
            await self._enact.end(row, parts=[Part("text", f"{told} {coming}".strip())])
            return
        if plan.notes and not (plan.steps or plan.words or silent):
            plan = replace(plan, notes=(*plan.notes, "not_understood"))
        await self._enact.plan(row, plan, channel, spoken=spoken)

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
            parts = respond.refusal(refusal, row.locale)
            await self._enact.end(row, parts=parts, refusal=refusal)


def _may_call_us(row: AnyRow) -> bool:
    """Whether a quiet turn's recording may turn out to be meant for the bot."""
    voices = [each for each in row.attachments if each["voice"]]
    wakes = Channel.of(row.settings).speak == "wake"
    return wakes and len(voices) == len(row.attachments) == 1 and not row.text.strip()
