"""The task table as tools."""

from __future__ import annotations

import pytest

from engines.dialogue.prompting import tools
from engines.kinds import Modality
from engines.tasks import TASKS, Argument, Task
from tests.servers.openai import rules


def test_every_task_is_a_tool_that_servers_take() -> None:
    made = [*tools.tools(TASKS), tools.later(TASKS), tools.asked(TASKS)]
    rules._check_tools(made)
    assert [each["function"]["name"] for each in made] == [*TASKS, "later", "asked"]


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_parameters_are_inputs_and_arguments(task: Task) -> None:
    parameters = tools.tool(task)["function"]["parameters"]
    expected = [*task.takes, *(argument.name for argument in task.arguments)]
    assert list(parameters["properties"]) == expected
    needed = [argument.name for argument in task.arguments if argument.required]
    assert parameters["required"] == [*task.takes, *needed]
    for argument in task.arguments:
        schema = parameters["properties"][argument.name]
        assert schema["type"] == argument.type
        assert schema.get("enum") == (list(argument.choices) or None)
        assert schema.get("minimum") == argument.minimum
        assert schema.get("maximum") == argument.maximum
        assert argument.description in schema["description"]


def test_what_is_taken_twice_has_two_names() -> None:
    takes: tuple[Modality, ...] = ("audio", "image", "audio")
    task = Task("mix", "mix", takes, "audio", "normal", "Mix.", (Argument("n", "number", "N."),))
    assert tools.inputs(task) == [("audio", "audio"), ("image", "image"), ("audio_2", "audio")]
