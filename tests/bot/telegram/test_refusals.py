"""What is made of Telegram's refusals, and of chats that moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.telegram import Telegram
from engines.blobs import BlobStore
from handlers.edge import Part, TooLarge, Undeliverable, Unreachable
from tests.bot.telegram.conftest import FakeDoor, Make, file, running, to
from tests.servers.telegram import TelegramServer

MB = 1 << 20


async def test_somebody_who_blocked_the_bot(server: TelegramServer, edge: Telegram) -> None:
    chat = server.private(server.user("Ann", blocked=True))
    with pytest.raises(Undeliverable, match="blocked by the user"):
        await edge.send(to(chat), Part("text", "hello"))
    group = server.group(kicked=True)
    with pytest.raises(Undeliverable, match="kicked"):
        await edge.send(to(group), Part("text", "hello"))
    with pytest.raises(Undeliverable, match="Chat not found"):
        await edge.send(to(group, channel="999"), Part("text", "hello"))
    with pytest.raises(Undeliverable, match="text is empty"):
        await edge.send(to(server.private("Bob")), Part("text", " "))


async def test_a_group_that_became_a_supergroup_gets_its_reply_there(
    server: TelegramServer, edge: Telegram
) -> None:
    group = server.group()
    asked = await group.say("/say hello")
    new = await group.upgrade()
    # Nobody listens here who could keep the new address: the reply finds its way all the same.
    await edge.send(to(group, reply_to=str(asked.message_id)), Part("text", "hello"))
    assert (group.texts, new.texts) == ([], ["hello"])


async def test_the_next_replies_are_told_to_go_to_the_supergroup(
    server: TelegramServer, edge: Telegram, door: FakeDoor
) -> None:
    async with running(edge, door):
        await server.wait_for(lambda: server.polls)
        group = server.group()
        new = server.supergroup()
        group.upgraded_to = new.id  # and the message that says so has not come yet
        await edge.send(to(group), Part("text", "hello"))
        assert f"moved {group.id} to {new.id}" in door.log

        async def refuse(*_: str) -> None:
            raise OSError("the database is away")

        door.moved = refuse  # type: ignore[method-assign]
        await edge.send(to(group), Part("text", "again"))
    assert new.texts == ["hello", "again"]


async def test_more_than_the_server_takes(
    server: TelegramServer, edge: Telegram, blobs: BlobStore
) -> None:
    chat = server.private("Ann")
    large = file(blobs, bytes(50 * MB + 1), "large.bin")
    with pytest.raises(TooLarge) as told:
        await edge.send(to(chat), Part("file", "", (large,)))
    assert told.value.limit == 50 * MB
    # A proxy that takes less than it should: the next try must be smaller than this one.
    small = file(blobs, bytes(400), "small.bin")
    server.fail(413, "Request Entity Too Large", method="sendDocument", page=True)
    with pytest.raises(TooLarge) as told:
        await edge.send(to(chat), Part("file", "", (small,)))
    assert told.value.limit == 300
    # What the part says of its file does not count: one from long ago says nothing.
    unsaid = replace(small, size=0)
    server.fail(413, "Request Entity Too Large", method="sendDocument", page=True)
    with pytest.raises(TooLarge) as told:
        await edge.send(to(chat), Part("file", "", (unsaid,)))
    assert told.value.limit == 300
    # It was the second request that was refused: the first had the larger file.
    two = (file(blobs, bytes(40 * MB), "a.bin"), file(blobs, bytes(20 * MB), "b.bin"))
    server.meter._buckets.clear()
    server.fail(413, "Request Entity Too Large", method="sendDocument", page=True, skip=1)
    with pytest.raises(TooLarge) as told:
        await edge.send(to(chat), Part("file", "", two))
    assert told.value.limit == 15 * MB
    server.fail(413, "Request Entity Too Large", method="sendMessage", page=True)
    with pytest.raises(Undeliverable):
        await edge.send(to(chat), Part("text", "words"))


async def test_refusals_that_pass_say_whether_it_may_have_arrived(
    server: TelegramServer, edge: Telegram
) -> None:
    chat = server.private("Ann")
    told = []
    server.fail(429, "Too Many Requests: retry after 7", chat=chat.id, retry_after=7)
    server.fail(500, "Internal Server Error", chat=chat.id)
    server.fail(502, "Bad Gateway", chat=chat.id)
    server.fail(502, "Bad Gateway", chat=chat.id, page=True)
    server.fail(504, "Gateway Timeout", chat=chat.id)
    server.fail(401, "Unauthorized", chat=chat.id)
    server.cut(chat=chat.id)
    server.cut(chat=chat.id, after=True)
    for _ in range(8):
        with pytest.raises(Unreachable) as error:
            await edge.send(to(chat), Part("text", "hello"))
        told.append((error.value.after_s, error.value.arrived))
    assert told == [
        (7, False),
        (5, False),
        (5, False),
        (5, True),
        (5, True),
        (60, False),
        (5, True),
        (5, True),
    ]
    assert chat.texts == ["hello"]


async def test_without_a_connection_nothing_was_sent(server: TelegramServer, make: Make) -> None:
    edge, chat = make(), server.private("Ann")
    await server.__aexit__()
    with pytest.raises(Unreachable) as error:
        await edge.send(to(chat), Part("text", "hello"))
    assert error.value.arrived is False
