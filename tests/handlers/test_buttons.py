"""Buttons: each does what it says, once, and only for those who may."""

from __future__ import annotations

import pytest

from engines.kinds import Artifact, Outcome, Refusal
from handlers.edge import Attachment
from handlers.phrases import say
from tests.handlers.conftest import Room, sound, transcript


async def transcribed(room: Room, note: Attachment) -> int:
    documents = tuple(
        Artifact(f"t.{kind}", "document", "text/plain", room.blobs.put_bytes(kind.encode()), 3)
        for kind in ("txt", "srt", "vtt")
    )
    turn = await room.say("what is said?", note)
    await room.handle()
    await room.landing.finish(await room.claim(), Outcome("we meet at nine", {}, documents, 0.1))
    await room.deliver()
    return turn


async def test_20_subtitles_come_when_they_are_asked_for(room: Room, note: Attachment) -> None:
    turn = await transcribed(room, note)
    assert await room.press(turn, "subtitles", "1", author_id="7") == say("pressed_subtitles")
    (part,) = await room.deliver()
    assert [file.name for file in part.files] == ["t.txt", "t.srt", "t.vtt"]
    assert await room.press(turn, "subtitles", "1") == say("pressed_subtitles_sent")
    assert await room.deliver() == []


async def test_speak_it_reads_the_words_aloud(room: Room, note: Attachment) -> None:
    turn = await transcribed(room, note)
    assert await room.press(turn, "speak", "1") == say("pressed_speak")
    await room.handle()
    claim = await room.claim()
    assert (claim.task, claim.arguments["text"]) == ("text_to_speech", "we meet at nine")


async def test_retry_does_it_again_for_its_author_only(room: Room, note: Attachment) -> None:
    turn = await room.say("clean this", note)
    await room.handle()
    await room.landing.refuse(await room.claim(), Refusal("disk_full"))
    (told,) = await room.deliver()
    assert [button.action for button in told.buttons] == ["retry"]
    assert await room.press(turn, "retry", author_id="7") == say("pressed_not_yours")
    assert await room.press(turn, "retry") == say("pressed_retry")
    await room.handle()
    assert (await room.claim()).task == "speech_enhancement"


async def test_a_press_that_is_sent_twice_counts_once(room: Room, note: Attachment) -> None:
    turn = await transcribed(room, note)
    for _ in range(2):
        room._updates = 50
        await room.press(turn, "speak", "1")
    await room.handle()
    await room.claim()
    assert (await room.landing.take(lambda jobs: [job.id for job in jobs], 9, "x", 9.0))[0] == ()


@pytest.mark.parametrize("admin", [False, True])
async def test_cancel_works_while_queued_and_while_running(room: Room, admin: bool) -> None:
    queued = await room.say("say hello")
    running = await room.say("say hello", channel="other")
    await room.handle()
    who = {"author_id": "7", "admin": True} if admin else {}
    assert await room.press(queued, "cancel", author_id="8") == say("pressed_not_yours")
    assert await room.press(queued, "cancel", **who) == say("pressed_cancelled")
    assert await room.stage(queued) == "delivered"
    claim = await room.claim()
    assert await room.press(running, "cancel", channel="other", **who) == say("pressed_cancelled")
    assert await room.landing.renew([claim], 9.0) == {claim.id}
    await room.landing.cancelled(claim)
    assert [part.text for part in await room.deliver()] == [say("cancelled")]
    assert await room.press(queued, "cancel") == say("pressed_nothing_to_cancel")


async def test_what_is_cancelled_while_it_is_heard_goes_no_further(
    room: Room, note: Attachment
) -> None:
    turn = await room.say("", note)
    await room.handle()
    claim = await room.claim()
    assert await room.press(turn, "cancel") == say("pressed_cancelled")
    await room.landing.finish(claim, transcript("say hello"))  # it was quicker
    await room.handle()
    assert [job.task for job in await room.jobs(turn)] == ["speech_recognition"]
    assert [part.text for part in await room.deliver()] == [say("cancelled")]
    assert await room.stage(turn) == "delivered"


async def test_a_button_of_another_channel_is_not_believed(room: Room) -> None:
    turn = await room.say("say hello")
    assert await room.press(turn, "cancel", channel="other", admin=True) == say("pressed_gone")
    assert await room.press(9999, "cancel") == say("pressed_gone")
    assert await room.press(turn, "explode") == say("pressed_over")
    await room.handle()
    assert await room.stage(turn) == "running"


async def test_forget_takes_the_request_its_files_and_what_came_of_them(
    room: Room, note: Attachment
) -> None:
    turn = await transcribed(room, note)
    later = await room.say("clean a1")
    await room.handle()
    claim = await room.claim()
    assert await room.press(turn, "forget", "1") == say("pressed_forgotten")
    assert await room.press(turn, "subtitles", "1") == say("pressed_gone")
    assert await room.press(later, "retry") == say("pressed_gone")
    # The loop learns that it need not go on, and its result changes nothing.
    assert await room.landing.renew([claim], 9.0) == {claim.id}
    assert not await room.landing.finish(claim, sound())
    assert await room.deliver() == []


async def test_an_admin_deletes_nobody_s_data_elsewhere(room: Room) -> None:
    await room.say("say my secret", channel="elsewhere")
    asked = await room.say("/forget", addressed="command")
    await room.handle()
    told = await room.press(asked, "forget", "me", author_id="7", admin=True)
    assert told == say("pressed_not_yours")
    assert "my secret" in await room.everything()


async def test_settings_have_buttons_for_admins(room: Room) -> None:
    turn = await room.say("/settings", addressed="command", admin=True)
    await room.handle()
    (part,) = await room.deliver()
    button = next(each for each in part.buttons if each.value == "voice=always")
    assert await room.press(turn, "set", button.value) == say("settings_admin_only")
    words = await room.press(turn, "set", button.value, admin=True)
    assert words.startswith(say("settings_changed", name="voice", value="always")[:20])
    await room.say("say hello", addressed="mention")
    assert await room.press(turn, "set", "speak=loudly", admin=True) == say(
        "settings_bad_value", name="speak", value="loudly", choices="mention, reply, wake, always"
    )


async def test_answers_to_presses_are_in_the_presser_s_language(room: Room) -> None:
    turn = await room.say("say hello")
    told = await room.press(turn, "cancel", author_id="7", locale="ko")
    assert told == say("pressed_not_yours", "ko")


async def test_what_was_heard_can_be_spoken_by_anybody(room: Room, note: Attachment) -> None:
    turn = await room.say("", note)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript("hello there"))
    await room.handle()
    (part,) = await room.deliver()
    speak = next(each for each in part.buttons if each.action == "speak")
    assert await room.press(turn, "speak", speak.value, author_id="7") == say("pressed_speak")
