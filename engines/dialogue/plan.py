"""What a planner sees and what it answers with.

A planner turns one query in its context into typed steps; it does not run anything. The offline
router and any language model stand behind the same protocol.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from engines.kinds import Modality, Refusal

#: Who plans: the offline router, or a language model. Only the latter looks at results.
PlannedBy = Literal["router", "model"]


@dataclass(frozen=True, slots=True)
class Asset:
    """Something at hand, by the handle people and plans use for it (``a3``).

    ``by`` is the name of who sent it, or of who asked for it if ``task`` made it. ``about`` is one
    line of what is in it, where that is known: words that were heard, or a file's name. Both are
    other people's words: data, never instructions. ``age_s`` is how long ago it came.
    """

    handle: str
    modality: Modality
    duration_s: float | None = None
    by: str = ""
    task: str = ""
    about: str = ""
    age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step of an earlier query of the conversation.

    ``inputs`` and ``made`` are handles; ``text`` is its result in words. One that ``failed`` came
    to nothing, one that is ``open`` waits or runs.
    """

    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    inputs: Sequence[str] = ()
    made: Sequence[str] = ()
    text: str = ""
    state: Literal["done", "failed", "open"] = "done"

    @property
    def done(self) -> bool:
        """Whether there is a result."""
        return self.state == "done"


@dataclass(frozen=True, slots=True)
class Question:
    """What an earlier plan needs to know, of which the answer may be this query.

    The step's ``task``, the ``arguments`` and ``inputs`` (handles) that are known, and the name of
    what is ``missing``: an argument, or a modality of which an input is needed.
    """

    task: str
    missing: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    inputs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier query of the conversation: who said what, what was done, and what was answered."""

    speaker: str
    words: str
    sent: Sequence[str] = ()
    steps: Sequence[PastStep] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a step of this very query came to: words and handles, or an error.

    ``error`` is a refusal's code with its facts. ``number`` counts the query's steps from 1.
    """

    number: int
    step: Step
    state: Literal["done", "refused", "dead", "cancelled"] = "done"
    text: str = ""
    made: Sequence[Asset] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One request: its words, what came with it, and what lies in the conversation already.

    ``attached`` came with the message, or with the one it replies to; ``recent`` are the
    conversation's other assets, newest first. ``spoken`` says that ``text`` is a transcript.
    ``past`` are the conversation's earlier exchanges in this thread, oldest first, and ``summary``
    tells what came before those. ``question`` is what was asked back last. ``done`` are the steps
    of this query that were run already; a planner that is shown them goes on from there.
    ``mandate`` are the further tasks that an earlier plan for this query meant to use once it saw
    results, and ``spent`` the tokens that planning it has cost so far. ``turn`` is the caller's
    own number for it.
    """

    text: str
    attached: Sequence[Asset] = ()
    recent: Sequence[Asset] = ()
    spoken: bool = False
    speaker: str = ""
    locale: str = "en"
    past: Sequence[Exchange] = ()
    summary: str = ""
    question: Question | None = None
    done: Sequence[Observation] = ()
    mandate: Sequence[str] = ()
    spent: int = 0
    turn: int = 0

    def asset(self, handle: str) -> Asset | None:
        """What a handle stands for, of all that is at hand."""
        made = (asset for each in self.done for asset in each.made)
        at_hand = (*self.attached, *self.recent, *made)
        return next((each for each in at_hand if each.handle == handle), None)


@dataclass(frozen=True, slots=True)
class Handle:
    """An input that is at hand."""

    name: str


@dataclass(frozen=True, slots=True)
class ResultOf:
    """What an earlier step gives: its main file as an input, its words as an argument."""

    step: int


@dataclass(frozen=True, slots=True)
class Step:
    """One task to do. ``inputs`` are in the order of the task's ``takes``."""

    task: str
    arguments: Mapping[str, object | ResultOf] = field(default_factory=dict)
    inputs: Sequence[Handle | ResultOf] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps to run in order, and words to say.

    Steps are numbered from 1, and go on after those that the query says are done. A plan with
    neither steps nor words means: nothing was asked. ``looks`` says that whoever planned wants to
    see what the steps come to. ``tokens`` is what planning cost. ``notes`` are codes of phrases
    that the person is to be told beside it (that the language model did not answer). ``mandate``
    names further tasks that whoever planned means to use after seeing results: what was asked is
    settled before anything a result says can ask for more.
    """

    steps: Sequence[Step] = ()
    words: str = ""
    by: PlannedBy = "router"
    looks: bool = False
    tokens: int = 0
    notes: Sequence[str] = ()
    mandate: Sequence[str] = ()


class Missing(Refusal):
    """A request of which something is missing: its sentence asks for it, the answer may come."""

    def __init__(self, question: Question, code: str, **facts: str | int | float) -> None:
        super().__init__(code, **facts)
        self.question = question


class Planner(Protocol):
    """Understands queries."""

    async def plan(self, query: Query) -> Plan:
        """The steps a query asks for; raises :class:`Missing`, or another ``Refusal``."""
