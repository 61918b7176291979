"""What a plan becomes: steps in the queue, words in the outbox, a question, all in one go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import Conversation, Turn, Usage
from db.session import Database
from engines.dialogue.plan import Handle, Missing, Plan, Question, ResultOf, Step
from engines.kinds import Refusal
from handlers.analyse import Minds
from handlers.edge import Attachment
from handlers.phrases import say
from tests.handlers.conftest import Room, Scripted, sound, transcript

SAY = Step("text_to_speech", {"text": "hello"})
Open = Callable[..., tuple[Room, Scripted]]


@pytest.fixture
def talking(database: Database, tmp_path: Path) -> Open:
    """A room whose language model says what it is told to."""

    def opened(
        *plans: Plan | Exception, confirm_s: float | None = None, tokens: int | None = None
    ) -> tuple[Room, Scripted]:
        model = Scripted(*plans)
        router = Scripted(*[Plan()] * 9)
        minds = Minds(router, model, tokens_a_day=tokens)
        return Room(database, tmp_path, minds=minds, confirm_s=confirm_s), model

    return opened


async def column(room: Room, what: object) -> list[object]:
    async with room.database.read() as connection:
        return list((await connection.execute(select(what))).scalars())  # type: ignore[call-overload]


async def test_words_are_said_and_kept(talking: Open) -> None:
    room, model = talking(Plan(words="Good evening.", tokens=70), Plan(words="Yes."))
    turn = await room.say("good evening")
    await room.handle()
    assert [part.text for part in await room.deliver()] == ["Good evening."]
    assert await room.stage(turn) == "delivered"
    assert await column(room, Turn.answer) == ["Good evening."]
    assert await column(room, Usage.tokens) == [70]
    await room.say("do you know what you said?")
    await room.handle()
    assert [each.answer for each in model.queries[1].past] == ["Good evening."]
    assert model.queries[1].past[0].words == "good evening"
    assert model.queries[1].past[0].speaker == "Somebody"


async def test_results_are_looked_at_and_more_steps_follow(talking: Open) -> None:
    room, model = talking(
        Plan((SAY,), looks=True, mandate=("speech_enhancement",), tokens=10),
        Plan((Step("speech_enhancement", {}, (ResultOf(1),)),), looks=True, tokens=10),
        Plan(words="Both are done.", tokens=10),
    )
    turn = await room.say("say hello and clean it if it is noisy")
    await room.handle()
    await room.landing.finish(await room.claim(), sound())
    assert await room.stage(turn) == "observed"
    await room.handle()
    (seen,) = model.queries[1].done
    assert (seen.number, seen.step.task, seen.state) == (1, "text_to_speech", "done")
    assert [asset.handle for asset in seen.made] == ["a1"]
    assert model.queries[1].mandate == ("speech_enhancement",)
    assert model.queries[1].spent == 10
    assert model.queries[1].text == "say hello and clean it if it is noisy"
    second = await room.claim()
    assert second.task == "speech_enhancement"
    assert [each["handle"] for each in second.sources] == ["a1"]
    await room.landing.finish(second, sound("cleaned"))
    await room.handle()
    assert [each.number for each in model.queries[2].done] == [1, 2]
    parts = await room.deliver()
    assert parts[-1].text == "Both are done."
    assert [part.kind for part in parts] == ["voice", "picture"] * 2 + ["text"]
    assert await room.stage(turn) == "delivered"
    assert await column(room, Turn.spent) == [30]


async def test_nothing_more_to_say_ends_the_turn(talking: Open) -> None:
    room, _ = talking(Plan((SAY,), looks=True), Plan())
    turn = await room.say("say hello")
    await room.handle()
    await room.landing.finish(await room.claim(), sound())
    await room.handle()
    await room.deliver()
    assert await room.stage(turn) == "delivered"


async def test_a_step_that_was_refused_is_seen_too(talking: Open) -> None:
    room, model = talking(Plan((SAY,), looks=True), Plan(words="It had no words."))
    await room.say("say hello")
    await room.handle()
    await room.landing.refuse(await room.claim(), Refusal("nothing_to_say"))
    await room.handle()
    (seen,) = model.queries[1].done
    assert seen.state == "refused"
    assert seen.error == {"code": "nothing_to_say", "facts": {}}


async def test_a_cancelled_step_is_not_gone_on_from(talking: Open) -> None:
    room, model = talking(Plan((SAY,), looks=True))
    turn = await room.say("say hello")
    await room.handle()
    claim = await room.claim()
    await room.press(turn, "cancel")
    await room.landing.cancelled(claim)
    await room.handle()
    await room.deliver()
    assert await room.stage(turn) == "delivered"
    assert len(model.queries) == 1


async def test_a_task_without_an_engine_says_so_and_the_others_run(talking: Open) -> None:
    sing = Step("text_to_sing", {"text": "la"})
    after = Step("speech_enhancement", {}, (ResultOf(1),))
    room, _ = talking(Plan((sing, after, SAY)))
    turn = await room.say("sing la, clean it, and say hello")
    await room.handle()
    told = await room.deliver()
    assert [part.text for part in told] == [
        say("not_yet", task="text_to_sing"),
        say("earlier_step", step=1),
    ]
    claim = await room.claim()
    assert claim.task == "text_to_speech"
    await room.landing.finish(claim, sound())
    await room.deliver()
    assert await room.stage(turn) == "delivered"
    states = [(row.task, row.state) for row in await room.jobs(turn)]
    assert states == [
        ("text_to_sing", "refused"),
        ("speech_enhancement", "refused"),
        ("text_to_speech", "done"),
    ]


async def test_a_turn_of_nothing_but_missing_engines_ends(talking: Open) -> None:
    room, _ = talking(Plan((Step("text_to_sing", {"text": "la"}),)))
    turn = await room.say("sing la")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("not_yet", task="text_to_sing")]
    assert await room.stage(turn) == "delivered"


async def test_what_costs_much_waits_for_its_author(talking: Open) -> None:
    long = Step("text_to_speech", {"text": "word " * 2000})
    room, _ = talking(Plan((long,)), Plan((long,)), confirm_s=60.0)
    turn = await room.say("read all of it")
    await room.handle()
    (asked,) = await room.deliver()
    assert asked.text.startswith(say("consent_question", minutes=6)[:10])
    assert [button.action for button in asked.buttons] == ["go", "drop"]
    assert await room.stage(turn) == "confirming"
    assert await room.press(turn, "go", author_id="7") == say("pressed_not_yours")
    assert await room.press(turn, "go") == say("pressed_go")
    assert (await room.claim()).task == "text_to_speech"
    other = await room.say("read it again")
    await room.handle()
    assert await room.press(other, "drop") == say("pressed_dropped")
    await room.deliver()
    assert await room.stage(other) == "delivered"
    assert [row.state for row in await room.jobs(other)] == ["cancelled"]


async def test_what_was_asked_back_is_known_to_the_next_query(talking: Open) -> None:
    asks = Missing(Question("text_to_sing", "text", {"notes": "C4"}), "nothing_to_say")
    room, model = talking(asks, Plan(words="ok"), Plan(words="hm"))
    await room.say("sing")
    await room.handle()
    await room.say("la la", author_id="7", author_name="Another")
    await room.handle()
    assert model.queries[1].question is None
    await room.say("la la")
    await room.handle()
    assert model.queries[2].question == asks.question


async def test_a_spoken_question_is_answered_by_voice(
    talking: Open, note: Attachment, tmp_path: Path
) -> None:
    room, _ = talking(Plan(words="It is **fine**."))
    room.desk.files["note"] = (tmp_path / "note.wav").read_bytes()
    turn = await room.say("", note)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("how are you"))
    await room.handle()
    speech = await room.claim()
    assert (speech.task, speech.arguments["text"]) == ("text_to_speech", "It is **fine**.")
    await room.landing.finish(speech, sound())
    parts = await room.deliver()
    assert [part.kind for part in parts if part.kind != "picture"] == ["text", "text", "voice"]
    assert await room.stage(turn) == "delivered"


async def test_notes_of_a_plan_are_told(talking: Open) -> None:
    room, _ = talking(Plan((SAY,), notes=("model_silent",)), Plan(notes=("model_silent",)))
    await room.say("say hello")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("model_silent")]
    other = await room.say("hm")
    await room.handle()
    told = [say("model_silent"), say("not_understood")]
    assert [part.text for part in await room.deliver()] == told
    assert await room.stage(other) == "delivered"


async def test_a_day_s_tokens_are_not_exceeded(talking: Open) -> None:
    room, model = talking(Plan(words="Hi.", tokens=500), tokens=400)
    await room.say("hi")
    await room.handle()
    await room.deliver()
    await room.say("hi again")
    await room.handle()
    told = [say("model_resting"), say("not_understood")]
    assert [part.text for part in await room.deliver()] == told
    assert len(model.queries) == 1


async def test_what_people_say_to_each_other_reaches_no_model(talking: Open) -> None:
    room, model = talking()
    await room.say("/settings speak always", addressed="command", admin=True)
    await room.handle()
    await room.say("we had soup", addressed="")
    await room.handle()
    assert not model.queries


async def test_a_long_conversation_is_summed_up(database: Database, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []

    async def sum_up(summary: str, exchanges: object) -> tuple[str, int]:
        told.append((summary, len(exchanges)))  # type: ignore[arg-type]
        return f"summary {len(told)}", 5

    model = Scripted(*(Plan(words=f"answer {number}") for number in range(40)))
    room = Room(database, tmp_path, minds=Minds(Scripted(), model, sum_up))
    turns = []
    for number in range(40):
        turns.append(await room.say(f"message {number}"))
        await room.handle()
        await room.turns._analyse.settled()
    assert [count for _, count in told] == [13, 13]
    assert [before for before, _ in told] == ["", "summary 1"]
    last = model.queries[-1]
    assert last.summary == "summary 2"
    assert last.past[0].words == "message 26"
    assert max(len(query.past) for query in model.queries) <= 25
    await room.forget.turn(turns[2])  # it was told of in the summary
    assert await column(room, Conversation.summary) == [""]


async def test_handles_of_this_conversation_only(talking: Open, note: Attachment) -> None:
    step = Step("speech_recognition", {}, (Handle("a9"),))
    room, _ = talking(Plan((step,)))
    await room.say("transcribe a9")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("unknown_handle", handle="a9")]
