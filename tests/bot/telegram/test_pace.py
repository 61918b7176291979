"""The rates: kept for every chat, and no chat waits for another's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from bot.telegram.pace import CHATS, Pace, Rates
from engines.blobs import BlobStore
from handlers.edge import Button, Part, Unreachable
from tests.bot.telegram.conftest import PNG, Make, file, to
from tests.servers.telegram import Chat, TelegramServer

#: So many times faster than the platform's clock the tests' clocks go.
TEMPO = 20.0
#: The spans shrink with the clock and the unevenness of sockets does not: a longer minute's margin.
FAST = Rates(overall_s=0.125 / TEMPO, chat_s=1.05 / TEMPO, group_s=64.0 / TEMPO)


@pytest.fixture
def fast() -> TelegramServer:
    return TelegramServer(clock=lambda: time.monotonic() * TEMPO)


async def test_replies_keep_the_rates_in_every_chat_at_once(
    fast: TelegramServer, make: Make, blobs: BlobStore, tell: Callable[[str], None]
) -> None:
    async with fast as server:
        edge = make(server, rates=FAST)
        chats = [server.private(f"Person {n}") for n in range(8)]
        chats += [server.group(f"group {n}") for n in range(3)]

        async def talk(chat: Chat) -> None:
            for n in range(24):
                await edge.ready(to(chat))
                await edge.send(to(chat), Part("text", f"message {n}"))

        began = time.monotonic()
        await asyncio.gather(*(talk(chat) for chat in chats))
        took = time.monotonic() - began
        assert server.violations == []
        for chat in chats:
            assert chat.texts == [f"message {n}" for n in range(24)]
        tell(f"{24 * len(chats)} messages at {TEMPO:.0f} x took {took:.2f} s, no violation")


async def test_many_chats_at_once_keep_the_overall_rate(
    server: TelegramServer, make: Make, tell: Callable[[str], None]
) -> None:
    edge = make()
    chats = [server.private(f"Person {n}") for n in range(75)]

    async def greet(chat: Chat) -> None:
        await edge.ready(to(chat))
        await edge.send(to(chat), Part("text", "hello"))

    began = time.monotonic()
    await asyncio.gather(*(greet(chat) for chat in chats))
    tell(f"{len(chats)} chats were answered in {time.monotonic() - began:.2f} s, no violation")
    assert server.violations == []
    assert all(chat.texts == ["hello"] for chat in chats)


async def test_an_album_counts_as_its_messages(
    fast: TelegramServer, make: Make, blobs: BlobStore
) -> None:
    async with fast as server:
        edge, group = make(server, rates=FAST), server.group()
        files = tuple(file(blobs, PNG + bytes([n]), f"{n}.png") for n in range(8))
        for _ in range(4):
            await edge.ready(to(group))
            await edge.send(to(group), Part("picture", "", files))
        assert server.violations == []
        assert len(group.replies) == 32


async def test_progress_is_left_out_where_replies_need_the_room(
    fast: TelegramServer, make: Make
) -> None:
    async with fast as server:
        edge, group = make(server, rates=FAST), server.group()
        button = Button("cancel", "Cancel")
        shown = None
        until = time.monotonic() + 30 / TEMPO
        for n in range(10_000):
            began = time.monotonic()
            shown = await edge.show(to(group), shown, f"{n}%", button)
            assert time.monotonic() - began < 1
            await asyncio.sleep(0.2 / TEMPO)  # far more often than anybody should
            if began > until:
                break
        began = time.monotonic()
        await edge.ready(to(group))
        assert time.monotonic() - began < 10 / TEMPO  # a second of the platform's, and slack
        await edge.send(to(group), Part("text", "the reply"))
        assert server.violations == []
        assert group.texts[-1] == "the reply"
        assert 1 <= len(group.replies[0].edits) <= 20


async def test_1_a_chat_that_telegram_holds_delays_no_other(
    server: TelegramServer, make: Make
) -> None:
    edge = make()
    ann, bob = server.private("Ann"), server.private("Bob")
    server.fail(429, "Too Many Requests: retry after 3600", chat=ann.id, retry_after=3600)
    await edge.ready(to(ann))
    with pytest.raises(Unreachable) as told:
        await edge.send(to(ann), Part("text", "too much"))
    assert (told.value.after_s, told.value.arrived) == (3600, False)
    held = asyncio.create_task(edge.ready(to(ann)))
    began = time.monotonic()
    await edge.ready(to(bob))
    await edge.send(to(bob), Part("text", "hello Bob"))
    assert time.monotonic() - began < 1
    assert bob.texts == ["hello Bob"]
    # Progress and "typing" leave the held chat alone as well.
    await edge.show(to(ann), None, "50%", Button("cancel", "Cancel"))
    await edge.busy(to(ann), "typing")
    assert (ann.drafts, ann.actions, ann.texts) == ([], [], [])
    assert not held.done()
    held.cancel()


async def test_a_hold_ends() -> None:
    pace = Pace(FAST)
    pace.hold("1", 0.05)
    assert pace.held("1")
    assert not pace.offer("1")
    await asyncio.wait_for(pace.ready("1"), 5)
    assert not pace.held("1")


async def test_chats_at_rest_are_forgotten() -> None:
    pace = Pace(Rates(overall=1_000_000, chat_s=0.0, group_s=0.0))
    pace.hold("held", 60)
    for number in range(20 * CHATS):
        await pace.ready(f"{(-1) ** number * number}")
    assert len(pace) <= CHATS + 1
    assert pace.held("held")


async def test_a_reply_that_waits_comes_before_progress() -> None:
    pace = Pace(Rates(chat_s=0.2))
    await pace.ready("1")
    waiting = asyncio.create_task(pace.ready("1"))
    await asyncio.sleep(0)
    assert not pace.offer("1")
    await asyncio.wait_for(waiting, 5)
