"""A language model that knows what is expected, behind a server that misbehaves on the way there.

Each query is asked under a name of its own, which the prompt carries in its delimiters; by it the
server knows what is expected, and how much of its misbehaviour for this query is still to come.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from engines.dialogue.language_model import LanguageModel
from engines.dialogue.plan import Handle, Plan, Query, ResultOf, Step
from engines.dialogue.planning import Planning
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.router import Router
from engines.kinds import Refusal
from engines.tasks import TASKS
from tests.evals.oracle import Oracle
from tests.servers.openai import Cut, Fail, OpenAIServer, Page, Request, Say
from tests.servers.openai.server import KEY, Reply

#: What goes wrong with the connection: each is tried again.
TROUBLE = ("429", "500", "cut off", "dropped", "no JSON")
#: What goes wrong with the answer: each is told back.
FAULTS = ("invented handle", "wrong type", "broken JSON", "unknown tool", "unknown argument")
KEYED = re.compile(r"query-\d{6}")


@dataclass
class _Expected:
    plan: Plan
    done: bool
    faults: list[str] = field(default_factory=list)


class Clumsy:
    """A planner whose model is clumsy, and its server."""

    def __init__(self, oracle: Oracle, seed: int) -> None:
        self.server = OpenAIServer(self._reply)
        self.misbehaved: Counter[str] = Counter()
        self._oracle = oracle
        self._chance = random.Random(seed)
        self._expected: dict[str, _Expected] = {}
        self._completions: Completions | None = None

    async def __aenter__(self) -> Clumsy:
        await self.server.__aenter__()
        self._completions = Completions(
            self.server.url,
            KEY,
            self.server.model,
            tries=6,
            call_s=5.0,
            total_s=60.0,
            sleep=lambda _: asyncio.sleep(0),
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._completions is not None
        await self._completions.close()
        await self.server.__aexit__(*error)

    async def plan(self, query: Query) -> Plan:
        """Ask the server, under a name for this query."""
        assert self._completions is not None
        name = f"query-{len(self._expected):06}"
        try:
            expected = await self._oracle.plan(query)
        except Refusal as refusal:
            expected = Plan(words=f"I cannot do that: {refusal.code}.")
        if not (expected.steps or expected.words):
            expected = Plan(words="I see.")
        faults = self._chance.sample(TROUBLE, self._chance.randint(0, 2))
        if expected.steps and not query.done:
            faults += self._chance.sample(FAULTS, self._chance.randint(0, 3))
        self._chance.shuffle(faults)
        self._expected[name] = _Expected(expected, bool(query.done), faults)
        model = LanguageModel(self._completions, nonce=lambda: name)
        return await Planning(Router(), model).plan(query)

    def _reply(self, request: Request) -> Reply:
        found = KEYED.search(request.text)
        expected = self._expected[found[0]] if found else list(self._expected.values())[-1]
        if "asked" in request.tools:  # the second opinion: which tasks the request itself asks for
            return Say(calls=[("asked", {"tasks": [step.task for step in expected.plan.steps]})])
        calls = [_call(step) for step in expected.plan.steps]
        if expected.done:  # it goes on for ever, if it is let
            return Say(calls=calls[-1:]) if calls and self._chance.random() < 0.3 else Say("OK")
        if expected.faults:
            fault = expected.faults.pop()
            self.misbehaved[fault] += 1
            return _misbehave(fault, calls)
        return Say(expected.plan.words, calls=calls)


def _call(step: Step) -> tuple[str, dict[str, Any]]:
    arguments: dict[str, Any] = {
        name: f"s{value.step}" if isinstance(value, ResultOf) else value
        for name, value in step.arguments.items()
    }
    for modality, given in zip(TASKS[step.task].takes, step.inputs, strict=True):
        arguments[modality] = given.name if isinstance(given, Handle) else f"s{given.step}"
    return step.task, arguments


def _misbehave(fault: str, calls: list[tuple[str, dict[str, Any]]]) -> Reply:
    match fault:
        case "429":
            return Fail(429, retry_after="0")
        case "500":
            return Fail(500)
        case "cut off":
            return Cut(Say("I think that"), after=1)
        case "dropped":
            return Cut(Say("I think that"), after=1, drop=True)
        case "no JSON":
            return Page()
        case "unknown tool":
            return Say(calls=[("make_coffee", {})])
    name, arguments = calls[0]
    wrong = dict(arguments)
    match fault:
        case "invented handle":
            wrong |= dict.fromkeys(TASKS[name].takes, "a987") or {"audio": "a987"}
        case "wrong type":
            wrong |= {next(iter(wrong), "text"): {"a": ["list"]}}
        case "unknown argument":
            wrong |= {"volume": 11}
        case "broken JSON":
            return Say(calls=[(name, json.dumps(arguments)[:-1] + ',, "')])
    return Say(calls=[(name, wrong)])
