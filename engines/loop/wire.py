"""What the dispatcher and its child say to each other: one JSON object a line.

Down (to the child): :class:`Run`, :class:`Cancel`. Up: the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engines.kinds import Artifact, Outcome


@dataclass(frozen=True, slots=True)
class Item:
    """One job of a batch. ``sources`` name blobs by sha256."""

    id: int
    task: str
    arguments: Mapping[str, Any]
    sources: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Run:
    """Run these jobs together on one engine."""

    engine: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop these jobs at their next step."""

    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Ready:
    """The child is up; ``device`` is where it runs."""

    device: str


@dataclass(frozen=True, slots=True)
class Beat:
    """The child lives; ``resident`` are the engines it holds."""

    resident: Sequence[str]


@dataclass(frozen=True, slots=True)
class Progressed:
    """A job has come this far, 0..1."""

    id: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Parted:
    """A part of a job's result, the ``number``-th from 0, for people to have at once."""

    id: int
    number: int
    artifacts: Sequence[Artifact]


@dataclass(frozen=True, slots=True)
class Finished:
    """A job's result."""

    id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Declined:
    """A job cannot be done; trying again would not help."""

    id: int
    code: str
    facts: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A job was stopped as asked."""

    id: int


@dataclass(frozen=True, slots=True)
class Broke:
    """A job's engine raised; ``error`` is for the operator."""

    id: int
    error: str


@dataclass(frozen=True, slots=True)
class Idle:
    """The batch is over. ``busy_s`` is how long it took, loading the engine not counted."""

    busy_s: float
    resident: Sequence[str]


Up = Ready | Beat | Progressed | Parted | Finished | Declined | Cancelled | Broke | Idle
Down = Run | Cancel

_KINDS = {
    kind.__name__: kind
    for kind in (
        Run,
        Cancel,
        Ready,
        Beat,
        Progressed,
        Parted,
        Finished,
        Declined,
        Cancelled,
        Broke,
        Idle,
    )
}


def encode(message: Up | Down) -> bytes:
    """One line of JSON."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}).encode() + b"\n"


def decode(line: bytes) -> Any:
    """The message of a line."""
    fields = json.loads(line)
    kind = _KINDS[fields.pop("kind")]
    if kind is Run:
        fields["items"] = [Item(**item) for item in fields["items"]]
    if kind is Finished:
        fields["outcome"] = outcome(fields["outcome"])
    if kind is Parted:
        fields["artifacts"] = _artifacts(fields["artifacts"])
    return kind(**fields)


def outcome(fields: dict[str, Any]) -> Outcome:
    """An outcome from its JSON form."""
    return Outcome(**{**fields, "artifacts": _artifacts(fields["artifacts"])})


def _artifacts(listed: Sequence[dict[str, Any]]) -> list[Artifact]:
    lists = ("peaks", "pixels")
    return [
        Artifact(**{**fields, **{name: tuple(fields[name]) for name in lists}}) for fields in listed
    ]
