"""Nothing that was sent while the bot was away is lost, nothing comes twice, order stays."""

from __future__ import annotations

import asyncio

import pytest

from bot.discord import arrivals
from handlers.edge import Incoming
from tests.bot.discord.conftest import Door, Running
from tests.servers.discord import DiscordServer, world


async def test_what_was_sent_while_we_were_away_comes_in_order(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"), server.role(guild, "x", world.MANAGE_GUILD))
    one, two = server.channel(guild, "one"), server.channel(guild, "two")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, one, "1.0")
    server.say(anna, two, "2.0")
    server.say(anna, chat, "3.0")
    await door.until(lambda: len(door.incoming) == 3)
    await start.stop(edge)
    for number in range(1, 131):  # more than a page of history
        server.say(anna, one, f"1.{number}")
    server.say(anna, chat, "3.1")
    made = server.channel(guild, "made while away")
    server.say(anna, made, "4.0")
    thread = server.thread(two)
    server.say(anna, thread, f"<@{server.me.id}> 5.0")
    edge = await start()
    server.say(anna, one, "1.131")
    await door.until(lambda: len(door.incoming) == 3 + 131 + 3)
    ones = [each.text for each in door.incoming if each.channel == str(one.id)]
    assert ones == [f"1.{number}" for number in range(132)]
    assert {"3.1", "4.0"} <= set(door.texts)
    late = next(each for each in door.incoming if each.text == "5.0")
    # Messages of the past come without their author's rights: those were asked for.
    assert late.admin
    assert (late.channel, late.thread, late.addressed) == (str(two.id), str(thread.id), "mention")
    assert len(late.belongs) == 2


async def test_the_first_start_reads_no_past(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel, empty = server.channel(guild), server.channel(guild, "empty")
    server.say(anna, channel, "before the bot")
    await start()
    last = str(channel.messages[-1].id)
    await door.until(lambda: door.cursors.get(str(channel.id)) == last)
    server.say(anna, empty, "first")
    await door.one()
    assert door.texts == ["first"]


async def test_a_live_message_waits_for_those_before_it(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel = server.channel(guild)
    edge = await start()
    server.say(anna, channel, "0")
    await door.one()
    await start.stop(edge)
    for number in range(1, 4):
        server.say(anna, channel, str(number))
    server.faults.once("500", "GET", r"/messages$", times=2)
    edge = start.edge()
    # The gateway lets a live message in before the edge has read the past of that channel.
    task = asyncio.create_task(edge.run(door))
    await server.wait_for(lambda: server.gateway.connected)
    server.say(anna, channel, "4")
    await door.until(lambda: len(door.incoming) == 5)
    assert door.texts == ["0", "1", "2", "3", "4"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await edge.close()


async def test_a_door_that_fails_is_asked_again_and_order_stays(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel, other = server.channel(guild), server.channel(guild, "other")
    await start()
    door.failures = [OSError("the disk is full")] * 3
    server.say(anna, channel, "1")
    server.say(anna, channel, "2")
    await door.until(lambda: len(door.incoming) == 2)
    server.say(anna, other, "elsewhere")
    await door.until(lambda: len(door.incoming) == 3)
    assert door.texts == ["1", "2", "elsewhere"]
    assert start.slept[:3] == [0.5, 1.0, 2.0]


async def test_cursors_of_unwanted_messages_are_written_seldom(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel = server.channel(guild)
    door.wants = lambda incoming: incoming.addressed != ""
    edge = await start()
    await door.until(lambda: str(channel.id) in door.cursors)
    writes = door.writes
    for number in range(20):
        server.say(anna, channel, str(number))
    await door.until(lambda: len(door.incoming) == 20)
    assert door.writes == writes
    server.advance(6)
    last = server.say(anna, channel, "later")
    await door.until(lambda: door.cursors[str(channel.id)] == str(last.id))
    assert door.writes == writes + 1
    unwritten = server.say(anna, channel, "and one more")
    await door.until(lambda: door.texts[-1] == "and one more")
    await start.stop(edge)
    assert door.cursors[str(channel.id)] == str(unwritten.id)


async def test_a_long_queue_is_read_from_the_past_instead(
    server: DiscordServer, door: Door, start: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "LONGEST_LANE", 5)
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    door.held.clear()
    for number in range(60):
        server.say(anna, chat, str(number))
    server.slash(anna, chat, "help")  # comes after them, and does not wait for them
    await server.wait_for(lambda: any(each.answered for each in server.interactions.values()))
    lanes = edge.client._arrivals._lanes
    assert lanes.waiting(chat.id) <= 6
    door.held.set()
    await door.until(lambda: len(door.incoming) == 61)
    said = [each.text for each in door.incoming if each.addressed == "private"]
    assert said == [str(number) for number in range(60)]
    await door.until(lambda: not len(lanes))


async def test_a_message_that_never_gets_through_holds_up_its_channel_for_a_while_only(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna, ben = server.user("Anna"), server.user("Ben")
    poisoned, other = server.dm(anna), server.dm(ben)
    accept = door.accept

    async def poison(incoming: Incoming) -> int | None:
        if incoming.text == "poison":
            raise ValueError(incoming.text)
        return await accept(incoming)

    door.accept = poison  # type: ignore[method-assign]
    await start()
    server.say(anna, poisoned, "poison")
    server.say(anna, poisoned, "after it")
    server.say(ben, other, "elsewhere")
    await door.until(lambda: len(door.incoming) == 2)
    assert door.texts == ["elsewhere", "after it"]
    assert sum(start.slept) > 30


async def test_a_channel_that_is_gone_or_closed_is_passed_over(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    gone, closed, kept = (server.channel(guild, name) for name in ("gone", "closed", "kept"))
    edge = await start()
    for channel in (gone, closed, kept):
        server.say(anna, channel, "0")
    await door.until(lambda: len(door.incoming) == 3)
    await start.stop(edge)
    for channel in (gone, closed, kept):
        server.say(anna, channel, f"{channel.name} 1")
    guild.channels.remove(gone)
    del server.channels[gone.id]
    closed.denied = world.READ_HISTORY | world.VIEW_CHANNEL
    await start()
    await door.until(lambda: len(door.incoming) == 4)
    assert door.texts[-1] == "kept 1"
