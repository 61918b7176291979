"""While Discord cannot say what a channel got, that channel waits: nothing is lost, no other waits.

Of the faults, 503 is answered once for each try: the library repeats the others by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.discord import arrivals
from tests.bot.discord.conftest import Door, Running
from tests.servers.discord import Channel, DiscordServer, world

FOR_EVER = 10_000


async def until(predicate: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not predicate():
            await asyncio.sleep(0.01)


def fail(server: DiscordServer, channel: Channel, kind: str = "503", times: int = FOR_EVER) -> None:
    server.faults.once(kind, "GET", rf"/{channel.id}/messages$", times)


def said_in(door: Door, channel: Channel) -> list[str]:
    return [each.text for each in door.incoming if each.channel == str(channel.id)]


async def test_it_is_asked_for_until_it_can_be_read_and_live_messages_wait(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel, other = server.channel(guild), server.channel(guild, "other")
    edge = await start()
    before = server.say(anna, channel, "0")
    server.say(anna, other, "0")
    await door.until(lambda: len(door.incoming) == 2)
    await start.stop(edge)
    for number in range(1, 121):
        server.say(anna, channel, str(number))
    server.say(anna, other, "1")
    for kind in ("drop_before", "500", "502"):
        fail(server, channel, kind, times=5)
    fail(server, channel)
    start.slept.clear()
    edge = await start()
    for number in range(121, 171):
        server.say(anna, channel, str(number))
        server.say(anna, other, str(number - 119))
    await door.until(lambda: len(said_in(door, other)) == 52)
    assert said_in(door, other) == [str(number) for number in range(52)]
    await until(lambda: len(start.slept) > 20)
    assert said_in(door, channel) == ["0"]
    assert start.slept[:9] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert set(start.slept[9:]) == {30.0}
    # The messages that wait are noted once, not kept, however many come.
    lanes = edge.client._arrivals._lanes
    waiting = lanes.waiting(channel.id)
    for number in range(171, 181):
        server.say(anna, channel, str(number))
    server.say(anna, other, "52")
    await door.until(lambda: len(said_in(door, other)) == 53)
    assert lanes.waiting(channel.id) <= waiting + 1
    # Nor is the gap forgotten when the process ends before it was read.
    await start.stop(edge)
    assert door.cursors[str(channel.id)] == str(before.id)
    edge = await start()
    server.say(anna, channel, "181")
    server.faults._once.clear()
    await door.until(lambda: len(said_in(door, channel)) == 182)
    assert said_in(door, channel) == [str(number) for number in range(182)]
    server.say(anna, channel, "182")
    await door.until(lambda: len(said_in(door, channel)) == 183)
    assert edge.client._arrivals._broken == set()


async def test_channels_that_cannot_be_read_keep_no_other_from_being_read(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    broken = [server.channel(guild, str(number)) for number in range(arrivals.READERS + 2)]
    well = server.channel(guild, "well")
    edge = await start()
    for channel in (*broken, well):
        server.say(anna, channel, "0")
    await door.until(lambda: len(door.incoming) == len(broken) + 1)
    await start.stop(edge)
    for channel in (*broken, well):
        server.say(anna, channel, "1")
    for channel in broken:
        fail(server, channel)
    await start()
    await door.until(lambda: said_in(door, well) == ["0", "1"])
    server.faults._once.clear()
    await door.until(lambda: all(said_in(door, channel) == ["0", "1"] for channel in broken))


async def test_a_pause_that_discord_asks_for_is_kept(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, chat, "0")
    await door.one()
    await start.stop(edge)
    server.say(anna, chat, "1")
    server.rest.retry_after_s = 600
    fail(server, chat, "429", times=2)
    start.slept.clear()
    await start()
    await door.until(lambda: door.texts == ["0", "1"])
    assert start.slept == [600.0, 600.0]


async def test_a_channel_that_is_closed_meanwhile_is_not_waited_for(
    server: DiscordServer, door: Door, start: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel = server.channel(guild)
    edge = await start()
    server.say(anna, channel, "0")
    await door.one()
    await start.stop(edge)
    server.say(anna, channel, "1")
    channel.denied = world.READ_HISTORY
    fail(server, channel, times=3)
    edge = await start()
    await until(lambda: "a channel cannot be read" in capsys.readouterr().out)
    await until(lambda: not len(edge.client._arrivals._lanes))
    server.say(anna, channel, "2")
    await door.until(lambda: door.texts == ["0", "2"])


async def test_one_message_that_the_library_cannot_read_costs_no_other(
    server: DiscordServer, door: Door, start: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, chat, "0")
    await door.one()
    await start.stop(edge)
    said = [server.say(anna, chat, str(number)) for number in range(1, 6)]
    said[2].lacks = ("content",)
    edge = await start()
    await door.until(lambda: len(door.incoming) == 5)
    assert door.texts == ["0", "1", "2", "4", "5"]
    told = capsys.readouterr().out
    assert told.count("a message is left out") == 1
    assert str(said[2].id) in told
