"""What a clause may use: the query, and the steps that the clauses before it asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.dialogue.plan import Exchange, Handle, PastStep, Query, ResultOf, Step
from engines.kinds import Modality
from engines.tasks import TASKS

Arguments = dict[str, object]
Input = Handle | ResultOf


@dataclass(slots=True)
class Scene:
    """The query and the steps so far, by what they give."""

    query: Query
    steps: list[Step] = field(default_factory=list)
    #: What "it" may mean: the steps of the latest clause that gave a text, an audio...
    results: dict[Modality, list[ResultOf]] = field(default_factory=dict)
    #: ... or else what that clause was about, or only pointed at.
    about: dict[Modality, list[Input]] = field(default_factory=dict)
    #: Whether words came before that ask for nothing.
    unread: bool = False

    def add(self, steps: Sequence[Step]) -> None:
        """Take in the steps of a clause, numbered from where those before it ended."""
        first = len(self.steps) + 1
        self.steps += steps
        fresh: dict[Modality, list[ResultOf]] = {}
        for number, step in enumerate(steps, start=first):
            fresh.setdefault(TASKS[step.task].gives, []).append(ResultOf(number))
        self.results |= fresh
        self.point_at([each for step in steps for each in step.inputs if isinstance(each, Handle)])

    def point_at(self, handles: Sequence[Handle]) -> None:
        """Have "it" mean these, until something else is named."""
        pointed: dict[Modality, list[Input]] = {}
        for handle in dict.fromkeys(handles):
            if modality := self.modality(handle.name):
                pointed.setdefault(modality, []).append(handle)
        self.about |= pointed

    @property
    def leads(self) -> bool:
        """Whether nothing but requests came before."""
        return not self.unread

    @property
    def last_exchange(self) -> Exchange | None:
        """The latest exchange in which something was done."""
        return next((each for each in reversed(self.query.past) if each.steps), None)

    def modality(self, handle: str) -> Modality | None:
        """What a handle stands for, as far as is known: the asset, or what made it."""
        if asset := self.query.asset(handle):
            return asset.modality
        for exchange in self.query.past:
            for step in exchange.steps:
                if handle in step.made and step.task in TASKS:
                    return TASKS[step.task].gives
        return None


def settled(step: PastStep, exchange: Exchange) -> Arguments:
    """The arguments of an earlier step, with the words that came from another step in place."""
    found: Arguments = {}
    for name, value in step.arguments.items():
        number: Any = value.step if isinstance(value, ResultOf) else None
        if isinstance(value, Mapping):
            number = value.get("result_of")
        if number is None:
            found[name] = value
        elif isinstance(number, int) and 1 <= number <= len(exchange.steps):
            found[name] = exchange.steps[number - 1].text
    return {name: value for name, value in found.items() if value is not None}


def heard_in(exchange: Exchange) -> str | None:
    """The recording whose words an exchange was about."""
    for step in reversed(exchange.steps):
        if step.task in ("speech_recognition", "speech_translation") and step.inputs:
            return step.inputs[0]
    return None
