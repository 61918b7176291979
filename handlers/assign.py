"""H, model assignment: the steps of a plan become jobs with an engine and checked arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations
from db.models import AnyRow, Json
from engines import weights
from engines.dialogue.plan import Handle, Plan, ResultOf, Step
from engines.engine import EngineSpec
from engines.kinds import Refusal
from engines.loop.jobs import LANES
from engines.speech.languages import LANGUAGES, SPOKEN
from engines.tasks import TASKS

#: A guess at how fast a voice reads, to know how long a text is before it is spoken.
CHARACTERS_PER_SECOND = 15.0
#: Audio longer than this leaves its lane for the long one.
LONG_S = 300.0
MAX_STEPS = 8


async def jobs(
    connection: AsyncConnection,
    plan: Plan,
    register: Mapping[str, EngineSpec],
    *,
    conversation_id: int,
    turn_id: int,
    now: float,
    done: Sequence[AnyRow] = (),
) -> list[Json]:
    """Rows for ``jobs``, one a step; raises :class:`Refusal` for a step that cannot be.

    ``done`` are the jobs of the turn's earlier steps, after which these are numbered. A step that
    no engine serves yet is refused by itself, with those that build on it; the others are done.
    """
    if len(done) + len(plan.steps) > MAX_STEPS:
        raise Refusal("too_many_steps", limit=MAX_STEPS)
    numbers = {
        number(each.name) for step in plan.steps for each in step.inputs if isinstance(each, Handle)
    }
    assets: Mapping[int, AnyRow] = {}
    if numbers:
        assets = await conversations.assets_by_number(connection, conversation_id, numbers, turn_id)
    tasks = [*(each.task for each in done), *(step.task for step in plan.steps)]
    rows: list[Json] = []
    for position, step in enumerate(plan.steps, start=len(done) + 1):
        row = _row(position, step, tasks[: position - 1], assets, register)
        # What it builds on is about as long as what that was made of.
        lengths = {each.step: each.seconds for each in done}
        lengths |= {each["step"]: each["seconds"] for each in rows}
        row["seconds"] = max([row["seconds"], *(lengths.get(n, 0.0) for n in _builds_on(row))])
        rows.append(row | {"turn_id": turn_id, "conversation_id": conversation_id})
    refuse_what_builds_on_nothing(rows, now)
    return rows


def refuse_what_builds_on_nothing(rows: Sequence[Json], now: float) -> None:
    """Refuse the steps that build on refused ones, and note when all of them ended."""
    refused: set[int] = set()
    for row in rows:
        if row["state"] == "blocked":
            missing = sorted(refused.intersection(_builds_on(row)))
            if missing:
                facts = {"step": missing[0]}
                row |= {"state": "refused", "refusal": {"code": "earlier_step", "facts": facts}}
        if row["state"] == "refused":
            refused.add(row["step"])
            row["finished_at"] = now


def _builds_on(row: Json) -> set[int]:
    given = [each for each in row["arguments"].values() if isinstance(each, dict)]
    return {each["step"] for each in row["inputs"] if "step" in each} | {
        each["result_of"] for each in given
    }


def begin(rows: Sequence[Json], now: float) -> bool:
    """Let the first of a turn's new steps into the queue; whether there is one.

    The others wait for the one before them, so results come in order. One that builds on an
    earlier round of steps is not begun here: ``handlers/release.py`` finds what those made.
    """
    first = next((row for row in rows if row["state"] == "blocked"), None)
    if first is not None and not _builds_on(first):
        first |= {"state": "queued", "queued_at": now}
        return True
    return False


def number(handle: str) -> int:
    """The number of a handle: 3 for ``a3``; raises :class:`Refusal` for what is no handle."""
    if not (handle.startswith("a") and handle[1:].isdecimal()):
        raise Refusal("unknown_handle", handle=handle)
    return int(handle[1:])


def source(row: AnyRow) -> Json:
    """An asset's row as a job's source."""
    return {
        "handle": f"a{row.number}",
        "modality": row.modality,
        "sha256": row.sha256,
        "duration_s": row.duration_s,
    }


def _row(
    position: int,
    step: Step,
    earlier: Sequence[str],
    assets: Mapping[int, AnyRow],
    register: Mapping[str, EngineSpec],
) -> Json:
    task = TASKS.get(step.task)
    if task is None:
        raise Refusal("not_yet", task=step.task)
    given, sources = [], []
    for each in step.inputs:
        if isinstance(each, ResultOf):
            given.append(TASKS[_earlier(each, earlier)].gives)
        else:
            asset = assets.get(number(each.name))
            if asset is None:
                raise Refusal("unknown_handle", handle=each.name)
            given.append(asset.modality)
            sources.append(source(asset))
    if tuple(given) != task.takes:
        raise Refusal("wrong_inputs", takes="_".join(task.takes) or "none")
    arguments = checked(step, earlier)
    seconds = sum(each["duration_s"] or 0.0 for each in sources)
    if isinstance(text := arguments.get("text"), str):
        seconds = len(text) / CHARACTERS_PER_SECOND
    lane = "long" if seconds > LONG_S else task.lane
    engine = serving(step.task, register)
    refusal = {"code": "not_yet", "facts": {"task": task.name}} if engine is None else None
    return {
        "step": position,
        "task": task.name,
        "engine": engine.name if engine is not None else "",
        "arguments": arguments,
        "inputs": [
            {"step": each.step} if isinstance(each, ResultOf) else {"handle": each.name}
            for each in step.inputs
        ],
        "sources": sources,
        "lane": LANES.index(lane),
        "seconds": seconds,
        "state": "blocked" if refusal is None else "refused",
        "refusal": refusal,
        "queued_at": None,
        "finished_at": None,
    }


def serving(task: str, register: Mapping[str, EngineSpec]) -> EngineSpec | None:
    """The engine for a task: the first whose weights are installed, else the first."""
    able = [spec for spec in register.values() if spec.task == task]
    for spec in able:
        if all(weights.present(name) for name in spec.weights):
            return spec
    return able[0] if able else None


def _earlier(result: ResultOf, earlier: Sequence[str]) -> str:
    """The task of the step a reference means."""
    if not 1 <= result.step <= len(earlier):
        raise Refusal("unknown_handle", handle=f"step {result.step}")
    return earlier[result.step - 1]


def checked(step: Step, earlier: Sequence[str]) -> dict[str, Any]:
    """The arguments of a step, checked; those that an earlier step gives stay references."""
    results = {name: value for name, value in step.arguments.items() if isinstance(value, ResultOf)}
    for result in results.values():
        _earlier(result, earlier)
    # What a step will say cannot be checked yet: it stands in as a word, and is checked on arrival.
    stand_in = dict.fromkeys(results, "word")
    arguments = TASKS[step.task].validate({**step.arguments, **stand_in})
    return arguments | {name: {"result_of": result.step} for name, result in results.items()}


def _speakable(task: str, before: AnyRow) -> None:
    """Refuse to speak what was heard in, or translated into, a language that no voice speaks."""
    language = before.data.get("language")
    if task == "text_to_speech" and language not in (None, *SPOKEN):
        raise Refusal("only_in_writing", language=LANGUAGES[language])


def resolved(
    row: AnyRow, done: Mapping[int, AnyRow], made: Mapping[int, Sequence[Json]]
) -> tuple[list[Json], dict[str, Any]]:
    """The sources and arguments of a job whose earlier steps are done.

    ``done`` are the finished jobs by step, ``made`` the sources that each step's result became.
    Raises :class:`Refusal` when a step it needs gave nothing.
    """
    sources: list[Json] = []
    known = {each["handle"]: each for each in row.sources}
    for reference in row.inputs:
        if "handle" in reference:
            sources.append(known[reference["handle"]])
        elif not made.get(reference["step"]):
            raise Refusal("earlier_step", step=reference["step"])
        else:
            sources.append(made[reference["step"]][0])
    arguments = dict(row.arguments)
    for name, value in row.arguments.items():
        if isinstance(value, dict):
            before = done.get(value["result_of"])
            if before is None or not before.text:
                raise Refusal("earlier_step", step=value["result_of"])
            _speakable(row.task, before)
            arguments[name] = before.text
            if row.task == "text_to_speech" and (language := before.data.get("language")):
                # It was heard or translated: no need to guess.
                arguments["language"] = arguments.get("language") or language
    return sources, TASKS[row.task].validate(arguments)
