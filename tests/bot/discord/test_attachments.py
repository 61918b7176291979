"""Files that people sent, opened later: when the link is old, when they are gone, and only ours."""

from __future__ import annotations

import pytest

from bot.discord import Discord
from engines.kinds import Refusal
from handlers.edge import Attachment, Unreachable
from tests.bot.discord.conftest import Door, Running
from tests.servers.discord import DiscordServer, world

DATA = bytes(range(256)) * 4096


async def read(edge: Discord, attachment: Attachment) -> bytes:
    return b"".join([piece async for piece in edge.open(attachment)])


async def test_a_file_comes_in_pieces(server: DiscordServer, door: Door, start: Running) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, chat, files=[("a.wav", DATA)])
    (attachment,) = (await door.one()).attachments
    pieces = [piece async for piece in edge.open(attachment)]
    assert b"".join(pieces) == DATA
    assert max(map(len, pieces)) <= 1 << 16


async def test_an_old_link_is_renewed(server: DiscordServer, door: Door, start: Running) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    note = server.say(anna, chat, files=[("a.wav", b"x"), ("b.wav", DATA)])
    server.say(anna, chat, "", forwards=note)
    await door.until(lambda: len(door.incoming) == 2)
    server.expire_links()
    assert await read(edge, door.incoming[0].attachments[1]) == DATA
    assert await read(edge, door.incoming[1].replied[1]) == DATA


async def test_what_is_gone_is_refused(server: DiscordServer, door: Door, start: Running) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel, hidden = server.channel(guild), server.channel(guild, "hidden")
    edge = await start()
    message = server.say(anna, channel, files=[("a.wav", DATA)])
    server.say(anna, hidden, files=[("b.wav", DATA)])
    await door.until(lambda: len(door.incoming) == 2)
    server.expire_links()
    server.remove(message)
    hidden.denied = world.VIEW_CHANNEL
    for incoming in door.incoming:
        with pytest.raises(Refusal) as caught:
            await read(edge, incoming.attachments[0])
        assert caught.value.code == "attachment_gone"
        assert caught.value.facts == {"name": incoming.attachments[0].name}


async def test_a_download_that_breaks_off_may_be_tried_again(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, chat, files=[("a.wav", DATA)])
    (attachment,) = (await door.one()).attachments
    server.files_break = 1
    with pytest.raises(Unreachable):
        await read(edge, attachment)
    assert await read(edge, attachment) == DATA
    server.expire_links()
    server.faults.once("503", "GET", r"/messages/\d+$")
    with pytest.raises(Unreachable):
        await read(edge, attachment)
    await server.stop()
    with pytest.raises(Unreachable):
        await read(edge, attachment)


@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://example.org/a.wav",
        "http://cdn.discordapp.com/attachments/1/2/a.wav",
        "https://cdn.discordapp.com.example.org/a",
        "file:///etc/passwd",
        "a.wav",
        "",
    ],
)
async def test_no_other_host_is_asked(server: DiscordServer, start: Running, link: str) -> None:
    edge = start.edge()
    with pytest.raises(Refusal):
        await read(edge, Attachment("a.wav", f"1/0/1|{link}"))
    await edge.close()
