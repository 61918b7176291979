"""The robustness dialogues pass with the router alone; and the judge finds what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engines.dialogue.plan import Handle, Plan, Step
from engines.dialogue.router import Router
from evals import rehearsed, rehearsed_few
from evals.dialogue import KINDS, Dialogue, Expected, Round, Wanted, load, load_all, step
from evals.judge import Ran, Seen, judge
from evals.robustness import Outcome, Report, evaluate
from handlers.analyse import Minds
from handlers.edge import File, Part
from tests.conftest import Tell
from tests.evals.clumsy import FAULTS, TROUBLE, Clumsy
from tests.evals.oracle import Oracle

DIALOGUES = load_all()


@pytest.fixture(scope="module")
def report() -> Report:
    """All dialogues, held once, with the router alone."""
    return asyncio.run(evaluate(DIALOGUES, Minds(Router())))


@pytest.mark.parametrize("name", [each.name for each in DIALOGUES])
def test_a_dialogue_goes_as_anybody_expects(report: Report, name: str) -> None:
    outcome = next(each for each in report.outcomes if each.dialogue.name == name)
    assert outcome.misses() == []


@pytest.mark.parametrize("step", [2, pytest.param(1, marks=pytest.mark.long)])
async def test_a_clumsy_language_model_comes_to_the_same(step: int, tell: Tell) -> None:
    """Each answer may come late, broken, invented or again and again: nobody notices."""
    dialogues = DIALOGUES[::step]
    async with Clumsy(Oracle(dialogues), seed=20261122) as clumsy:
        report = await evaluate(dialogues, Minds(Router(), clumsy))
    tell(f"{sum(clumsy.misbehaved.values())} times it misbehaved: {dict(clumsy.misbehaved)}")
    assert [miss for each in report.outcomes for miss in each.misses()] == []
    assert set(clumsy.misbehaved) == {*TROUBLE, *FAULTS}
    assert not clumsy.server.refused


def test_the_figures(report: Report, tell: Tell) -> None:
    for row in report.rows():
        tell(f"{row['kind']}: {row['dialogues_passed']} of {row['dialogues']} dialogues")
    assert [row["kind"] for row in report.rows()] == [*KINDS, "all"]


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_enough_of_each_kind(kind: str) -> None:
    dialogues = load(kind)
    assert len(dialogues) >= 15
    assert sum(each.lang == "ko" for each in dialogues) >= 3
    assert all(len(each.rounds) >= 2 for each in dialogues)
    assert any(len(each.people) > 1 for each in dialogues)


def test_there_are_spoken_queries_of_three_kinds_at_least() -> None:
    spoken = {each.kind for each in DIALOGUES if any(one.hears for one in each.rounds)}
    assert len(spoken) >= 3


def test_every_task_is_rehearsed_and_expected_somewhere() -> None:
    expected = {one.task for each in DIALOGUES for r in each.rounds for one in r.steps}
    assert expected == set(rehearsed.ENGINES)
    assert set(rehearsed_few.ENGINES) == expected - set(rehearsed_few.LEFT_OUT)


# The judge: a dialogue that went as expected, and the same with something wrong in it.

SMALL = [
    each
    for each in DIALOGUES
    if each.name
    in (
        "chains: clean, then write it down",
        "chains: the singer's voice",
        "errors: no such handle",
        "breaks: people among themselves",
    )
]


@pytest.fixture(scope="module")
def good() -> Report:
    """A few dialogues, planned by who knows what is expected."""
    return asyncio.run(evaluate(SMALL, Minds(Oracle(SMALL))))


def chain(report: Report) -> tuple[Round, Seen]:
    """A round of two steps: a file, and words."""
    return report.outcomes[0].dialogue.rounds[0], report.outcomes[0].seen[0]


def with_step(seen: Seen, at: int, **changed: object) -> Seen:
    steps = list(seen.steps)
    steps[at] = replace(steps[at], **changed)  # type: ignore[arg-type]
    return replace(seen, steps=steps)


def test_what_is_as_expected_passes(good: Report) -> None:
    assert good.passed, good.text()
    assert judge(*chain(good)) == []


def test_a_wrong_tool_is_found(good: Report) -> None:
    round_, seen = chain(good)
    wrong = judge(round_, with_step(seen, 0, task="audio_inpainting"))
    assert "audio_inpainting instead of speech_enhancement" in wrong[0]


def test_a_wrong_handle_is_found(good: Report) -> None:
    round_, seen = chain(good)
    wrong = judge(round_, with_step(seen, 1, inputs=[frozenset({"a1"})]))
    assert "speech_recognition of a1 instead of s1" in wrong[0]


def test_a_missing_and_a_further_step_are_found(good: Report) -> None:
    round_, seen = chain(good)
    assert "speech_recognition is missing" in str(
        judge(round_, replace(seen, steps=seen.steps[:1]))
    )
    more = replace(seen, steps=[*seen.steps, replace(seen.steps[1], number=3)])
    assert "was not asked for" in str(judge(round_, more))


def test_talk_by_voice_may_be_answered_by_voice() -> None:
    said = Part("text", "I see.")
    ran = Ran(1, "text_to_speech", arguments={"text": "I see."}, playable=["f"])
    voice = Part("voice", files=(File("f", "x.ogg", "audio/ogg"),))
    spoken = Round("Ann", hears="what a pity", nothing=True)
    assert judge(spoken, Seen([ran], [said, voice])) == []
    written = Round("Ann", says="what a pity", nothing=True)
    for round_, text in ((written, "I see."), (spoken, "what a pity"), (spoken, "Buy this!")):
        other = replace(ran, arguments={"text": text})
        assert "was not asked for" in str(judge(round_, Seen([other], [said, voice])))


def test_the_order_is_judged(good: Report) -> None:
    round_, seen = chain(good)
    assert judge(round_, replace(seen, steps=seen.steps[::-1]))


def test_a_wrong_argument_is_found() -> None:
    round_ = Round("Ann", "x", steps=[step("text_to_speech text~hello speed<1")])
    ran = Ran(1, "text_to_speech", arguments={"text": "Hello there", "speed": 0.8}, playable=["f"])
    seen = Seen([ran], [Part("voice", files=(File("f", "x.ogg", "audio/ogg"),))])
    assert judge(round_, seen) == []
    assert (
        "speed is 1.0"
        in judge(round_, with_step(seen, 0, arguments=ran.arguments | {"speed": 1.0}))[0]
    )
    assert (
        "text is 'bye'"
        in judge(round_, with_step(seen, 0, arguments=ran.arguments | {"text": "bye"}))[0]
    )


def test_a_result_that_was_not_delivered_is_found(good: Report) -> None:
    round_, seen = chain(good)
    no_files = [part for part in seen.parts if not part.files]
    assert judge(round_, replace(seen, parts=no_files)) == [
        "the files of speech_enhancement were not delivered"
    ]
    no_words = [part for part in seen.parts if part.files]
    assert judge(round_, replace(seen, parts=no_words)) == [
        "the words of speech_recognition were not delivered"
    ]


def test_a_failure_that_nobody_was_told_of_is_found() -> None:
    round_ = Round("Ann", "x", steps=[step("speech_enhancement a1 !dead")])
    seen = Seen([Ran(1, "speech_enhancement", [frozenset({"a1"})], state="dead")])
    assert judge(round_, seen) == ["nobody was told that speech_enhancement failed"]
    assert judge(round_, replace(seen, parts=[Part("text", "It failed.")])) == []


def test_claims_are_found(good: Report) -> None:
    refused = good.outcomes[SMALL.index(named("no such handle"))]
    round_, seen = refused.dialogue.rounds[0], refused.seen[0]
    assert judge(round_, seen) == []
    for words in (
        "Here is the transcript you asked for.",
        "[speech_recognition of a3] good morning",
        "I can do that with a17.",
    ):
        assert judge(round_, replace(seen, parts=[*seen.parts, Part("text", words)])), words
    file = Part("audio", files=(File("f" * 64, "x.ogg", "audio/ogg"),))
    assert judge(round_, replace(seen, parts=[*seen.parts, file])) == ["a file of no step"]


def test_a_wrong_code_and_silence_are_found(good: Report) -> None:
    refused = good.outcomes[SMALL.index(named("no such handle"))]
    round_, seen = refused.dialogue.rounds[0], refused.seen[0]
    assert judge(round_, replace(seen, code="not_understood"))
    assert judge(round_, replace(seen, parts=[])) == ["nothing was said"]


def test_what_was_not_said_to_the_bot_must_stay_unanswered(good: Report) -> None:
    among = good.outcomes[SMALL.index(named("people among themselves"))]
    round_, seen = among.dialogue.rounds[1], among.seen[1]
    assert not seen.taken
    assert judge(round_, replace(seen, parts=[Part("text", "Sure!")])) == ["something was said"]


def named(name: str) -> Dialogue:
    return next(each for each in SMALL if each.name.endswith(name))


def wrong_tool(plan: Plan) -> Plan:
    """Describe instead of writing down."""
    steps = [replace(each, task=_other(each.task)) for each in plan.steps]
    return replace(plan, steps=[replace(each, arguments=dict(_known(each))) for each in steps])


def _other(task: str) -> str:
    return "audio_captioning" if task == "speech_recognition" else task


def _known(each: Step) -> dict[str, object]:
    return {} if each.task == "audio_captioning" else dict(each.arguments)


def wrong_handle(plan: Plan) -> Plan:
    """Always the first that was ever sent."""
    steps = [replace(each, inputs=tuple(Handle("a1") for _ in each.inputs)) for each in plan.steps]
    return replace(plan, steps=steps)


def only_words(plan: Plan) -> Plan:
    """Promise, and do nothing."""
    return Plan(words="I have cleaned it, here is the result.") if plan.steps else plan


@pytest.mark.parametrize("spoil", [wrong_tool, wrong_handle, only_words])
def test_a_planner_that_errs_is_found_out(spoil: object) -> None:
    dialogues = SMALL[:1]
    report = asyncio.run(evaluate(dialogues, Minds(Oracle(dialogues, spoil))))  # type: ignore[arg-type]
    assert not report.passed
    assert report.to_json()["misses"]


def test_several_like_it_are_one_expectation() -> None:
    round_ = Round(
        "Ann",
        "x",
        steps=[
            step("speech_separation a1"),
            step("speech_recognition+ s1"),
            step("text_to_speech text=s2"),
        ],
    )
    steps: Sequence[Ran] = [
        Ran(1, "speech_separation", [frozenset({"a1"})], made=["a2", "a3"], playable=["x", "y"]),
        Ran(2, "speech_recognition", [frozenset({"s1", "a2"})], text="hello"),
        Ran(3, "speech_recognition", [frozenset({"s1", "a3"})], text="goodbye"),
        Ran(4, "text_to_speech", arguments={"text": "hello"}, playable=["z"]),
    ]
    files = [Part("audio", files=(File(each, each, "audio/ogg"),)) for each in "xyz"]
    words = [Part("text", "hello"), Part("text", "goodbye")]
    assert judge(round_, Seen(steps, [*files, *words])) == []


def test_one_for_each_result_is_counted() -> None:
    round_ = Round("Ann", "x", steps=[step("speech_separation a1"), step("speech_recognition* s1")])
    steps: Sequence[Ran] = [
        Ran(1, "speech_separation", [frozenset({"a1"})], made=["a2", "a3"], playable=["x", "y"]),
        Ran(2, "speech_recognition", [frozenset({"s1", "a2"})], text="hello"),
        Ran(3, "speech_recognition", [frozenset({"s1", "a3"})], text="goodbye"),
    ]
    files = [Part("audio", files=(File(each, each, "audio/ogg"),)) for each in "xy"]
    words = [Part("text", "hello"), Part("text", "goodbye")]
    assert judge(round_, Seen(steps, [*files, *words])) == []
    assert judge(round_, Seen(steps[:2], [*files, *words])) == [
        "step 2: speech_recognition of a3 is missing"
    ]


@pytest.mark.parametrize(
    "written",
    [
        "no_such_task a1",
        "speech_enhancement",
        "speech_enhancement a1 a2",
        "text_to_speech volume=3",
    ],
)
def test_a_step_that_cannot_be_meant_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"task|inputs|argument"):
        step(written)


def test_a_step_is_read() -> None:
    assert step("speech_recognition+ s1|a2 language=ko !*") == Expected(
        "speech_recognition", (("s1", "a2"),), (Wanted("language", "=", "ko"),), "*", many=True
    )


def test_a_report_counts(good: Report) -> None:
    spoilt = replace(good.outcomes[0], wrong=[["x"], [], []])
    rows = Report([spoilt, *good.outcomes[1:]], 1.0).rows()
    assert rows[0]["dialogues_passed"] == rows[0]["dialogues"] - 1
    assert not Outcome(spoilt.dialogue, spoilt.seen, spoilt.wrong).passed
