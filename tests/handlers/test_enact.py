"""What a plan becomes: steps in the queue, words in the outbox, a question, all in one go."""

from __future__ import annotations

from db import turns, usage
from db.models import Person, Turn, Usage
from engines.dialogue.plan import Handle, Missing, Plan, Question, ResultOf, Step
from engines.kinds import Refusal
from handlers.access import Access
from handlers.phrases import say
from tests.handlers.conftest import NOTE, SAY, Room, Talking, column, sound, transcript

#: Ten minutes of reading aloud.
LONG = Step("text_to_speech", {"text": "word " * 2000})


async def test_words_are_said_and_kept(talking: Talking) -> None:
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


async def test_results_are_looked_at_and_more_steps_follow(talking: Talking) -> None:
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


async def test_nothing_more_to_say_ends_the_turn(talking: Talking) -> None:
    room, _ = talking(Plan((SAY,), looks=True), Plan())
    turn = await room.say("say hello")
    await room.handle()
    await room.landing.finish(await room.claim(), sound())
    await room.handle()
    await room.deliver()
    assert await room.stage(turn) == "delivered"


async def test_a_step_that_was_refused_is_seen_too(talking: Talking) -> None:
    room, model = talking(Plan((SAY,), looks=True), Plan(words="It had no words."))
    await room.say("say hello")
    await room.handle()
    await room.landing.refuse(await room.claim(), Refusal("nothing_to_say"))
    await room.handle()
    (seen,) = model.queries[1].done
    assert seen.state == "refused"
    assert seen.error == {"code": "nothing_to_say", "facts": {}}


async def test_a_cancelled_step_is_not_gone_on_from(talking: Talking) -> None:
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


async def test_a_task_without_an_engine_says_so_and_the_others_run(talking: Talking) -> None:
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


async def test_a_turn_of_nothing_but_missing_engines_ends(talking: Talking) -> None:
    room, _ = talking(Plan((Step("text_to_sing", {"text": "la"}),)))
    turn = await room.say("sing la")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("not_yet", task="text_to_sing")]
    assert await room.stage(turn) == "delivered"


async def test_what_costs_much_waits_for_its_author(talking: Talking) -> None:
    room, _ = talking(Plan((LONG,)), Plan((LONG,)), confirm_s=60.0)
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


async def test_what_was_asked_back_is_known_to_the_next_query(talking: Talking) -> None:
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
    talking: Talking,
) -> None:
    room, _ = talking(Plan(words="It is **fine**."))
    turn = await room.say("", NOTE)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("how are you"))
    await room.handle()
    speech = await room.claim()
    assert (speech.task, speech.arguments["text"]) == ("text_to_speech", "It is **fine**.")
    await room.landing.finish(speech, sound())
    parts = await room.deliver()
    assert [part.kind for part in parts if part.kind != "picture"] == ["text", "text", "voice"]
    assert await room.stage(turn) == "delivered"


async def test_notes_of_a_plan_are_told(talking: Talking) -> None:
    room, _ = talking(Plan((SAY,), notes=("model_silent",)), Plan(notes=("model_silent",)))
    await room.say("say hello")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("model_silent")]
    other = await room.say("hm")
    await room.handle()
    told = [say("model_silent"), say("not_understood")]
    assert [part.text for part in await room.deliver()] == told
    assert await room.stage(other) == "delivered"


async def test_a_day_s_tokens_are_not_exceeded(talking: Talking) -> None:
    room, model = talking(Plan(words="Hi.", tokens=500), tokens=400)
    await room.say("hi")
    await room.handle()
    await room.deliver()
    await room.say("hi again")
    await room.handle()
    told = [say("model_resting"), say("not_understood")]
    assert [part.text for part in await room.deliver()] == told
    assert len(model.queries) == 1


async def test_what_people_say_to_each_other_reaches_no_model(talking: Talking) -> None:
    room, model = talking()
    await room.say("/settings speak always", addressed="command", admin=True)
    await room.handle()
    await room.say("we had soup", addressed="")
    await room.handle()
    assert not model.queries


async def test_handles_of_this_conversation_only(talking: Talking) -> None:
    step = Step("speech_recognition", {}, (Handle("a9"),))
    room, _ = talking(Plan((step,)))
    await room.say("transcribe a9")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("unknown_handle", handle="a9")]


async def test_each_round_that_costs_much_asks_for_consent(talking: Talking) -> None:
    again = Step("text_to_speech", {"text": "other " * 2000})
    room, _ = talking(
        Plan((LONG,), looks=True), Plan((again,), looks=True), Plan(words="Done."), confirm_s=60.0
    )
    turn = await room.say("read all of it, then the rest")
    for _ in range(2):
        await room.handle()
        asked = (await room.deliver())[-1]
        assert [button.action for button in asked.buttons] == ["go", "drop"]
        assert await room.stage(turn) == "confirming"
        assert await room.press(turn, "go") == say("pressed_go")
        await room.landing.finish(await room.claim(), sound())
    await room.handle()
    assert (await room.deliver())[-1].text == "Done."
    assert await room.stage(turn) == "delivered"


