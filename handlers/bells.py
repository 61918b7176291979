"""Who to wake after a commit. Without a ring, each part of the service looks once a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _nobody() -> None:
    """Ring in an empty room: somebody else's process will look by itself."""


@dataclass(slots=True)
class Bells:
    """One bell for each table that somebody waits on; rung after the commit, never before."""

    turns: Callable[[], None] = _nobody
    jobs: Callable[[], None] = _nobody
    outbox: Callable[[], None] = _nobody
    cancelling: Callable[[], None] = _nobody
