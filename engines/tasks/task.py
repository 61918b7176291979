"""What a row of the task table says, and the check of arguments against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engines.kinds import Lane, Modality, Refusal

EXAMPLES = Path(__file__).with_name("examples")
#: Requests that mean no task, beside those of every task.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Argument:
    """One typed argument of a task: ``type`` is a JSON schema type name."""

    name: str
    type: str
    description: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def check(self, task: str, value: object) -> object:
        """``value`` if it fits, integers widened; raises :class:`Refusal` saying what would fit."""
        if self.type == "number" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, {"string": str, "number": float}[self.type]):
            raise Refusal("argument_type", task=task, name=self.name, type=self.type)
        if self.choices and value not in self.choices:
            raise Refusal(
                "argument_choice",
                task=task,
                name=self.name,
                value=str(value),
                choices=", ".join(self.choices),
            )
        if isinstance(value, float) and not (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
        ):
            raise Refusal(
                "argument_range",
                task=task,
                name=self.name,
                value=value,
                minimum=self.minimum or 0,
                maximum=self.maximum or 0,
            )
        return value


@dataclass(frozen=True, slots=True)
class Task:
    """A row: ``takes`` are the modalities of the inputs, in order; ``gives`` that of the result.

    ``command`` is the one word by which chat platforms offer it. ``generates`` says that what it
    gives nobody ever said, played or did: its files are marked so.
    """

    name: str
    command: str
    takes: tuple[Modality, ...]
    gives: Modality
    lane: Lane
    description: str
    arguments: tuple[Argument, ...] = ()
    generates: bool = False

    @property
    def examples(self) -> tuple[str, ...]:
        """How people ask for it, as written in ``examples/NAME.txt``."""
        return examples(self.name)

    @property
    def family(self) -> str:
        """Input modalities -> output modality, as the paper groups its tasks (Table 1)."""
        return f"{'+'.join(self.takes) or 'text'}->{self.gives}"

    def validate(self, arguments: Mapping[str, object]) -> dict[str, Any]:
        """``arguments`` checked, with defaults filled in; raises :class:`Refusal`."""
        known = {argument.name: argument for argument in self.arguments}
        for name in arguments:
            if name not in known:
                raise Refusal("argument_unknown", task=self.name, name=name)
        checked: dict[str, Any] = {}
        for name, argument in known.items():
            value = arguments.get(name)
            if value is not None:
                checked[name] = argument.check(self.name, value)
            elif argument.required:
                raise Refusal("argument_missing", task=self.name, name=name)
            else:
                checked[name] = argument.default
        return checked


@cache
def examples(name: str) -> tuple[str, ...]:
    """How people ask for a task, or what they say when they mean none (``NONE``)."""
    lines = (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))
