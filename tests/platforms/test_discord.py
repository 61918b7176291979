"""Discord from a voice message in a thread to the answer there: real client, real engines."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import av
import pytest

from bot.app import App, running
from bot.discord import Discord
from bot.settings import Settings
from engines.audio import PEAK_SECONDS, PEAKS
from engines.blobs import BlobStore
from handlers.phrases import say
from tests.conftest import Tell
from tests.servers.discord import Channel, DiscordServer, Message, User
from tests.words import SENTENCES, error_rate

WAIT_S = 120.0
SPOKEN = "Say the train leaves at nine."


@pytest.fixture
async def app(discord_server: DiscordServer, tmp_path: Path) -> AsyncIterator[App]:
    server = discord_server
    settings = Settings(data_dir=tmp_path / "data", discord_token=server.token)
    edge = Discord(
        server.token,
        BlobStore(settings.blobs_dir),
        api_url=server.api_url,
        gateway_url=server.gateway_url,
    )
    async with running(settings, [edge]) as app:
        await server.wait_for(lambda: server.gateway.identified, WAIT_S)
        yield app
    await edge.close()


async def seen(
    server: DiscordServer, channel: Channel, wanted: Callable[[Message], bool]
) -> Message:
    """The first message of the bot that is so, once it is there."""

    def found() -> Message | None:
        by_us = (each for each in channel.messages if each.author is server.me)
        return next((each for each in by_us if not each.deleted and wanted(each)), None)

    message: Message = await server.wait_for(found, WAIT_S)
    return message


def is_status(message: Message) -> bool:
    return [each["label"] for each in message.buttons] == [say("button_cancel")]


async def spoken(server: DiscordServer, ann: User) -> Message:
    """A voice bubble with something to say, made by the bot itself in a private chat."""
    private = server.dm(ann)
    server.say(ann, private, f"/say {SPOKEN}")
    return await seen(server, private, lambda message: message.is_voice)


def keep_busy(server: DiscordServer) -> None:
    """Somebody else asks for something that takes a while."""
    bob = server.user("Bob")
    server.say(bob, server.dm(bob), f"/say {' '.join(SENTENCES[:4])}")


async def test_a_voice_message_in_a_thread_is_answered_there_in_words_and_by_voice(
    discord_server: DiscordServer, app: App, tell: Tell
) -> None:
    server = discord_server
    guild = server.guild("Trains")
    ann = server.join(guild, server.user("Ann"))
    thread = server.thread(server.channel(guild), "Timetable")
    (bubble,) = (await spoken(server, ann)).files
    server.slash(server.owner, thread, "settings", name="speak", value="always")
    await seen(server, thread, lambda message: "speak" in message.text)

    keep_busy(server)
    server.speak(ann, thread, bubble.data, 2.0, bytes(20))
    answer = await seen(server, thread, lambda message: message.is_voice)
    await seen(server, thread, lambda m: bool(m.files) and m.files[0].name.endswith(".png"))
    words = await seen(
        server, thread, lambda m: bool(m.text) and "speak" not in m.text and not is_status(m)
    )
    assert error_rate([SPOKEN], [words.text]) <= 0.2
    labels = [each["label"] for each in words.buttons]
    assert labels == [say(f"button_{each}") for each in ("subtitles", "speak", "forget")]

    # The bubble: alone in its message, Ogg/Opus with its own length and outline.
    (voice,) = answer.files
    assert (answer.text, answer.components) == ("", [])
    with av.open(BytesIO(voice.data)) as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        seconds = container.duration / 1e6
    assert voice.duration_s == pytest.approx(seconds, abs=0.1)
    points = base64.b64decode(voice.waveform or "")
    assert len(points) == min(PEAKS, int(seconds / PEAK_SECONDS))
    assert max(points) == 255
    stored = [app.blobs.path(each).read_bytes() for each in app.blobs.digests()]
    assert voice.data in stored

    # Nobody is ever mentioned by what was generated, and no rate was broken.
    assert server.violations == []
    for message in thread.messages:
        if message.author is server.me:
            assert message.request["allowed_mentions"]["parse"] == []
    statuses = [each for each in thread.messages if each.author is server.me and is_status(each)]
    await server.wait_for(lambda: all(each.deleted for each in statuses), WAIT_S)
    told = [text for each in statuses for text in (*each.before, each.text)]
    tell(f"status: {told}")
    assert len(statuses) == 1
    assert " in line, " in told[0]

    server.press(server.join(guild, server.user("Bob")), words, say("button_subtitles"))
    album = await seen(server, thread, lambda message: len(message.files) == 3)
    assert [file.name.rpartition(".")[2] for file in album.files] == ["txt", "srt", "vtt"]
