"""The loop's parent side: what lands, what is struck, what is renewed, cancelled and killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from engines.engine import engines
from engines.loop import dispatcher as loop
from engines.loop import wire
from engines.loop.dispatcher import Dispatcher
from engines.loop.hosts import Host, HostDied, ProcessHost
from engines.loop.jobs import STRIKES_CRASH, STRIKES_ERROR, STRIKES_RESTART
from tests.engines.loop.fakes import (
    LIMIT_S,
    MemoryStore,
    ScriptedHost,
    dying,
    events,
    finished,
    finishing,
)

MODULES = ["tests.rehearsal"]
REGISTER = engines(MODULES)


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> MemoryStore:
    return MemoryStore(clock)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[ProcessHost]:
    host = ProcessHost(tmp_path / "blobs", MODULES)
    yield host
    await host.kill()


def driven(
    store: MemoryStore, host: Host, clock: Clock | None = None, lease_s: float = loop.LEASE_S
) -> Dispatcher:
    if clock is not None:
        return Dispatcher(store, host, REGISTER, "me", clock=clock, lease_s=lease_s)
    return Dispatcher(store, host, REGISTER, "me", lease_s=lease_s)


@asynccontextmanager
async def serving(dispatcher: Dispatcher) -> AsyncIterator[None]:
    """The dispatcher at work in the background."""
    task = asyncio.create_task(dispatcher.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_nothing_waits_so_nothing_runs_but_the_host_is_warm(store: MemoryStore) -> None:
    host = ScriptedHost()
    assert not await driven(store, host).step()
    assert host.batches == []
    assert host.starts == 1


async def test_results_land_and_so_do_refusals(store: MemoryStore) -> None:
    first, second = store.add("hello", "")
    script = events(finished(first, "hello"), wire.Declined(second, "nothing_to_say", {"limit": 3}))
    assert await driven(store, ScriptedHost(script)).step()
    assert store.states() == ["done", "refused"]
    outcome, refusal = store.rows[first].outcome, store.rows[second].refusal
    assert outcome is not None
    assert outcome.text == "hello"
    assert refusal is not None
    assert (refusal.code, refusal.facts) == ("nothing_to_say", {"limit": 3})


async def test_a_host_gets_each_job_with_its_arguments_and_engine(store: MemoryStore) -> None:
    got: list[wire.Run] = []

    async def script(host: ScriptedHost, batch: wire.Run) -> AsyncIterator[wire.Up]:
        got.append(batch)
        async for event in finishing(host, batch):
            yield event

    first, second = store.add("one", "two")
    await driven(store, ScriptedHost(script)).step()
    assert [(run.engine, [item.id for item in run.items]) for run in got] == [
        ("RehearsedSpeech", [first, second])
    ]
    assert [(item.task, item.arguments) for item in got[0].items] == [
        ("text_to_speech", {"text": "one"}),
        ("text_to_speech", {"text": "two"}),
    ]


async def test_an_engine_that_raises_is_tried_three_times(store: MemoryStore) -> None:
    (job,) = store.add("raise")
    host = ScriptedHost(*[events(wire.Broke(job, "as scripted"))] * 9)
    dispatcher = driven(store, host)
    await dispatcher.step()
    assert (store.states(), store.rows[job].strikes) == (["queued"], STRIKES_ERROR)
    while await dispatcher.step():
        pass
    assert store.states() == ["dead"]
    assert host.batches == [[job]] * 3


async def test_a_death_strikes_only_what_was_open(store: MemoryStore) -> None:
    ids = store.add("plain", "refuse", "die", "plain")
    host = ScriptedHost(
        dying(finished(ids[0]), wire.Declined(ids[1], "nothing_to_say", {})),
        dying(),
    )
    dispatcher = driven(store, host)
    await dispatcher.step()
    assert store.states() == ["done", "refused", "queued", "queued"]
    strikes = [row.strikes for row in store.rows.values()]
    assert strikes == [0, 0, STRIKES_CRASH, STRIKES_CRASH]
    # From now on they do not take each other with them: the culprit dies alone, the other lives.
    while await dispatcher.step():
        pass
    assert host.batches == [ids, [ids[2]], [ids[3]]]
    assert store.states() == ["done", "refused", "dead", "done"]


async def test_the_result_of_a_lost_claim_is_dropped(store: MemoryStore) -> None:
    (job,) = store.add("hello")

    async def script(_host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        store.take_over(job)
        yield wire.Progressed(job, 0.5)
        yield finished(job)

    await driven(store, ScriptedHost(script)).step()
    row = store.rows[job]
    assert (row.state, row.owner, row.attempt) == ("running", "another", 2)
    assert (row.outcome, row.progress) == (None, [])


async def test_a_job_that_another_loop_took_first_is_not_run(store: MemoryStore) -> None:
    (job,) = store.add("hello")

    class Contended(ScriptedHost):
        async def start(self) -> None:
            await super().start()
            await store.claim([job], "another", 20)

    host = Contended()
    assert not await driven(store, host).step()
    assert host.batches == []
    assert store.rows[job].owner == "another"


async def test_a_stray_event_lands_nowhere(store: MemoryStore) -> None:
    (job,) = store.add("hello")
    stray = [wire.Ready("cpu"), finished(77), wire.Progressed(77, 0.5), wire.Cancelled(77)]
    script = events(*stray, finished(job, "first"), finished(job, "second"))
    await driven(store, ScriptedHost(script)).step()
    outcome = store.rows[job].outcome
    assert outcome is not None
    assert outcome.text == "first"


async def test_leases_are_renewed_while_a_batch_runs(store: MemoryStore, clock: Clock) -> None:
    (job,) = store.add("sleep")

    async def script(_host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        for passed in range(1, 4):
            clock.now = 1000.0 + passed
            renewals = store.renewals
            await store.until(lambda seen=renewals: store.renewals > seen)
            assert store.rows[job].lease_until == clock.now + 0.06
        yield finished(job)

    await driven(store, ScriptedHost(script), clock, lease_s=0.06).step()
    assert store.states() == ["done"]
    assert store.renewals >= 3


async def test_a_renewal_that_fails_ends_the_batch(store: MemoryStore) -> None:
    store.add("sleep")

    async def script(host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        store.ailing = True
        await host.killed.wait()
        yield wire.Ready("never")

    host = ScriptedHost(script)
    async with asyncio.timeout(LIMIT_S):
        with pytest.raises(ExceptionGroup, match="TaskGroup") as raised:
            await driven(store, host, lease_s=0.06).run()
    assert raised.group_contains(ConnectionError, match="the database is away")
    assert host.kills == 1


@pytest.mark.parametrize("told", [True, False])
async def test_a_wish_to_cancel_reaches_the_host_once(store: MemoryStore, told: bool) -> None:
    first, second = store.add("sleep", "plain")

    async def script(host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        store.rows[first].cancel = True
        if told:
            dispatcher.cancelling()
        async with asyncio.timeout(LIMIT_S):
            await host.stopping.wait()
        renewals = store.renewals
        if not told:  # the wish is still there when leases are renewed again
            await store.until(lambda: store.renewals > renewals)
        yield wire.Cancelled(first)
        yield finished(second)

    host = ScriptedHost(script)
    # When nobody told it, a renewal finds the wish.
    dispatcher = driven(store, host, lease_s=3600 if told else 0.06)
    await dispatcher.step()
    assert host.asked_to_stop == [first]
    assert store.states() == ["cancelled", "done"]
    assert host.kills == 0


async def test_mates_of_a_cancelled_job_are_not_struck_when_its_process_is_killed(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CANCEL_GRACE_S", 0.05)
    ids = store.add("plain", "hang", "plain", "plain")

    async def script(host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        yield finished(ids[0])
        store.rows[ids[1]].cancel = True
        dispatcher.cancelling()
        async with asyncio.timeout(LIMIT_S):
            await host.killed.wait()
        raise HostDied("killed")

    host = ScriptedHost(script)
    dispatcher = driven(store, host)
    await dispatcher.step()
    assert host.kills == 1
    assert store.states() == ["done", "cancelled", "queued", "queued"]
    assert [row.strikes for row in store.rows.values()] == [0, 0, 0, 0]
    await dispatcher.step()
    assert host.batches == [ids, ids[2:]]
    assert store.states() == ["done", "cancelled", "done", "done"]


async def test_a_cancelled_job_that_ends_in_time_costs_no_process(
    store: MemoryStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CANCEL_GRACE_S", 0.05)
    first, second = store.add("sleep", "sleep")

    async def script(host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        store.rows[first].cancel = True
        dispatcher.cancelling()
        await host.stopping.wait()
        yield wire.Cancelled(first)
        clock.now += 60  # the grace is long over, but the job is not there any more
        renewals = store.renewals
        await store.until(lambda: store.renewals > renewals + 2)
        yield finished(second)

    host = ScriptedHost(script)
    dispatcher = driven(store, host, clock, lease_s=0.06)
    await dispatcher.step()
    assert host.kills == 0
    assert store.states() == ["cancelled", "done"]


async def test_progress_reaches_the_table_no_more_often_than_it_may(
    store: MemoryStore, clock: Clock
) -> None:
    (job,) = store.add("sleep")

    async def script(_host: ScriptedHost, _batch: wire.Run) -> AsyncIterator[wire.Up]:
        for tenth in range(40):
            yield wire.Progressed(job, tenth / 40)
            clock.now += loop.PROGRESS_S / 8
        yield finished(job)

    await driven(store, ScriptedHost(script), clock).step()
    assert store.rows[job].progress == [8 / 40, 16 / 40, 24 / 40, 32 / 40]


async def test_the_cost_of_a_whole_batch_is_learnt_now_and_then(
    store: MemoryStore, clock: Clock
) -> None:
    dispatcher = driven(store, ScriptedHost(), clock)
    store.add("one", "two", seconds=5.0)
    await dispatcher.step()
    assert store.costs == [("RehearsedSpeech", "cpu", 0.05)]
    store.add("three")
    await dispatcher.step()
    assert len(store.costs) == 1
    clock.now += loop.LEARN_S
    store.add("four")
    await dispatcher.step()
    assert store.costs[1:] == [("RehearsedSpeech", "cpu", 0.5)]


@pytest.mark.parametrize(
    "end", [wire.Declined(2, "no_speech", {}), wire.Cancelled(2), wire.Broke(2, "as scripted")]
)
async def test_nothing_is_learnt_from_a_batch_with_a_job_that_did_not_finish(
    store: MemoryStore, end: wire.Up
) -> None:
    store.add("one", "two")
    await driven(store, ScriptedHost(events(finished(1), end))).step()
    assert store.states()[0] == "done"
    assert store.costs == []


async def test_nothing_is_learnt_from_jobs_about_no_audio(store: MemoryStore) -> None:
    store.add("one", seconds=0.0)
    await driven(store, ScriptedHost()).step()
    assert store.states() == ["done"]
    assert store.costs == []


async def test_what_a_dead_loop_left_running_is_recovered_once_at_the_start(
    store: MemoryStore, clock: Clock
) -> None:
    left, fresh = store.add("left", "fresh")
    await store.claim([left], "a dead loop", 20)
    host = ScriptedHost()
    async with serving(driven(store, host, clock)):
        await store.all_final()
        assert host.kills == 0
    assert store.recovered_by == ["me"]
    assert store.rows[left].strikes == STRIKES_RESTART
    assert store.states() == ["done", "done"]
    assert sorted(job for batch in host.batches for job in batch) == [left, fresh]
    assert host.kills == 1


@pytest.mark.parametrize("told", [True, False])
async def test_a_new_job_is_found_when_the_bell_rings_and_otherwise_by_looking(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(loop, "POLL_S", 3600.0 if told else 0.02)
    dispatcher = driven(store, ScriptedHost())
    async with serving(dispatcher):
        for number in range(3):
            await store.until(lambda: bool(store.recovered_by))
            store.add(str(number))
            if told:
                dispatcher.queued()
            await store.all_final()
    assert store.states() == ["done"] * 3


async def test_a_host_that_cannot_be_started_is_tried_again_at_no_cost_to_the_job(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "RESTART_S", 0.0)
    (job,) = store.add("plain")
    host = ScriptedHost()
    host.stillborn = 2
    dispatcher = driven(store, host)
    for _ in range(2):
        assert not await dispatcher.step()
        assert (store.states(), store.rows[job].attempt) == (["queued"], 0)
    await dispatcher.step()
    assert store.states() == ["done"]
    assert store.rows[job].strikes == 0


async def test_a_sleeping_job_is_cancelled_and_the_process_kept(
    store: MemoryStore, process: ProcessHost
) -> None:
    dispatcher = driven(store, process)
    (sleeping,) = store.add("sleep 600")
    async with serving(dispatcher):
        await store.until(lambda: bool(store.rows[sleeping].progress))
        pid = process.pid
        store.rows[sleeping].cancel = True
        dispatcher.cancelling()
        await store.all_final()
        assert store.states() == ["cancelled"]
        store.add("plain")
        dispatcher.queued()
        await store.all_final()
        assert process.pid == pid
    assert store.states() == ["cancelled", "done"]
    assert process.pid is None


async def test_a_hanging_job_is_killed_after_the_grace_and_the_next_one_runs(
    store: MemoryStore, process: ProcessHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CANCEL_GRACE_S", 0.2)
    dispatcher = driven(store, process)
    before, hanging, mate = store.add("plain", "hang", "plain")
    async with serving(dispatcher):
        await store.until(lambda: store.rows[before].state == "done")
        pid = process.pid
        store.rows[hanging].cancel = True
        dispatcher.cancelling()
        await store.all_final()
        assert process.pid not in {None, pid}
    assert store.states() == ["done", "cancelled", "done"]
    assert [store.rows[job].strikes for job in (hanging, mate)] == [0, 0]
    assert [store.rows[job].attempt for job in (before, hanging, mate)] == [1, 1, 2]


async def test_a_job_that_kills_the_process_dies_of_it_and_the_others_live(
    store: MemoryStore, process: ProcessHost
) -> None:
    store.add("plain", "die", "raise", "refuse", "nothing", "hello")
    async with serving(driven(store, process)):
        await store.all_final()
    assert store.states() == ["done", "dead", "dead", "refused", "dead", "done"]
    assert store.rows[2].attempt == 2
