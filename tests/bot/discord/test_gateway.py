"""The gateway comes and goes; what is said in between is not lost, and what is wrong is said."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.discord import Discord
from bot.discord.edge import NO_INTENT, NOT_ACCEPTED
from bot.platform import SignInFailed
from engines.blobs import BlobStore
from handlers.edge import Part, Unreachable
from tests.bot.discord.conftest import Door, Running, address
from tests.servers.discord import DiscordServer


async def test_a_broken_connection_is_resumed_and_replayed(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    server.say(anna, chat, "1")
    await door.until(lambda: len(door.incoming) == 1)
    reads = len([each for each in server.rest.requests if each[0] == "GET"])
    server.gateway.cut()
    server.say(anna, chat, "2")
    await door.until(lambda: len(door.incoming) == 2)
    assert (server.gateway.identified, server.gateway.resumed) == (1, 1)
    server.gateway.ask_to_reconnect()
    await server.wait_for(lambda: server.gateway.resumed == 2)
    server.say(anna, chat, "3")
    await door.until(lambda: len(door.incoming) == 3)
    assert door.texts == ["1", "2", "3"]
    assert len([each for each in server.rest.requests if each[0] == "GET"]) == reads


async def test_a_forgotten_session_begins_anew_and_reads_on(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    server.say(anna, chat, "1")
    await door.until(lambda: str(chat.id) in door.cursors)
    server.gateway.forget()
    server.say(anna, chat, "2")  # nobody is told of it
    await server.wait_for(lambda: server.gateway.identified == 2)
    await door.until(lambda: len(door.incoming) == 2)
    assert 5.0 in start.slept  # Discord wants new sessions five seconds apart
    assert server.published == 1


async def test_a_payload_nobody_can_read_ends_a_connection_and_no_more(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, chat, "1")
    await door.until(lambda: str(chat.id) in door.cursors)
    for number in (2, 3, 4):
        server.gateway.send_nonsense()
        await edge.send(address(chat, part=number), Part("text", "still here"))
        await server.wait_for(lambda: server.gateway.identified == number)  # noqa: B023
        server.say(anna, chat, str(number))
        await door.until(lambda: len(door.incoming) == number)  # noqa: B023
    assert door.texts == ["1", "2", "3", "4"]
    assert [each for each in start.slept if each in (1.0, 2.0, 4.0)] == [1.0, 2.0, 4.0]


async def test_an_outage_ends_by_itself(server: DiscordServer, door: Door, start: Running) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, chat, "1")
    await door.until(lambda: str(chat.id) in door.cursors)
    await server.stop()
    with pytest.raises(Unreachable):  # a connection that was open: who knows what arrived
        await edge.send(address(chat), Part("text", "into the void"))
    with pytest.raises(Unreachable) as caught:
        await edge.send(address(chat), Part("text", "into the void"))
    assert not caught.value.arrived
    server.say(anna, chat, "2")
    server.gateway.forget()
    await server.start()
    await door.until(lambda: len(door.incoming) == 2)
    await edge.send(address(chat), Part("text", "back"))
    assert chat.shown[-1].text == "back"


async def test_the_missing_intent_is_one_sentence(
    server: DiscordServer, door: Door, start: Running
) -> None:
    server.message_content = False
    edge = start.edge()
    with pytest.raises(SignInFailed) as caught:
        await edge.sign_in()
    assert str(caught.value) == NO_INTENT
    await edge.close()


async def test_an_intent_that_is_taken_away_later_is_the_same_sentence(
    server: DiscordServer, door: Door, start: Running
) -> None:
    edge = start.edge()
    await edge.sign_in()
    server.message_content = False
    flags = edge.client.application_flags
    assert flags.gateway_message_content_limited
    with pytest.raises(SignInFailed) as caught:
        await asyncio.wait_for(edge.run(door), 10)
    assert str(caught.value) == NO_INTENT
    await edge.close()


async def test_a_wrong_token_is_one_sentence(
    server: DiscordServer, door: Door, start: Running
) -> None:
    for token in ("wrong", server.token + "x", "with\nnewline", "¡no!"):
        edge = start.edge(token=token)
        with pytest.raises(SignInFailed) as caught:
            await edge.sign_in()
        assert str(caught.value) == NOT_ACCEPTED
        with pytest.raises(Unreachable):
            await edge.send(address(server.dm(server.user("A"))), Part("text", "x"))
        await edge.close()


async def test_a_token_that_is_reset_while_we_run(
    server: DiscordServer, door: Door, start: Running
) -> None:
    edge = start.edge()
    task = asyncio.create_task(edge.run(door))
    await server.wait_for(lambda: server.gateway.connected)
    server.token += "new"
    server.gateway.forget()
    with pytest.raises(SignInFailed) as caught:
        await asyncio.wait_for(task, 10)
    assert str(caught.value) == NOT_ACCEPTED
    await edge.close()


async def test_an_unwell_discord_is_asked_again_later(
    server: DiscordServer, start: Running
) -> None:
    edge = start.edge()
    server.faults.once("503", "GET", "/users/@me")
    with pytest.raises(Unreachable):
        await edge.sign_in()
    server.faults.once("drop_before", "GET", "/users/@me", times=3)
    with pytest.raises(Unreachable):
        await edge.sign_in()
    server.faults._once.clear()
    await edge.sign_in()
    assert edge.account == str(server.me.id)
    await edge.close()


async def test_an_account_that_the_token_does_not_tell_is_learnt(
    server: DiscordServer, start: Running
) -> None:
    server.token = "opaque"
    edge = start.edge()
    assert edge.account == ""
    await edge.sign_in()
    assert edge.account == str(server.me.id)
    await edge.close()


async def test_the_token_is_in_no_log_line(
    server: DiscordServer,
    door: Door,
    start: Running,
    blobs: BlobStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("discord", "discord.http", "discord.gateway", "discord.client", "aiohttp"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    server.say(anna, chat, "1")
    await door.until(lambda: str(chat.id) in door.cursors)
    server.gateway.cut()
    await server.wait_for(lambda: server.gateway.resumed == 1)
    server.gateway.send_nonsense()
    await server.wait_for(lambda: server.gateway.identified == 2)
    server.faults.once("drop_after")
    with pytest.raises(Unreachable) as caught:
        await edge.send(address(chat), Part("text", "x"))
    wrong = Discord(server.token + "wrong", blobs)
    with pytest.raises(SignInFailed) as refused:
        await wrong.sign_in()
    await wrong.close()
    lines = [
        caplog.text,
        repr(caught.value),
        repr(refused.value),
        repr(edge),
        str(vars(refused.value)),
    ]
    assert len(caplog.records) > 20
    assert not [line for line in lines if server.token in line]
    for name in ("discord", "discord.http", "discord.gateway", "discord.client", "aiohttp"):
        logging.getLogger(name).setLevel(logging.NOTSET)
