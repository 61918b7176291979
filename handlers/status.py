"""Where a request stands: its place in line, how far it is, and about how long it will take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db import costs, jobs, turns
from db.models import AnyRow
from engines.engine import EngineSpec
from handlers.phrases import known, say


@dataclass(frozen=True, slots=True)
class Status:
    """A turn at this moment. ``place`` is 1 for the next in line; ``eta_s`` is None if unknown."""

    stage: str
    task: str | None = None
    place: int | None = None
    progress: float | None = None
    eta_s: float | None = None

    def words(self, locale: str = "en") -> str:
        """One short line for people."""
        if self.stage == "composed":
            return say("status_composed", locale)
        if self.stage in ("transformed", "observed"):
            return say("status_thinking", locale)
        if self.task is None:
            return say("status_received", locale)
        when = eta(self.eta_s, locale)
        if self.progress is not None:
            key = f"doing_{self.task}"
            doing = say(key, locale) if known(key) else self.task.replace("_", " ")
            percent = round(100 * self.progress)
            return say("status_running", locale, doing=doing, percent=percent, eta=when)
        if self.place is not None and self.place > 1:
            return say("status_queued", locale, place=self.place, eta=when)
        return say("status_next", locale, eta=when)


async def status(
    connection: AsyncConnection, turn_id: int, register: Mapping[str, EngineSpec], now: float
) -> Status:
    """The status of a turn."""
    turn = await turns.find(connection, turn_id)
    if turn is None:  # forgotten
        return Status(turns.OVER)
    rows = [row for row in await jobs.of_turn(connection, turn_id) if row.state not in jobs.FINAL]
    if turn.stage not in ("hearing", "running") or not rows:
        return Status(turn.stage)
    learnt = await costs.known(connection)

    def cost(engine: str, seconds: float) -> float:
        guess = register[engine].seconds_per_second if engine in register else 1.0
        return learnt.get(engine, guess) * seconds

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


def eta(seconds: float | None, locale: str = "en") -> str:
    """When something will be done, as far as that is known."""
    if seconds is None:
        return say("eta_unknown", locale)
    return say("eta", locale, time=about(seconds, locale))


def about(seconds: float, locale: str = "en") -> str:
    """A time in words, no more precise than it is known.

    >>> about(3), about(38), about(400)
    ('5 s', '40 s', '7 min')
    """
    if seconds < 60:
        return say("eta_seconds", locale, seconds=max(5, round(seconds / 5) * 5))
    return say("eta_minutes", locale, minutes=round(seconds / 60))
