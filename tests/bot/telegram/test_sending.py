"""Replies as Telegram shows them, and what is made of its refusals."""

from __future__ import annotations

import pytest

from bot.telegram import Telegram
from engines.blobs import BlobStore
from handlers.edge import Button, Part, Undeliverable
from handlers.phrases import say
from tests.bot.telegram.conftest import PNG, VOICE, Make, file, to, voice
from tests.servers.telegram import TelegramServer

MB = 1 << 20
TALL = b"\x89PNG\r\n\x1a\n" + bytes(8) + (90).to_bytes(4) + (9990).to_bytes(4) + bytes(50)


async def test_text_is_plain_and_answers_its_message(
    server: TelegramServer, edge: Telegram
) -> None:
    chat = server.private("Ann")
    asked = await chat.say("hello?")
    words = "*hello* <b>there</b> https://example.org _x"
    receipt = await edge.send(to(chat, reply_to=str(asked.message_id)), Part("text", words))
    (shown,) = chat.replies
    assert (receipt, shown.text, shown.reply_to) == (
        str(shown.message_id),
        words,
        asked.message_id,
    )
    (call,) = server.called("sendMessage")
    assert "parse_mode" not in call
    assert '"is_disabled": true' in call["link_preview_options"]


async def test_the_answered_message_may_be_deleted_by_now(
    server: TelegramServer, edge: Telegram
) -> None:
    chat = server.private("Ann")
    await edge.send(to(chat, reply_to="12345"), Part("text", "here"))
    assert (chat.texts, chat.replies[0].reply_to) == (["here"], None)


async def test_a_voice_bubble(server: TelegramServer, edge: Telegram, blobs: BlobStore) -> None:
    chat = server.private("Ann")
    await edge.send(to(chat), voice(blobs, "spoken"))
    (shown,) = chat.replies
    assert shown.file is not None
    assert (shown.kind, shown.text, shown.duration) == ("voice", "spoken", 3)
    assert (shown.file.data, shown.file.name) == (VOICE, "reply.ogg")


@pytest.mark.parametrize(
    ("kind", "form", "data", "name"),
    [
        ("audio", "audio", b"ID3 sound", "clean.mp3"),
        ("video", "video", b"\0\0\0\x18ftypmp42", "film.mp4"),
        ("picture", "photo", PNG, "waves.png"),
        ("file", "document", b"1\n00:00", "노트.srt"),
    ],
)
async def test_each_kind_with_its_caption(
    server: TelegramServer, edge: Telegram, blobs: BlobStore, kind, form, data, name
) -> None:
    chat = server.private("Ann")
    part = Part(kind, "a caption", (file(blobs, data, name, duration_s=61.6),))
    await edge.send(to(chat), part)
    (shown,) = chat.replies
    assert shown.file is not None
    assert (shown.kind, shown.text) == (form, "a caption")
    assert (shown.file.data, shown.file.name) == (data, name)
    assert shown.duration == (62 if kind in ("audio", "video") else None)


