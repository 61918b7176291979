"""``python -m bot eval``: the paper's axes: what requests become, by any backend, and the engines.

The evaluations themselves lie in ``evals/``, which a container may leave out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.minds import thinking
from bot.settings import Settings

if TYPE_CHECKING:
    from handlers.analyse import Minds

#: Who understands: the router alone, with the local model beside it, or the server that is set.
Backend = Literal["router", "local", "server"]
BACKENDS: tuple[Backend, ...] = ("router", "local", "server")
FOLDS = 5


async def consistency(
    settings: Settings, backend: Backend, requests: Path | None, *, as_json: bool
) -> int:
    """Print how many requests come to the task they ask for: those of a file, or our own set.

    Our own set is planned by a router fitted on the task table's examples and the rest of the set;
    another backend is asked the part of it that nothing was tuned to.
    """
    from evals import consistency as axis  # noqa: PLC0415

    if requests is None and backend == "router":
        report = await axis.cross_validate(FOLDS)
    else:
        asked = axis.load(requests or axis.KEPT_APART)
        async with _minds(settings, backend) as minds:
            report = await axis.evaluate(asked, minds.model or minds.router)
    _print(asdict(report) if as_json else report.table())
    return 0


async def robustness(settings: Settings, backend: Backend, *, as_json: bool) -> int:
    """Hold the scripted dialogues and print what went otherwise; 1 when anything did."""
    from evals import robustness as axis  # noqa: PLC0415
    from evals.dialogue import load_all  # noqa: PLC0415

    async with _minds(settings, backend) as minds:
        report = await axis.evaluate(load_all(), minds)
    _print(report.to_json() if as_json else report.text())
    return 0 if report.passed else 1


def capability(tasks: Sequence[str], *, as_json: bool) -> int:
    """Print what the engines reach in these tasks or in all, row by row as it is measured.

    A task whose data or model cannot be had is named with the reason, and left out.
    """
    from engines.weights import WeightsMissing  # noqa: PLC0415
    from evals import capability as axis  # noqa: PLC0415
    from evals.capability.figure import HEAD, line, tally  # noqa: PLC0415

    if unknown := [task for task in tasks if task not in axis.MODULES]:
        known = ", ".join(axis.MODULES)
        sys.stderr.write(f"No task {', '.join(unknown)} is measured. There are: {known}.\n")
        return 1
    found, missing = [], {}
    if not as_json:
        _print(HEAD)
    for task in tasks or axis.MODULES:
        try:
            for figure in axis.measure([task]):
                found.append(figure)
                if not as_json:
                    _print(line(figure))
        except (FileNotFoundError, WeightsMissing) as error:
            missing[task] = str(error)
            sys.stderr.write(f"{task} is left out: {error}\n")
    if as_json:
        figures = [{**asdict(figure), "met": figure.met} for figure in found]
        _print({"figures": figures, "left_out": missing})
    else:
        _print(f"\n{tally(found)}")
    return 0


@asynccontextmanager
async def _minds(settings: Settings, backend: Backend) -> AsyncIterator[Minds]:
    if backend == "server":
        chosen = settings.model_copy(update={"chat": "plan"})
    else:
        mode = "talk" if backend == "local" else "off"
        here = {"chat": mode, "openai_api_key": None, "openai_base_url": None}
        chosen = settings.model_copy(update=here)
    async with thinking(chosen) as minds:
        yield minds


def _print(found: Any) -> None:
    told = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=1)
    sys.stdout.write(told + "\n")
    sys.stdout.flush()
