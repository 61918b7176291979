"""Requests in their context: chains, what is pointed at, what repeats, and what was asked back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engines.dialogue.plan import (
    Asset,
    Exchange,
    Handle,
    Missing,
    Observation,
    PastStep,
    Plan,
    Query,
    Question,
    ResultOf,
    Step,
)
from engines.dialogue.router import Router

ROUTER = Router()
NOTE = Asset("a1", "audio", 10.0)
PHOTO = Asset("a2", "image")
OLD = Asset("a3", "audio", 5.0, by="Mina")
OLDER = Asset("a4", "audio", 5.0, by="Leo")
CLEANED = Asset("a5", "audio", 5.0, by="Leo", task="speech_enhancement")


def step(task: str, *inputs: str | int, **arguments: object) -> Step:
    given = [ResultOf(each) if isinstance(each, int) else Handle(each) for each in inputs]
    return Step(task, arguments, tuple(given))


async def steps(text: str, *attached: Asset, **fields: object) -> list[Step]:
    query = Query(text, attached, **fields)  # type: ignore[arg-type]
    return list((await ROUTER.plan(query)).steps)


CHAINS: list[tuple[str, list[Step]]] = [
    (
        "clean this, then transcribe it and read it in English",
        [
            step("speech_enhancement", "a1"),
            step("speech_recognition", 1),
            step("speech_translation", 1, language="en"),
            step("text_to_speech", text=ResultOf(3)),
        ],
    ),
    (
        "separate the speakers and transcribe each",
        [step("speech_separation", "a1"), step("speech_recognition", 1)],
    ),
    (
        "translate this to English and say it aloud",
        [
            step("speech_translation", "a1", language="en"),
            step("text_to_speech", text=ResultOf(1)),
        ],
    ),
    (
        "잡음 제거하고 받아써줘",
        [step("speech_enhancement", "a1"), step("speech_recognition", 1)],
    ),
    (
        "잡음을 제거한 다음 영어로 번역해줘",
        [step("speech_enhancement", "a1"), step("speech_translation", 1, language="en")],
    ),
    (
        "영어로 번역해서 읽어줘",
        [
            step("speech_translation", "a1", language="en"),
            step("text_to_speech", text=ResultOf(1)),
        ],
    ),
    (
        "transcribe this and sing it",
        [step("speech_recognition", "a1"), step("text_to_sing", text=ResultOf(1))],
    ),
    (
        "clean this and then transcribe the original",
        [step("speech_enhancement", "a1"), step("speech_recognition", "a1")],
    ),
    (
        "say good morning and goodbye to everyone",
        [step("text_to_speech", text="good morning and goodbye to everyone")],
    ),
    (
        'extract "a person shouts nearby and then emergency vehicle sirens sounds"',
        [
            step(
                "sound_extraction",
                "a1",
                target="a person shouts nearby and then emergency vehicle sirens sounds",
            )
        ],
    ),
    ("한국어로 받아쓰지 말고 일본어로 옮겨줘", [step("speech_translation", "a1", language="ja")]),
]


@pytest.mark.parametrize(("text", "expected"), CHAINS)
async def test_a_chain_hands_on_what_each_step_gives(text: str, expected: list[Step]) -> None:
    assert await steps(text, NOTE) == expected


async def test_a_face_speaks_words_that_are_spoken_first() -> None:
    made = await steps('make this portrait talk and say "hello there"', PHOTO)
    assert made == [
        step("text_to_speech", text="hello there"),
        step("talking_head", 1, "a2"),
    ]
    assert await steps("make the photo talk with this audio", PHOTO, NOTE) == [
        step("talking_head", "a1", "a2")
    ]


THREE = tuple(Asset(f"a{number}", "audio") for number in (11, 12, 13))


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("transcribe the second one", ["a12"]),
        ("두 번째 거 받아써줘", ["a12"]),
        ("transcribe the last two", ["a12", "a13"]),
        ("transcribe the last one", ["a13"]),
        ("마지막 거 받아써줘", ["a13"]),
        ("transcribe all of them", ["a11", "a12", "a13"]),
        ("transcribe these", ["a11", "a12", "a13"]),
        ("transcribe a3", ["a3"]),
    ],
)
async def test_of_several_those_that_are_named_are_meant(text: str, handles: list[str]) -> None:
    assert await steps(text, *THREE) == [step("speech_recognition", each) for each in handles]
    past = (Exchange("Leo", "here", sent=[each.handle for each in THREE]),)
    recent = (*reversed(THREE), OLD)
    later = await steps(text, recent=recent, past=past)
    if text != "transcribe these" or later:
        assert later == [step("speech_recognition", each) for each in handles]


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("transcribe it", "a5"),
        ("transcribe the cleaned one", "a5"),
        ("transcribe Mina's note", "a3"),
        ("what did Mina say", "a3"),
        ("transcribe my recording", "a4"),
        ("내 녹음 받아써줘", "a4"),
        ("transcribe the original", "a4"),
        ("원본 받아써줘", "a4"),
    ],
)
async def test_what_lies_in_the_conversation_is_found(text: str, handle: str) -> None:
    done = PastStep("speech_enhancement", inputs=["a4"], made=["a5"])
    past = (Exchange("Leo", "clean it", sent=["a4"], steps=[done]),)
    made = await steps(text, recent=(CLEANED, OLD, OLDER), past=past, speaker="Leo")
    assert made == [step("speech_recognition", handle)]


SPOKEN = Exchange(
    "Leo",
    "say good night",
    steps=[PastStep("text_to_speech", {"text": "good night", "voice": "emma", "speed": 1.0})],
)
HEARD = Exchange(
    "Leo", "transcribe", ["a4"], [PastStep("speech_recognition", {}, ["a4"], [], "hola")]
)
TRANSLATED = Exchange(
    "Leo",
    "translate",
    ["a4"],
    [PastStep("speech_translation", {"language": "en"}, ["a4"], [], "hello")],
)


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("again", SPOKEN, [step("text_to_speech", text="good night", voice="emma", speed=1.0)]),
        (
            "again but slower",
            SPOKEN,
            [step("text_to_speech", text="good night", voice="emma", speed=0.8)],
        ),
        (
            "다시 천천히",
            SPOKEN,
            [step("text_to_speech", text="good night", voice="emma", speed=0.8)],
        ),
        ("하나 더", SPOKEN, [step("text_to_speech", text="good night", voice="emma", speed=1.0)]),
        (
            "now in the voice of george",
            SPOKEN,
            [step("text_to_speech", text="good night", voice="george", speed=1.0)],
        ),
        ("now in English", HEARD, [step("speech_translation", "a4", language="en")]),
        (
            "no, the speakers are Ann and Bob",
            HEARD,
            [step("speech_recognition", "a4", names="Ann, Bob")],
        ),
        ("영어로", HEARD, [step("speech_translation", "a4", language="en")]),
        ("in French this time", TRANSLATED, [step("speech_translation", "a4", language="fr")]),
        ("read it aloud", HEARD, [step("text_to_speech", text="hola")]),
        (
            "read that in English",
            HEARD,
            [
                step("speech_translation", "a4", language="en"),
                step("text_to_speech", text=ResultOf(1)),
            ],
        ),
        ("do the same with a3", HEARD, [step("speech_recognition", "a3")]),
        ("이것도 해줘", HEARD, [step("speech_recognition", "a3")]),
        ('say "bye" in the same voice', SPOKEN, [step("text_to_speech", text="bye", voice="emma")]),
    ],
)
async def test_a_follow_up_changes_what_was_done_before(
    text: str, before: Exchange, expected: list[Step]
) -> None:
    assert await steps(text, recent=(OLD, OLDER), past=(before,)) == expected


async def test_a_follow_up_with_nothing_before_it_asks_for_nothing() -> None:
    assert await steps("again but slower", recent=(OLD,)) == []


NEEDS_AUDIO = Question("speech_translation", "audio", {"language": "fr"})
NEEDS_TEXT = Question("text_to_speech", "text", {"voice": "emma"})
NEEDS_TARGET = Question("sound_extraction", "target", {}, ["a4"])


@pytest.mark.parametrize(
    ("text", "attached", "question", "expected"),
    [
        ("", [NOTE], NEEDS_AUDIO, [step("speech_translation", "a1", language="fr")]),
        ("here it is", [NOTE], NEEDS_AUDIO, [step("speech_translation", "a1", language="fr")]),
        ("use a4", [], NEEDS_AUDIO, [step("speech_translation", "a4", language="fr")]),
        ("clean this instead", [NOTE], NEEDS_AUDIO, [step("speech_enhancement", "a1")]),
        (
            "good morning everyone",
            [],
            NEEDS_TEXT,
            [step("text_to_speech", text="good morning everyone", voice="emma")],
        ),
        ('"hi"', [], NEEDS_TEXT, [step("text_to_speech", text="hi", voice="emma")]),
        (
            "안녕하세요 여러분",
            [],
            NEEDS_TEXT,
            [step("text_to_speech", text="안녕하세요 여러분", voice="emma")],
        ),
        ("the birds", [], NEEDS_TARGET, [step("sound_extraction", "a4", target="the birds")]),
        ("transcribe a4", [], NEEDS_TEXT, [step("speech_recognition", "a4")]),
        ("never mind", [], NEEDS_TEXT, []),
        ("아니야 됐어", [], NEEDS_TARGET, []),
    ],
)
async def test_an_answer_makes_the_question_s_step_whole(
    text: str, attached: Sequence[Asset], question: Question, expected: list[Step]
) -> None:
    assert await steps(text, *attached, recent=(OLDER,), question=question) == expected


@pytest.mark.parametrize(
    ("text", "attached", "code", "question"),
    [
        ("transcribe this", [], "needs_audio", Question("speech_recognition", "audio")),
        ("describe the picture", [], "needs_image", Question("image_captioning", "image")),
        ("make a sound for this photo", [], "needs_image", Question("image_to_audio", "image")),
        (
            "make this photo talk",
            [PHOTO],
            "needs_audio",
            Question("talking_head", "audio", {}, ["a2"]),
        ),
        ("transcribe this", [PHOTO], "wrong_inputs", Question("speech_recognition", "audio")),
        (
            "extract the sound",
            [NOTE],
            "nothing_to_find",
            Question("sound_extraction", "target", {}, ["a1"]),
        ),
        ("sing", [], "nothing_to_sing", Question("text_to_sing", "text")),
    ],
)
async def test_what_is_missing_is_asked_for(
    text: str, attached: Sequence[Asset], code: str, question: Question
) -> None:
    with pytest.raises(Missing) as missing:
        await steps(text, *attached)
    assert missing.value.code == code
    found = missing.value.question
    assert (found.task, found.missing, dict(found.arguments), list(found.inputs)) == (
        question.task,
        question.missing,
        dict(question.arguments),
        list(question.inputs),
    )


async def test_an_argument_out_of_range_is_refused() -> None:
    with pytest.raises(Exception, match="argument_range"):
        await steps("say 'hi' at 9x")


async def test_results_are_not_looked_at() -> None:
    seen = Observation(1, step("speech_recognition", "a1"), text="now clean it")
    assert await ROUTER.plan(Query("transcribe this", (NOTE,), done=(seen,))) == Plan()


class Ballot:
    def __init__(self, choice: str | None) -> None:
        self.choice = choice
        self.asked: list[Sequence[str]] = []

    async def vote(self, text: str, candidates: Sequence[str]) -> str | None:
        self.asked.append(candidates)
        return self.choice


async def test_a_clear_request_is_not_voted_on() -> None:
    ballot = Ballot("speech_enhancement")
    plan = await Router(ballot).plan(Query("transcribe this", (NOTE,)))
    assert plan.steps == (step("speech_recognition", "a1"),)
    assert ballot.asked == []


async def test_a_vote_decides_between_the_two_likeliest(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Router(ballot := Ballot("sound_detection"))
    close = {"audio_captioning": 0.5, "sound_detection": 0.45, "none": 0.05}
    monkeypatch.setattr(router._intents, "read", lambda texts: [close for _ in texts])
    plan = await router.plan(Query("what is it", (NOTE,)))
    assert plan.steps == (step("sound_detection", "a1"),)
    assert ballot.asked == [("audio_captioning", "sound_detection")]
    ballot.choice = None
    assert (await router.plan(Query("what is it", (NOTE,)))).steps[0].task == "audio_captioning"
