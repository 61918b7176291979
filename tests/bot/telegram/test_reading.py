"""What a message becomes: who said it to whom, where, with which files."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from handlers.edge import Attachment
from tests.bot.telegram.conftest import PNG, VOICE, FakeDoor
from tests.servers.telegram import TelegramServer

pytestmark = pytest.mark.usefixtures("polling")


async def test_a_private_voice_note(server: TelegramServer, door: FakeDoor) -> None:
    ann = server.user("Ann", language_code="ko")
    shown = await server.private(ann).send("voice", VOICE)
    got = await door.next()
    assert (got.platform, got.account, got.update_id) == ("telegram", "4242", "70000")
    assert (got.channel, got.thread, got.message_id) == (str(ann.id), "", str(shown.message_id))
    assert (got.author_id, got.author_name, got.locale) == (str(ann.id), "Ann", "ko")
    assert (got.addressed, got.private, got.admin) == ("private", True, True)
    assert (got.text, got.reply_to, got.replied_by) == ("", None, "")
    assert got.belongs == (str(ann.id),)
    assert got.sent_at == pytest.approx(time.time(), abs=5)
    assert shown.file is not None
    assert got.attachments == (Attachment("voice-1.ogg", shown.file.file_id, True, len(VOICE)),)


@pytest.mark.parametrize(
    ("kind", "name", "voice"),
    [
        ("voice", "voice-1.ogg", True),
        ("video_note", "video-note-1.mp4", True),
        ("audio", "song.mp3", False),
        ("video", "clip.mp4", False),
        ("animation", "cat.mp4", False),
        ("photo", "photo-1.jpg", False),
        ("document", "notes.txt", False),
    ],
)
async def test_each_kind_of_file(
    server: TelegramServer, door: FakeDoor, kind: str, name: str, voice: bool
) -> None:
    shown = await server.private("Ann").send(kind, b"12345", caption="what is this?")
    got = await door.next()
    assert shown.file is not None
    assert got.attachments == (Attachment(name, shown.file.file_id, voice, 5),)
    assert got.text == "what is this?"


@pytest.mark.parametrize(
    ("said", "text", "addressed"),
    [
        ("@earshot_bot transcribe this", "transcribe this", "mention"),
        ("hey @Earshot_Bot, 그거 좀 해 줘", "hey , 그거 좀 해 줘", "mention"),
        ("😀😀 please @earshot_bot", "😀😀 please", "mention"),
        ("@earshot_bot", "", "mention"),
        ("/transcribe", "/transcribe", "command"),
        ("/say@earshot_bot good morning", "/say good morning", "command"),
        ("/say hello @earshot_bot", "/say hello @earshot_bot", "command"),
        ("/START", "/START", "command"),
        ("/weather Paris", "/weather Paris", ""),
        ("/weather@earshot_bot", "/weather", "command"),
        ("/weather, @earshot_bot?", "/weather, ?", "mention"),
        ("what a day", "what a day", ""),
        ("@somebody_else look", "@somebody_else look", ""),
    ],
)
async def test_how_groups_speak_to_the_bot(
    server: TelegramServer, door: FakeDoor, said: str, text: str, addressed: str
) -> None:
    group = server.group(privacy=False)
    await group.say(said, by=server.user("Ann"))
    got = await door.next()
    assert (got.text, got.addressed, got.private) == (text, addressed, False)
    assert got.channel == str(group.id)
    assert got.belongs == (str(group.id),)


async def test_a_caption_mentions_it(server: TelegramServer, door: FakeDoor) -> None:
    await server.group().send("voice", VOICE, caption="@earshot_bot what does he say?")
    got = await door.next()
    assert (got.text, got.addressed) == ("what does he say?", "mention")


async def test_with_privacy_only_what_is_for_the_bot_arrives(
    server: TelegramServer, door: FakeDoor
) -> None:
    group = server.group(privacy=True)
    await group.say("what a day")
    await group.say("/clean@another_bot")
    await group.say("/clean")
    assert (await door.next()).text == "/clean"


async def test_what_no_person_said_to_it_is_left_alone(
    server: TelegramServer, door: FakeDoor
) -> None:
    group = server.group(privacy=False)
    await group.say("/clean@another_bot now")
    await group.say("beep", by=server.user("Robot", is_bot=True))
    await group.say("", extra={"new_chat_title": "better friends"})
    await server.push({"edited_message": (await server.private("Ed").say("first")).json()})
    assert (await door.next()).text == "first"
    await server.wait_for(lambda: server.confirmed == 70_004)
    assert door.accepted == []


async def test_an_answer_to_the_bot_and_an_answer_to_somebody_else(
    server: TelegramServer, door: FakeDoor
) -> None:
    group = server.group(privacy=False)
    ours = group.add(server.bot, "text", "here it is")
    await group.say("thanks", reply_to=ours)
    got = await door.next()
    assert (got.addressed, got.reply_to, got.replied) == ("reply", str(ours.message_id), ())
    assert got.replied_by == str(server.bot.id)
    await group.say("/weather", reply_to=ours)
    assert (await door.next()).addressed == ""
    bob = server.user("Bob")
    note = await group.send("voice", VOICE, by=bob)
    assert (await door.next()).replied_by == ""
    await group.say("/transcribe", reply_to=note)
    got = await door.next()
    assert note.file is not None
    assert (got.addressed, got.reply_to) == ("command", str(note.message_id))
    assert got.replied_by == str(bob.id)
    assert got.replied == (
        Attachment(f"voice-{note.message_id}.ogg", note.file.file_id, True, len(VOICE)),
    )


async def test_an_answer_to_a_channel_that_speaks_in_the_group(
    server: TelegramServer, door: FakeDoor
) -> None:
    group = server.supergroup(privacy=False)
    channel = {"id": -1007, "type": "channel", "title": "The News"}
    said = group.add(server.user("Channel", is_bot=True), "text", "news")
    said.extra = {"sender_chat": channel}
    await group.say("is that so?", reply_to=said)
    assert (await door.next()).replied_by == "-1007"


@pytest.mark.parametrize(
    ("origin", "replied_by"),
    [
        ({"type": "hidden_user", "sender_user_name": "Bob"}, ""),
        ({"type": "user", "sender_user": {"id": 9, "is_bot": False, "first_name": "B"}}, "9"),
        ({"type": "chat", "sender_chat": {"id": -7, "type": "group", "title": "x"}}, "-7"),
        (
            {"type": "channel", "chat": {"id": -8, "type": "channel"}, "message_id": 3},
            "-8",
        ),
    ],
)
async def test_an_answer_to_a_message_of_another_chat(
    server: TelegramServer, door: FakeDoor, origin: dict[str, Any], replied_by: str
) -> None:
    origin["date"] = 1
    voice = {"file_id": "far", "file_unique_id": "far", "duration": 3, "file_size": 9}
    reply = {"external_reply": {"origin": origin, "voice": voice}}
    await server.private("Ann").say("transcribe this", extra=reply)
    got = await door.next()
    assert got.replied == (Attachment("voice-1.ogg", "far", True, 9),)
    assert got.replied_by == replied_by


async def test_topics(server: TelegramServer, door: FakeDoor) -> None:
    group = server.supergroup(privacy=False)
    news = group.topic("news", by=server.bot)
    await group.say("in general")
    got = await door.next()
    assert (got.thread, got.reply_to, got.addressed) == ("", None, "")
    first = await group.say("in the topic", thread=news)
    got = await door.next()
    # Telegram says of it that it answers the message that opened the topic, which is the bot's.
    assert (got.thread, got.reply_to, got.addressed) == (str(news), None, "")
    await group.say("an answer", thread=news, reply_to=first)
    got = await door.next()
    assert (got.thread, got.reply_to) == (str(news), str(first.message_id))
    await group.say("a plain thread", extra={"message_thread_id": 99})
    assert (await door.next()).thread == ""


async def test_an_album_comes_in_pieces(server: TelegramServer, door: FakeDoor) -> None:
    files = [("audio", b"one"), ("audio", b"two"), ("audio", b"three")]
    await server.private("Ann").album(files, caption="clean these")
    got = [await door.next() for _ in files]
    assert len({each.album for each in got}) == 1
    assert got[0].album
    assert [each.text for each in got] == ["clean these", "", ""]


async def test_anonymous_admins_and_channels_speak_for_themselves(
    server: TelegramServer, door: FakeDoor
) -> None:
    group = server.supergroup("friends", privacy=False)
    anonymous = server.user("Group", id=1087968824, is_bot=True)
    await group.say("/settings", by=anonymous, extra={"sender_chat": group.json()})
    got = await door.next()
    assert (got.author_id, got.author_name, got.admin) == (str(group.id), "friends", True)
    channel: dict[str, Any] = {"id": -1007, "type": "channel", "title": "The News"}
    sender = server.user("Channel", id=136817688, is_bot=True)
    await group.say("/settings", by=sender, extra={"sender_chat": channel})
    got = await door.next()
    assert (got.author_id, got.author_name, got.admin) == ("-1007", "The News", False)
    assert got.belongs == (str(group.id), "-1007")


async def test_a_group_that_became_a_supergroup_is_said_in_the_log(
    server: TelegramServer, door: FakeDoor, capsys: pytest.CaptureFixture[str]
) -> None:
    group = server.group()
    new = await group.upgrade()
    await server.wait_for(lambda: server.confirmed == 70_000)
    said = capsys.readouterr().out
    assert "became a supergroup" in said
    assert str(new.id) in said
    assert f"moved {group.id} to {new.id}" in door.log
    assert door.accepted == []


async def test_a_changed_membership_is_said_in_the_log(
    server: TelegramServer, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = server.user("Ann")
    bot = server.bot.json()
    change = {
        "chat": server.private(ann).json(),
        "from": ann.json(),
        "date": 1,
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
    }
    await server.push({"my_chat_member": change})
    await server.wait_for(lambda: server.confirmed == 70_000)
    assert "kicked" in capsys.readouterr().out


async def test_pictures_come_as_their_largest_size(server: TelegramServer, door: FakeDoor) -> None:
    shown = await server.private("Ann").send("photo", PNG)
    got = await door.next()
    assert shown.file is not None
    assert got.attachments[0].reference == shown.file.file_id
    await asyncio.sleep(0)
