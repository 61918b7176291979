"""Parts on their way: as people see them, once, and what Discord's refusals mean."""

from __future__ import annotations

import asyncio
import base64

import pytest

from bot.discord import Discord
from engines.blobs import BlobStore
from handlers.edge import Button, File, Part, Undeliverable, Unreachable
from tests.bot.discord.conftest import Running, address
from tests.servers.discord import Channel, DiscordServer, world

OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(4000)


@pytest.fixture
async def edge(start: Running) -> Discord:
    made = start.edge()
    await made.sign_in()
    return made


@pytest.fixture(autouse=True)
async def closed(edge: Discord):
    yield
    await edge.close()


@pytest.fixture
def chat(server: DiscordServer) -> Channel:
    return server.dm(server.user("Anna"))


def voice(blobs: BlobStore, points: int = 256, duration_s: float = 40.0) -> Part:
    peaks = tuple(index % 256 for index in range(points))
    file = File(blobs.put_bytes(OGG), "a.ogg", "audio/ogg", len(OGG), duration_s, peaks)
    return Part("voice", files=(file,))


async def test_words_arrive_as_they_are_and_ring_nobody(
    server: DiscordServer, edge: Discord
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel = server.channel(guild)
    asked = server.say(anna, channel, "transcribe")
    text = f"@everyone <@{anna.id}> said https://example.org"
    receipt = await edge.send(address(channel, reply_to=asked), Part("text", text))
    shown = channel.shown[-1]
    assert receipt == str(shown.id)
    assert shown.text == text
    assert shown.reply_to is asked
    assert shown.request["allowed_mentions"] == {"parse": []}
    assert shown.flags == 4  # links are not unfolded
    assert len(shown.nonce or "") == 25
    assert shown.request["message_reference"]["fail_if_not_exists"] is False


async def test_23_a_thread_is_answered_in_the_thread(server: DiscordServer, edge: Discord) -> None:
    channel = server.channel(server.guild())
    thread = server.thread(channel)
    await edge.send(address(thread), Part("text", "here"))
    assert [each.text for each in thread.shown] == ["here"]
    assert channel.shown == []


async def test_an_answer_to_what_is_gone_is_still_sent(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    asked = server.say(chat.people[0], chat, "transcribe")
    server.remove(asked)
    await edge.send(address(chat, reply_to=asked), Part("text", "here"))
    assert chat.shown[-1].text == "here"


async def test_without_the_right_to_read_the_past_it_answers_unlinked(
    server: DiscordServer, edge: Discord
) -> None:
    guild = server.guild()
    channel = server.channel(guild, denied=world.READ_HISTORY)
    asked = server.say(server.join(guild, server.user("Anna")), channel, "x")
    await edge.send(address(channel, reply_to=asked), Part("text", "here"))
    assert (channel.shown[-1].text, channel.shown[-1].reply_to) == ("here", None)


async def test_16_speech_is_a_voice_bubble(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    part = voice(blobs)
    receipt = await edge.send(address(chat), part)
    shown = chat.shown[-1]
    assert receipt == str(shown.id)
    assert shown.flags == 8192
    assert (shown.text, shown.components) == ("", [])
    (file,) = shown.files
    assert file.data == OGG
    assert file.duration_s == 40.0
    assert base64.b64decode(file.waveform or "") == bytes(part.files[0].peaks)


async def test_a_short_bubble_has_fewer_points(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    await edge.send(address(chat), voice(blobs, points=256, duration_s=2.5))
    assert len(base64.b64decode(chat.shown[-1].files[0].waveform or "")) == 25


async def test_where_voice_messages_are_not_allowed_a_file_is_sent(
    server: DiscordServer, edge: Discord, blobs: BlobStore
) -> None:
    channel = server.channel(server.guild(), denied=world.SEND_VOICE)
    await edge.send(address(channel), voice(blobs))
    shown = channel.shown[-1]
    assert not shown.is_voice
    assert [(each.name, each.data, each.waveform) for each in shown.files] == [("a.ogg", OGG, None)]


async def test_files_go_together_with_their_words_and_buttons(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    files = tuple(
        File(blobs.put_bytes(bytes([number]) * 70_000), f"frame {number}.png", "image/png", 70_000)
        for number in range(10)
    )
    buttons = (Button("subtitles", "Subtitles", "srt"), Button("retry", "Try again"))
    await edge.send(address(chat, turn=9), Part("picture", "ten frames", files, buttons))
    shown = chat.shown[-1]
    assert shown.text == "ten frames"
    assert [each.data for each in shown.files] == [
        blobs.path(each.sha256).read_bytes() for each in files
    ]
    assert [(each["label"], each["custom_id"]) for each in shown.buttons] == [
        ("Subtitles", "earshot:subtitles:9:srt"),
        ("Try again", "earshot:retry:9:"),
    ]


async def test_what_fits_depends_on_the_server(
    server: DiscordServer, door: object, start: Running
) -> None:
    poor, rich = server.channel(server.guild()), server.channel(server.guild(tier=3))
    thread = server.thread(rich)
    chat = server.dm(server.user("Anna"))
    edge = await start()
    await edge.client.wait_until_ready()
    found = [await edge.capacity(address(each)) for each in (poor, rich, thread, chat)]
    assert [each.file_bytes for each in found] == [10 << 20, 100 << 20, 100 << 20, 10 << 20]
    assert {(each.text, each.caption, each.album, each.bare_voice) for each in found} == {
        (2000, 2000, 10, True)
    }
    assert edge.only() is None


async def test_where_the_bot_may_not_be_it_is_undeliverable(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    guild = server.guild()
    mute = server.channel(guild, denied=world.SEND_MESSAGES)
    bare = server.channel(guild, denied=world.ATTACH_FILES)
    gone = server.channel(guild)
    del server.channels[gone.id]
    for channel, part in [
        (mute, Part("text", "x")),
        (gone, Part("text", "x")),
        (bare, Part("file", files=(File(blobs.put_bytes(b"1"), "a", "text/plain", 1),))),
        (chat, Part("text", "x" * 2001)),
        (chat, Part("text", "")),
    ]:
        with pytest.raises(Undeliverable):
            await edge.send(address(channel), part)
    assert chat.shown == []


async def test_a_second_try_is_the_same_message(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    for part_number, part in enumerate((Part("text", "once"), voice(blobs))):
        server.faults.once("drop_after")
        with pytest.raises(Unreachable) as caught:
            await edge.send(address(chat, part=part_number), part)
        assert caught.value.arrived
        receipt = await edge.send(address(chat, part=part_number), part)
        assert receipt == str(chat.shown[-1].id)
    assert len(chat.shown) == 2
    assert server.repeats == 2


async def test_a_request_that_never_arrived_is_tried_again(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    server.faults.once("drop_before")
    with pytest.raises(Unreachable):
        await edge.send(address(chat), Part("text", "x"))
    assert chat.shown == []


async def test_an_unwell_discord_is_waited_out_or_told(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel, hasty: list[float]
) -> None:
    for kind in ("429", "500", "502"):
        server.faults.once(kind)
    await edge.send(address(chat), voice(blobs))  # the file is read from its start each time
    assert chat.shown[-1].files[0].data == OGG
    server.faults.once("503")
    with pytest.raises(Unreachable) as caught:
        await edge.send(address(chat, part=1), Part("text", "x"))
    assert caught.value.arrived
    server.faults.once("500", times=5)
    with pytest.raises(Unreachable):
        await edge.send(address(chat, part=1), Part("text", "x"))
    server.rest.retry_after_s = 600
    server.faults.once("429")
    with pytest.raises(Unreachable) as told:
        await edge.send(address(chat, part=1), Part("text", "x"))
    assert (told.value.after_s, told.value.arrived) == (600, False)


async def test_a_tenth_of_all_requests_may_go_wrong(
    server: DiscordServer, edge: Discord, hasty: list[float]
) -> None:
    """Every part arrives, exactly once, in order, whatever happens on the way."""
    server.rest.period_s, server.rest.global_limit = 0.05, 10_000
    channels = [server.dm(server.user(str(number))) for number in range(4)]
    server.faults.rate = 0.25

    async def deliver(channel: Channel) -> None:
        for number in range(20):
            while True:
                try:
                    await edge.send(address(channel, part=number), Part("text", str(number)))
                except Unreachable:
                    continue
                break

    await asyncio.gather(*map(deliver, channels))
    for channel in channels:
        assert [each.text for each in channel.shown] == [str(number) for number in range(20)]
    assert len(server.faults.injected) > 10
    # Its own faults made the library try faster than it otherwise would.
    server.violations = [each for each in server.violations if not each.startswith("rate of")]


async def test_1_one_channel_at_its_limit_holds_up_no_other(
    server: DiscordServer, edge: Discord
) -> None:
    busy, quiet = (server.dm(server.user(name)) for name in "ab")

    async def deliver(channel: Channel, parts: int) -> None:
        for number in range(parts):
            await edge.ready(address(channel))
            await edge.send(address(channel, part=number), Part("text", str(number)))

    crowd = asyncio.create_task(deliver(busy, 7))
    await server.wait_for(lambda: len(busy.shown) == 5)
    await asyncio.wait_for(deliver(quiet, 4), 2)
    assert len(busy.shown) == 5
    await crowd
    assert [each.text for each in busy.shown] == [str(number) for number in range(7)]


async def test_memory_stays_flat(
    server: DiscordServer, edge: Discord, chat: Channel, hasty: list[float]
) -> None:
    server.rest.limit = server.rest.global_limit = 1000
    for number in range(100):
        buttons = (Button("retry", "Again", str(number)),)
        await edge.send(address(chat, part=number), Part("text", "x", buttons=buttons))
    store = edge.client._connection._view_store
    assert not store._views
    assert not store._synced_message_views
    assert edge.client._connection._messages is None
