"""What is wrong with a model's tool call: told to the model first, then asked of the person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.dialogue.plan import Handle, Missing, Question, ResultOf
from engines.dialogue.prompting.untrusted import plain
from engines.kinds import Refusal
from engines.tasks import Task


class Fault(Exception):
    """What is wrong with a call: for the model to mend, and for the person if it does not.

    ``valid`` is what would fit. ``refusal`` asks the person, where they can help.
    """

    def __init__(
        self, code: str, message: str, valid: object = None, refusal: Refusal | None = None
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.valid = valid
        self.refusal = refusal

    def told(self) -> str:
        """The structured error as the model reads it."""
        said = {"error": self.code, "message": self.message}
        valid = {} if self.valid is None else {"valid": self.valid}
        return json.dumps(said | valid, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class SoFar:
    """What is known of a step that is being read."""

    task: Task
    arguments: Mapping[str, object | ResultOf]
    inputs: Sequence[Handle | ResultOf]

    def missing(self, what: str, code: str, **facts: str | int | float) -> Missing:
        """The question to the person, should the model not find out."""
        known = {
            name: value for name, value in self.arguments.items() if not isinstance(value, ResultOf)
        }
        handles = tuple(each.name for each in self.inputs if isinstance(each, Handle))
        return Missing(Question(self.task.name, what, known, handles), code, **facts)


def shown(name: str) -> str:
    """Something a model made up, as it may be told back."""
    return json.dumps(plain(name)[:40], ensure_ascii=False)