async def test_a_video_note_is_round_unless_it_would_lose_its_words_or_its_end(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    chat = server.private("Ann")
    film = file(blobs, b"\0\0\0\x18ftypmp42", "film.mp4", duration_s=8.2, pixels=(480, 480))
    long = file(blobs, b"\0\0\0\x18ftypmp42", "long.mp4", duration_s=75.0)
    for words, sent in (("", film), ("words", film), ("", long)):
        await edge.send(to(chat), Part("video_note", words, (sent,)))
    assert [(shown.kind, shown.text) for shown in chat.replies] == [
        ("video_note", ""),
        ("video", "words"),
        ("video", ""),
    ]
    assert [shown.duration for shown in chat.replies] == [8, 8, 75]
    ((said, _), (unsaid, __)) = [
        (call.get("width"), call.get("height")) for call in server.called("sendVideo")
    ]
    assert (said, unsaid) == ("480", None)


async def test_who_forbids_video_notes_gets_the_video(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    ann = server.user("Ann", forbids_voice=True)
    chat = server.private(ann)
    film = file(blobs, b"\0\0\0\x18ftypmp42", "film.mp4", duration_s=8.2)
    await edge.send(to(chat), Part("video_note", "", (film,)))
    assert [shown.kind for shown in chat.replies] == ["video"]


@pytest.mark.parametrize(("kind", "form"), [("picture", "photo"), ("file", "document")])
async def test_several_files_are_an_album(
    server: TelegramServer, edge: Telegram, blobs: BlobStore, kind, form
) -> None:
    chat = server.private("Ann")
    files = tuple(file(blobs, PNG + bytes([n]), f"{n}.png") for n in range(10))
    receipt = await edge.send(to(chat), Part(kind, "ten", files))
    shown = chat.replies
    assert receipt == " ".join(str(each.message_id) for each in shown)
    assert {each.kind for each in shown} == {form}
    assert [each.file.data for each in shown] == [PNG + bytes([n]) for n in range(10)]
    assert [each.text for each in shown] == ["ten"] + [""] * 9
    assert len({each.album for each in shown}) == 1


async def test_a_picture_of_an_impossible_shape_comes_as_a_file(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    chat = server.private("Ann")
    tall = file(blobs, TALL, "tall.png")
    await edge.send(to(chat), Part("picture", "waves", (tall,)))
    await edge.send(to(chat), Part("picture", "", (tall, file(blobs, PNG, "small.png"))))
    assert [each.kind for each in chat.replies] == ["document"] * 3
    assert chat.replies[0].text == "waves"


async def test_who_forbids_voice_messages_gets_a_sound_and_then_a_file(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    ann = server.user("Ann", forbids_voice=True)
    chat = server.private(ann)
    await edge.send(to(chat), voice(blobs, "words"))
    refusal = "Bad Request: not enough rights to send music to the chat"
    server.fail(400, refusal, method="sendAudio")
    await edge.send(to(chat), voice(blobs))
    assert [each.kind for each in chat.replies] == ["audio", "document"]
    assert (chat.replies[0].text, chat.replies[0].file.data) == ("words", VOICE)


async def test_23_topics_and_general(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    group = server.supergroup()
    news = group.topic("news")
    await edge.send(to(group, thread=str(news)), Part("text", "in the topic"))
    await edge.ready(to(group))
    await edge.send(to(group, thread=""), voice(blobs))
    await edge.ready(to(group))
    await edge.send(to(group, thread="1"), Part("text", "in general"))
    assert [each.thread for each in group.replies] == [news, None, None]
    with pytest.raises(Undeliverable, match="thread not found"):
        await edge.send(to(group, thread="99"), Part("text", "nowhere"))


async def test_buttons_lie_in_rows_and_carry_what_they_ask_for(
    server: TelegramServer, edge: Telegram
) -> None:
    chat = server.private("Ann")
    buttons = (
        Button("retry", "Try again"),
        Button("subtitles", "Subtitles", "srt"),
        Button("set", "A voice with a rather long name", "voice=af_heart"),
        Button("set", "no such thing", "x" * 70),
    )
    await edge.send(to(chat, turn_id=31), Part("text", "done", buttons=buttons))
    rows = [[each["callback_data"] for each in row] for row in chat.replies[0].keyboard]
    assert rows == [["retry:31:", "subtitles:31:srt"], ["set:31:voice=af_heart"]]


async def test_an_album_takes_no_buttons_and_is_sent_without(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    chat = server.private("Ann")
    files = (file(blobs, b"a", "a.txt"), file(blobs, b"b", "b.txt"))
    await edge.send(to(chat), Part("file", "", files, (Button("retry", "Try again"),)))
    assert len(chat.replies) == 2


@pytest.mark.parametrize("locale", ["en", "ko"])
async def test_what_may_have_arrived_is_marked_and_still_fits(
    server: TelegramServer, edge: Telegram, blobs: BlobStore, locale: str
) -> None:
    chat = server.private("Ann")
    address = to(chat, again=True, locale=locale)
    capacity = await edge.capacity(address)
    assert capacity == await edge.capacity(to(chat, locale=locale))
    assert (capacity.units, capacity.album, capacity.bare_voice) == ("utf-16", 10, False)
    assert capacity.file_bytes == 50 * MB
    longest = "😀" * (capacity.text // 2)
    await edge.send(address, Part("text", longest))
    await edge.send(address, voice(blobs, "x" * capacity.caption))
    mark = say("sent_again", locale) + "\n"
    assert chat.texts == [mark + longest, mark + "x" * capacity.caption]


async def test_files_that_fit_only_one_by_one_are_sent_one_by_one(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    chat = server.private("Ann")
    files = tuple(file(blobs, bytes(20 * MB + n), f"{n}.bin") for n in range(3))
    receipt = await edge.send(to(chat), Part("file", "three", files))
    assert [each.file.name for each in chat.replies] == ["0.bin", "1.bin", "2.bin"]
    assert [each.text for each in chat.replies] == ["three", "", ""]
    assert len(receipt.split()) == 3


async def test_a_local_server_takes_2000_mb(make: Make) -> None:
    async with TelegramServer(local=True) as server:
        edge = make(server, local=True)
        assert (await edge.capacity(to(server.private("Ann")))).file_bytes == 2000 * MB


async def test_a_deleted_blob_is_the_deliverys_to_tell(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    part = voice(blobs)
    blobs.path(part.files[0].sha256).unlink()
    with pytest.raises(FileNotFoundError):
        await edge.send(to(server.private("Ann")), part)


async def test_any_text_a_platform_may_be_given_arrives_as_it_is(
    server: TelegramServer, edge: Telegram
) -> None:
    chat = server.private("Ann")
    for words in (
        "안녕하세요 👩‍👩‍👧‍👧",
        "a\tb\nc",
        "_*[]()~`>#+-=|{}.!",
        '{"json": "not"}',
        "12",
        "true",
    ):
        await edge.send(to(chat), Part("text", words))
        server.meter._buckets.clear()
        assert chat.texts[-1] == words
