"""Where a request stands: one message, edited, never in the way, gone in the end."""

from __future__ import annotations

import pytest

from bot.discord import Discord
from handlers.edge import Button, Part, Unreachable
from tests.bot.discord.conftest import Running, address
from tests.servers.discord import Channel, DiscordServer, world

CANCEL = Button("cancel", "Cancel")


@pytest.fixture
async def edge(start: Running):
    made = start.edge()
    await made.sign_in()
    yield made
    await made.close()


@pytest.fixture
def chat(server: DiscordServer) -> Channel:
    return server.dm(server.user("Anna"))


async def test_it_is_shown_changed_and_cleared(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    asked = server.say(chat.people[0], chat, "x")
    to = address(chat, turn=3, reply_to=asked)
    shown = await edge.show(to, None, "next in line", CANCEL)
    message = chat.shown[-1]
    assert shown == str(message.id)
    assert message.reply_to is asked
    assert [each["custom_id"] for each in message.buttons] == ["earshot:cancel:3:"]
    assert await edge.show(to, shown, "transcribing 40%", CANCEL) == shown
    assert (message.text, message.before) == ("transcribing 40%", ["next in line"])
    assert len(message.buttons) == 1
    await edge.clear(to, shown or "")
    assert message.deleted
    await edge.clear(to, shown or "")  # gone already
    assert edge.every_s == 2.0


async def test_after_a_restart_it_is_the_same_message(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    first = await edge.show(address(chat), None, "next in line", CANCEL)
    assert await edge.show(address(chat), None, "next in line", CANCEL) == first
    assert len(chat.shown) == 1
    await edge.send(address(chat), Part("text", "done"))  # the part's own nonce is another
    assert len(chat.shown) == 2


async def test_what_cannot_be_shown_is_left_out(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    edge._board._overall.rate_limit = 100  # that is shown elsewhere
    shown = await edge.show(address(chat), None, "0", CANCEL)
    for number in range(1, 20):
        assert await edge.show(address(chat), shown, str(number), CANCEL) == shown
    assert len(chat.shown[0].before) == 5  # as many as Discord takes, and no waiting
    server.faults.once("drop_before", "PATCH", "/messages")
    other = server.dm(server.user("Ben"))
    mute = server.channel(server.guild(), denied=world.SEND_MESSAGES)
    assert await edge.show(address(mute), None, "x", CANCEL) is None
    kept = await edge.show(address(other), None, "0", CANCEL)
    assert await edge.show(address(other), kept, "1", CANCEL) == kept
    assert other.shown[0].text == "0"
    server.remove(other.shown[0])
    assert await edge.show(address(other), kept, "2", CANCEL) is None


async def test_a_full_channel_is_not_made_to_wait(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    for number in range(5):
        await edge.ready(address(chat))
        await edge.send(address(chat, part=number), Part("text", "x"))
    assert await edge.show(address(chat, turn=2), None, "next", CANCEL) is None
    assert len(chat.shown) == 5


async def test_clearing_is_tried_again_when_discord_is_away(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    shown = await edge.show(address(chat), None, "0", CANCEL)
    for kind, times in (("drop_before", 2), ("503", 1)):  # a DELETE is safe to repeat at once
        server.faults.once(kind, "DELETE", "/messages", times)
        with pytest.raises(Unreachable):
            await edge.clear(address(chat), shown or "")
    await edge.clear(address(chat), shown or "")
    assert chat.shown == []


async def test_typing_is_shown_and_never_in_the_way(
    server: DiscordServer, edge: Discord, chat: Channel
) -> None:
    await edge.busy(address(chat), "recording")
    await edge.busy(address(chat), "typing")  # it still shows
    assert chat.typed == 1
    server.faults.once("503", "POST", "/typing$")
    await edge.busy(address(server.dm(server.user("Ben"))), "typing")
