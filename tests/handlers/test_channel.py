"""A channel's settings: what may be set, and what it means."""

from __future__ import annotations

import pytest

from engines.dialogue.plan import Handle, Plan, ResultOf, Step
from engines.kinds import Refusal
from handlers.channel import Channel, after_wake_word, changed, in_its_manner


def test_only_what_differs_is_kept() -> None:
    assert Channel().to_json() == {}
    channel = changed(Channel(), "retention", "30")
    assert channel.to_json() == {"retention": 30}
    assert Channel.of({"retention": 30}) == channel
    assert changed(channel, "retention", "0").to_json() == {}


@pytest.mark.parametrize(("name", "value"), [
    ("speak", "loudly"), ("retention", "-1"), ("retention", "99999"), ("retention", "soon"),
    ("language", "klingonese"), ("wake_word", "  "), ("locale", "fr"), ("voice_name", "x" * 99),
    ("speaks", "always"), ("__class__", "x"),
])  # fmt: skip
def test_what_cannot_be_set_is_refused(name: str, value: str) -> None:
    with pytest.raises(Refusal):
        changed(Channel(), name, value)


def test_a_language_may_be_named() -> None:
    assert changed(Channel(), "language", "Korean").language == "ko"
    assert changed(Channel(language="ko"), "language", "").language == ""


@pytest.mark.parametrize(("text", "rest"), [
    ("Earshot, transcribe this", "transcribe this"),
    ("hey earshot say hi", "say hi"),
    ("OK, Earshot: say hi", "say hi"),
    ("earshot", ""),
    ("earshots are rare", None),
    ("I said earshot", None),
    ("", None),
])  # fmt: skip
def test_the_wake_word_leads(text: str, rest: str | None) -> None:
    assert after_wake_word(Channel(), text) == rest


def test_a_wake_word_of_one_s_own() -> None:
    assert after_wake_word(Channel(wake_word="c++"), "c++, go") == "go"
    assert after_wake_word(Channel(wake_word="이어샷"), "이어샷 받아써 줘") == "받아써 줘"


def test_its_voice_and_language_are_used_where_none_are_asked_for() -> None:
    channel = Channel(voice="always", voice_name="emma", language="ko")
    plan = Plan((Step("speech_recognition", {}, (Handle("a1"),)),))
    hear, speak = in_its_manner(plan, channel, spoken=False).steps
    assert hear.arguments == {"language": "ko"}
    assert speak == Step("text_to_speech", {"voice": "emma", "text": ResultOf(1)})
    asked = Plan((Step("text_to_speech", {"text": "hi", "voice": "george"}),))
    (only,) = in_its_manner(asked, channel, spoken=True).steps
    assert only.arguments["voice"] == "george"


def test_no_plan_is_no_plan() -> None:
    assert in_its_manner(Plan(), Channel(voice="always"), spoken=True) == Plan()
