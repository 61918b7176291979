"""A turn from message to reply, stage by stage, with results landed by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db.models import AnyRow, Asset
from db.turns import PATIENCE_S
from engines.dialogue.plan import Handle, Plan, Query, ResultOf, Step
from engines.kinds import Outcome, Refusal
from handlers.analyse import Analyse, Minds
from handlers.commands import Answer
from handlers.edge import Attachment, Incoming, Unreachable
from handlers.phrases import say
from handlers.turn import AT_ONCE, TRIES
from tests.handlers.conftest import NOTE, Clock, Room, Slowly, Talking, serving, sound, transcript


async def test_spoken_text_goes_from_request_to_voice_message(room: Room) -> None:
    turn = await room.say('say "good morning"')
    assert await room.stage(turn) == "received"
    await room.handle()
    assert await room.stage(turn) == "running"
    claim = await room.claim()
    assert (claim.task, claim.arguments["text"]) == ("text_to_speech", "good morning")
    assert await room.landing.finish(claim, sound())
    assert await room.stage(turn) == "composed"
    voice, picture = await room.deliver()
    assert (voice.kind, picture.kind) == ("voice", "picture")
    assert (voice.files[0].duration_s, voice.files[0].peaks) == (1.5, (1, 2))
    assert picture.files[0].name == "speech.png"
    assert await room.stage(turn) == "delivered"


async def test_a_voice_note_is_heard_and_written_down(room: Room, note: Attachment) -> None:
    turn = await room.say("", note)
    await room.handle()
    assert await room.stage(turn) == "hearing"
    claim = await room.claim()
    assert claim.task == "speech_recognition"
    assert claim.sources[0]["handle"] == "a1"
    await room.landing.finish(claim, transcript("we meet at nine"))
    assert await room.stage(turn) == "transformed"
    await room.handle()
    assert await room.stage(turn) == "composed"
    assert [part.text for part in await room.deliver()] == ["we meet at nine"]
    assert await room.stage(turn) == "delivered"


@pytest.mark.parametrize(
    ("language", "state"), [("ru", "refused"), ("en", "queued"), ("pt", "queued")]
)
async def test_words_are_spoken_in_languages_with_a_voice(
    talking: Talking, language: str, state: str
) -> None:
    heard = Step("speech_recognition", {}, (Handle("a1"),))
    said = Step("text_to_speech", {"text": ResultOf(1)})
    room, _ = talking(Plan(), Plan((heard, said)))
    await room.say("", NOTE)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript())
    await room.handle()
    turn = await room.say("write down a1 and say it")
    await room.handle()
    words = Outcome("good day", {"language": language}, (), 0.1)
    await room.landing.finish(await room.claim(), words)
    jobs = await room.jobs(turn)
    assert [job.state for job in jobs] == ["done", state]
    told = say("only_in_writing", language="Russian")
    assert (told in [part.text for part in await room.deliver()]) == (state == "refused")


async def test_a_spoken_request_is_carried_out(room: Room, note: Attachment) -> None:
    turn = await room.say("", note)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("Please say good night."))
    await room.handle()
    assert await room.stage(turn) == "running"
    claim = await room.claim()
    assert (claim.task, claim.arguments["text"]) == ("text_to_speech", "good night.")
    await room.landing.finish(claim, sound())
    assert [part.kind for part in await room.deliver()] == ["text", "voice", "picture"]


async def test_19_a_voice_note_without_speech_says_so(room: Room, note: Attachment) -> None:
    turn = await room.say("", note)
    await room.handle()
    empty = transcript("")
    silent = type(empty)("", {"notes": [{"code": "no_speech", "facts": {}}]}, (), 0.1)
    await room.landing.finish(await room.claim(), silent)
    assert [part.text for part in await room.deliver()] == [say("no_speech")]
    assert await room.stage(turn) == "delivered"


async def test_a_chain_runs_in_order_and_every_result_is_delivered(
    room: Room, note: Attachment
) -> None:
    turn = await room.say("clean this, then transcribe it and read it aloud", note)
    await room.handle()
    first, second, third = await room.jobs(turn)
    assert [first.state, second.state, third.state] == ["queued", "blocked", "blocked"]

    cleaning = await room.claim()
    await room.landing.finish(cleaning, sound("cleaned"))
    hearing = await room.claim()
    assert hearing.sources[0]["handle"] == "a2"
    assert hearing.sources[0]["sha256"] == "1" * 64
    await room.landing.finish(hearing, transcript("hello there"))
    speaking = await room.claim()
    assert speaking.arguments["text"] == "hello there"
    await room.landing.finish(speaking, sound())

    kinds = [part.kind for part in await room.deliver()]
    assert kinds == ["voice", "picture", "text", "voice", "picture"]
    assert await room.stage(turn) == "delivered"


async def test_a_failed_step_stops_what_needs_it_and_says_so(room: Room, note: Attachment) -> None:
    turn = await room.say("transcribe this and read it aloud", note)
    await room.handle()
    await room.landing.refuse(await room.claim(), Refusal("no_speech"))
    assert [row.state for row in await room.jobs(turn)] == ["refused", "refused"]
    texts = [part.text for part in await room.deliver()]
    assert texts == [say("no_speech"), say("earlier_step", step=1)]
    assert await room.stage(turn) == "delivered"


async def test_3_a_worn_out_job_is_dead_with_a_plain_message(room: Room) -> None:
    turn = await room.say("say hello")
    await room.handle()
    for _ in range(3):
        await room.landing.strike(await room.claim(), 2)
    (job,) = await room.jobs(turn)
    assert job.state == "dead"
    assert [part.text for part in await room.deliver()] == [say("dead")]


async def test_an_update_that_comes_twice_begins_one_turn(room: Room) -> None:
    assert await room.say("say hello", update_id="7") == await room.say("say hello", update_id="7")


async def test_two_conversations_have_their_own_handles(room: Room, note: Attachment) -> None:
    one = await room.say("transcribe this", note, channel="one")
    other = await room.say("transcribe this", note, channel="other")
    await room.handle()
    for turn in (one, other):
        (job,) = await room.jobs(turn)
        assert [source["handle"] for source in job.sources] == ["a1"]


async def test_a_later_request_finds_the_recording_sent_before(
    room: Room, note: Attachment
) -> None:
    await room.say("transcribe this", note)
    await room.handle()
    later = await room.say("clean it")
    await room.handle()
    (job,) = await room.jobs(later)
    assert job.sources[0]["handle"] == "a1"


async def test_replying_to_a_message_means_its_recording(room: Room, note: Attachment) -> None:
    await room.say("", note, message_id="first")
    await room.handle()
    await room.say("", note, message_id="second")
    await room.handle()
    reply = await room.say("clean this", reply_to="first")
    await room.handle()
    (job,) = await room.jobs(reply)
    assert job.sources[0]["handle"] == "a1"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("transcribe this", say("needs_audio")),
        ("transcribe a9", say("unknown_handle", handle="a9")),
        ("what a lovely day", say("not_understood")),
        ('say "   "', say("nothing_to_say")),
    ],
)
async def test_what_cannot_be_is_answered_with_what_to_do(
    room: Room, text: str, phrase: str
) -> None:
    turn = await room.say(text)
    await room.handle()
    assert [part.text for part in await room.deliver()] == [phrase]
    assert await room.stage(turn) == "delivered"


async def test_a_bad_file_is_refused_and_the_rest_of_the_message_kept(
    room: Room, note: Attachment
) -> None:
    room.desk.files["bad"] = b"not audio at all" * 100
    turn = await room.say("transcribe this", Attachment("bad.ogg", "bad"), note)
    await room.handle()
    assert [row.state for row in await room.jobs(turn)] == ["queued"]
    (told,) = await room.parts(turn)
    assert told.text == say("media_unknown_type")


async def test_only_a_bad_file_ends_the_turn_with_its_reason(room: Room) -> None:
    room.desk.files["empty"] = b""
    turn = await room.say("", Attachment("note.ogg", "empty", voice=True))
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("media_empty")]
    assert await room.stage(turn) == "delivered"


async def test_cancel_ends_a_waiting_turn_at_once_and_flags_a_running_one(room: Room) -> None:
    rings: list[str] = []
    room.bells.cancelling = lambda: rings.append("cancel")
    waiting, running = await room.say("say one"), await room.say("say two", channel="d")
    await room.handle()
    await room.say("cancel")
    await room.handle()
    assert await room.stage(waiting) == "delivered"
    claim = await room.claim()
    await room.say("cancel", channel="d")
    await room.handle()
    assert rings
    assert await room.landing.renew([claim], 20.0) == {claim.id}
    await room.landing.cancelled(claim)
    assert [row.state for row in await room.jobs(running)] == ["cancelled"]


async def test_a_planner_that_raises_is_given_up_with_a_plain_message(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        tries = 0

        async def plan(self, query: Query) -> Plan:
            self.tries += 1
            raise ZeroDivisionError

    broken = Broken()
    monkeypatch.setattr(room.turns, "_analyse", Analyse(room.database, Minds(broken)))
    turn = await room.say("say hello")
    await room.handle()
    assert broken.tries == TRIES
    assert [part.text for part in await room.deliver()] == [say("internal")]
    assert await room.stage(turn) == "delivered"


async def test_a_turn_that_failed_once_and_goes_on_leaves_no_trace(talking: Talking) -> None:
    room, _ = talking(ValueError("once"), Plan(words="Yes."))
    turn = await room.say("hi")
    await room.handle()
    await room.deliver()
    assert await room.stage(turn) == "delivered"
    assert room.turns._failures == {}


async def test_a_result_of_a_lost_claim_lands_nowhere(room: Room) -> None:
    turn = await room.say("say hello")
    await room.handle()
    lost = await room.claim()
    assert await room.landing.recover("another loop") == 1
    assert not await room.landing.finish(lost, sound())
    assert await room.parts(turn) == []
    assert await room.landing.finish(await room.claim(), sound())


async def test_a_turn_that_fails_holds_up_no_other(
    room: Room, note: Attachment, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly = Slowly(room.desk)
    slow = await room.say("clean this", note)
    poisoned = await room.say("/help", channel="other")
    answer = room.turns._commands.answer

    async def broken(row: AnyRow, words: str) -> Answer | None:
        if row.id == poisoned:
            raise IntegrityError("INSERT", {}, ValueError("it is there already"))
        return await answer(row, words)

    monkeypatch.setattr(room.turns._commands, "answer", broken)
    given_up, queued = asyncio.Event(), asyncio.Event()
    room.bells.outbox, room.bells.jobs = given_up.set, queued.set
    async with serving(room.turns), asyncio.timeout(20):
        await slowly.asked.wait()
        await given_up.wait()
        slowly.come.set()
        while not await room.jobs(slow):
            queued.clear()
            await queued.wait()
    assert slowly.times == 1
    assert [part.text for part in await room.deliver()] == [say("internal")]


async def test_a_conversation_s_backlog_keeps_no_other_waiting(
    room: Room, note: Attachment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.serving.POLL_S", 0.01)
    Slowly(room.desk)
    for _ in range(AT_ONCE + 1):
        await room.say("", note, channel="busy")
    other = await room.say("/help", channel="other")
    answered = asyncio.Event()
    room.bells.outbox = answered.set
    async with serving(room.turns), asyncio.timeout(20):
        await answered.wait()
    assert await room.stage(other) == "composed"


async def test_each_process_takes_the_turns_of_its_own_platforms(room: Room) -> None:
    for number in range(AT_ONCE + 1):
        theirs = await room.intake.accept(
            Incoming("away", "one", f"away {number}", "c", "42", "Somebody", "say hello")
        )
    assert theirs is not None
    ours = await room.say("say hello")
    await room.handle()
    assert await room.stage(ours) == "running"
    assert await room.stage(theirs) == "received"
    room.desk.platform = "away"
    await room.handle()
    assert await room.stage(theirs) == "running"


async def test_words_after_an_album_mean_the_album(room: Room, note: Attachment) -> None:
    clock = Clock(room)
    await room.say("clean this", note)
    await room.handle()
    await room.say("", note, album="A")
    clock.now += 1
    turn = await room.say("clean it")
    await room.handle()
    assert await room.stage(turn) == "received"
    clock.now += 2
    await room.handle()
    (job,) = await room.jobs(turn)
    assert job.sources[0]["handle"] == "a2"


def unreachable(room: Room, times: int, after_s: float) -> None:
    """Have the desk's files not come so many times."""
    left, opened = [Unreachable("down", after_s)] * times, room.desk.open

    async def sometimes(attachment: Attachment) -> AsyncIterator[bytes]:
        if left:
            raise left.pop()
        async for piece in opened(attachment):
            yield piece

    room.desk.open = sometimes  # type: ignore[method-assign]


