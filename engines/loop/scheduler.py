"""What runs next: a pure function of what waits, what is loaded, and the clock.

Order: lane, raised by age; then least served channel; then an engine that is loaded already, among
the next few; then age. Jobs that share an engine and arguments join the batch as long as its
padded seconds (its longest item times its count) stay within bounds. Whatever else is preferred,
no job overtakes an earlier one of its own channel and lane: people read answers in the order in
which they asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.loop.jobs import AGING_S, Waiting

#: How far down the order a job may be preferred because its engine is loaded.
LOOKAHEAD = 32
#: ... unless the first in order has waited this long.
PATIENCE_S = 10.0
#: A batch's padded seconds of audio.
BATCH_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Jobs of one engine to run together."""

    engine: str
    ids: tuple[int, ...]


def choose(
    waiting: Sequence[Waiting],
    now: float,
    *,
    resident: frozenset[str] = frozenset(),
    max_batch: Mapping[str, int] | None = None,
    served: Mapping[int, float] | None = None,
) -> Batch | None:
    """The next batch, or None when nothing waits.

    ``resident`` names the loaded engines, ``max_batch`` how many items each may take at once
    (1 when it is not named), ``served`` the decayed busy seconds each channel has had.
    """
    order = sorted(waiting, key=lambda job: _rank(job, now, served or {}))
    if not order:
        return None
    first = _prefer_resident(order, now, resident)
    room = (max_batch or {}).get(first.engine, 1)
    batch, longest = [first], first.seconds
    left_behind: set[tuple[int, int]] = set()
    for job in order:
        if len(batch) >= room or first.alone:
            break
        if job is first:
            continue
        longer = max(longest, job.seconds)
        place = job.channel, _lane(job, now)
        if (
            (job.engine, job.key) == (first.engine, first.key)
            and not job.alone
            and place not in left_behind
            and longer * (len(batch) + 1) <= BATCH_SECONDS
        ):
            batch.append(job)
            longest = longer
        else:
            left_behind.add(place)
    return Batch(first.engine, tuple(job.id for job in batch))


def _rank(job: Waiting, now: float, served: Mapping[int, float]) -> tuple[int, float, float, int]:
    return (_lane(job, now), served.get(job.channel, 0.0), job.queued_at, job.id)


def _lane(job: Waiting, now: float) -> int:
    return max(0, job.lane - int((now - job.queued_at) // AGING_S))


def _prefer_resident(order: Sequence[Waiting], now: float, resident: frozenset[str]) -> Waiting:
    first = order[0]
    if first.engine in resident or now - first.queued_at >= PATIENCE_S:
        return first
    left_behind: set[int] = set()
    for job in order[:LOOKAHEAD]:
        if _lane(job, now) != _lane(first, now):
            break
        if job.engine in resident and job.channel not in left_behind:
            return job
        left_behind.add(job.channel)
    return first
