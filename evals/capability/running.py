"""One piece of work given to an engine, as a turn of a conversation would."""

from __future__ import annotations

from pathlib import Path

from engines.engine import Engine
from engines.kinds import Done, Modality, Sound, Source, Work


def done(
    engine: Engine, task: str, path: Path, /, *, kind: Modality = "audio", **arguments: object
) -> Done:
    """The result for one file; raises TypeError with what came instead of it."""
    *_, last = engine.run([Work(task, arguments, [Source("a1", kind, path)])])
    if not isinstance(last, Done):
        raise TypeError(f"{task} on {path.name} gave no result: {last}")
    return last


def tracks(result: Done) -> dict[str, Sound]:
    """The sounds of a result by their names, in order."""
    return {each.name: each for each in result.outputs if isinstance(each, Sound)}
