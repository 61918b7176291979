"""How a conversation is told to a model: assets, exchanges and results as records of data.

What is ours (handles, kinds, names of tasks) is told as it is, what is people's is quoted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engines.dialogue.plan import Asset, Exchange, Observation, PastStep, Query, ResultOf
from engines.dialogue.prompting.tool_calls import MAX_STEPS
from engines.dialogue.prompting.untrusted import Quoting
from engines.tasks import TASKS

#: Tokens of a line about an asset, of an argument, of a name.
ABOUT, ARGUMENT, NAME = 40, 60, 12


def of_asset(asset: Asset, quoting: Quoting, *, attached: bool) -> dict[str, Any]:
    """A line of the asset table. ``attached`` says that it came with the request."""
    return {
        "handle": asset.handle,
        "kind": asset.modality,
        "lasts": clock(asset.duration_s),
        "came": "with the request" if attached else ago(asset.age_s),
        "made by": asset.task if asset.task in TASKS else "",
        "from": quoting.words(asset.by, NAME),
        "holds": quoting.words(asset.about, ABOUT),
    }


def of_exchange(exchange: Exchange, quoting: Quoting, limit: int) -> dict[str, Any]:
    """An earlier exchange, each of its texts within ``limit`` tokens."""
    return {
        "from": quoting.words(exchange.speaker, NAME),
        "said": quoting.words(exchange.words, limit),
        "sent": list(exchange.sent[:8]),
        "did": [
            _past_step(step, quoting, limit)
            for step in exchange.steps[:MAX_STEPS]
            if step.task in TASKS
        ],
        "answered": quoting.words(exchange.answer, limit),
    }


def _past_step(step: PastStep, quoting: Quoting, limit: int) -> dict[str, Any]:
    record: dict[str, Any] = {
        "task": step.task,
        "with": of_arguments(step.arguments, quoting, min(limit, ARGUMENT)),
        "of": list(step.inputs[:4]),
        "made": list(step.made[:4]),
        "gave": quoting.words(step.text, limit),
        "failed": step.state == "failed",
        "unfinished": step.state == "open",
    }
    return {name: value for name, value in record.items() if value}


def of_question(query: Query, quoting: Quoting) -> dict[str, Any] | None:
    """What was asked back last."""
    asked = query.question
    if asked is None or asked.task not in TASKS:
        return None
    task = TASKS[asked.task]
    known = (*task.takes, *(argument.name for argument in task.arguments))
    return {
        "for": asked.task,
        "missing": asked.missing if asked.missing in known else "",
        "known": of_arguments(asked.arguments, quoting, ARGUMENT),
        "of": list(asked.inputs[:4]),
    }


def of_arguments(arguments: Mapping[str, Any], quoting: Quoting, limit: int) -> dict[str, Any]:
    """Arguments with their words quoted; those that an earlier step gives are its number."""
    told: dict[str, Any] = {}
    for name, value in list(arguments.items())[:8]:
        if isinstance(value, ResultOf):
            told[name] = f"s{value.step}"
        elif isinstance(value, str):
            told[name] = quoting.words(value, limit)
        elif isinstance(value, int | float) and math.isfinite(value):
            told[name] = value
    return told


def of_observation(each: Observation, quoting: Quoting, limit: int) -> str:
    """What a step came to, as the tool's answer: a line of ours, and a block of what it says."""
    ours = quoting.line(
        {
            "step": each.number,
            "state": each.state,
            "made": [{"handle": asset.handle, "kind": asset.modality} for asset in each.made[:4]],
            "refused": (each.error or {}).get("code"),
        }
    )
    words = quoting.words(each.text, limit)
    known = _facts(each)
    facts = json.dumps(known, ensure_ascii=False) if known else ""
    theirs = quoting.line({"gave": words, "facts": quoting.words(facts, limit // 3)})
    return ours if theirs == "{}" else f"{ours}\n{quoting.block((theirs,))}"


def _facts(each: Observation) -> dict[str, Any]:
    """What is short in a step's data, and in its error; the long is in its words."""
    error = {name: value for name, value in (each.error or {}).items() if name != "code"}
    facts = dict(each.data) | error
    return {
        name: value
        for name, value in facts.items()
        if isinstance(value, int | float) or (isinstance(value, str) and len(value) < 200)
    }


def clock(seconds: float | None) -> str:
    """A length of time as people write it.

    >>> clock(None), clock(9.6), clock(3725)
    ('', '0:10', '1:02:05')
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def ago(seconds: float) -> str:
    """How long ago something was, roughly.

    >>> ago(5), ago(200), ago(7300), ago(3 * 86400)
    ('just now', '3 min ago', '2 h ago', '3 days ago')
    """
    scales: Sequence[tuple[float, Callable[[float], str]]] = (
        (60, lambda _: "just now"),
        (5400, lambda s: f"{round(s / 60)} min ago"),
        (2 * 86400, lambda s: f"{round(s / 3600)} h ago"),
    )
    says = next((says for limit, says in scales if seconds < limit), None)
    return says(seconds) if says else f"{round(seconds / 86400)} days ago"
