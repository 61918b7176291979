"""What a planner sees and what it answers with.

A planner turns one query in its context into typed steps; it does not run anything. The rule
planner of :mod:`engines.dialogue.rules` and any language model stand behind the same protocol.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engines.kinds import Modality


@dataclass(frozen=True, slots=True)
class Asset:
    """Something at hand, by the handle people and plans use for it (``a3``)."""

    handle: str
    modality: Modality
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One request: its words, what came with it, and what lies in the conversation already.

    ``attached`` came with the message, or with the one it replies to; ``recent`` are the
    conversation's other assets, newest first. ``spoken`` says that ``text`` is a transcript.
    """

    text: str
    attached: Sequence[Asset] = ()
    recent: Sequence[Asset] = ()
    spoken: bool = False


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
    """Steps to run in order, numbered from 1. A plan without steps means: nothing was asked."""

    steps: Sequence[Step] = ()


class Planner(Protocol):
    """Understands queries."""

    async def plan(self, query: Query) -> Plan:
        """The steps a query asks for; raises ``Refusal`` with what is missing."""
