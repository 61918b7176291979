"""``python -m bot eval``: how well requests are understood, along the paper's axes, by any backend.

The evaluations themselves lie in ``evals/``, which a container may leave out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
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
