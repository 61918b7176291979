"""L and M, task analysis: a query in its conversation's context becomes a plan of typed steps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dialogue, usage
from db.models import AnyRow
from db.session import Database
from engines.dialogue.plan import Exchange, Handle, Missing, Plan, Planner, Query, Question, Step
from engines.dialogue.planning import spent
from engines.kinds import Refusal
from engines.tasks import TASKS
from handlers import context
from handlers.edge import Request
from handlers.previews import Previews

log = structlog.get_logger(__name__)

#: Folds exchanges into a summary; returns the new one and the tokens it cost.
SumUp = Callable[[str, Sequence[Exchange]], Awaitable[tuple[str, int]]]
#: When more than this many exchanges are not in the summary, all but the newest are put there.
LONG, KEPT = 16, 8


@dataclass(frozen=True, slots=True)
class Minds:
    """Who understands queries.

    ``router`` serves always, and alone for what was not said to the bot. ``model`` is a language
    model, or the router with one beside it, within ``tokens_a_day`` for everybody together (None is
    no limit); ``sum_up`` keeps long conversations within its reach; ``previews`` shows its answers
    while they are written. ``fetched`` tells how much of the local model is here, 0 to 1;
    ``host`` is where people's words are sent, empty when that is this machine.
    """

    router: Planner
    model: Planner | None = None
    sum_up: SumUp | None = None
    tokens_a_day: int | None = None
    previews: Previews = field(default_factory=Previews)
    fetched: Callable[[], float] = lambda: 1.0
    host: str = ""


class Analyse:
    """Finds out what is asked."""

    def __init__(self, database: Database, minds: Minds) -> None:
        self._database = database
        self._minds = minds
        self._summing: dict[int, asyncio.Task[None]] = {}

    async def plan(
        self, row: AnyRow, words: str, asked: Request | None, *, spoken: bool, addressed: bool
    ) -> Plan:
        """The plan for a turn, or for the rest of one; raises :class:`Refusal`.

        ``asked`` is a task chosen by name. What was not ``addressed`` to the bot is nobody's
        business but the router's: it leaves this machine for no model elsewhere.
        """
        model = self._minds.model if addressed else None
        async with self._database.read() as connection:
            if asked is not None:
                query = await context.at_hand(connection, row, words, spoken=spoken)
                return requested(asked.task, asked.arguments, query)
            # What people said to each other is for no model either.
            to_us = model is not None
            query = await context.query(connection, row, words, spoken=spoken, to_us=to_us)
            resting = to_us and await self._resting(connection)
        if spoken and not words.strip():
            return Plan()
        try:
            if model is None:
                return await self._minds.router.plan(query)
            if resting:
                note = "model_resting_after" if query.done else "model_resting"
                plan = Plan() if query.done else await self._minds.router.plan(query)
                return replace(plan, notes=(note,))
            plan = await model.plan(query)
            await self._count(row, plan.tokens)
        except Exception as error:
            await self._count(row, spent(error))
            if isinstance(error, Refusal) and not addressed:
                return Plan()  # said among people: it only sounded like a request
            raise
        finally:
            self._minds.previews.over(row.id)
        return plan

    async def _count(self, row: AnyRow, tokens: int) -> None:
        """Count tokens at once: they are spent, whatever becomes of the plan."""
        if tokens:
            async with self._database.write() as connection:
                await usage.add(connection, row.person_id, self._database.clock(), tokens=tokens)
                await dialogue.spent(connection, row.id, tokens)

    async def _resting(self, connection: AsyncConnection) -> bool:
        """Whether today's tokens are used up."""
        limit = self._minds.tokens_a_day
        if limit is None:
            return False
        return await usage.tokens_of_all(connection, self._database.clock()) >= limit

    def sum_up_soon(self, row: AnyRow) -> None:
        """Have what is old of a turn's conversation summed up beside all else, if it is long."""
        if self._minds.sum_up is None or row.conversation_id in self._summing:
            return
        task = asyncio.create_task(self._sum_up(self._minds.sum_up, row))
        self._summing[row.conversation_id] = task
        task.add_done_callback(lambda _: self._summing.pop(row.conversation_id, None))

    async def settled(self) -> None:
        """Wait for the summaries that were begun."""
        await asyncio.gather(*self._summing.values())

    async def close(self) -> None:
        """Leave unfinished summaries to the next time."""
        tasks = list(self._summing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sum_up(self, sum_up: SumUp, row: AnyRow) -> None:
        """Fold the oldest exchanges into the summary; a fault leaves them for the next time."""
        try:
            async with self._database.read() as connection:
                summary, of = await dialogue.summary(connection, row.conversation_id)
                place = (row.conversation_id, row.id)
                old = await dialogue.before(
                    connection, *place, LONG + 1, of, to_us=True, oldest=True
                )
                if len(old) <= LONG:
                    return
                old = old[: LONG + 1 - KEPT]
                exchanges = await context.exchanged(connection, old, row.created_at)
            summary, tokens = await sum_up(summary, exchanges)
            await self._count(row, tokens)
            async with self._database.write() as connection:
                told = [each.id for each in old]
                await dialogue.sum_up(connection, row.conversation_id, summary, of=of, told=told)
        except Exception as error:
            log.warning("a conversation was not summed up", reason=type(error).__name__)


def requested(task: str, arguments: Mapping[str, Any], query: Query) -> Plan:
    """The plan for a task that was chosen by name; raises :class:`Refusal` for what is missing.

    It works on everything that came with the message, or else on what is nearest.
    """
    row = TASKS.get(task)
    if row is None:
        raise Refusal("not_yet", task=task)
    if not row.takes:
        return Plan((Step(task, arguments),))
    if len(row.takes) == 1:
        (modality,) = row.takes
        sent = [each for each in query.attached if each.modality == modality]
        if query.attached and not sent:
            raise Refusal("wrong_inputs", takes=modality)
        near = sent or [each for each in query.recent if each.modality == modality][:1]
        if not near:
            code = "needs_audio" if modality == "audio" else "needs_image"
            raise Missing(Question(task, modality, arguments), code)
        return Plan(tuple(Step(task, arguments, (Handle(each.handle),)) for each in near))
    at_hand, inputs = [*query.attached, *query.recent], []
    for modality in row.takes:
        found = next((each for each in at_hand if each.modality == modality), None)
        if found is None:
            raise Refusal("wrong_inputs", takes="_".join(row.takes))
        at_hand.remove(found)
        inputs.append(Handle(found.handle))
    return Plan((Step(task, arguments, tuple(inputs)),))
