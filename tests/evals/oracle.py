"""A planner that knows what is expected: every dialogue must pass with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engines.dialogue.plan import Handle, Plan, Query, ResultOf, Step
from engines.kinds import Refusal
from engines.tasks import TASKS
from evals.dialogue import Dialogue, Expected, Round, Wanted

#: Facts that any refusal's sentence may want.
FACTS: dict[str, str | int | float] = {
    "handle": "a99",
    "task": "speech_recognition",
    "takes": "audio",
    "name": "text",
    "limit": 8,
    "value": 9,
    "minimum": 0.5,
    "maximum": 2,
    "step": 1,
}


class Oracle:
    """Plans what the dialogues expect; ``spoil`` may change a plan on its way out."""

    def __init__(
        self, dialogues: Sequence[Dialogue], spoil: Callable[[Plan], Plan] = lambda plan: plan
    ) -> None:
        self._spoil = spoil
        self._rounds: dict[tuple[str, ...], Round] = {}
        for dialogue in dialogues:
            said: tuple[str, ...] = ()
            for round_ in dialogue.rounds:
                if not round_.aside:
                    said = (*said, round_.words)
                    known = self._rounds.setdefault((dialogue.people[0], *said), round_)
                    assert _wants(known) == _wants(round_), f"two dialogues begin alike: {said}"

    async def plan(self, query: Query) -> Plan:
        said = (*(each.words for each in query.past), query.text)
        first = query.past[0].speaker if query.past else query.speaker
        round_ = self._rounds[first, *said]
        if codes := (not round_.steps and (*round_.asks, *round_.refused)):
            code = codes[0] if codes[0] != "*" else "not_understood"
            raise Refusal(code, **FACTS)
        return self._spoil(Plan(tuple(_step(each) for each in round_.steps)))


def _wants(round_: Round) -> object:
    steps = [replace(each, state="") for each in round_.steps]
    return steps, not steps and (round_.asks, round_.refused)


def _step(expected: Expected) -> Step:
    task = TASKS[expected.task]
    arguments: dict[str, object] = {
        each.name: "word" for each in task.arguments if each.required
    } | {each.name: _value(task.name, each) for each in expected.arguments}
    return Step(task.name, arguments, tuple(_input(each[0]) for each in expected.inputs))


def _value(task: str, wanted: Wanted) -> object:
    if wanted.value in {f"s{number}" for number in range(1, 9)}:
        return ResultOf(int(wanted.value[1:]))
    kinds = {argument.name: argument.type for argument in TASKS[task].arguments}
    if kinds[wanted.name] == "number":
        return float(wanted.value) + {"<": -0.2, ">": 0.2}.get(wanted.how, 0.0)
    return wanted.value


def _input(name: str) -> Handle | ResultOf:
    return ResultOf(int(name[1:])) if name.startswith("s") else Handle(name)