async def test_words_after_a_file_that_comes_late_mean_that_file(
    room: Room, note: Attachment
) -> None:
    clock = Clock(room)
    await room.say("clean this", note)
    await room.handle()
    unreachable(room, times=1, after_s=5.0)
    await room.say("", note)
    turn = await room.say("clean it")
    await room.handle()
    assert await room.stage(turn) == "received"
    clock.now += 5
    await room.handle()
    (job,) = await room.jobs(turn)
    assert job.sources[0]["handle"] == "a2"


async def test_words_wait_not_for_ever_for_a_file_that_does_not_come(
    room: Room, note: Attachment
) -> None:
    clock = Clock(room)
    unreachable(room, times=1, after_s=1000.0)
    await room.say("", note)
    turn = await room.say("say hello")
    await room.handle()
    assert await room.stage(turn) == "received"
    clock.now += PATIENCE_S
    await room.handle()
    assert await room.stage(turn) == "running"


async def test_a_file_may_have_a_long_name(room: Room, note: Attachment) -> None:
    turn = await room.say("clean this", Attachment("n" * 300 + ".wav", "note"))
    await room.handle()
    assert await room.stage(turn) == "running"
    async with room.database.read() as connection:
        (name,) = (await connection.execute(select(Asset.name))).scalars()
    assert name.endswith("nnn.wav")
