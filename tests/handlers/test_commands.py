"""Commands: found in whatever form people write them, and answered in their language."""

from __future__ import annotations

import pytest

from engines.tasks import TASKS
from handlers.commands import MENU, parse
from handlers.edge import Attachment
from handlers.phrases import LOCALES, known, say
from tests.handlers.conftest import Room, sound


@pytest.mark.parametrize("name", [*MENU, *(task.command for task in TASKS.values())])
def test_every_command_of_the_menus_is_described(name: str) -> None:
    assert known(f"command_{name}")
    assert all(len(say(f"command_{name}", locale)) <= 100 for locale in LOCALES)
    assert name.isascii()
    assert name.islower()


@pytest.mark.parametrize("name", MENU)
async def test_every_command_is_answered(room: Room, name: str) -> None:
    await room.say(f"/{name}", locale="ko")
    await room.handle()
    if name == "voices":  # a task of its own: what it says is made by the loop
        await room.landing.finish(await room.claim(), sound())
    parts = await room.deliver()
    assert parts
    assert say("not_understood", "ko") not in [part.text for part in parts]


async def test_a_task_s_own_command_needs_no_planner(room: Room, note: Attachment) -> None:
    turn = await room.say("/say in the voice of emma", addressed="command")
    await room.handle()
    (job,) = await room.jobs(turn)
    assert job.arguments["text"] == "in the voice of emma"  # just those words
    turn = await room.say("/clean", addressed="command", reply_to="8", replied=(note,))
    await room.handle()
    assert [job.task for job in await room.jobs(turn)] == ["speech_enhancement"]
    turn = await room.say("/transcribe a1 in Korean", addressed="command")
    await room.handle()
    (job,) = await room.jobs(turn)
    assert job.arguments["language"] == "ko"


async def test_what_is_missing_is_said(room: Room) -> None:
    for words, key in (("/clean", "needs_audio"), ("/say", "nothing_to_say")):
        await room.say(words, addressed="command")
        await room.handle()
        assert [part.text for part in await room.deliver()] == [say(key)]


async def test_a_command_nobody_knows_is_not_understood(room: Room) -> None:
    await room.say("/dance")
    await room.handle()
    assert [part.text for part in await room.deliver()] == [say("not_understood")]


async def test_settings_are_the_admins_to_change(room: Room) -> None:
    for admin, key in ((False, "settings_admin_only"), (True, "settings_changed")):
        await room.say("/settings voice always", addressed="command", admin=admin)
        await room.handle()
        (part,) = await room.deliver()
        assert part.text.startswith(say(key, name="voice", value="")[:10])
    await room.say("/settings", addressed="command")
    await room.handle()
    (part,) = await room.deliver()
    assert "voice: always" in part.text


async def test_in_private_the_settings_are_one_s_own(room: Room) -> None:
    await room.say("/settings locale ko", addressed="private")
    await room.handle()
    await room.say("glorp", addressed="private")
    await room.handle()
    assert say("not_understood", "ko") in [part.text for part in await room.deliver()]


@pytest.mark.parametrize(("words", "addressed"), [("cancel", "private"), ("earshot, cancel", "")])
async def test_cancel_need_not_wait_for_what_it_stops(
    room: Room, note: Attachment, words: str, addressed: str
) -> None:
    await room.say("/settings speak wake", addressed="command", admin=True)
    await room.handle()
    await room.deliver()
    slow = await room.say("clean this", note)
    await room.say(words, addressed=addressed)
    waiting = await room.turns._waiting(())
    assert len(waiting) == 2  # two lines: the file is still being fetched when it is cancelled
    (cancel,) = (rows for line, rows in waiting.items() if line < 0)
    await room.turns._take(cancel)
    await room.handle()
    assert await room.stage(slow) == "delivered"
    assert [part.text for part in await room.deliver()] == [say("cancelled")]


def test_parse() -> None:
    assert parse("/HELP") == ("help", "")
    assert parse(" stop. ") == ("cancel", "")
    assert parse("/status") == ("queue", "")
    assert parse("stop the music") is None
    assert parse("settings") is None


async def test_in_a_group_one_cancels_one_s_own(room: Room) -> None:
    mine = await room.say("say hello", addressed="mention")
    theirs = await room.say("say hello", addressed="mention", author_id="7")
    await room.handle()
    await room.say("/cancel all", addressed="command")
    await room.handle()
    assert await room.stage(mine) == "delivered"
    assert await room.stage(theirs) == "running"
    await room.say("/cancel all", addressed="command", admin=True)
    await room.handle()
    assert await room.stage(theirs) != "running"


async def test_one_setting_is_shown_with_what_it_may_be(room: Room) -> None:
    await room.say("/settings voice", addressed="command", admin=True)
    await room.handle()
    (part,) = await room.deliver()
    assert part.text.startswith("• voice: talk")
    assert [button.value for button in part.buttons] == [
        "voice=never",
        "voice=spoken",
        "voice=always",
    ]


async def test_asking_what_it_can_do_is_asking_for_help(room: Room) -> None:
    await room.say("What can you do?", addressed="mention")
    await room.handle()
    (part,) = await room.deliver()
    assert part.text.startswith(say("help").splitlines()[0])


async def test_the_voices_of_a_language_introduce_themselves(room: Room) -> None:
    turn = await room.say("/voices spanish", addressed="command")
    await room.handle()
    (job,) = await room.jobs(turn)
    assert (job.task, job.arguments["voice"], job.arguments["language"]) == (
        "text_to_speech",
        "all",
        "es",
    )
    await room.say("/voices klingon", addressed="command")
    await room.handle()
    assert (await room.deliver())[-1].text == say("no_voices", language="klingon")
