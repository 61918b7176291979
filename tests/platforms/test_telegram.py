"""Telegram from a voice note in a group's topic to the answer there: real client, real engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import av
import pytest

from bot.app import App, running
from bot.settings import Settings
from bot.telegram import Telegram
from engines.blobs import BlobStore
from handlers.phrases import say
from tests.conftest import Tell
from tests.servers.telegram import TelegramServer
from tests.servers.telegram.people import Chat, Shown
from tests.words import SENTENCES, error_rate

WAIT_S = 120
SPOKEN = "Say the train leaves at nine."


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def app(server: TelegramServer, tmp_path: Path) -> AsyncIterator[App]:
    settings = Settings(data_dir=tmp_path / "data", telegram_token=server.token)
    edge = Telegram(server.token, BlobStore(settings.blobs_dir), api_url=server.url)
    async with running(settings, [edge]) as app:
        yield app
    await edge.close()


async def seen(server: TelegramServer, chat: Chat, kind: str, count: int = 1) -> list[Shown]:
    """What the bot has sent of a kind, once there is so much of it."""

    def found() -> list[Shown]:
        return [each for each in chat.replies if each.kind == kind]

    await server.wait_for(lambda: len(found()) >= count, WAIT_S)
    return found()


async def test_a_voice_note_in_a_topic_is_answered_there_in_words_and_by_voice(
    server: TelegramServer, app: App, tell: Tell
) -> None:
    private = server.private("Ann")
    await private.say(f"/say {SPOKEN}")
    (bubble,) = await seen(server, private, "voice")
    assert bubble.file is not None
    assert server.chats[private.id].drafts, "in private its place is shown as a draft"

    group = server.supergroup("Trains")
    topic = group.topic("Timetable")
    await server.private("Bob").say(f"/say {' '.join(SENTENCES[:4])}")  # it is busy
    note = await group.send(
        "voice", bubble.file.data, caption="@earshot_bot", thread=topic, by=private.person
    )
    (answer,) = await seen(server, group, "voice")
    (picture,) = await seen(server, group, "photo")
    words = next(m for m in group.replies if m.kind == "text" and m not in statuses(group))
    assert error_rate([SPOKEN], [words.text]) <= 0.2
    assert [each.thread for each in (words, answer, picture)] == [topic] * 3
    assert [each.reply_to for each in (words, answer, picture)] == [note.message_id] * 3
    assert words.labels == [say(f"button_{each}") for each in ("subtitles", "speak", "forget")]

    # The bubble is Ogg/Opus with the duration it says, byte for byte what was made.
    assert answer.file is not None
    assert answer.file.data.startswith(b"OggS")
    with av.open(BytesIO(answer.file.data)) as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        assert answer.duration == pytest.approx(container.duration / 1e6, abs=0.6)
    stored = [app.blobs.path(each).read_bytes() for each in app.blobs.digests()]
    assert answer.file.data in stored

    # It showed where it stood in one message that changed, and is gone.
    await server.wait_for(lambda: all(m.deleted_at for m in statuses(group)), WAIT_S)
    told = [text for m in statuses(group) for text in (m.first, *(text for _, text in m.edits))]
    tell(f"status: {told}")
    assert len(statuses(group)) == 1
    assert " in line, " in told[0]
    assert {action for _, action, _ in group.actions} <= {
        "typing",
        "record_voice",
        "upload_voice",
    }
    assert {thread for _, _, thread in group.actions} <= {topic}

    # The subtitles come as one album when they are asked for.
    query = await group.press(words, say("button_subtitles"), by=server.user("Bob"))
    files = await seen(server, group, "document", 3)
    assert {each.thread for each in files} == {topic}
    assert len({each.album for each in files}) == 1
    assert server.queries[query] == say("pressed_subtitles")
    assert server.violations == []


def statuses(chat: Chat) -> list[Shown]:
    """The messages that showed where a request stands."""
    return [m for m in chat.messages.values() if m.labels == [say("button_cancel")]]
