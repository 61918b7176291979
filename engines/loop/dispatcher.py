"""The loop's parent side: claim, run on the host, land results, renew leases, cancel, restart.

One dispatcher drives one host. It keeps nothing in memory that a restart needs: the job table has
it all, and every write is fenced by owner and attempt.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from engines.engine import EngineSpec
from engines.kinds import Refusal
from engines.loop import scheduler, wire
from engines.loop.hosts import Host, HostDied
from engines.loop.jobs import STRIKES_CRASH, STRIKES_ERROR, Claim, JobStore, Waiting

LEASE_S = 20.0
#: How many waiting jobs the scheduler chooses from.
WINDOW = 64
#: How often the job table is asked when nobody has rung: jobs of other processes come that way.
POLL_S = 1.0
#: Progress reaches the table no more often than this.
PROGRESS_S = 1.0
#: An engine's cost is written down no more often than this.
LEARN_S = 5.0
#: After this long a cancelled batch's process is killed.
CANCEL_GRACE_S = 2.0
#: How often is looked for cancellations that other processes asked for.
CANCEL_LOOK_S = 2.0
#: A host that cannot be started is tried again after this long.
RESTART_S = 5.0

log = structlog.get_logger(__name__)


class Dispatcher:
    """Runs the jobs of a :class:`JobStore` on a :class:`Host`, a batch at a time.

    ``beat`` is called as long as it turns, during a batch too.
    """

    def __init__(
        self,
        store: JobStore,
        host: Host,
        register: Mapping[str, EngineSpec],
        owner: str,
        *,
        clock: Callable[[], float] = time.time,
        lease_s: float = LEASE_S,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._host = host
        self._max_batch = {name: spec.max_batch for name, spec in register.items()}
        self._owner = owner
        self._clock = clock
        self._lease_s = lease_s
        self._beat = beat
        self._learnt: dict[str, float] = {}
        #: Whether more waited beside the last batch; what came later has rung.
        self._left = False
        self._queued = asyncio.Event()
        self._cancelling = asyncio.Event()

    def queued(self) -> None:
        """Say that a job was queued, so that it need not wait for the next poll."""
        self._queued.set()

    def cancelling(self) -> None:
        """Say that the cancellation of a job was asked for."""
        self._cancelling.set()

    async def run(self) -> None:
        """Serve until cancelled; the host is killed on the way out."""
        try:
            self._beat()
            recovered = await self._store.recover(self._owner)
            log.info("loop started", owner=self._owner, recovered=recovered)
            while True:
                self._beat()
                self._queued.clear()
                if not await self.step() or not self._left:
                    await _either(self._queued, POLL_S)
        finally:
            await self._host.kill()

    async def step(self) -> bool:
        """Run one batch; False when there was nothing to run."""
        try:
            # Before anything is claimed: a process that died idle is no job's fault.
            await self._host.start()
        except HostDied as error:
            log.warning("the inference process cannot be started", error=str(error))
            await asyncio.sleep(RESTART_S)
            return False
        claims, self._left = await self._store.take(
            self._choose, WINDOW, self._owner, self._lease_s
        )
        if claims:
            await self._run(claims[0].engine, claims)
        return bool(claims)

    def _choose(self, waiting: Sequence[Waiting]) -> Sequence[int]:
        batch = scheduler.choose(
            waiting, self._clock(), resident=self._host.resident, max_batch=self._max_batch
        )
        return batch.ids if batch else ()

    async def _run(self, engine: str, claims: Sequence[Claim]) -> None:
        open_claims = {claim.id: claim for claim in claims}
        # A keeper that fails takes the batch with it: without leases it must not go on.
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(self._keep(open_claims))
            try:
                await self._follow(engine, claims, open_claims)
            except HostDied as error:
                log.warning("the inference process died", error=str(error), jobs=list(open_claims))
                await self._after_death(open_claims)
            finally:
                keeper.cancel()

    async def _follow(
        self, engine: str, claims: Sequence[Claim], open_claims: dict[int, Claim]
    ) -> None:
        items = [wire.Item(one.id, one.task, one.arguments, one.sources) for one in claims]
        reported, finished = self._clock(), 0
        async for event in self._host.run(wire.Run(engine, items)):
            match event:
                case wire.Progressed(id=job, fraction=fraction):
                    if self._clock() - reported >= PROGRESS_S and job in open_claims:
                        reported = self._clock()
                        await self._store.progress(open_claims[job], fraction)
                case wire.Parted(id=job, number=number, artifacts=artifacts):
                    if job in open_claims:
                        await self._store.part(open_claims[job], number, artifacts)
                case wire.Idle(busy_s=busy_s):
                    if finished == len(claims):
                        await self._learn(engine, busy_s, sum(one.seconds for one in claims))
                case _:
                    finished += isinstance(event, wire.Finished)
                    await self._land(event, open_claims)

    async def _land(self, event: wire.Up, open_claims: dict[int, Claim]) -> None:
        match event:
            case wire.Finished(id=job, outcome=outcome) if claim := open_claims.pop(job, None):
                if not await self._store.finish(claim, outcome):
                    log.warning("a result came after its claim was lost", job=job)
            case wire.Declined(id=job) if claim := open_claims.pop(job, None):
                await self._store.refuse(claim, Refusal(event.code, **event.facts))
            case wire.Cancelled(id=job) if claim := open_claims.pop(job, None):
                await self._store.cancelled(claim)
            case wire.Broke(id=job, error=error) if claim := open_claims.pop(job, None):
                log.error("an engine raised", job=job, engine=claim.engine, error=error)
                await self._store.strike(claim, STRIKES_ERROR)
            case _:
                log.warning("an event of no open job", wire_event=type(event).__name__)

    async def _learn(self, engine: str, busy_s: float, seconds: float) -> None:
        """Keep what a whole batch cost, now and then: a sample is as good as all of them."""
        now = self._clock()
        if seconds > 0 and now - self._learnt.get(engine, 0.0) >= LEARN_S:
            self._learnt[engine] = now
            await self._store.cost(engine, self._host.device, busy_s / seconds)

    async def _after_death(self, open_claims: dict[int, Claim]) -> None:
        wanted = await self._store.renew(list(open_claims.values()), self._lease_s)
        for claim in open_claims.values():
            if claim.id in wanted:
                await self._store.cancelled(claim)
            else:
                # Jobs that only shared the batch of a cancelled one are not at fault.
                await self._store.strike(claim, 0 if wanted else STRIKES_CRASH)

    async def _keep(self, open_claims: dict[int, Claim]) -> None:
        """Renew the leases of a running batch, and carry cancellations to the host."""
        asked: dict[int, float] = {}
        while True:
            look_s = min(CANCEL_LOOK_S, self._lease_s / 3)
            await _either(self._cancelling, CANCEL_GRACE_S / 4 if asked else look_s)
            self._cancelling.clear()
            self._beat()
            wanted = await self._store.renew(list(open_claims.values()), self._lease_s)
            if fresh := wanted - asked.keys():
                await self._host.cancel(fresh)
            asked |= dict.fromkeys(fresh, self._clock())
            if any(
                self._clock() - since >= CANCEL_GRACE_S and job in open_claims
                for job, since in asked.items()
            ):
                log.warning("a cancelled batch does not yield; killing its process")
                await self._host.kill()
                return


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most ``seconds``."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
