"""Files over what Discord takes: said with a limit that leads somewhere, or sent one by one."""

from __future__ import annotations

import pytest

from bot.discord import Discord
from engines.blobs import BlobStore
from handlers.edge import Button, File, Part, TooLarge, Undeliverable
from tests.bot.discord.conftest import Door, Running, address
from tests.servers.discord import Channel, DiscordServer

MB = 1 << 20


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


def file(blobs: BlobStore, size: int, name: str, *, said: int | None = None) -> File:
    data = name.encode() + bytes(size - len(name))
    return File(blobs.put_bytes(data), name, "audio/wav", size if said is None else said)


async def test_a_file_that_is_too_large_says_the_limit(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    size = (10 << 20) + 1
    file = File(blobs.put_bytes(bytes(size)), "a.wav", "audio/wav", size)
    with pytest.raises(TooLarge) as caught:
        await edge.send(address(chat), Part("audio", files=(file,)))
    assert caught.value.limit == 10 << 20


async def test_files_that_fit_one_by_one_go_one_by_one(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    size = 4 << 20
    files = tuple(
        File(blobs.put_bytes(bytes([number]) * size), f"{number}.wav", "audio/wav", size)
        for number in range(3)
    )
    server.rest.limit = 100
    part = Part("file", "all three", files, (Button("retry", "Again"),))
    receipts = [await edge.send(address(chat), part) for _ in range(2)]
    assert receipts == [" ".join(str(each.id) for each in chat.shown)] * 2
    assert [[each.name for each in shown.files] for shown in chat.shown] == [
        ["0.wav"],
        ["1.wav", "2.wav"],
    ]
    assert [shown.text for shown in chat.shown] == ["all three", ""]
    assert [len(shown.buttons) for shown in chat.shown] == [0, 1]


async def test_a_file_below_the_limit_that_is_refused_is_made_smaller_all_the_same(
    server: DiscordServer, edge: Discord, blobs: BlobStore, chat: Channel
) -> None:
    """Something on the way may let in less than Discord itself says."""
    for said in (400, 0):  # parts of old outboxes do not say how large their files are
        server.faults.once("413")
        part = Part("audio", files=(file(blobs, 400, "a.wav", said=said),))
        with pytest.raises(TooLarge) as caught:
            await edge.send(address(chat), part)
        assert caught.value.limit == 300
    server.faults.once("413")
    with pytest.raises(Undeliverable):
        await edge.send(address(chat), Part("text", "words"))
    # All of an album is too much, and so is its larger half.
    server.faults.once("413", times=2)
    two = (file(blobs, 4 * MB, "b.wav"), file(blobs, 2 * MB, "c.wav"))
    with pytest.raises(TooLarge) as caught:
        await edge.send(address(chat, part=1), Part("file", files=two))
    assert caught.value.limit == 3 * MB


async def test_an_interaction_takes_an_album_in_two_messages_too(
    server: DiscordServer, door: Door, start: Running, blobs: BlobStore
) -> None:
    elsewhere = server.guild("Elsewhere", has_bot=False)
    anna = server.join(elsewhere, server.user("Anna"))
    channel = server.channel(elsewhere)
    edge = await start()
    click = server.slash(anna, channel, "help", user_install=True)
    await server.wait_for(lambda: click.words == "On it.")
    files = tuple(file(blobs, 6 * MB, name) for name in ("a.wav", "b.wav"))
    receipt = await edge.send(address(channel), Part("file", "both", files))
    assert [[each.name for each in shown.files] for shown in channel.shown] == [
        ["a.wav"],
        ["b.wav"],
    ]
    assert [shown.text for shown in channel.shown] == ["both", ""]
    assert receipt.split() == [str(shown.id) for shown in channel.shown]
    server.faults.once("413", "POST", "/webhooks/")
    with pytest.raises(TooLarge) as caught:
        await edge.send(address(channel), Part("file", files=files[:1]))
    assert caught.value.limit == 4.5 * MB
