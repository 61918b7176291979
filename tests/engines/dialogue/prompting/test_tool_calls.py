"""Tool calls as models write them: the steps they mean, or what would be right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.dialogue.plan import Asset, Handle, Missing, Observation, Query, ResultOf, Step
from engines.dialogue.prompting.answers import Call, written_calls
from engines.dialogue.prompting.faults import Fault
from engines.dialogue.prompting.tool_calls import Reading, read
from engines.tasks import TASKS

AT_HAND = (Asset("a9", "audio", 12.0), Asset("a8", "image"), Asset("a2", "audio", 60.0))
HEARD = Step("speech_recognition", {}, (Handle("a9"),))
QUERY = Query("...", AT_HAND[:1], AT_HAND[1:])
ALL = tuple(TASKS)


def understood(
    *calls: tuple[str, Any], query: Query = QUERY, allowed: Sequence[str] = ALL
) -> Reading:
    return read(
        [
            Call(f"c{at}", name, given if isinstance(given, str) else json.dumps(given))
            for at, (name, given) in enumerate(calls)
        ],
        query,
        allowed,
    )


def steps(*calls: tuple[str, Any], query: Query = QUERY) -> list[Step]:
    reading = understood(*calls, query=query)
    assert not reading.faults
    return list(reading.steps)


def fault(*calls: tuple[str, Any], query: Query = QUERY, allowed: Sequence[str] = ALL) -> Fault:
    """The only fault, that of the last call."""
    reading = understood(*calls, query=query, allowed=allowed)
    assert list(reading.faults) == [len(calls) - 1]
    told = json.loads(reading.faults[len(calls) - 1].told())
    assert set(told) <= {"error", "message", "valid"}
    return reading.faults[len(calls) - 1]


def done(step: Step, text: str = "", *made: Asset, number: int = 1, **more: Any) -> Query:
    seen = Observation(number, step, text=text, made=made, **more)
    return Query("...", AT_HAND[:1], AT_HAND[1:], done=(seen,))


def test_a_call_is_a_step() -> None:
    assert steps(("speech_recognition", {"audio": "a9", "language": "ko"})) == [
        Step("speech_recognition", {"language": "ko"}, (Handle("a9"),))
    ]
    at = {"image": Handle("a8"), "audio": Handle("a2")}
    inputs = tuple(at[modality] for modality in TASKS["talking_head"].takes)
    named = {modality: handle.name for modality, handle in at.items()}
    assert steps(("talking_head", named)) == [Step("talking_head", {}, inputs)]


@pytest.mark.parametrize("handle", ["A9", " a9 ", "'a9'", "#a9", "a09", ["a9"]])
def test_slips_in_a_handle_are_understood(handle: object) -> None:
    assert steps(("speech_enhancement", {"audio": handle}))[0].inputs == (Handle("a9"),)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"text": "hi", "speed": 2}, {"text": "hi", "speed": 2.0}),
        ({"text": "hi", "speed": "1.5"}, {"text": "hi", "speed": 1.5}),
        ({"text": "hi", "speed": None, "voice": None}, {"text": "hi"}),
        ({"text": "hi", "voice": ""}, {"text": "hi"}),
        ({"text": "a\x00b\ud800"}, {"text": "ab"}),
    ],
)
def test_slips_in_arguments_are_understood(given: dict[str, Any], meant: dict[str, Any]) -> None:
    assert steps(("text_to_speech", given)) == [Step("text_to_speech", meant)]


def test_slips_elsewhere_are_understood() -> None:
    parted = [Step("speech_separation", {"tracks": "voice and music"}, (Handle("a9"),))]
    assert steps(("Speech-Separation", {"audio": "a9", "tracks": "Voice and Music"})) == parted
    twice = json.dumps(json.dumps({"text": "hi"}))
    assert steps(("text_to_speech", twice)) == [Step("text_to_speech", {"text": "hi"})]


def test_later_calls_use_earlier_ones() -> None:
    assert steps(
        ("speech_enhancement", {"audio": "a9"}),
        ("speech_recognition", {"audio": "s1"}),
        ("text_to_speech", {"text": "s2"}),
    ) == [
        Step("speech_enhancement", {}, (Handle("a9"),)),
        Step("speech_recognition", {}, (ResultOf(1),)),
        Step("text_to_speech", {"text": ResultOf(2)}),
    ]


def test_numbers_go_on_after_the_steps_that_are_done() -> None:
    query = done(HEARD, "hello", number=1)
    assert steps(
        ("speech_enhancement", {"audio": "a9"}),
        ("speech_recognition", {"audio": "s2", "language": "en"}),
        ("text_to_speech", {"text": "s1"}),
        query=query,
    ) == [
        Step("speech_enhancement", {}, (Handle("a9"),)),
        Step("speech_recognition", {"language": "en"}, (ResultOf(2),)),
        Step("text_to_speech", {"text": ResultOf(1)}),
    ]


def test_what_a_done_step_made_has_its_handle() -> None:
    cleaned = Step("speech_enhancement", {}, (Handle("a9"),))
    query = done(cleaned, "", Asset("a10", "audio"))
    assert steps(("speech_recognition", {"audio": "s1"}), query=query)[0].inputs == (Handle("a10"),)
    assert steps(("speech_recognition", {"audio": "a10"}), query=query)[0].inputs == (
        Handle("a10"),
    )


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("transcribe", "speech_recognition"), ("text_to_speach", "text_to_speech"),
     ("speech recognition", "speech_recognition")],
)  # fmt: skip
def test_a_tool_that_does_not_exist(name: str, nearest: str) -> None:
    wrong = fault((name, {}))
    assert wrong.code == "unknown_task"
    assert isinstance(wrong.valid, list)
    assert nearest in wrong.valid


def test_a_tool_unlike_any() -> None:
    assert fault(("Zq", {})).valid == list(ALL)


@pytest.mark.parametrize("given", ["{", "[1]", "null", "hello", '{"a":' * 5000, '"' * 3])
def test_broken_json(given: str) -> None:
    assert fault(("text_to_speech", given)).code == "broken_json"


@pytest.mark.parametrize(
    ("given", "code", "valid"),
    [
        ({"text": "hi", "pitch": 3}, "argument_unknown", ["text", "voice", "language", "speed"]),
        ({}, "argument_missing", None),
        ({"text": None}, "argument_missing", None),
        ({"text": 5}, "argument_type", "string"),
        ({"text": ["hi"]}, "argument_type", "string"),
        ({"text": "hi", "speed": "quick"}, "argument_type", "number"),
        ({"text": "hi", "speed": True}, "argument_type", "number"),
        ({"text": "hi", "speed": "nan"}, "argument_type", "number"),
        ({"text": "hi", "speed": 3}, "argument_range", {"minimum": 0.5, "maximum": 2.0}),
    ],
)
def test_wrong_arguments(given: dict[str, Any], code: str, valid: object) -> None:
    wrong = fault(("text_to_speech", given))
    assert (wrong.code, wrong.valid) == (code, valid)


def test_a_choice_that_is_none() -> None:
    wrong = fault(("speech_separation", {"audio": "a9", "tracks": "drums"}))
    assert (wrong.code, wrong.valid) == (
        "argument_choice",
        ("speakers", "two at once", "voice and music"),
    )


@pytest.mark.parametrize(
    ("given", "code", "valid"),
    [
        ("a77", "unknown_handle", ["a9", "a2"]),
        ("the file", "unknown_handle", ["a9", "a2"]),
        (9, "unknown_handle", ["a9", "a2"]),
        ({"handle": "a9"}, "unknown_handle", ["a9", "a2"]),
        ("a8", "wrong_inputs", ["a9", "a2"]),
        (None, "argument_missing", ["a9", "a2"]),
        ("s1", "unknown_step", []),
        ("s0", "unknown_step", []),
        ("s99", "unknown_step", []),
    ],
)
def test_wrong_handles(given: object, code: str, valid: list[str]) -> None:
    wrong = fault(("speech_recognition", {"audio": given}))
    assert (wrong.code, wrong.valid) == (code, valid)


def test_a_reference_to_what_gives_something_else() -> None:
    hear = ("speech_recognition", {"audio": "a9"})
    clean = ("speech_enhancement", {"audio": "a9"})
    assert fault(hear, ("speech_enhancement", {"audio": "s1"})).code == "wrong_inputs"
    assert fault(clean, ("text_to_speech", {"text": "s1"})).code == "wrong_inputs"
    assert fault(hear, ("text_to_speech", {"text": "s2"})).code == "unknown_step"
    query = done(HEARD, "", state="refused")
    assert fault(("text_to_speech", {"text": "s1"}), query=query).code == "unknown_step"
    silent = done(HEARD, "")
    assert fault(("text_to_speech", {"text": "s1"}), query=silent).code == "wrong_inputs"


def test_nothing_at_hand() -> None:
    nothing = Query("transcribe")
    for name, modality in (("speech_recognition", "audio"), ("image_captioning", "image")):
        for inputs in ({}, {modality: "a1"}):
            wrong = fault((name, inputs), query=nothing)
            assert wrong.code == f"needs_{modality}"
            assert isinstance(wrong.refusal, Missing)
            assert (wrong.refusal.question.task, wrong.refusal.question.missing) == (name, modality)


def test_a_question_keeps_what_is_known() -> None:
    wrong = fault(("style_transfer", {"text": "hello there"}), query=Query("..."))
    assert isinstance(wrong.refusal, Missing)
    assert wrong.refusal.question.arguments == {"text": "hello there"}
    wrong = fault(("style_transfer", {"audio": "a9"}))
    assert isinstance(wrong.refusal, Missing)
    assert (wrong.refusal.code, wrong.refusal.facts["name"]) == ("argument_missing", "text")
    assert wrong.refusal.question.inputs == ("a9",)


@pytest.mark.parametrize("state", ["done", "refused", "dead", "cancelled"])
def test_a_step_is_not_made_twice(state: str) -> None:
    before = Step("text_to_speech", {"text": "hi", "speed": 1}, ())
    query = done(before, "", Asset("a10", "audio"), state=state)
    assert fault(("text_to_speech", {"text": "hi"}), query=query).code == "repeated"
    assert steps(("text_to_speech", {"text": "hi", "speed": 1.5}), query=query)
    hear = ("speech_recognition", {"audio": "a9"})
    assert fault(hear, hear).code == "repeated"


def test_a_step_repeated_by_another_name_is_repeated() -> None:
    made = Asset("a10", "audio")
    cleaned = Observation(1, Step("speech_enhancement", {}, (Handle("a9"),)), made=(made,))
    heard = Observation(2, Step("speech_recognition", {}, (ResultOf(1),)), text="hi")
    query = Query("...", AT_HAND[:1], done=(cleaned, heard))
    assert fault(("speech_recognition", {"audio": "a10"}), query=query).code == "repeated"


def test_more_steps_than_there_may_be() -> None:
    calls = [("text_to_speech", {"text": f"number {number}"}) for number in range(9)]
    assert fault(*calls).code == "too_many_steps"
    assert len(steps(*calls[:8])) == 8
    query = done(HEARD, "hello", number=7)
    assert len(steps(calls[0], query=query)) == 1
    assert fault(*calls[:2], query=query).code == "too_many_steps"


def test_only_what_is_allowed() -> None:
    wrong = fault(("text_to_sing", {"text": "la"}), allowed=["speech_recognition"])
    assert (wrong.code, wrong.valid) == ("not_asked", ["speech_recognition"])


def test_tasks_named_for_later() -> None:
    hear = ("speech_recognition", {"audio": "a9"})
    reading = understood(hear, ("later", {"tasks": ["text_to_speech", "text_to_speech"]}))
    assert (len(reading.steps), reading.mandate) == (1, ("text_to_speech",))
    assert understood(("later", {"tasks": "text_to_speech"}), hear).steps[0].task == hear[0]
    for named in ({}, {"tasks": 3}, {"tasks": [3]}):
        assert fault(hear, ("later", named)).code == "argument_type"
    assert fault(hear, ("later", {"tasks": ["fly"]})).code == "unknown_task"
    allowed = ["speech_recognition"]
    assert fault(hear, ("later", {"tasks": ["text_to_sing"]}), allowed=allowed).code == "not_asked"
    later = ("later", {"tasks": ["speech_recognition"]})
    assert fault(later, query=done(HEARD, "hi")).code == "not_asked"


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"name": "text_to_speech", "arguments": {"text": "hi"}}\n```',
        'Sure!\n```\n{"name": "text_to_speech", "parameters": {"text": "hi"}}\n```',
        '<tool_call>\n{"name": "text_to_speech", "arguments": {"text": "hi"}}\n</tool_call>',
        '{"name": "text_to_speech", "arguments": {"text": "hi"}}',
        '[{"name": "text_to_speech", "arguments": {"text": "hi"}}]',
    ],
)
def test_calls_that_were_written_down(text: str) -> None:
    (call,) = written_calls(text)
    assert (call.name, json.loads(call.arguments)) == ("text_to_speech", {"text": "hi"})


@pytest.mark.parametrize(
    "text",
    ["", "hello", '```json\n{"a": 1}\n```', "```python\nprint('hi')\n```", "[1, 2]", "{broken",
     '{"name": "x"}', '{"name": 3, "arguments": {}}', "[" * 9000],
)  # fmt: skip
def test_words_that_are_no_calls(text: str) -> None:
    assert written_calls(text) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = st.sampled_from([*TASKS, "later", "transcribe", ""]) | st.text(max_size=9)
GIVEN = st.dictionaries(
    st.sampled_from(["audio", "image", "text", "target", "speed", "tasks", "start", "x"]),
    JSON | st.sampled_from(["a9", "a8", "s1", "s2", "hello"]),
)


@given(st.lists(st.tuples(NAMES, GIVEN.map(json.dumps) | st.text(max_size=20)), max_size=10))
def test_whatever_is_called_ends_in_good_steps_or_faults(calls: list[tuple[str, str]]) -> None:
    reading = understood(*calls)
    for fault_ in reading.faults.values():
        assert json.loads(fault_.told())["error"] == fault_.code
    for step in reading.steps:
        stand_in = {
            name: "word" if isinstance(value, ResultOf) else value
            for name, value in step.arguments.items()
        }
        TASKS[step.task].validate(stand_in)
        assert len(step.inputs) == len(TASKS[step.task].takes)


def test_a_step_repeated_with_the_words_written_out_is_repeated() -> None:
    heard = Observation(1, Step("speech_recognition", {}, (Handle("a9"),)), text="good morning")
    spoken = Observation(2, Step("text_to_speech", {"text": "good morning"}))
    query = Query("...", AT_HAND[:1], done=(heard, spoken))
    assert fault(("text_to_speech", {"text": "s1"}), query=query).code == "repeated"
    assert steps(("text_to_speech", {"text": "good evening"}), query=query)
