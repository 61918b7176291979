"""A storm: many chats, servers that refuse, fail and hang up; nothing is lost or mixed up."""

from __future__ import annotations

import asyncio
import time

import psutil
import pytest

from tests.conftest import Tell
from tests.platforms.conftest import Service, Services, reach
from tests.platforms.crowd import Account, DiscordCrowd, TelegramCrowd
from tests.servers.discord import DiscordServer
from tests.servers.telegram import TelegramServer

FAULTS = 0.1
SEED = 20261122
MB = 1 << 20


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("chats", "messages"), [(20, 6), pytest.param(50, 20, marks=pytest.mark.long)]
)
async def test_a_storm_loses_nothing_and_mixes_up_no_chat(
    telegram: TelegramServer,
    discord_server: DiscordServer,
    services: Services,
    chats: int,
    messages: int,
    tell: Tell,
) -> None:
    on_telegram, on_discord = TelegramCrowd(telegram), DiscordCrowd(discord_server)
    half = chats // 2
    on_telegram.gather(private=half - half // 3, groups=half // 3)
    on_discord.gather(channels=half - half // 3, threads=half // 3)
    crowds = (on_telegram, on_discord)
    service = services.make(**reach(telegram, discord_server), EARSHOT_MAX_WAITING="1000")
    await service.start()
    await discord_server.wait_for(lambda: discord_server.gateway.identified, 60)
    await on_telegram.say(-1, 'say "warm"')  # what it loads once is no growth
    while on_telegram.account().unanswered:
        await asyncio.sleep(0.2)
    telegram.faults.at_random(FAULTS, SEED)
    discord_server.faults.rate = FAULTS
    began, memory = time.monotonic(), [megabytes(service)]
    for number in range(half * messages):
        for crowd in crowds:
            await crowd.say(number, f'say "plain {number // half}"')
        await asyncio.sleep(0.02)
        if number % (half * 3) == half:
            discord_server.gateway.cut()
    while any(crowd.account().unanswered for crowd in crowds):
        await asyncio.sleep(1.0)
        memory.append(megabytes(service))
    seconds = time.monotonic() - began
    telegram.faults.at_random(0.0, SEED)
    discord_server.faults.rate = 0.0
    await service.stop()
    faults = {
        "telegram": len(telegram.faults.made),
        "discord": len(discord_server.faults.injected),
    }
    for name, crowd in (("telegram", on_telegram), ("discord", on_discord)):
        account = crowd.account()
        tell(
            f"{name}: {len(account.asked)} messages in {half} chats, "
            f"{faults[name]} faults, {len(account.unanswered)} unanswered, "
            f"{len(account.repeats)} sent again, {out_of_order(account)} out of order"
        )
        assert account.unanswered == []
        assert all(each.marked for each in account.repeats)
        assert out_of_order(account) == 0
    assert on_discord.account().repeats == []
    assert (telegram.violations, discord_server.violations) == ([], [])
    tell(f"{seconds:.0f} s; memory {memory[0]:.0f} MB, at most {max(memory):.0f} MB")
    # Flat: what a backlog of so many messages may add, and no more.
    assert max(memory) < memory[0] + 60


def out_of_order(account: Account) -> int:
    """Answers that came before one to an earlier message of the same chat."""
    order = {asked: position for position, asked in enumerate(account.asked)}
    latest: dict[str, int] = {}
    count = 0
    for answer in account.answers:
        if answer.marked:
            continue
        position = order[answer.asked]
        chat = answer.chat
        count += position < latest.get(chat, -1)
        latest[chat] = max(position, latest.get(chat, -1))
    return count


def megabytes(service: Service) -> float:
    """What the service's own process holds in memory."""
    found: psutil.Process = service.processes()[0]
    return float(found.memory_info().rss / MB)
