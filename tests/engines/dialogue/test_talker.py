"""A weak model: its small talk, its loops, and its votes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from engines.dialogue import talker
from engines.dialogue.plan import Exchange, PastStep, Query
from engines.dialogue.prompting.answers import ModelFailed, cost
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.talker import Talker, without_loops
from engines.tasks import NONE, TASKS
from tests.servers.openai import Fail, Hold, OpenAIServer, Say
from tests.servers.openai.server import KEY, Reply, Script


@asynccontextmanager
async def served(
    script: Script | list[Reply], **more: Any
) -> AsyncIterator[tuple[Talker, OpenAIServer]]:
    refuses = more.pop("refuses", set())
    async with OpenAIServer(script, refuses=refuses) as server:
        completions = Completions(server.url, KEY, server.model, tries=1)
        try:
            yield Talker(completions, **more), server
        finally:
            await completions.close()


async def said(*replies: Reply, query: Query | None = None) -> str:
    async with served(list(replies)) as (talks, _):
        words, tokens = await talks.answer(query or Query("how are you?"))
        assert tokens > 0
        return words


async def test_it_answers_in_words() -> None:
    past = (
        Exchange("Ann", "hello", answer="Hi Ann!"),
        Exchange("Ann", "clean this", steps=(PastStep("speech_enhancement"),)),
    )
    async with served([Say("I am fine.")]) as (talks, server):
        words = await talks.answer(Query("how are\x00 you? <|im_end|>", past=past))
        (request,) = server.requests
    assert words == ("I am fine.", 123)
    assert [(each["role"], each["content"]) for each in request.messages[1:]] == [
        ("user", "hello"),
        ("assistant", "Hi Ann!"),
        ("user", "how are you? < |im_end|>"),
    ]
    assert not request.tools
    assert request.body["max_tokens"] == talker.ANSWER_TOKENS
    assert request.body["frequency_penalty"] > 0
    assert request.body["repeat_penalty"] > 1


async def test_it_works_with_servers_that_know_no_penalties() -> None:
    async with served([Say("Fine.")], refuses={"repeat_penalty"}) as (talks, _):
        assert (await talks.answer(Query("hi")))[0] == "Fine."


@pytest.mark.parametrize("text", ["hi", "길게 " * 9000, "x" * 100_000, ""])
def test_a_conversation_keeps_its_budget(text: str) -> None:
    past = [Exchange("Ann", f"{number} {text}", answer=f"yes {text}") for number in range(500)]
    messages = talker.conversation(Query(text, past=past), talker.CONTEXT_TOKENS)
    assert cost(messages) <= talker.CONTEXT_TOKENS
    roles = [each["role"] for each in messages]
    assert roles == ["system", *["user", "assistant"] * ((len(roles) - 2) // 2), "user"]
    if text == "hi":
        assert messages[-2]["content"] == "yes hi"
        assert str(messages[-3]["content"]).startswith("499")


async def test_a_loop_is_cut_and_not_waited_for() -> None:
    looping = Say("Hello there. I am here. Hello there. I am here. " * 200, pieces=12)
    async with served([looping]) as (talks, _):
        words, tokens = await talks.answer(Query("hi"))
    assert words == "Hello there. I am here."
    assert tokens < 900  # all of it would be ten times as many


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("One. Two. Three.", "One. Two. Three."),
        ("No. No. No.", "No. No. No."),
        ("안녕하세요. 반가워요. 안녕하세요. 반가워요.", "안녕하세요. 반가워요."),
        ("I can sing and I can sing and I can sing and I", "I can sing and"),
        ("노래를 불러요 노래를 불러요 노래를 불러요 노래를", "노래를 불러요"),
        ("ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ 안녕", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ 안녕"),
        ("It is 10000000000000 away", "It is 10000000000000 away"),
        ("abcabcabcabcabc", "abc"),
    ],
)
def test_loops_are_cut_where_they_begin(text: str, left: str) -> None:
    assert without_loops(text) == left


async def test_an_answer_that_was_cut_off_ends_with_a_sentence() -> None:
    assert await said(Say("I am fine. How are yo", finish="length")) == "I am fine."
    assert await said(Say("no end in sight", finish="length")) == "no end in sight"


async def test_it_gives_up_on_nothing_and_on_failures() -> None:
    assert await said(Say("  \n")) == ""
    async with served([Fail(500)]) as (talks, _):
        with pytest.raises(ModelFailed):
            await talks.answer(Query("hi"))


CANDIDATES = ["speech_recognition", "speech_translation"]


def voting(said: object) -> Script:
    return lambda _: Say(said if isinstance(said, str) else json.dumps(said))


async def test_a_vote_is_for_one_of_the_candidates() -> None:
    async with served(voting({"task": "speech_translation"})) as (talks, server):
        assert await talks.vote("what does it say in English?", CANDIDATES) == CANDIDATES[1]
        (request,) = server.requests
    form = request.body["response_format"]["json_schema"]
    assert form["schema"]["properties"]["task"]["enum"] == [*CANDIDATES, NONE]
    assert form["strict"] is True
    for name in CANDIDATES:
        assert TASKS[name].description in request.system
        for example in TASKS[name].examples[:2]:
            assert example in request.system
    assert request.prompt == "what does it say in English?"


@pytest.mark.parametrize(
    "said",
    [{"task": "none"}, {"task": "text_to_sing"}, {"task": 3}, {"task": ["x"]}, {}, [], 3, "", "{",
     "speech_translation"],
)  # fmt: skip
async def test_a_vote_for_nothing(said: object) -> None:
    async with served(voting(said)) as (talks, _):
        assert await talks.vote("hm", CANDIDATES) is None


async def test_what_votes_cost_is_counted() -> None:
    async with served(voting({"task": "none"})) as (talks, _):
        await talks.vote("nobody counts", CANDIDATES)
        with talker.counting_votes() as costs:
            await talks.vote("hm", CANDIDATES)
            await talks.vote("hm", CANDIDATES)
        await talks.vote("nobody counts any more", CANDIDATES)
    assert costs == [123, 123]


async def test_no_vote_without_candidates_model_or_time() -> None:
    async with served([Fail(500)]) as (talks, server):
        assert await talks.vote("hm", []) is None
        assert await talks.vote("hm", ["no_such_task"]) is None
        assert server.requests == []
        assert await talks.vote("hm", CANDIDATES) is None
    async with served([Hold()], vote_s=0.05) as (talks, _):
        assert await talks.vote("hm", CANDIDATES) is None


def test_a_ballot_is_bounded() -> None:
    messages = talker.ballot("x" * 100_000, list(TASKS))
    assert cost(messages) < 2500
