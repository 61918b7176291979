"""The task table: what Earshot can do, in the paper's families.

From one row come the planner's vocabulary, validation of arguments, the help text, and the
conformance tests of engines. Adding a task means adding a row here; adding an engine for a task
that has a row touches one file (see CONTRIBUTING).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.kinds import Lane, Modality, Refusal


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

    ``command`` is the one word by which chat platforms offer it.
    """

    name: str
    command: str
    takes: tuple[Modality, ...]
    gives: Modality
    lane: Lane
    description: str
    examples: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()

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


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            name="speech_recognition",
            command="transcribe",
            takes=("audio",),
            gives="text",
            lane="interactive",
            description="Write down what is said in a recording, with times for subtitles.",
            examples=("transcribe this", "what does he say?", "Generate the text of this speech"),
            arguments=(
                Argument(
                    "language",
                    "string",
                    "The language spoken, as a code such as 'en'; found out when left out.",
                ),
            ),
        ),
        Task(
            name="text_to_speech",
            command="say",
            takes=(),
            gives="audio",
            lane="interactive",
            description="Read a text aloud.",
            examples=("say 'hello there'", 'Generate a speech with text "here we go"'),
            arguments=(
                Argument("text", "string", "The words to speak.", required=True),
                Argument("voice", "string", "The voice's name.", default="af_heart"),
                Argument(
                    "speed",
                    "number",
                    "1 is the voice's own pace.",
                    default=1.0,
                    minimum=0.5,
                    maximum=2.0,
                ),
            ),
        ),
        Task(
            name="speech_enhancement",
            command="clean",
            takes=("audio",),
            gives="audio",
            lane="normal",
            description="Take the noise out of a recording of speech.",
            examples=("clean this", "remove the background noise", "make the voice clearer"),
        ),
    )
}
