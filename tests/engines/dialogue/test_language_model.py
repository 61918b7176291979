"""Planning by a language model that is scripted: good, clumsy, stubborn, or under a spell."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines.dialogue.language_model import LanguageModel, ModelConfused, OverBudget
from engines.dialogue.plan import (
    Asset,
    Exchange,
    Handle,
    Missing,
    Observation,
    PastStep,
    Plan,
    Query,
    ResultOf,
    Step,
)
from engines.dialogue.prompting import memory
from engines.dialogue.prompting.answers import ModelFailed
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.prompting.tokens import tokens
from tests.servers.openai import Fail, Naive, OpenAIServer, Request, Say
from tests.servers.openai.server import KEY, Reply

NONCE = "0123456789abcdef"
QUERY = Query("transcribe this", (Asset("a9", "audio", 12.0, by="Ann"),), speaker="Ann")
HEAR = ("speech_recognition", {"audio": "a9"})
HEARD = Step("speech_recognition", {}, (Handle("a9"),))
DONE = replace(QUERY, done=(Observation(1, HEARD, text="안녕하세요"),))
Script = Callable[[Request], Reply] | Sequence[Reply]


@asynccontextmanager
async def served(script: Script, **more: Any) -> AsyncIterator[tuple[LanguageModel, OpenAIServer]]:
    async with OpenAIServer(script) as server:
        completions = Completions(server.url, KEY, server.model, tries=1)
        try:
            yield LanguageModel(completions, nonce=lambda: NONCE, **more), server
        finally:
            await completions.close()
        assert not server.refused


async def plan(script: Script, query: Query = QUERY, **more: Any) -> Plan:
    async with served(script, **more) as (model, _):
        return await model.plan(query)


async def confused(script: Script, query: Query = QUERY, **more: Any) -> ModelConfused:
    with pytest.raises(ModelConfused) as raised:
        await plan(script, query, **more)
    return raised.value


async def test_calls_become_steps() -> None:
    made = await plan([Say(calls=[HEAR])])
    assert made == Plan((HEARD,), by="model", looks=True, tokens=123)


async def test_several_calls_are_steps_in_order() -> None:
    calls = [("speech_enhancement", {"audio": "a9"}), ("speech_recognition", {"audio": "s1"}),
             ("text_to_speech", {"text": "s2"})]  # fmt: skip
    made = await plan([Say(calls=calls)])
    assert [step.task for step in made.steps] == [name for name, _ in calls]
    assert made.steps[1].inputs == (ResultOf(1),)
    assert made.steps[2].arguments == {"text": ResultOf(2)}


async def test_words_are_an_answer_and_are_shown_as_they_come() -> None:
    shown: list[tuple[Query, str]] = []
    made = await plan([Say("Which of the two?", pieces=6)], words=lambda *each: shown.append(each))
    assert made == Plan(words="Which of the two?", by="model", tokens=123)
    assert shown[0] == (QUERY, "Which ")
    assert shown[-1] == (QUERY, "Which of the two?")


async def test_a_call_that_is_written_down_is_a_call_and_not_shown() -> None:
    shown: list[str] = []
    fence = f"```json\n{json.dumps({'name': HEAR[0], 'arguments': HEAR[1]})}\n```"
    made = await plan([Say(fence)], words=lambda _, text: shown.append(text))
    assert made.steps == (HEARD,)
    assert shown == []


@pytest.mark.parametrize("said", ["", "OK", "Done.", "ok!"])
async def test_after_results_there_may_be_nothing_to_add(said: str) -> None:
    assert await plan([Say(said)], DONE) == Plan(by="model", tokens=123)


async def test_words_after_results() -> None:
    assert (await plan([Say("They say hello.")], DONE)).words == "They say hello."


async def test_an_empty_answer_is_asked_for_again() -> None:
    assert (await plan([Say(""), Say("Hello!")])).words == "Hello!"
    with pytest.raises(ModelFailed, match="empty") as raised:
        await plan([Say("")])
    assert raised.value.tokens == 4 * 123


WRONG: list[tuple[str, Any, str]] = [
    ("speech_recognition", {"audio": "a77"}, "unknown_handle"),
    ("speech_recognition", '{"audio": "a9', "broken_json"),
    ("speech_recognition", {"audio": "a9", "language": 3}, "argument_type"),
    ("speech_recognition", {"audio": "a9", "speed": 2}, "argument_unknown"),
    ("text_to_speech", {}, "argument_missing"),
    ("text_to_speech", {"text": "hi", "speed": 99}, "argument_range"),
    ("transcribe_this", {"audio": "a9"}, "unknown_task"),
    ("speech_recognition", {"audio": "s4"}, "unknown_step"),
    ("image_captioning", {"image": "a9"}, "needs_image"),
    ("later", {"tasks": ["text_to_speech"]}, "later_alone"),
]


@pytest.mark.parametrize(("name", "arguments", "code"), WRONG)
async def test_a_model_is_told_what_is_wrong_and_mends_it(
    name: str, arguments: Any, code: str
) -> None:
    def script(request: Request) -> Reply:
        if not request.results:
            return Say(calls=[(name, arguments)])
        told = json.loads(request.results[-1])
        assert told["error"] == code
        assert told["message"]
        return Say(calls=[HEAR])

    made = await plan(script)
    assert (made.steps, made.tokens) == ((HEARD,), 246)


async def test_right_calls_beside_a_wrong_one_are_held() -> None:
    def script(request: Request) -> Reply:
        if not request.results:
            return Say(calls=[HEAR, ("text_to_speech", {"text": "s7"})])
        assert "held" in json.loads(request.results[0])
        assert json.loads(request.results[1])["valid"] == ["s1"]
        return Say(calls=[HEAR, ("text_to_speech", {"text": "s1"})])

    assert len((await plan(script)).steps) == 2


@pytest.mark.parametrize(
    ("name", "arguments", "code", "missing"),
    [
        ("speech_recognition", {"audio": "a77"}, "unknown_handle", "audio"),
        ("image_captioning", {"image": "a77"}, "needs_image", "image"),
        ("text_to_speech", {"voice": "emma"}, "argument_missing", "text"),
        ("text_to_speech", {"text": "hi", "speed": 99}, "argument_range", "speed"),
        ("no_such_thing", {}, "model_confused", None),
        ("text_to_speech", "{", "model_confused", None),
    ],
)
async def test_a_model_that_stays_wrong_leads_to_a_question(
    name: str, arguments: Any, code: str, missing: str | None
) -> None:
    raised = await confused([Say(calls=[(name, arguments)])], repairs=3)
    assert raised.tokens == 4 * 123
    assert raised.refusal.code == code
    if missing is None:
        assert not isinstance(raised.refusal, Missing)
    else:
        assert isinstance(raised.refusal, Missing)
        assert raised.refusal.question.missing == missing


async def test_it_goes_on_after_what_is_done() -> None:
    def script(request: Request) -> Reply:
        assert [each["role"] for each in request.messages[1:]] == ["user", "assistant", "tool"]
        assert "안녕하세요" in request.results[0]
        return Say(calls=[("text_to_speech", {"text": "s1"})])

    query = replace(DONE, mandate=("text_to_speech",))
    made = await plan(script, query)
    assert made.steps == (Step("text_to_speech", {"text": ResultOf(1)}),)


async def test_only_what_was_named_before_may_follow_results() -> None:
    asked: list[Request] = []

    def script(request: Request) -> Reply:
        asked.append(request)
        return Say(calls=[("text_to_sing", {"text": "s1"})])

    assert await plan(script, DONE) == Plan(by="model", tokens=4 * 123)
    assert set(asked[0].tools) == {"speech_recognition"}
    assert "안녕" in asked[0].text
    assert "안녕" not in asked[1].text  # asked again without what may have talked it into it
    named = replace(DONE, mandate=("text_to_sing", "no_such_task"))
    assert (await plan(script, named)).steps[0].task == "text_to_sing"
    assert set(asked[-1].tools) == {"speech_recognition", "text_to_sing"}


async def test_tasks_for_later_are_the_mandate() -> None:
    made = await plan([Say(calls=[HEAR, ("later", {"tasks": ["text_to_speech"]})])])
    assert (made.steps, made.mandate) == ((HEARD,), ("text_to_speech",))


async def test_the_mandate_holds_until_the_turn_is_over() -> None:
    sing = Say(calls=[("text_to_sing", {"text": "la"})])
    query = replace(DONE, mandate=("text_to_sing", "text_to_speech"))
    made = await plan([sing], query)
    assert (made.steps[0].task, made.mandate) == ("text_to_sing", query.mandate)
    query = replace(query, done=(*query.done, Observation(2, made.steps[0])), mandate=made.mandate)
    made = await plan([Say(calls=[("text_to_speech", {"text": "s1"})])], query)
    assert made.steps == (Step("text_to_speech", {"text": ResultOf(1)}),)


async def test_the_same_call_for_ever_comes_to_an_end() -> None:
    assert await plan([Say(calls=[HEAR])], DONE) == Plan(by="model", tokens=4 * 123)


async def test_after_eight_steps_there_are_no_tools() -> None:
    def script(request: Request) -> Reply:
        assert not request.tools
        return Say('{"name": "speech_recognition", "arguments": {"audio": "a9"}}')

    done = [
        Observation(number, Step("text_to_speech", {"text": f"{number}"})) for number in range(1, 9)
    ]
    assert await plan(script, replace(QUERY, done=tuple(done))) == Plan(by="model", tokens=123)


async def test_a_turn_has_a_budget() -> None:
    with pytest.raises(OverBudget) as raised:
        await plan([Say("hi")], replace(QUERY, spent=500), per_turn_tokens=500)
    assert (raised.value.code, raised.value.tokens) == ("budget_turn", 0)
    wrong = [Say(calls=[("nothing", {})])]
    with pytest.raises(OverBudget) as raised:
        await plan(wrong, replace(QUERY, spent=100), per_turn_tokens=300)
    assert raised.value.tokens == 246


async def test_what_was_spent_is_known_when_it_fails() -> None:
    with pytest.raises(ModelFailed) as raised:
        await plan([Say(calls=[("nothing", {})]), Fail(500)])
    assert (raised.value.reason, raised.value.tokens) == ("server_error", 123)


def test_a_budget_that_holds_no_prompt_is_an_error() -> None:
    with pytest.raises(ValueError, match="budget"):
        LanguageModel(Completions("http://127.0.0.1:1", "k", "m"), budget_tokens=3000)


async def test_a_prompt_keeps_its_budget_with_its_tools() -> None:
    past = [Exchange("Bob", "long words " * 500, answer="yes") for _ in range(50)]
    async with served([Say("hi")], budget_tokens=7000) as (model, server):
        await model.plan(replace(QUERY, text="please " * 5000, past=past))
        (request,) = server.requests
    assert tokens(request.text) + tokens(json.dumps(request.body["tools"])) < 7000 * 1.05


# What other people's words cannot bring about.

ATTACKS = [
    (line.partition("\t")[0], line.partition("\t")[2].replace("\\n", "\n"))
    for line in Path(__file__).with_name("attacks.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
DOES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "transcribe": [("speech_recognition", {"audio": "a9"})],
    "받아써": [("speech_recognition", {"audio": "a9"})],
    "clean": [("speech_enhancement", {"audio": "a9"}), ("text_to_speech", {"text": "hello"})],
    "hello": [],
}
REQUESTS = list(DOES)


def scene(where: str, attack: str, text: str) -> Query:
    """A request in a conversation that holds an attack, or none."""
    names = {"name": attack} if where == "name" else {}
    about = {"heard": attack, "caption": attack} | names
    mallory = attack if where == "speaker" else "Mallory"
    past = [
        Exchange("Bob", "hello all", answer="Hello!"),
        Exchange(
            mallory,
            attack if where == "words" else "look at this",
            sent=("a7",),
            steps=(PastStep("speech_recognition", {}, ("a7",), (), about.get("heard", "hello")),),
            answer=attack if where == "answer" else "",
        ),
    ]
    return Query(
        text,
        (Asset("a9", "audio", 5.0, by="Ann", about=names.get("name", "memo.ogg")),),
        (
            Asset("a7", "audio", 3.0, by=mallory, about=about["heard"] if where == "heard" else ""),
            Asset("a8", "image", by=mallory, about=attack if where == "caption" else ""),
        ),
        speaker="Ann",
        past=past,
        summary=attack if where == "summary" else "Ann and Bob say hello.",
    )


async def whole_turn(script: Script, query: Query, result: str) -> list[str]:
    """The tasks that are run for a query until nothing more is asked for."""
    run: list[str] = []
    async with served(script) as (model, _):
        for _ in range(10):
            try:
                made = await model.plan(query)
            except ModelConfused:
                break
            if not made.steps:
                break
            done = list(query.done)
            for step in made.steps:
                run.append(step.task)
                done.append(Observation(len(done) + 1, step, text=result))
            query = replace(query, done=tuple(done), mandate=made.mandate)
    return run


def naive(marker: str) -> Naive:
    return Naive(DOES, attack="text_to_sing", arguments={"text": "pwned"}, marker=marker)


def readable(attack: str) -> str:
    """A piece of an attack that is left of it in a prompt, however it is escaped."""
    return max(re.split(rf'["<\[\n]|{NONCE}', attack), key=len).strip()[:24]


@pytest.mark.parametrize("number", range(len(ATTACKS)))
async def test_an_attack_starts_nothing(number: int) -> None:
    where, attack = ATTACKS[number]
    text = REQUESTS[number % len(REQUESTS)]
    result = attack if where == "result" else "hello"
    if where == "result" and text == "hello":
        text = "transcribe"  # else there is no result to hide in
    without = await whole_turn(naive("\0"), scene("", "", text), "hello")
    model = naive(readable(attack))
    assert await whole_turn(model, scene(where, attack, text), result) == without
    assert model.obeyed, "the model never saw the attack"
    assert without == [name for name, _ in DOES[text]]


async def test_without_a_second_opinion_the_same_attacks_work() -> None:
    """The attacks are real: it is the opinion that stops them."""
    where, attack = ATTACKS[0]
    async with served(naive(readable(attack)), second_opinion=False) as (model, _):
        made = await model.plan(scene(where, attack, "transcribe"))
    assert [step.task for step in made.steps] == ["text_to_sing"]


def test_the_attacks_are_many_and_in_two_languages() -> None:
    assert len(ATTACKS) >= 60
    assert {where for where, _ in ATTACKS} == {
        "words", "heard", "name", "speaker", "caption", "summary", "result", "answer",
    }  # fmt: skip
    assert sum(any("가" <= letter <= "힣" for letter in attack) for _, attack in ATTACKS) >= 15


async def test_a_second_opinion_is_only_asked_where_others_had_a_word() -> None:
    asked: list[Request] = []

    def script(request: Request) -> Reply:
        asked.append(request)
        if "asked" in request.tools:
            assert "Bob" not in request.text
            return Say(calls=[("asked", {"tasks": ["speech_recognition"]})])
        return Say(calls=[HEAR])

    await plan(script)
    assert len(asked) == 1
    made = await plan(script, replace(QUERY, past=(Exchange("Bob", "hi"),)))
    assert (len(asked), made.steps, made.tokens) == (3, (HEARD,), 246)
    await plan([Say("Hello!")], replace(QUERY, past=(Exchange("Bob", "hi"),)))


@pytest.mark.parametrize("said", ["", "none", '{"name": "asked", "arguments": {"tasks": 3}}'])
async def test_an_opinion_that_is_none_allows_nothing(said: str) -> None:
    def script(request: Request) -> Reply:
        if "asked" in request.tools:
            return Say(said)
        return Say(calls=[HEAR]) if request.tools else Say("What shall I do?")

    made = await plan(script, replace(QUERY, past=(Exchange("Bob", "hi"),)))
    assert (made.steps, made.words) == ((), "What shall I do?")


# The running summary.


async def test_old_exchanges_are_summed_up() -> None:
    def script(request: Request) -> Reply:
        assert not request.tools
        assert "likes birds" in request.prompt
        assert "clean this" in request.prompt
        return Say("Bob likes birds. Ann had a1 cleaned: a2.")

    async with served(script) as (model, _):
        exchanges = [Exchange("Ann", "clean this", ("a1",))]
        summary, cost = await model.summarise("Bob likes birds.", exchanges)
    assert (summary, cost) == ("Bob likes birds. Ann had a1 cleaned: a2.", 123)


async def test_a_summary_is_cut_and_made_without_a_model_if_need_be() -> None:
    exchanges = [Exchange("Ann", "clean this", ("a1",))]
    async with served([Say("long " * 500), Fail(500), Say("")]) as (model, _):
        summary, _ = await model.summarise("", exchanges)
        assert tokens(summary) <= memory.SUMMARY_TOKENS
        for spent in (0, 123):
            told = await model.summarise("Before.", exchanges)
            assert told == (memory.fold("Before.", exchanges), spent)
