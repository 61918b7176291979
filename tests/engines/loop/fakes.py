"""A job table in memory, fenced as the real one is, and a host that does what a script says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.kinds import Artifact, Outcome, Refusal
from engines.loop import wire
from engines.loop.hosts import HostDied
from engines.loop.jobs import MAX_STRIKES, STRIKES_RESTART, Choose, Claim, Waiting

LIMIT_S = 20.0
FINAL = ("done", "refused", "dead", "cancelled")


@dataclass
class Row:
    """A job as the table holds it."""

    id: int
    engine: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    task: str = "text_to_speech"
    lane: int = 0
    seconds: float = 1.0
    channel: int = 1
    queued_at: float = 0.0
    state: str = "queued"
    owner: str | None = None
    attempt: int = 0
    lease_until: float = 0.0
    strikes: int = 0
    cancel: bool = False
    progress: list[float] = field(default_factory=list)
    parts: dict[int, list[Artifact]] = field(default_factory=dict)
    outcome: Outcome | None = None
    refusal: Refusal | None = None


class MemoryStore:
    """Fulfils ``JobStore``. Writes of a claim count only while owner and attempt are the row's."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.rows: dict[int, Row] = {}
        self.costs: list[tuple[str, str, float]] = []
        self.recovered_by: list[str] = []
        self.renewals = 0
        self.ailing = False
        self._clock = clock
        self._changed = asyncio.Event()

    def add(self, *arguments: str, engine: str = "RehearsedSpeech", **values: Any) -> list[int]:
        """Queue a job for each text; returns their ids."""
        ids = []
        for text in arguments:
            number = len(self.rows) + 1
            self.rows[number] = Row(number, engine, {"text": text}, **values)
            ids.append(number)
        return ids

    def states(self) -> list[str]:
        """The state of every job, by id."""
        return [row.state for row in self.rows.values()]

    def take_over(self, job: int) -> None:
        """Another loop claims a running job, as after a lease that ran out."""
        row = self.rows[job]
        assert row.state == "running"
        row.owner, row.attempt = "another", row.attempt + 1

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a change of the table after which ``holds()`` is true."""
        async with asyncio.timeout(LIMIT_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def all_final(self) -> None:
        """Wait until no job can change any more."""
        await self.until(lambda: all(row.state in FINAL for row in self.rows.values()))

    def _held(self, claim: Claim) -> Row | None:
        row = self.rows[claim.id]
        held = (row.state, row.owner, row.attempt) == ("running", claim.owner, claim.attempt)
        self._changed.set()
        return row if held else None

    async def recover(self, owner: str) -> int:
        self.recovered_by.append(owner)
        left = [row for row in self.rows.values() if row.state == "running"]
        for row in left:
            row.state, row.owner, row.strikes = "queued", None, row.strikes + STRIKES_RESTART
        self._changed.set()
        return len(left)

    async def waiting(self, limit: int) -> Sequence[Waiting]:
        queued = [row for row in self.rows.values() if row.state == "queued"]
        queued.sort(key=lambda row: (row.lane, row.queued_at, row.id))
        return [
            Waiting(
                id=row.id,
                engine=row.engine,
                key="",
                lane=row.lane,
                seconds=row.seconds,
                channel=row.channel,
                queued_at=row.queued_at,
                alone=row.strikes > STRIKES_RESTART,
            )
            for row in queued[:limit]
        ]

    async def take(
        self, choose: Choose, limit: int, owner: str, lease_s: float
    ) -> tuple[Sequence[Claim], bool]:
        waiting = await self.waiting(limit)
        ids = choose(waiting)
        return await self.claim(ids, owner, lease_s), len(waiting) > len(ids)

    async def claim(self, ids: Sequence[int], owner: str, lease_s: float) -> Sequence[Claim]:
        claims = []
        for row in (self.rows[job] for job in ids):
            if row.state == "queued":
                row.state, row.owner, row.attempt = "running", owner, row.attempt + 1
                row.lease_until = self._clock() + lease_s
                claims.append(
                    Claim(
                        id=row.id,
                        owner=owner,
                        attempt=row.attempt,
                        task=row.task,
                        engine=row.engine,
                        arguments=row.arguments,
                        sources=[],
                        seconds=row.seconds,
                    )
                )
        self._changed.set()
        return claims

    async def renew(self, claims: Sequence[Claim], lease_s: float) -> set[int]:
        if self.ailing:
            raise ConnectionError("the database is away")
        rows = [row for claim in claims if (row := self._held(claim))]
        for row in rows:
            row.lease_until = self._clock() + lease_s
        self.renewals += 1
        return {row.id for row in rows if row.cancel}

    async def progress(self, claim: Claim, fraction: float) -> None:
        if row := self._held(claim):
            row.progress.append(fraction)

    async def part(self, claim: Claim, number: int, artifacts: Sequence[Artifact]) -> bool:
        row = self._held(claim)
        if row is None or number in row.parts:
            return False
        row.parts[number] = list(artifacts)
        self._changed.set()
        return True

    async def finish(self, claim: Claim, outcome: Outcome) -> bool:
        return self._end(claim, "done", outcome=outcome)

    async def refuse(self, claim: Claim, refusal: Refusal) -> bool:
        return self._end(claim, "refused", refusal=refusal)

    async def cancelled(self, claim: Claim) -> bool:
        return self._end(claim, "cancelled")

    async def strike(self, claim: Claim, strikes: int) -> bool:
        if (row := self._held(claim)) is None:
            return False
        row.strikes += strikes
        if row.strikes >= MAX_STRIKES:
            return not self._end(claim, "dead")
        row.state, row.owner = "queued", None
        return True

    async def cost(self, engine: str, device: str, seconds_per_second: float) -> None:
        self.costs.append((engine, device, seconds_per_second))

    def _end(self, claim: Claim, state: str, **values: Any) -> bool:
        if (row := self._held(claim)) is None:
            return False
        row.state, row.owner = state, None
        for name, value in values.items():
            setattr(row, name, value)
        return True


Script = Callable[["ScriptedHost", wire.Run], AsyncIterator[wire.Up]]


class ScriptedHost:
    """Fulfils ``Host``: its batches give what the script says, one script for each batch."""

    device = "cpu"

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.batches: list[list[int]] = []
        self.stillborn = 0
        self.starts = 0
        self.kills = 0
        self.asked_to_stop: list[int] = []
        self.stopping = asyncio.Event()
        self.killed = asyncio.Event()
        self.resident: frozenset[str] = frozenset()

    async def start(self) -> None:
        self.starts += 1
        if self.stillborn:
            self.stillborn -= 1
            raise HostDied("stillborn")
        self.killed.clear()
        self.stopping.clear()

    async def run(self, batch: wire.Run) -> AsyncIterator[wire.Up]:
        self.batches.append([item.id for item in batch.items])
        script = self.scripts.pop(0) if self.scripts else finishing
        async for event in script(self, batch):
            yield event
        yield wire.Idle(0.5, [batch.engine])

    async def cancel(self, ids: Iterable[int]) -> None:
        self.asked_to_stop += ids
        self.stopping.set()

    async def kill(self) -> None:
        self.kills += 1
        self.killed.set()


def finished(job: int, text: str = "done") -> wire.Finished:
    return wire.Finished(job, Outcome(text, {}, [], 0.1))


async def finishing(_host: ScriptedHost, batch: wire.Run) -> AsyncIterator[wire.Up]:
    """The script of a host where all goes well."""
    for item in batch.items:
        yield finished(item.id)


def events(*given: wire.Up) -> Script:
    """A script that says just this."""

    async def script(_host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        for event in given:
            yield event

    return script


def dying(*given: wire.Up) -> Script:
    """A script that says this and dies."""

    async def script(_host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        for event in given:
            yield event
        raise HostDied("as scripted")

    return script
