"""The way in: once each, only what is said to the bot, albums whole, and late work asked about."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from db import conversations, turns
from db.models import Conversation, Message, Update
from db.session import Database
from handlers.access import Access
from handlers.edge import Attachment, Request
from handlers.phrases import say
from tests.handlers.conftest import Clock, Room, Slowly, sound, transcript


async def set_up(room: Room, **settings: object) -> None:
    """Give channel "c" these settings, as an admin would have."""
    turn = await room.say("/settings", addressed="command", admin=True)
    for name, value in settings.items():
        assert await room.press(turn, "set", f"{name}={value}", admin=True)
    await room.handle()
    await room.deliver()


async def test_a_message_is_taken_in_once(room: Room) -> None:
    first = await room.say("hello", update_id="7")
    assert await room.say("hello", update_id="7") == first


async def test_12_in_groups_it_speaks_when_it_is_spoken_to(room: Room) -> None:
    assert await room.overhear("nice weather", addressed="") is None
    assert await room.overhear("say hello", addressed="mention") is not None
    assert await room.overhear("say hello", addressed="reply") is not None
    await set_up(room, speak="mention")
    assert await room.overhear("say hello", addressed="reply") is None
    assert await room.overhear("say hello", addressed="command") is not None


async def test_what_people_say_to_each_other_is_not_kept(room: Room) -> None:
    await room.overhear("a secret between us", addressed="")
    async with room.database.read() as connection:
        count = (await connection.execute(select(func.count()).select_from(Message))).scalar_one()
    assert count == 0


async def test_where_it_always_listens_it_still_answers_only_requests(
    room: Room, note: Attachment
) -> None:
    await set_up(room, speak="always")
    await room.overhear("nice weather, isn't it?", addressed="")
    await room.overhear("remove the background noise", addressed="")  # there is none to remove
    await room.handle()
    assert await room.deliver() == []
    turn = await room.overhear("", note, addressed="")
    assert turn is not None
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("we meet at nine"))
    await room.handle()
    assert [part.text for part in await room.deliver()] == ["we meet at nine"]


async def test_13_a_spoken_wake_word_is_heard_before_the_gate(room: Room, note: Attachment) -> None:
    await set_up(room, speak="wake")
    assert await room.overhear("say hello", addressed="") is None
    assert await room.overhear("earshot, say hello", addressed="") is not None
    await room.handle()
    assert (await room.claim()).arguments["text"] == "hello"
    spoken = await room.overhear("", note, addressed="")
    assert spoken is not None
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("Hey Earshot, say good night."))
    await room.handle()
    assert [part.text for part in await room.deliver()] == ["Hey Earshot, say good night."]
    claim = await room.claim()
    assert claim.arguments["text"].startswith("good night")


async def test_a_voice_note_without_the_wake_word_stays_among_people(
    room: Room, note: Attachment
) -> None:
    await set_up(room, speak="wake")
    for heard in (transcript("say good night to your sister"), transcript("")):
        turn = await room.overhear("", note, addressed="")
        assert turn is not None
        await room.handle()
        await room.landing.finish(await room.claim(), heard)
        await room.handle()
        assert await room.deliver() == []
        async with room.database.read() as connection:
            assert await turns.find(connection, turn) is None  # nothing of it is kept
        assert "good night" not in await room.everything()


@pytest.mark.parametrize(("words", "notes"), [("what is said here?", 1), ("", 2)])
async def test_only_a_voice_note_by_itself_may_call_us(
    room: Room, note: Attachment, words: str, notes: int
) -> None:
    await set_up(room, speak="wake")
    await room.overhear(words, *[note] * notes, addressed="")
    await room.handle()
    assert await room.deliver() == []
    kept = await room.everything()
    assert "what is said here?" not in kept
    assert "speech_recognition" not in kept


@pytest.mark.parametrize(
    ("mode", "words"), [("transcript", ["say hi"]), ("both", ["say hi"]), ("answer", [])]
)
async def test_14_a_voice_note_gets_its_transcript_the_answer_or_both(
    room: Room, note: Attachment, mode: str, words: list[str]
) -> None:
    await set_up(room, reply=mode)
    turn = await room.say("", note, addressed="mention")
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("say hi"))
    await room.handle()
    if mode == "transcript":
        assert await room.stage(turn) == "composed"
    else:
        await room.landing.finish(await room.claim(), sound())
    parts = await room.deliver()
    assert [part.text for part in parts if part.kind == "text"] == words
    assert ("voice" in {part.kind for part in parts}) is (mode != "transcript")


async def test_a_transcript_is_the_answer_where_only_answers_are_wanted_and_there_is_none(
    room: Room, note: Attachment
) -> None:
    await set_up(room, reply="answer")
    await room.say("", note, addressed="mention")
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("we meet at nine"))
    await room.handle()
    assert [part.text for part in await room.deliver()] == ["we meet at nine"]


@pytest.mark.parametrize(("mode", "spoken", "voiced"), [
    ("never", True, False),
    ("spoken", False, False),
    ("spoken", True, True),
    ("always", False, True),
])  # fmt: skip
async def test_15_answers_are_spoken_never_when_spoken_to_or_always(
    room: Room, note: Attachment, mode: str, spoken: bool, voiced: bool
) -> None:
    await set_up(room, voice=mode, voice_name="emma")
    await room.say("", Attachment("n.wav", "note"), addressed="mention")  # something to work on
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("first"))
    if spoken:
        await room.say("", note, addressed="mention")
        await room.handle()
        await room.landing.finish(await room.claim(), transcript("transcribe a1"))
    else:
        if voiced:
            await room.landing.finish(await room.claim(), sound())
        await room.say("transcribe a1", addressed="mention")
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("first"))
    if not voiced:
        assert await room.landing.take(lambda jobs: [job.id for job in jobs], 9, "x", 9.0) == (
            (),
            False,
        )
        return
    claim = await room.claim()
    assert (claim.task, claim.arguments["text"], claim.arguments["voice"]) == (
        "text_to_speech",
        "first",
        "emma",
    )


async def test_an_album_is_one_request(room: Room, note: Attachment) -> None:
    clock = Clock(room)
    first = await room.say("clean these", note, album="A", addressed="mention")
    second = await room.overhear("", note, album="A", addressed="")
    assert second == first
    await room.handle()
    assert await room.stage(first) == "received"  # more may come
    clock.now += 3
    await room.handle()
    assert [job.task for job in await room.jobs(first)] == ["speech_enhancement"] * 2


async def test_an_album_is_for_us_whichever_piece_says_so(room: Room, note: Attachment) -> None:
    clock = Clock(room)
    first = await room.overhear("", note, album="A", addressed="")
    turn = await room.say("clean these", note, album="A", addressed="mention")
    assert turn == first
    clock.now += 3
    await room.handle()
    assert [job.task for job in await room.jobs(turn)] == ["speech_enhancement"] * 2


async def test_an_album_among_people_is_not_kept(room: Room, note: Attachment) -> None:
    clock = Clock(room)
    await room.overhear("clean these", note, album="A", addressed="")
    await room.overhear("", note, album="A", addressed="")
    clock.now += 3
    await room.handle()
    assert await room.deliver() == []
    assert "clean these" not in await room.everything()


async def test_a_piece_that_comes_while_the_others_are_fetched_is_not_lost(
    room: Room, note: Attachment
) -> None:
    clock, slowly = Clock(room), Slowly(room.desk)
    turn = await room.say("clean these", note, album="A")
    clock.now += 3
    handling = asyncio.create_task(room.handle())
    await slowly.asked.wait()
    assert await room.overhear("", note, album="A", addressed="") == turn
    slowly.come.set()
    await handling
    clock.now += 3
    await room.handle()
    assert [job.task for job in await room.jobs(turn)] == ["speech_enhancement"] * 2


async def test_stale_work_asks_before_it_runs(room: Room) -> None:
    clock = Clock(room)
    asked = [await room.say("say hello", sent_at=clock.now - 1200) for _ in range(2)]
    await room.handle()
    first, second = await room.deliver()
    assert first.text == second.text == say("stale_question", minutes=20)
    assert [button.action for button in first.buttons] == ["go", "drop"]
    assert await room.press(asked[0], "go") == say("pressed_go")
    assert await room.press(asked[0], "go") == say("pressed_over")
    assert await room.press(asked[1], "drop") == say("pressed_dropped")
    await room.handle()
    assert await room.stage(asked[0]) == "running"
    assert await room.stage(asked[1]) == "delivered"


@pytest.mark.parametrize("words", ["/help", "glorp", "clean this"])
async def test_stale_words_that_are_wanted_after_all_are_answered_without_a_job_too(
    room: Room, words: str
) -> None:
    clock = Clock(room)
    turn = await room.say(words, sent_at=clock.now - 1200)
    await room.deliver()
    assert await room.press(turn, "go") == say("pressed_go")
    await room.handle()
    assert len(await room.deliver()) == 1
    assert await room.stage(turn) == "delivered"


async def test_a_stale_album_is_asked_about_once(room: Room, note: Attachment) -> None:
    clock = Clock(room)
    for words in ("clean these", "", ""):
        await room.say(words, note, album="A", sent_at=clock.now - 1200)
    assert [part.text for part in await room.deliver()] == [say("stale_question", minutes=20)]


async def test_work_of_a_minute_ago_just_runs(room: Room) -> None:
    clock = Clock(room)
    turn = await room.say("say hello", sent_at=clock.now - 60)
    await room.handle()
    assert await room.stage(turn) == "running"


async def test_the_author_s_language_is_answered_in_unless_the_channel_has_one(room: Room) -> None:
    await room.say("glorp", locale="ko-KR")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("not_understood", "ko")]
    await set_up(room, locale="en")
    await room.say("glorp", locale="ko-KR")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("not_understood", "en")]


async def test_a_thread_begins_with_its_channel_s_settings(room: Room) -> None:
    await set_up(room, voice="always")
    await room.say("say hello", thread="t", addressed="mention")
    async with room.database.read() as connection:
        rows = await connection.execute(select(Conversation.thread, Conversation.settings))
        assert {row.thread: row.settings for row in rows} == {
            "": {"voice": "always"},
            "t": {"voice": "always"},
        }


async def test_replying_to_somebody_s_voice_note_means_that_one(
    room: Room, note: Attachment
) -> None:
    turn = await room.say("transcribe this", addressed="mention", reply_to="9", replied=(note,))
    await room.handle()
    (job,) = await room.jobs(turn)
    assert job.task == "speech_recognition"
    # The second time it is here already and need not be fetched.
    room.desk.files.clear()
    await room.say("", note, message_id="10", addressed="mention")


async def test_replying_to_our_own_message_means_what_it_shows(room: Room) -> None:
    await room.say("say hello")
    await room.handle()
    await room.landing.finish(await room.claim(), sound())
    await room.deliver()
    (address, _), *_ = room.desk.sent
    turn = await room.say("clean this", reply_to=address.key)
    await room.handle()
    (job,) = await room.jobs(turn)
    assert job.sources[0]["handle"] == "a1"


async def test_a_task_chosen_by_name_needs_no_words(room: Room, note: Attachment) -> None:
    asked = Request("speech_enhancement")
    turn = await room.say("", note, request=asked, addressed="command")
    await room.handle()
    assert [job.task for job in await room.jobs(turn)] == ["speech_enhancement"]
    turn = await room.say("", request=Request("text_to_speech", {"text": "hi"}))
    await room.handle()
    assert [job.arguments["text"] for job in await room.jobs(turn)] == ["hi"]


async def test_who_is_not_on_the_list_is_told_and_not_kept(
    database: Database, tmp_path: object, note: Attachment
) -> None:
    room = Room(database, tmp_path, Access(allow=frozenset({"desk:1", "role"})))  # type: ignore[arg-type]
    assert await room.overhear("say hello", addressed="") is None
    turn = await room.say("say my secret", note, addressed="mention")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("not_allowed", id="42")]
    assert await room.stage(turn) == "delivered"
    async with database.read() as connection:
        kept = (await connection.execute(select(Message.text, Message.attachments))).all()
    assert kept == [("", [])]
    assert await room.press(turn, "retry") == say("not_allowed", id="42")
    allowed = await room.say("say hello", author_id="1")
    by_role = await room.say("say hello", belongs=("role",))
    await room.handle()
    assert await room.stage(allowed) == await room.stage(by_role) == "running"


async def test_22_who_opted_out_is_not_listened_to(room: Room, note: Attachment) -> None:
    await set_up(room, speak="always")
    await room.say("/privacy out", addressed="command")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("opted_out")]
    assert await room.overhear("", note, addressed="") is None
    assert await room.overhear("say hello", addressed="mention") is not None
    await room.say("/privacy in", addressed="command")
    await room.handle()
    assert await room.overhear("", note, addressed="") is not None


async def test_who_opted_out_is_not_listened_to_by_way_of_an_answer(
    room: Room, note: Attachment
) -> None:
    await room.say("/privacy out", author_id="9", author_name="Out", addressed="command")
    await room.handle()
    await room.deliver()
    turn = await room.say(
        "transcribe this", addressed="mention", reply_to="5", replied=(note,), replied_by="9"
    )
    await room.handle()
    assert await room.jobs(turn) == []
    assert [part.text for part in await room.deliver()] == [say("needs_audio")]


async def test_cursors_are_kept_by_channel(room: Room) -> None:
    assert await room.intake.cursor("desk", "one") is None
    await room.intake.reached("desk", "one", "5")
    await room.intake.reached("desk", "one", "7")
    await room.intake.reached("desk", "one", "9", "channel")
    assert await room.intake.cursor("desk", "one") == "7"
    assert await room.intake.channels("desk", "one") == {"": "7", "channel": "9"}


async def test_the_inbox_knows_every_piece_of_an_album(room: Room, note: Attachment) -> None:
    await room.say("clean these", note, album="A", update_id="1")
    await room.say("", note, album="A", update_id="2")
    await room.say("", note, album="A", update_id="2")
    async with room.database.read() as connection:
        query = select(func.count()).select_from(Update)
        assert (await connection.execute(query)).scalar_one() == 2
        (files,) = (await connection.execute(select(Message.attachments))).scalars()
    assert len(files) == 2


async def test_settings_survive_what_this_version_does_not_know(room: Room) -> None:
    await room.say("hello")
    async with room.database.write() as connection:
        await conversations.change_settings(connection, 1, {"novelty": 1, "voice": "always"})
    turn = await room.say("say hello")
    await room.handle()
    assert await room.stage(turn) == "running"


async def test_a_channel_that_gets_a_new_id_goes_on_as_it_was(room: Room) -> None:
    await set_up(room, voice="always")
    await room.intake.moved("desk", "one", "c", "super-c")
    await room.say("hello", channel="super-c", addressed="mention")
    async with room.database.read() as connection:
        rows = (await connection.execute(select(Conversation.channel, Conversation.settings))).all()
    assert rows == [("super-c", {"voice": "always"})]


async def test_a_channel_s_messages_may_count_from_one_again_under_its_new_id(room: Room) -> None:
    await room.say("say hello", message_id="7", addressed="mention")
    await room.intake.moved("desk", "one", "c", "super-c")
    turn = await room.say("say bye", channel="super-c", message_id="7", addressed="mention")
    await room.handle()
    assert [job.arguments["text"] for job in await room.jobs(turn)] == ["bye"]


async def test_the_database_s_errors_do_not_repeat_what_people_wrote(room: Room) -> None:
    await room.say("hello", message_id="7")
    with pytest.raises(IntegrityError) as raised:
        await room.say("my secret", message_id="7")
    assert "my secret" not in str(raised.value)
