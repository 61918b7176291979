"""The task table as a language model's tools: one function a task (AudioGPT, section 3.2).

A task's arguments become parameters, and so does each input it takes, by its modality: a model
gives a handle there. What a model makes of them is read in ``tool_calls.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from engines.kinds import Modality
from engines.tasks import TASKS, Argument, Task

Tool = dict[str, Any]

#: The pseudo-tool by which a first answer names tasks it may use once it has seen results.
LATER = "later"
#: The pseudo-tool of the second opinion: which tasks a request asks for.
ASKED = "asked"

_HOLDS = {
    "audio": "The recording to work on",
    "image": "The picture to work on",
    "video": "The video to work on",
    "text": "The text to work on",
}


def tools(tasks: Iterable[str]) -> list[Tool]:
    """The functions of these tasks."""
    return [tool(TASKS[name]) for name in tasks]


def tool(task: Task) -> Tool:
    """The function of one task."""
    properties: dict[str, Any] = {}
    required = []
    for name, modality in inputs(task):
        properties[name] = {
            "type": "string",
            "description": f"{_HOLDS[modality]}: a handle such as 'a3', or 's1' for the result of "
            "step 1.",
        }
        required.append(name)
    for argument in task.arguments:
        properties[argument.name] = _schema(argument)
        if argument.required:
            required.append(argument.name)
    gives = "words" if task.gives == "text" else task.gives
    return _function(task.name, f"{task.description} Gives {gives}.", properties, required)


def later(tasks: Collection[str]) -> Tool:
    """The function that names what may follow, once results were seen."""
    return _function(
        LATER,
        "Name the tasks that the request will need after you have seen what the steps of this "
        "answer give, when that depends on it. Nothing else can be started then.",
        {"tasks": _names(tasks)},
        ["tasks"],
    )


def asked(tasks: Collection[str]) -> Tool:
    """The function that names what a request asks for."""
    return _function(
        ASKED,
        "Name every task that the request may ask for, in any way of carrying it out.",
        {"tasks": _names(tasks)},
        ["tasks"],
    )


def inputs(task: Task) -> list[tuple[str, Modality]]:
    """The parameters for what a task takes: the modality's name, numbered if it comes again."""
    named: list[tuple[str, Modality]] = []
    for modality in task.takes:
        again = sum(each == modality for _, each in named)
        named.append((f"{modality}_{again + 1}" if again else modality, modality))
    return named


def free(argument: Argument) -> bool:
    """Whether an argument takes any words, those of an earlier step too."""
    return argument.type == "string" and not argument.choices


def _schema(argument: Argument) -> Tool:
    schema: Tool = {"type": argument.type, "description": argument.description}
    if free(argument) and argument.required:
        schema["description"] += " Exactly 's2' for the words that step 2 gives."
    if argument.choices:
        schema["enum"] = list(argument.choices)
    if argument.minimum is not None:
        schema["minimum"] = argument.minimum
    if argument.maximum is not None:
        schema["maximum"] = argument.maximum
    if argument.default is not None:
        schema["default"] = argument.default
    return schema


def _names(tasks: Collection[str]) -> Tool:
    return {"type": "array", "items": {"type": "string", "enum": list(tasks)}}


def _function(name: str, description: str, properties: Tool, required: list[str]) -> Tool:
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            },
        },
    }
