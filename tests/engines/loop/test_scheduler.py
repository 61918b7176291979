"""What runs next: what must hold of every choice, and what is preferred."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engines.loop.jobs import AGING_S, Waiting
from engines.loop.scheduler import BATCH_SECONDS, LOOKAHEAD, PATIENCE_S, Batch, choose

NOW = 10_000.0
INTERACTIVE, NORMAL, LONG = 0, 1, 2
ENGINES = ("Hearing", "Speaking", "Cleaning")


def job(number: int, **values: object) -> Waiting:
    plain = Waiting(
        id=number,
        engine="Hearing",
        key="",
        lane=INTERACTIVE,
        seconds=10.0,
        channel=number,
        queued_at=NOW,
    )
    return replace(plain, **values)  # type: ignore[arg-type]


queues = st.lists(
    st.builds(
        job,
        st.integers(1, 10_000),
        engine=st.sampled_from(ENGINES),
        key=st.sampled_from(["", "language='en'"]),
        lane=st.integers(INTERACTIVE, LONG),
        seconds=st.floats(0, 2 * BATCH_SECONDS),
        channel=st.integers(1, 4),
        queued_at=st.floats(NOW - 5 * AGING_S, NOW + 5),
        alone=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda each: each.id,
)
residents = st.frozensets(st.sampled_from(ENGINES))
rooms = st.dictionaries(st.sampled_from(ENGINES), st.integers(1, 8))
served = st.dictionaries(st.integers(1, 4), st.floats(0, 1000))


def chosen(batch: Batch | None, waiting: list[Waiting]) -> list[Waiting]:
    assert batch is not None
    by_id = {each.id: each for each in waiting}
    return [by_id[number] for number in batch.ids]


@given(queues, residents, rooms, served)
def test_no_job_overtakes_an_earlier_one_of_its_channel_and_lane(
    waiting: list[Waiting],
    resident: frozenset[str],
    room: dict[str, int],
    had: dict[int, float],
) -> None:
    batch = choose(waiting, NOW, resident=resident, max_batch=room, served=had)
    if batch is None:
        return
    taken = chosen(batch, waiting)
    for job in taken:
        for other in waiting:
            same = (other.channel, other.lane) == (job.channel, job.lane)
            earlier = (other.queued_at, other.id) < (job.queued_at, job.id)
            if same and earlier and other not in taken:
                # Only where one of them has aged into another lane, which is no fault of order.
                assert NOW - other.queued_at >= AGING_S


@given(queues, residents, rooms, served)
def test_a_batch_is_of_waiting_jobs_that_belong_together_and_fit(
    waiting: list[Waiting],
    resident: frozenset[str],
    max_batch: dict[str, int],
    had: dict[int, float],
) -> None:
    batch = choose(waiting, NOW, resident=resident, max_batch=max_batch, served=had)
    if not waiting:
        assert batch is None
        return
    jobs = chosen(batch, waiting)
    assert batch is not None
    assert len(set(batch.ids)) == len(batch.ids) >= 1
    assert {each.engine for each in jobs} == {batch.engine}
    assert len({each.key for each in jobs}) == 1
    assert len(jobs) <= max_batch.get(batch.engine, 1)
    if len(jobs) > 1:
        assert max(each.seconds for each in jobs) * len(jobs) <= BATCH_SECONDS
        assert not any(each.alone for each in jobs)


@given(queues, residents, rooms, served, st.randoms(use_true_random=False))
def test_the_order_in_which_jobs_are_listed_does_not_matter(
    waiting: list[Waiting],
    resident: frozenset[str],
    max_batch: dict[str, int],
    had: dict[int, float],
    chance: random.Random,
) -> None:
    first = choose(waiting, NOW, resident=resident, max_batch=max_batch, served=had)
    shuffled = list(waiting)
    chance.shuffle(shuffled)
    assert choose(shuffled, NOW, resident=resident, max_batch=max_batch, served=had) == first


@given(queues)
def test_no_waiting_job_is_in_a_lane_before_that_of_the_chosen_one(waiting: list[Waiting]) -> None:
    fresh = [replace(each, queued_at=NOW - each.id % 7) for each in waiting]
    if fresh:
        first = chosen(choose(fresh, NOW), fresh)[0]
        assert first.lane == min(each.lane for each in fresh)


@given(queues, rooms)
def test_every_job_is_chosen_once_until_none_waits(
    waiting: list[Waiting], max_batch: dict[str, int]
) -> None:
    left, ran = list(waiting), []
    while batch := choose(left, NOW, max_batch=max_batch):
        ran += batch.ids
        left = [each for each in left if each.id not in batch.ids]
    assert sorted(ran) == sorted(each.id for each in waiting)


def test_lanes_are_served_in_their_order() -> None:
    waiting = [job(1, lane=LONG), job(2, lane=NORMAL), job(3, lane=INTERACTIVE)]
    assert choose(waiting, NOW) == Batch("Hearing", (3,))
    assert choose(waiting[:2], NOW) == Batch("Hearing", (2,))


def test_the_oldest_of_a_lane_comes_first() -> None:
    waiting = [job(1, queued_at=NOW), job(2, queued_at=NOW - 1)]
    assert choose(waiting, NOW) == Batch("Hearing", (2,))


def test_a_long_job_runs_within_bounded_time_under_an_endless_stream_of_interactive_ones() -> None:
    step_s = 2.0  # one job is done in each step, and more than one arrives
    numbers = itertools.count(1)
    long = job(0, lane=LONG, queued_at=NOW, engine="Cleaning")
    waiting, now = [long], NOW
    while long in waiting:
        waiting += [job(next(numbers), queued_at=now, channel=next(numbers)) for _ in range(2)]
        batch = choose(waiting, now, resident=frozenset({"Hearing"}))
        assert batch is not None
        waiting = [each for each in waiting if each.id not in batch.ids]
        now += step_s
        # Two lanes to rise, then those that came before it did: they wait in a queue, not a stack.
        assert now - NOW <= 2 * AGING_S + PATIENCE_S + 2 * step_s
    assert now - NOW > AGING_S  # nor did it jump the queue


def test_a_loaded_engine_is_preferred_among_the_next_few() -> None:
    waiting = [job(1, queued_at=NOW - 2), job(2, queued_at=NOW - 1, engine="Speaking")]
    assert choose(waiting, NOW, resident=frozenset({"Speaking"})) == Batch("Speaking", (2,))
    assert choose(waiting, NOW, resident=frozenset({"Hearing", "Speaking"})) == Batch(
        "Hearing", (1,)
    )


def test_a_loaded_engine_is_not_preferred_beyond_the_next_few() -> None:
    waiting = [job(number, queued_at=NOW - 5 + number / 100) for number in range(LOOKAHEAD)]
    speaking = job(999, engine="Speaking")
    resident = frozenset({"Speaking"})
    assert choose([*waiting[1:], speaking], NOW, resident=resident) == Batch("Speaking", (999,))
    assert choose([*waiting, speaking], NOW, resident=resident) == Batch("Hearing", (0,))


def test_a_loaded_engine_is_not_preferred_when_the_first_has_waited_long() -> None:
    resident = frozenset({"Speaking"})
    speaking = job(2, engine="Speaking", queued_at=NOW)
    patient, tired = job(1, queued_at=NOW - PATIENCE_S + 1), job(1, queued_at=NOW - PATIENCE_S)
    assert choose([patient, speaking], NOW, resident=resident) == Batch("Speaking", (2,))
    assert choose([tired, speaking], NOW, resident=resident) == Batch("Hearing", (1,))


def test_a_loaded_engine_is_not_preferred_across_lanes() -> None:
    waiting = [job(1), job(2, lane=NORMAL, engine="Speaking")]
    assert choose(waiting, NOW, resident=frozenset({"Speaking"})) == Batch("Hearing", (1,))


def test_the_least_served_channel_comes_first_within_a_lane() -> None:
    greedy, modest = job(1, channel=1, queued_at=NOW - 5), job(2, channel=2)
    assert choose([greedy, modest], NOW, served={1: 30.0, 2: 1.0}) == Batch("Hearing", (2,))
    assert choose([greedy, modest], NOW, served={1: 30.0, 2: 31.0}) == Batch("Hearing", (1,))
    late = replace(modest, lane=NORMAL)
    assert choose([greedy, late], NOW, served={1: 30.0, 2: 1.0}) == Batch("Hearing", (1,))


def test_jobs_of_one_engine_and_key_share_a_batch_up_to_its_room() -> None:
    waiting = [job(1), job(2, key="language='en'"), job(3), job(4, engine="Speaking"), job(5)]
    assert choose(waiting, NOW, max_batch={"Hearing": 9}) == Batch("Hearing", (1, 3, 5))
    assert choose(waiting, NOW, max_batch={"Hearing": 2}) == Batch("Hearing", (1, 3))
    assert choose(waiting, NOW) == Batch("Hearing", (1,))


def test_a_job_too_long_for_the_batch_is_passed_over() -> None:
    waiting = [job(1), job(2, seconds=BATCH_SECONDS), job(3, seconds=BATCH_SECONDS / 2)]
    assert choose(waiting, NOW, max_batch={"Hearing": 9}) == Batch("Hearing", (1, 3))


def test_a_job_longer_than_any_batch_still_runs() -> None:
    waiting = [job(1, seconds=50 * BATCH_SECONDS), job(2)]
    assert choose(waiting, NOW, max_batch={"Hearing": 9}) == Batch("Hearing", (1,))


def test_a_job_that_was_in_a_crash_runs_alone() -> None:
    room = {"Hearing": 9}
    assert choose([job(1, alone=True), job(2)], NOW, max_batch=room) == Batch("Hearing", (1,))
    assert choose([job(1), job(2, alone=True), job(3)], NOW, max_batch=room) == Batch(
        "Hearing", (1, 3)
    )
