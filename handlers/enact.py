"""H, the other half: a plan takes effect, in one transaction.

Its steps are queued, or wait for their author's consent where they cost much; its words are put in
the outbox, and spoken where the channel speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import costs, dialogue, jobs, outbox, turns, usage
from db.models import AnyRow, Json
from db.session import Database
from engines.dialogue.plan import Missing, Plan
from engines.engine import EngineSpec
from engines.kinds import Refusal
from handlers import assign, consent, release, respond
from handlers.access import Access
from handlers.bells import Bells
from handlers.channel import Channel, in_its_manner
from handlers.deliver import AFTER_STEPS, CONSENT, LAST_NOTES, NOTES, post
from handlers.edge import Part
from handlers.phrases import say


class Enact:
    """Makes what was planned happen. ``confirm_s`` is how much engine time needs consent."""

    def __init__(
        self,
        database: Database,
        register: Mapping[str, EngineSpec],
        bells: Bells,
        access: Access,
        confirm_s: float | None = None,
    ) -> None:
        self._database = database
        self._register = register
        self._bells = bells
        self._access = access
        self._confirm_s = confirm_s

    async def plan(self, row: AnyRow, plan: Plan, channel: Channel, *, spoken: bool) -> None:
        """Queue a plan's steps, or say its words where it has none.

        Raises :class:`Refusal` for a step that cannot be, and where a person has used up theirs.
        """
        now = self._database.clock()
        words = "" if plan.steps else plan.words
        async with self._database.write() as connection:
            rows = await self._rows(connection, row, plan, channel, now, spoken=spoken)
            costly = await self._costs_much(connection, rows)
            begun = not costly and assign.begin(rows, now)
            waits = begun or any(each["state"] == "blocked" for each in rows)
            to = "confirming" if costly else "running" if waits else "composed"
            if not await self._advance(connection, row, to, now):
                return
            if rows:
                await jobs.add(connection, rows)
                if row.stage != "observed":
                    await usage.add(connection, row.person_id, now, requests=1)
            if plan.looks or row.looks:
                looks = plan.looks and bool(plan.steps)
                await dialogue.planned(connection, row.id, looks, plan.mandate)
            if spoken:
                if channel.reply == "answer" and (rows or words):
                    await outbox.drop_quiet(connection, row.id)
                await outbox.say_quiet(connection, row.id)
            await self._tell(connection, row, plan, rows, words, now)
            if costly:
                # Each round has a place of its own for its question.
                place = CONSENT - min(each["step"] for each in rows)
                await post(connection, row, place, [_consent(costly, row.locale)], now)
            elif waits and not begun and not await release.next_step(connection, row, now):
                waits = await turns.advance(
                    connection, row.id, of="running", to="composed", now=now
                )
            if not begun:
                await outbox.close_turn(connection, row.id, now)
        self._bells.jobs()
        if spoken or words or plan.notes or not begun:
            self._bells.outbox()

    async def _rows(
        self,
        connection: AsyncConnection,
        row: AnyRow,
        plan: Plan,
        channel: Channel,
        now: float,
        *,
        spoken: bool,
    ) -> list[Json]:
        """The jobs for a plan's steps, numbered after those that its turn has."""
        done: Sequence[AnyRow] = ()
        if row.stage == "observed":
            done = [each for each in await jobs.of_turn(connection, row.id) if each.step]
        asked = len(plan.steps)
        spoken_too = in_its_manner(plan, channel, spoken=spoken, earlier=done)
        plan = replace(spoken_too, steps=spoken_too.steps[:asked])
        if plan.steps and not done:
            await self._access.check(connection, row.person_id, now)

        async def rows(plan: Plan) -> list[Json]:
            made = await assign.jobs(
                connection,
                plan,
                self._register,
                conversation_id=row.conversation_id,
                turn_id=row.id,
                now=now,
                done=done,
            )
            await consent.check(connection, made, done, row, channel, now)
            return made

        if len(spoken_too.steps) > asked:
            # Nobody asked for it to be spoken: where that cannot be, it is only written.
            with suppress(Refusal):
                if not plan.steps:
                    await self._access.check(connection, row.person_id, now)
                return await rows(spoken_too)
        return await rows(plan)

    async def _advance(self, connection: AsyncConnection, row: AnyRow, to: str, now: float) -> bool:
        """Move a turn on. One that was quiet has called us, or it would not have come this far."""
        values = {"quiet": False, "called": True} if row.quiet else {}
        return await turns.advance(connection, row.id, of=row.stage, to=to, now=now, **values)

    async def end(
        self, row: AnyRow, *, parts: Sequence[Part], refusal: Refusal | None = None
    ) -> None:
        """Answer without a job; a transcript that was held back is the answer then.

        What a :class:`Missing` refusal asks for may come with the next message.
        """
        now = self._database.clock()
        async with self._database.write() as connection:
            if await self._advance(connection, row, "composed", now):
                await outbox.say_quiet(connection, row.id)
                await post(connection, row, AFTER_STEPS, parts, now)
                if refusal is not None and parts:
                    question = asdict(refusal.question) if isinstance(refusal, Missing) else None
                    await dialogue.answered(connection, row.id, parts[0].text, question)
                await outbox.close_turn(connection, row.id, now)
        self._bells.outbox()

    async def _tell(
        self,
        connection: AsyncConnection,
        row: AnyRow,
        plan: Plan,
        rows: Sequence[Json],
        words: str,
        now: float,
    ) -> None:
        """Put in the outbox what is to be said at once: of the plan, of steps that cannot be."""
        notes = [Part("text", say(code, row.locale)) for code in plan.notes]
        place = LAST_NOTES if row.stage == "observed" else NOTES
        await post(connection, row, place, notes, now)
        for step, refusal in release.refusals(rows):
            await post(connection, row, step, respond.refusal(refusal, row.locale), now)
        if words:
            await post(connection, row, AFTER_STEPS, [Part("text", words)], now)
            await dialogue.answered(connection, row.id, words)

    async def _costs_much(self, connection: AsyncConnection, rows: Sequence[Json]) -> float:
        """How many seconds of engine time these steps take, if that needs consent; else 0."""
        if self._confirm_s is None or not rows:
            return 0.0
        if sum(each["seconds"] for each in rows) < self._confirm_s / _DEAREST:
            return 0.0
        learnt = await costs.known(connection)
        seconds = 0.0
        for each in rows:
            spec = self._register.get(each["engine"])
            guess = spec.seconds_per_second if spec is not None else 0.0
            seconds += learnt.get(each["engine"], guess) * each["seconds"]
        return seconds if seconds > self._confirm_s else 0.0


#: No engine takes more seconds than this for one of its input; it saves looking up what they take.
_DEAREST = 20.0


def _consent(seconds: float, locale: str) -> Part:
    minutes = max(1, round(seconds / 60))
    return Part(
        "text",
        say("consent_question", locale, minutes=minutes),
        buttons=respond.buttons(("go", "drop"), locale),
    )