async def test_a_step_costs_what_it_builds_on_is_long(talking: Talking) -> None:
    clean = Step("speech_enhancement", {}, (ResultOf(1),))
    # Each of the two alone would be less than what needs consent.
    room, _ = talking(Plan((LONG,)), Plan((LONG, clean)), confirm_s=500.0)
    alone = await room.say("read it")
    both = await room.say("read it and clean it")
    await room.handle()
    assert await room.stage(alone) == "running"
    assert await room.stage(both) == "confirming"
    first, second = await room.jobs(both)
    assert second.seconds == first.seconds > 0


async def test_what_waits_for_consent_is_not_in_the_queue(talking: Talking) -> None:
    room, _ = talking(Plan((LONG,)), confirm_s=60.0)
    turn = await room.say("read it")
    await room.handle()
    await room.deliver()
    await room.say("/queue")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("queue_empty")]
    await room.press(turn, "go")
    await room.say("/queue")
    await room.handle()
    assert (await room.deliver())[-1].text.startswith(say("queue_waiting", count=1))


async def always_aloud(room: Room) -> None:
    """Have every answer in words spoken, too."""
    await room.say("/settings voice always", addressed="command", admin=True)
    await room.handle()
    await room.deliver()


async def test_who_may_have_nothing_more_spoken_gets_the_answer_in_words(talking: Talking) -> None:
    room, _ = talking(Plan(words="It is 42.", tokens=70), access=Access(daily_s=1.0))
    await always_aloud(room)
    (person,) = await column(room, Person.id)
    async with room.database.write() as connection:
        await usage.add(connection, person, room.database.clock(), engine_s=5.0)
    turn = await room.say("what is the answer?")
    await room.handle()
    assert [part.text for part in await room.deliver()] == ["It is 42."]
    assert await room.jobs(turn) == []
    assert await room.stage(turn) == "delivered"


async def test_after_eight_steps_the_answer_comes_in_words_alone(talking: Talking) -> None:
    room, _ = talking(Plan((SAY,) * 8, looks=True), Plan(words="All eight are done."))
    await always_aloud(room)
    turn = await room.say("say hello eight times")
    await room.handle()
    for _ in range(8):
        await room.landing.finish(await room.claim(), sound())
    await room.handle()
    assert (await room.deliver())[-1].text == "All eight are done."
    assert len(await room.jobs(turn)) == 8
    assert await room.stage(turn) == "delivered"


async def test_what_no_voice_can_read_is_not_tried_to_be_spoken(talking: Talking) -> None:
    room, _ = talking(Plan(words="Доброе утро."))
    await always_aloud(room)
    turn = await room.say("how do I say good day?")
    await room.handle()
    assert [part.text for part in await room.deliver()] == ["Доброе утро."]
    assert await room.jobs(turn) == []
    assert await room.stage(turn) == "delivered"


async def test_the_last_result_is_read_aloud_when_there_is_nothing_to_add(
    talking: Talking,
) -> None:
    room, _ = talking(Plan((Step("speech_recognition", {}, (Handle("a1"),)),), looks=True), Plan())
    await always_aloud(room)
    turn = await room.say("transcribe this", NOTE)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("we had soup"))
    await room.handle()
    speech = await room.claim()
    assert (speech.task, speech.arguments["text"]) == ("text_to_speech", "we had soup")
    await room.landing.finish(speech, sound())
    assert "voice" in [part.kind for part in await room.deliver()]
    assert await room.stage(turn) == "delivered"


async def wakes(room: Room, words: str) -> int:
    """A voice note that was sent to nobody is heard, in a channel with a wake word; its turn."""
    await room.say("/settings speak wake", addressed="command", admin=True)
    await room.handle()
    turn = await room.overhear("", NOTE, addressed="")
    assert turn is not None
    await room.handle()
    await room.landing.finish(await room.claim(), transcript(words))
    await room.handle()
    return turn


async def test_who_was_called_by_voice_remembers_it(talking: Talking) -> None:
    room, model = talking(Plan(words="Paris."), Plan(words="Madrid."))
    turn = await wakes(room, "Earshot, what is the capital of France?")
    async with room.database.read() as connection:
        row = await turns.get(connection, turn)
    assert (row.quiet, row.called) == (False, True)
    await room.say("and of Spain?", addressed="mention")
    await room.handle()
    last = model.queries[1].past[-1]
    assert (last.words, last.answer) == ("Earshot, what is the capital of France?", "Paris.")


async def test_another_wake_word_leaves_what_the_old_one_began(talking: Talking) -> None:
    room, _ = talking(Plan((SAY,), looks=True), Plan(words="I did."))
    turn = await wakes(room, "Earshot, say hello")
    await room.say("/settings wake_word robot", addressed="command", admin=True)
    await room.handle()
    await room.landing.finish(await room.claim(), sound())
    await room.handle()
    parts = await room.deliver()
    assert "voice" in [part.kind for part in parts]
    assert parts[-1].text == "I did."
    await room.landing.finish(await room.claim(), sound())  # that is spoken, too
    await room.deliver()
    assert await room.stage(turn) == "delivered"
