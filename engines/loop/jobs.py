"""What the loop needs of a job table: the states of a job and the ``JobStore`` protocol.

The loop is a library without SQL; ``handlers/landing.py`` fulfils the protocol over ``db/jobs.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engines.kinds import Artifact, Lane, Outcome, Refusal

#: Lanes in the order they are served.
LANES: tuple[Lane, ...] = ("interactive", "normal", "long")

#: A job rises by one lane for each of these seconds it has waited, so no lane starves.
AGING_S = 60.0

#: A job with this many strikes is dead. An engine's exception is worth 2 (so three tries), a crash
#: of the child 3 (so two), a death of the whole service 1: restarts are seldom the job's fault.
MAX_STRIKES = 6
STRIKES_ERROR, STRIKES_CRASH, STRIKES_RESTART = 2, 3, 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued job, as the scheduler sees it.

    ``key`` is equal for jobs that may share a batch of the same engine. ``seconds`` is how much
    audio it is about. ``alone`` says that it was in a crash and must not take others with it.
    """

    id: int
    engine: str
    key: str
    lane: int
    seconds: float
    channel: int
    queued_at: float
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that ``owner`` may run until ``lease_until``; ``attempt`` fences all later writes."""

    id: int
    owner: str
    attempt: int
    task: str
    engine: str
    arguments: Mapping[str, Any]
    sources: Sequence[Mapping[str, Any]]
    seconds: float


#: Picks ids among waiting jobs; it must be quick, the job table waits for it.
Choose = Callable[[Sequence[Waiting]], Sequence[int]]


class JobStore(Protocol):
    """The job table, seen from the loop. Every method is one short transaction."""

    async def recover(self, owner: str) -> int:
        """Queue again what a dead loop left running. Only the one running loop may call this."""

    async def take(
        self, choose: Choose, limit: int, owner: str, lease_s: float
    ) -> tuple[Sequence[Claim], bool]:
        """Let ``choose`` pick among the first ``limit`` queued jobs; claim what it picks.

        Returns the jobs that are ``owner``'s now, and whether more were waiting beside them.
        """

    async def renew(self, claims: Sequence[Claim], lease_s: float) -> set[int]:
        """Extend the leases; returns the ids not to go on with: cancelled, or lost to another."""

    async def progress(self, claim: Claim, fraction: float) -> None:
        """Note how far a running job is, 0..1."""

    async def part(self, claim: Claim, number: int, artifacts: Sequence[Artifact]) -> bool:
        """Land the ``number``-th part of a result, before the rest is made.

        False, and nothing is changed, when it is there already from an earlier attempt, or the
        claim was lost.
        """

    async def finish(self, claim: Claim, outcome: Outcome) -> bool:
        """Land a result: all of it in one transaction, or False when the claim was lost."""

    async def refuse(self, claim: Claim, refusal: Refusal) -> bool:
        """End a job that cannot be done, with what to tell the person."""

    async def cancelled(self, claim: Claim) -> bool:
        """End a job whose cancellation took effect."""

    async def strike(self, claim: Claim, strikes: int) -> bool:
        """Queue a failed job again, or end it as dead when its strikes are used up."""

    async def cost(self, engine: str, device: str, seconds_per_second: float) -> None:
        """Learn what a batch cost: busy seconds per second of audio."""
