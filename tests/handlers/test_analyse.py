"""What reaches a planner, what it costs, and how a long conversation is summed up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from db.models import Conversation, Turn, Usage
from db.session import Database
from engines.dialogue.language_model import OverBudget
from engines.dialogue.plan import Exchange, Plan
from engines.kinds import Refusal
from handlers.analyse import KEPT, LONG, Minds
from tests.handlers.conftest import NOTE, SAY, Room, Scripted, Talking, column, transcript


async def test_a_long_conversation_is_summed_up(database: Database, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []

    async def sum_up(summary: str, exchanges: object) -> tuple[str, int]:
        told.append((summary, len(exchanges)))  # type: ignore[arg-type]
        return f"summary {len(told)}", 5

    model = Scripted(*(Plan(words=f"answer {number}") for number in range(40)))
    room = Room(database, tmp_path, minds=Minds(Scripted(), model, sum_up))
    turns, folded = [], LONG + 1 - KEPT
    for number in range(40):
        turns.append(await room.say(f"message {number}"))
        await room.handle()
        await room.turns._analyse.settled()
    assert [count for _, count in told] == [folded] * 3
    assert [before for before, _ in told] == ["", "summary 1", "summary 2"]
    last = model.queries[-1]
    assert last.summary == "summary 3"
    assert last.past[0].words == f"message {3 * folded}"
    assert max(len(query.past) for query in model.queries) <= LONG + 1
    await room.forget.turn(turns[2])  # it was told of in the summary
    assert await column(room, Conversation.summary) == [""]


async def test_a_summary_under_way_does_not_bring_back_what_is_forgotten(talking: Talking) -> None:
    asked, come = asyncio.Event(), asyncio.Event()

    async def sum_up(_: str, exchanges: Sequence[Exchange]) -> tuple[str, int]:
        words = ", ".join(each.words for each in exchanges)
        asked.set()
        await come.wait()
        return words, 0

    room, _ = talking(*[Plan(words="ok")] * (LONG + 3), sum_up=sum_up)
    secret = await room.say("swordfish")
    for number in range(LONG + 1):
        await room.say(f"message {number}")
        await room.handle()
    await asked.wait()
    await room.forget.turn(secret)
    come.set()
    await room.turns._analyse.settled()
    assert await column(room, Conversation.summary) == [""]
    assert await column(room, Conversation.summed_up) == [0]
    await room.say("one more")  # what is left is summed up the next time
    await room.handle()
    await room.turns._analyse.settled()
    (summary,) = await column(room, Conversation.summary)
    assert summary == ", ".join(f"message {number}" for number in range(LONG + 1 - KEPT))


async def test_no_exchange_gets_lost_between_the_summary_and_the_past(talking: Talking) -> None:
    told: list[str] = []

    async def sum_up(_: str, exchanges: Sequence[Exchange]) -> tuple[str, int]:
        told.extend(each.words for each in exchanges)
        return "summary", 0

    # While nothing can be planned, nothing is summed up either.
    refused = [Refusal("model_confused") for _ in range(LONG + KEPT)]
    room, model = talking(*refused, *[Plan(words="ok")] * 4, sum_up=sum_up)
    said = [f"message {number}" for number in range(LONG + KEPT + 4)]
    for words in said:
        await room.say(words)
        await room.handle()
        await room.turns._analyse.settled()
    assert told == said[: len(told)]
    past = [each.words for each in model.queries[-1].past]
    assert told + past == said[:-1]


async def talk_among_themselves(room: Room) -> None:
    """People talk to each other, with a voice note, where everything is answered to."""
    await room.say("/settings speak always", addressed="command", admin=True)
    await room.handle()
    await room.overhear("", NOTE, addressed="", author_id="7", author_name="Ann")
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("we had soup"))
    await room.handle()
    for number in range(LONG + 1):
        await room.say(f"soup {number}", addressed="", author_id="7", author_name="Ann")
        await room.handle()


async def test_what_people_said_to_each_other_reaches_no_model_later(talking: Talking) -> None:
    told: list[str] = []

    async def sum_up(_: str, exchanges: Sequence[Exchange]) -> tuple[str, int]:
        told.extend(each.words for each in exchanges)
        return "summary", 0

    router = Scripted(*[Plan()] * (LONG + 2))
    room, model = talking(Plan(words="Hello."), router=router, sum_up=sum_up)
    await talk_among_themselves(room)
    await room.say("hello", addressed="mention")
    await room.handle()
    await room.turns._analyse.settled()
    (query,) = model.queries
    assert [(each.handle, each.about) for each in query.recent] == [("a1", "")]
    assert "soup" not in str(query)
    assert told == []


async def test_the_router_follows_what_people_say_to_each_other(talking: Talking) -> None:
    router = Scripted(*[Plan()] * (LONG + 2))
    room, model = talking(router=router)
    await talk_among_themselves(room)
    query = router.queries[-1]
    assert [each.about for each in query.recent] == ["we had soup"]
    assert query.past[-1].words == f"soup {LONG - 1}"
    assert not model.queries


@pytest.mark.parametrize("pressed", ["forget", "cancel"])
async def test_what_is_withdrawn_while_it_waits_is_not_planned(
    talking: Talking, pressed: str
) -> None:
    room, model = talking(Plan(words="one"))
    model.come.clear()
    await room.say("first")
    second = await room.say("second")
    working = asyncio.create_task(room.handle())
    await model.asked.wait()
    await room.press(second, pressed)
    model.come.set()
    await working
    assert [query.text for query in model.queries] == ["first"]


def confused() -> Refusal:
    refusal = Refusal("model_confused")
    refusal.__cause__ = OverBudget(500)
    return refusal


@pytest.mark.parametrize("comes_to", [lambda: OverBudget(500), confused, lambda: Plan(tokens=500)])
async def test_tokens_count_when_nothing_comes_of_them(
    talking: Talking, comes_to: Callable[[], Plan | Exception]
) -> None:
    room, model = talking(comes_to(), Plan(words="Hi."), tokens=400)
    await room.say("hi")
    await room.handle()
    assert await column(room, Usage.tokens) == [500]
    assert await column(room, Turn.spent) == [500]
    await room.say("hi again")
    await room.handle()
    assert len(model.queries) == 1


async def test_tokens_count_when_the_turn_was_cancelled_meanwhile(talking: Talking) -> None:
    room, model = talking(Plan((SAY,), tokens=500))
    model.come.clear()
    turn = await room.say("say hello")
    working = asyncio.create_task(room.handle())
    await model.asked.wait()
    await room.press(turn, "cancel")
    model.come.set()
    await working
    assert await room.jobs(turn) == []
    assert 500 in await column(room, Usage.tokens)
