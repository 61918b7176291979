"""Where a request stands: its place in line, how far it is, and about how long it will take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db import costs, jobs, turns
from db.models import AnyRow
from engines.engine import EngineSpec
from handlers.phrases import PHRASES, say


@dataclass(frozen=True, slots=True)
class Status:
    """A turn at this moment. ``place`` is 1 for the next in line; ``eta_s`` is None if unknown."""

    stage: str
    task: str | None = None
    place: int | None = None
    progress: float | None = None
    eta_s: float | None = None

    def words(self) -> str:
        """One short line for people."""
        if self.stage == "composed":
            return say("status_composed")
        if self.task is None:
            return say("status_received")
        eta = say("eta_unknown") if self.eta_s is None else say("eta", time=about(self.eta_s))
        if self.progress is not None:
            key = f"doing_{self.task}"
            doing = say(key) if key in PHRASES else self.task.replace("_", " ")
            percent = round(100 * self.progress)
            return say("status_running", doing=doing, percent=percent, eta=eta)
        if self.place is not None and self.place > 1:
            return say("status_queued", place=ordinal(self.place), eta=eta)
        return say("status_next", eta=eta)


async def status(
    connection: AsyncConnection, turn_id: int, register: Mapping[str, EngineSpec], now: float
) -> Status:
    """The status of a turn."""
    turn = await turns.get(connection, turn_id)
    rows = [row for row in await jobs.of_turn(connection, turn_id) if row.state not in jobs.FINAL]
    if turn.stage not in ("hearing", "running") or not rows:
        return Status(turn.stage)
    known = await costs.known(connection)

    def cost(engine: str, seconds: float) -> float:
        guess = register[engine].seconds_per_second if engine in register else 1.0
        return known.get(engine, guess) * seconds

    own = sum(cost(row.engine, row.seconds) for row in rows)
    current = next((row for row in rows if row.state == "running"), None)
    if current is not None:
        return Status(
            turn.stage,
            current.task,
            progress=current.progress,
            eta_s=own - _spent(current, cost(current.engine, current.seconds), now),
        )
    queued = next((row for row in rows if row.state == "queued"), rows[0])
    ahead = await jobs.ahead_of(connection, queued.id)
    waiting = sum(cost(row.engine, row.seconds) for row in ahead)
    place = 1 + sum(row.jobs for row in ahead)
    return Status(turn.stage, queued.task, place=place, eta_s=own + waiting)


def _spent(row: AnyRow, expected: float, now: float) -> float:
    by_progress = row.progress * expected
    by_clock = min(now - (row.started_at or now), expected)
    return float(max(by_progress, by_clock))


def about(seconds: float) -> str:
    """A time in words, no more precise than it is known.

    >>> about(3), about(38), about(400)
    ('5 s', '40 s', '7 min')
    """
    if seconds < 60:
        return f"{max(5, round(seconds / 5) * 5)} s"
    return f"{round(seconds / 60)} min"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '21st', '112th']
    """
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
