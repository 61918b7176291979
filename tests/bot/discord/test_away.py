"""Where the bot is no member: a click is answered by its own webhook, as long as that lives."""

from __future__ import annotations

import pytest

from engines.blobs import BlobStore
from handlers.edge import Button, File, Part, Undeliverable
from tests.bot.discord.conftest import Door, Running, address
from tests.servers.discord import DiscordServer, world

OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(64)


async def test_where_the_bot_is_no_member_the_click_itself_is_answered(
    server: DiscordServer, door: Door, start: Running, blobs: BlobStore
) -> None:
    elsewhere = server.guild("Elsewhere", has_bot=False)
    anna, ben = (server.join(elsewhere, server.user(name)) for name in ("Anna", "Ben"))
    edge = await start()
    places = (
        server.channel(elsewhere),
        server.dm(anna, ben, group=True),
        server.dm(anna, ben, has_bot=False),
    )
    for turn, channel in enumerate(places, start=1):
        note = server.speak(ben, channel, OGG, 3.0, bytes(8))
        click = server.entry(anna, note, "Transcribe", user_install=True)
        await server.wait_for(lambda: click.words == "On it.")  # noqa: B023
        to = address(channel, turn=turn)
        status = await edge.show(to, None, "transcribing", Button("cancel", "Cancel"))
        assert click.words == "transcribing"
        assert status is not None
        file = File(blobs.put_bytes(OGG), "a.ogg", "audio/ogg", len(OGG), 3.0, (1, 2))
        await edge.send(to, Part("text", "Good morning.", buttons=(Button("speak", "Aloud"),)))
        await edge.send(address(channel, turn=turn, part=1), Part("voice", files=(file,)))
        await edge.clear(to, status)
        assert click.original is not None
        assert click.original.deleted
        words, sound = channel.shown[-2:]
        assert (words.text, len(words.buttons)) == ("Good morning.", 1)
        assert [each.data for each in sound.files] == [OGG]
        assert (await edge.capacity(to)).file_bytes == 10 << 20
        press = server.press(anna, words, "Aloud")
        await server.wait_for(lambda: press.words == "Done.")  # noqa: B023
        # Ben is there, too: it is not Anna's own chat with the bot.
        for asked in (door.incoming[-1], door.presses[-1]):
            assert (asked.private, asked.admin) == (False, False)
    assert not edge.client._connection._view_store._views
    server.advance(15 * 60)
    with pytest.raises(Undeliverable):
        await edge.send(to, Part("text", "too late"))
    assert await edge.show(to, None, "too late", Button("cancel", "Cancel")) is None
    with pytest.raises(Undeliverable):  # after a restart nobody knows the click any more
        await edge.send(address(places[0], turn=99), Part("text", "x"))


async def test_a_reply_that_is_ready_at_once_waits_for_its_way(
    server: DiscordServer, door: Door, start: Running
) -> None:
    elsewhere = server.guild("Elsewhere", has_bot=False)
    anna = server.join(elsewhere, server.user("Anna"))
    channel = server.channel(elsewhere)
    edge = await start()
    click = server.slash(anna, channel, "help", user_install=True)
    await door.until(lambda: door.incoming)
    await edge.send(address(channel, turn=1), Part("text", "I can do all this."))
    assert click.words == "On it."
    assert [each.text for each in channel.shown] == ["I can do all this."]


async def test_a_press_elsewhere_renews_the_way_back(
    server: DiscordServer, door: Door, start: Running
) -> None:
    elsewhere = server.guild("Elsewhere", has_bot=False)
    anna = server.join(elsewhere, server.user("Anna"))
    channel = server.channel(elsewhere)
    edge = await start()
    click = server.slash(anna, channel, "help", user_install=True)
    await server.wait_for(lambda: click.words == "On it.")
    retry = (Button("retry", "Try again"),)
    await edge.send(address(channel, turn=1), Part("text", "Failed.", buttons=retry))
    server.advance(16 * 60)
    server.press(anna, channel.shown[-1], "Try again").by_user_install = True
    await door.until(lambda: door.presses)
    assert len(click.messages) == 2


async def test_a_server_where_the_bot_may_not_speak_is_like_elsewhere(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel = server.channel(guild, denied=world.SEND_MESSAGES)
    edge = await start()
    await edge.client.wait_until_ready()
    click = server.slash(anna, channel, "help")
    await server.wait_for(lambda: click.words == "On it.")
    await edge.send(address(channel, turn=1), Part("text", "I can do all this."))
    assert channel.shown[-1].text == "I can do all this."
