"""One piece of work given to an engine, as a turn of a conversation would."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

from engines.engine import Engine
from engines.kinds import Done, Modality, Sound, Source, Work

Returned = TypeVar("Returned")


def done(
    engine: Engine, task: str, path: Path, /, *, kind: Modality = "audio", **arguments: object
) -> Done:
    """The result for one file; raises TypeError with what came instead of it."""
    *_, last = engine.run([Work(task, arguments, [Source("a1", kind, path)])])
    if not isinstance(last, Done):
        raise TypeError(f"{task} on {path.name} gave no result: {last}")
    return last


def drained(work: Generator[object, None, Returned]) -> Returned:
    """What work that yields progress comes to."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def tracks(result: Done) -> dict[str, Sound]:
    """The sounds of a result by their names, in order."""
    return {each.name: each for each in result.outputs if isinstance(each, Sound)}
