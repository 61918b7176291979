"""C, the context of a query: what a planner gets to see of the conversation it is asked in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, dialogue
from db.models import AnyRow
from engines.dialogue.plan import (
    Asset,
    Exchange,
    Handle,
    Observation,
    PastStep,
    Query,
    Question,
    ResultOf,
    Step,
)

#: How many earlier assets a plan may reach without naming them.
RECENT = 20
#: How many earlier queries are shown as they were; what came before them is summed up.
EXCHANGES = 30
#: A question is answered within this time, or not at all.
QUESTION_S = 900.0
#: What became of a job, as a planner sees it.
_STATES: Mapping[str, Literal["done", "failed"]] = {
    "done": "done",
    "refused": "failed",
    "dead": "failed",
    "cancelled": "failed",
}
_HANDLE = re.compile(r"(?<![\w.])a(\d{1,6})(?!\w)", re.IGNORECASE)


async def at_hand(
    connection: AsyncConnection, row: AnyRow, words: str, *, spoken: bool, to_us: bool = False
) -> Query:
    """A turn's words with the assets at hand, which is all that a task chosen by name needs."""
    query = Query(
        text=words,
        spoken=spoken,
        speaker=row.speaker,
        locale=row.locale,
        mandate=tuple(row.mandate),
        spent=row.spent,
        turn=row.id,
    )
    if not (row.last_handle or row.attachments or row.replied):
        return query  # nothing was ever sent or made here
    newest = await dialogue.newest(connection, row.conversation_id, RECENT)
    attached = await _attached(connection, row)
    numbers = {int(each) for each in _HANDLE.findall(words)} - {each.number for each in newest}
    if numbers:
        newest = [*newest, *await dialogue.named(connection, row.conversation_id, numbers)]
    near = {each.number for each in attached}
    now = row.created_at
    return replace(
        query,
        attached=tuple(asset(each, now, to_us=to_us) for each in attached),
        recent=tuple(asset(each, now, to_us=to_us) for each in newest if each.number not in near),
    )


async def query(
    connection: AsyncConnection, row: AnyRow, words: str, *, spoken: bool, to_us: bool = False
) -> Query:
    """What a planner gets to see of a turn's row, with its words as they were understood.

    With ``to_us`` nothing of what people said to each other is in it.
    """
    here = await at_hand(connection, row, words, spoken=spoken, to_us=to_us)
    summary, summed_up = await dialogue.summary(connection, row.conversation_id)
    past = await dialogue.before(
        connection, row.conversation_id, row.id, EXCHANGES, summed_up, to_us=to_us
    )
    done: Sequence[Observation] = ()
    if row.stage == "observed":
        done = await _observed(connection, row, row.created_at)
    made = {one.handle for each in done for one in each.made}
    return replace(
        here,
        recent=tuple(each for each in here.recent if each.handle not in made),
        past=await exchanged(connection, past, row.created_at),
        summary=summary,
        question=_question(row, past),
        done=done,
    )


async def _attached(connection: AsyncConnection, row: AnyRow) -> Sequence[AnyRow]:
    """The assets that came with a message, or else with the one it replies to, in order."""
    if row.attachments or row.replied:
        own = await dialogue.assets_of(connection, [row.id])
        if sent := [each for each in own if each.job_id is None]:
            return sent
    if row.reply_to is None:
        return ()
    numbers = [each.number for each in await conversations.assets_replied_to(connection, row.id)]
    if not numbers:
        return ()
    return (await dialogue.named(connection, row.conversation_id, numbers))[::-1]


async def exchanged(
    connection: AsyncConnection, rows: Sequence[AnyRow], now: float
) -> Sequence[Exchange]:
    """Earlier queries with what was done about them."""
    if not rows:
        return ()
    turns = [row.id for row in rows]
    steps = await dialogue.steps(connection, turns)
    assets = await dialogue.assets_of(connection, turns)
    sent: dict[int, list[str]] = {}
    made: dict[int, list[Asset]] = {}
    for each in assets:
        if each.job_id is None:
            sent.setdefault(each.turn_id, []).append(f"a{each.number}")
        else:
            made.setdefault(each.job_id, []).append(asset(each, now))
    done: dict[int, list[PastStep]] = {}
    for each in steps:
        done.setdefault(each.turn_id, []).append(
            PastStep(
                task=each.task,
                arguments=_plain(each.arguments),
                inputs=tuple(source["handle"] for source in each.sources),
                made=tuple(one.handle for one in made.get(each.id, ())),
                text=each.text,
                state=_STATES.get(each.state, "open"),
            )
        )
    return tuple(
        Exchange(
            speaker=row.speaker,
            words=row.words,
            sent=tuple(sent.get(row.id, ())),
            steps=tuple(done.get(row.id, ())),
            answer=row.answer,
        )
        for row in rows
    )


async def _observed(connection: AsyncConnection, row: AnyRow, now: float) -> Sequence[Observation]:
    """What the steps of a turn came to."""
    steps = await dialogue.steps(connection, [row.id])
    made: dict[int, list[Asset]] = {}
    for each in await dialogue.assets_of(connection, [row.id]):
        if each.job_id is not None:
            made.setdefault(each.job_id, []).append(asset(each, now))
    return tuple(
        Observation(
            number=each.step,
            step=Step(each.task, _references(each.arguments), tuple(_inputs(each.inputs))),
            state=each.state,
            text=each.text,
            made=tuple(made.get(each.id, ())),
            error=each.refusal,
        )
        for each in steps
    )


def _question(row: AnyRow, past: Sequence[AnyRow]) -> Question | None:
    """What this person was asked back last, if that was just now."""
    own = [each for each in past if each.person_id == row.person_id]
    if not own or own[-1].question is None:
        return None
    if row.created_at - own[-1].created_at > QUESTION_S:
        return None
    asked = own[-1].question
    return Question(**{**asked, "inputs": tuple(asked["inputs"])})


def asset(row: AnyRow, now: float, *, to_us: bool = False) -> Asset:
    """An asset's row as planners see it; with ``to_us`` without words not meant for the bot."""
    return Asset(
        handle=f"a{row.number}",
        modality=row.modality,
        duration_s=row.duration_s,
        by=row.by,
        task=row.task or "",
        about=_about(row) if row.to_us or not to_us else "",
        age_s=max(0.0, now - row.created_at),
    )


def _about(row: AnyRow) -> str:
    """One line of what is in it: the words of a voice message, or a name."""
    spoken = row.job_id is None and not row.message_text.strip() and row.query.strip()
    words = row.query if spoken else row.made_text or row.name
    return " ".join(str(words).split())


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in arguments.items()
        if value is not None and not isinstance(value, dict)
    }


def _references(arguments: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: ResultOf(value["result_of"]) if isinstance(value, dict) else value
        for name, value in arguments.items()
        if value is not None
    }


def _inputs(inputs: Iterable[Mapping[str, Any]]) -> Iterable[Handle | ResultOf]:
    for each in inputs:
        yield ResultOf(each["step"]) if "step" in each else Handle(each["handle"])
