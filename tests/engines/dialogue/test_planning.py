"""Who plans, and what if the one who should does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from engines.dialogue.language_model import LanguageModel, ModelConfused, OverBudget
from engines.dialogue.plan import Asset, Handle, Missing, Observation, Plan, Query, Step
from engines.dialogue.planning import Planning, spent
from engines.dialogue.prompting.answers import Answer, ModelFailed
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.talker import Talker
from engines.kinds import Refusal
from tests.servers.openai import Fail, OpenAIServer, Say
from tests.servers.openai.server import KEY, Reply

QUERY = Query("transcribe this", (Asset("a9", "audio", 12.0),))
HEARD = Step("speech_recognition", {}, (Handle("a9"),))
ROUTED = Plan((Step("speech_recognition", {"language": "en"}, (Handle("a9"),)),))
CALL = Say(calls=[("speech_recognition", {"audio": "a9"})])


class Router:
    """Answers what it is told to."""

    def __init__(self, plan: Plan | Refusal = ROUTED) -> None:
        self.planned = plan
        self.asked = 0

    async def plan(self, query: Query) -> Plan:
        self.asked += 1
        if isinstance(self.planned, Refusal):
            raise self.planned
        return self.planned


@asynccontextmanager
async def planning(
    router: Router, *replies: Reply, talks: bool = False, **more: Any
) -> AsyncIterator[Planning]:
    async with OpenAIServer(list(replies)) as server:
        completions = Completions(server.url, KEY, server.model, tries=1)
        if talks:
            yield Planning(router, talker=Talker(completions))
        else:
            yield Planning(router, LanguageModel(completions, **more))
        await completions.close()


async def test_a_model_plans_alone() -> None:
    router = Router()
    async with planning(router, CALL) as planner:
        made = await planner.plan(QUERY)
    assert (made.steps, made.by, made.notes, router.asked) == ((HEARD,), "model", (), 0)


async def test_the_router_plans_alone() -> None:
    assert await Planning(Router()).plan(QUERY) == ROUTED


async def test_a_silent_model_is_told_of_and_stood_in_for() -> None:
    for routed in (ROUTED, Plan()):
        async with planning(Router(routed), Fail(500)) as planner:
            assert await planner.plan(QUERY) == replace(routed, notes=("model_silent",))
    async with planning(Router(Refusal("needs_audio")), Fail(500)) as planner:
        with pytest.raises(Refusal, match="needs_audio"):
            await planner.plan(QUERY)


async def test_what_a_model_cost_before_it_fell_silent_is_counted() -> None:
    wrong = Say(calls=[("nothing", {})])
    async with planning(Router(), wrong, Fail(500)) as planner:
        assert (await planner.plan(QUERY)).tokens == 123


async def test_what_a_model_cost_is_counted_when_the_router_refuses() -> None:
    wrong = Say(calls=[("nothing", {})])
    async with planning(Router(Refusal("needs_audio")), wrong, Fail(500)) as planner:
        with pytest.raises(Refusal, match="needs_audio") as raised:
            await planner.plan(QUERY)
    assert spent(raised.value) == 123


async def test_a_model_that_falls_silent_after_results_leaves_them_as_they_are() -> None:
    router = Router()
    async with planning(router, Fail(500)) as planner:
        made = await planner.plan(replace(QUERY, done=(Observation(1, HEARD, text="hello"),)))
    assert (made.steps, made.notes, router.asked) == ((), ("model_silent_after",), 0)


async def test_a_confused_model_leads_to_its_question() -> None:
    async with planning(Router(), Say(calls=[("text_to_speech", {})])) as planner:
        with pytest.raises(Missing) as raised:
            await planner.plan(QUERY)
    assert raised.value.code == "argument_missing"
    assert raised.value.question.missing == "text"
    assert isinstance(raised.value.__cause__, ModelConfused)
    assert spent(raised.value) == 4 * 123


async def test_a_turn_over_its_budget_is_refused() -> None:
    async with planning(Router(), CALL, per_turn_tokens=10) as planner:
        with pytest.raises(OverBudget) as raised:
            await planner.plan(replace(QUERY, spent=10))
    assert (raised.value.code, spent(raised.value)) == ("budget_turn", 0)
    assert spent(Refusal("needs_audio")) == 0


async def test_a_turn_over_its_budget_after_results_keeps_them() -> None:
    seen = replace(QUERY, spent=10, done=(Observation(1, HEARD, text="hello"),))
    async with planning(Router(), CALL, per_turn_tokens=10) as planner:
        assert await planner.plan(seen) == Plan(notes=("budget_turn_after",))
    wrong = Say(calls=[("nothing", {})])
    async with planning(Router(), wrong, per_turn_tokens=20) as planner:
        assert (await planner.plan(seen)).tokens == 123


class Voter(Talker):
    """Answers at once, or fails, and each vote costs as much as its words are long."""

    def __init__(self) -> None:
        super().__init__(Completions("http://127.0.0.1:1"))

    async def answer(self, query: Query) -> tuple[str, int]:
        failed = ModelFailed("cut_off")
        failed.tokens = 7
        raise failed


class Voted(Router):
    """Lets a voter vote before it answers."""

    def __init__(self, voter: Talker, plan: Plan | Refusal) -> None:
        super().__init__(plan)
        self.voter = voter

    async def plan(self, query: Query) -> Plan:
        await self.voter.vote(query.text, ["speech_recognition"])
        return await super().plan(query)


async def test_what_votes_cost_is_counted_for_the_query_they_were_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def ask(_self: Completions, messages: Any, **_: Any) -> Answer:
        await asyncio.sleep(0.01)  # until the other query's vote is under way
        return Answer('{"task": "none"}', (), len(messages[-1]["content"]))

    monkeypatch.setattr(Completions, "ask", ask)
    voter = Voter()
    planner = Planning(Voted(voter, ROUTED), talker=voter)
    made = await asyncio.gather(*(planner.plan(Query(text)) for text in ("one", "eleven")))
    assert [each.tokens for each in made] == [3, 6]
    refusing = Planning(Voted(voter, Refusal("needs_audio")), talker=voter)
    with pytest.raises(Refusal, match="needs_audio") as raised:
        await refusing.plan(Query("three"))
    assert spent(raised.value) == 5
    silent = Planning(Voted(voter, Plan()), talker=voter)
    assert await silent.plan(Query("hi")) == Plan(tokens=2 + 7)


async def test_a_talker_answers_what_the_router_does_not_plan() -> None:
    async with planning(Router(Plan()), Say("Hello!"), talks=True) as planner:
        assert await planner.plan(QUERY) == Plan(words="Hello!", by="model", tokens=123)


@pytest.mark.parametrize("routed", [ROUTED, Plan(words="Hi.")])
async def test_a_talker_is_not_asked_when_there_is_a_plan(routed: Plan) -> None:
    async with planning(Router(routed), Fail(400), talks=True) as planner:
        assert await planner.plan(QUERY) == routed


async def test_a_talker_is_not_asked_when_something_is_missing() -> None:
    async with planning(Router(Refusal("needs_audio")), Say("Hello!"), talks=True) as planner:
        with pytest.raises(Refusal, match="needs_audio"):
            await planner.plan(QUERY)


@pytest.mark.parametrize("reply", [Fail(500), Say("")])
async def test_a_talker_that_says_nothing(reply: Reply) -> None:
    async with planning(Router(Plan()), reply, talks=True) as planner:
        made = await planner.plan(QUERY)
    assert (made.steps, made.words, made.by) == ((), "", "router")
