"""Scripted dialogues, and how they are written down: ``evals/dialogues/*.toml``.

A dialogue has rounds. In each, somebody says something (or sends files, or both), and what is
expected then is told by rules on tasks, handles and arguments, never by wording::

    [[dialogue]]
    name = "clean, then write it down"

    [[dialogue.round]]
    says = "clean this and transcribe it"
    sends = ["speech"]
    steps = ["speech_enhancement a1", "speech_recognition s1"]

A step is ``TASK[+|*] [INPUT]... [NAME=VALUE | NAME~VALUE | ...]... [!STATE]``:

- ``+`` after the task: one step or several like this; ``*``: one for each result of the step that
  it works on.
- An input is a handle (``a1``), the result of an earlier step of this round (``s1``), or one of
  several that will do (``a1|s1``).
- ``NAME=VALUE``: the argument is that, whatever its case; ``NAME~VALUE``: it contains that;
  ``NAME<VALUE`` and ``NAME>VALUE``: it is less or more; ``NAME=s1``: it is what step 1 said.
  Other arguments are free.
- ``!STATE``: it is not done but refused with that code, or ``dead``; ``!*`` is any of these.

A round without steps says why: ``asks`` or ``refused`` (codes, of which one is seen; ``*`` is
any), or ``nothing`` (no step; something is said all the same, unless it is ``silent``). A round
with steps and with ``asks`` may come out either way.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from engines.tasks import TASKS
from evals.rehearsed import How, Trouble

FOLDER = Path(__file__).with_name("dialogues")
KINDS = ("chains", "unsupported", "errors", "breaks")
#: What can be sent: recordings carry words that are heard in them.
FILES: Mapping[str, str] = {
    "speech": "good morning, the meeting starts at nine",
    "interview": "so tell me how it all began",
    "song": "oh my darling, the river is wide",
    "music": "",
    "street": "",
    "photo": "",
    "portrait": "",
    "broken": "",
}
PICTURES = ("photo", "portrait")
_STEP = re.compile(r"(?P<name>[a-z]+)(?P<how>[=~<>])(?P<value>.*)", re.DOTALL)
_ROUND = {
    "by", "says", "hears", "sends", "to", "to_reply", "aside", "steps", "asks", "refused",
    "nothing", "silent", "trouble",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """An argument that a step must have: ``~`` is to contain the value; case is nothing."""

    name: str
    how: str
    value: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A step that is expected. ``state`` is ``done``, or the code it is refused with, or ``*``."""

    task: str
    inputs: Sequence[Sequence[str]] = ()
    arguments: Sequence[Wanted] = ()
    state: str = "done"
    many: bool = False
    each: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What somebody says, and what is expected then.

    ``says`` is written, ``hears`` spoken: a voice message of those words. ``to`` is the number of
    the round whose message it answers, ``to_reply`` that of the round whose reply it answers.
    ``aside`` is said among people and not to the bot.
    """

    by: str
    says: str = ""
    hears: str = ""
    sends: Sequence[str] = ()
    to: int = 0
    to_reply: int = 0
    aside: bool = False
    steps: Sequence[Expected] = ()
    asks: Sequence[str] = ()
    refused: Sequence[str] = ()
    nothing: bool = False
    silent: bool = False
    trouble: Sequence[Trouble] = ()

    @property
    def words(self) -> str:
        """What is said, in whichever way."""
        return self.says or self.hears


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation from its first to its last round, in a channel of its own.

    ``few`` says that the service it is held with cannot do everything.
    """

    name: str
    kind: str
    rounds: Sequence[Round]
    lang: str = "en"
    few: bool = False

    @property
    def people(self) -> list[str]:
        """Who takes part; of two or more it is a group."""
        return list(dict.fromkeys(each.by for each in self.rounds))


def load(kind: str, folder: Path = FOLDER) -> list[Dialogue]:
    """The dialogues of one kind; raises ValueError for what cannot be meant."""
    written = tomllib.loads((folder / f"{kind}.toml").read_text(encoding="utf-8"))
    few = bool(written.get("few", False))
    found = []
    for each in written["dialogue"]:
        name = f"{kind}: {each['name']}"
        try:
            rounds = [_round(fields, name, at) for at, fields in enumerate(each["round"], 1)]
        except (KeyError, ValueError, TypeError) as error:
            raise ValueError(f"{name}: {error}") from error
        found.append(Dialogue(name, kind, rounds, each.get("lang", "en"), each.get("few", few)))
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise ValueError(f"two dialogues of {kind} have one name")
    return found


def load_all() -> list[Dialogue]:
    """The dialogues of all four kinds."""
    return [each for kind in KINDS for each in load(kind)]


def _round(fields: Mapping[str, Any], dialogue: str, number: int) -> Round:
    if unknown := fields.keys() - _ROUND:
        raise ValueError(f"no round has {', '.join(sorted(unknown))}")
    if unknown := set(fields.get("sends", ())) - FILES.keys():
        raise ValueError(f"no file is called {', '.join(sorted(unknown))}")
    found = Round(
        **{
            "by": "Ann",
            **fields,
            "steps": tuple(step(each) for each in fields.get("steps", ())),
            "trouble": tuple(
                _trouble(each, dialogue, number) for each in fields.get("trouble", ())
            ),
        }
    )
    if not (found.steps or found.asks or found.refused or found.nothing or found.silent):
        raise ValueError(f"nothing is expected of “{found.words}”")
    return found


def _trouble(written: str, dialogue: str, number: int) -> Trouble:
    """``TASK HOW [TIMES] [WORDS]``."""
    task, how, *rest = shlex.split(written)
    if task not in TASKS or how not in get_args(How):
        raise ValueError(f"no such trouble: {written}")
    trouble = Trouble(dialogue, task, how, round=number)  # type: ignore[arg-type]
    if rest and rest[0].isdecimal():
        trouble = replace(trouble, times=int(rest.pop(0)))
    return replace(trouble, words=" ".join(rest))


def step(written: str) -> Expected:
    """A step as it is written in a dialogue.

    >>> step('style_transfer s1|a2 text~"here we go" !dead').inputs
    (('s1', 'a2'),)
    """
    task, *rest = shlex.split(written)
    name, each_, many = task.rstrip("+*"), task.endswith("*"), task.endswith(("+", "*"))
    found = Expected(name, many=many, each=each_)
    if found.task not in TASKS:
        raise ValueError(f"no such task: {found.task}")
    inputs: list[Sequence[str]] = []
    wanted: list[Wanted] = []
    for each in rest:
        if each.startswith("!"):
            found = replace(found, state=each[1:])
        elif match := _STEP.fullmatch(each):
            if match["name"] not in {argument.name for argument in TASKS[found.task].arguments}:
                raise ValueError(f"{found.task} has no argument “{match['name']}”")
            wanted.append(Wanted(match["name"], match["how"], match["value"]))
        else:
            inputs.append(tuple(each.split("|")))
    if len(inputs) != len(TASKS[found.task].takes):
        raise ValueError(f"{found.task} takes {len(TASKS[found.task].takes)} inputs: {written}")
    return replace(found, inputs=tuple(inputs), arguments=tuple(wanted))
