"""SIGKILL at random while messages arrive on both platforms: all of them are answered."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.conftest import Tell
from tests.platforms.conftest import Services, reach
from tests.platforms.crowd import DiscordCrowd, TelegramCrowd
from tests.servers.discord import DiscordServer
from tests.servers.telegram import TelegramServer

#: What is asked, in turn: words, a voice message with its picture, a while of work.
REQUESTS = ('say "plain"', 'say "hello"', 'say "sleep 0.4"')
DONE_S = 300
#: Only what was on its way as the process died is sent again: few of so many parts, marked.
MOST_REPEATS = 5
#: How the servers write down that a rate was broken.
A_RATE = ("rate of", "more than", "over", "chat", "group")
#: A quarter of the kills come while the service is still starting, the rest while it works.
EARLIEST_S, LATEST_S = 0.5, 6.0


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("kills", "messages"), [(7, 28), pytest.param(100, 200, marks=pytest.mark.long)]
)
async def test_5_and_6_every_message_is_answered_whatever_dies_when(
    telegram: TelegramServer,
    discord_server: DiscordServer,
    services: Services,
    kills: int,
    messages: int,
    tell: Tell,
) -> None:
    chance = random.Random(20261122)
    on_telegram, on_discord = TelegramCrowd(telegram), DiscordCrowd(discord_server)
    on_telegram.gather(private=6, groups=3)
    on_discord.gather(channels=4, threads=3)
    crowds = (on_telegram, on_discord)
    service = services.make(**reach(telegram, discord_server), EARSHOT_MAX_WAITING="1000")
    await service.start()
    await discord_server.wait_for(lambda: discord_server.gateway.identified, 60)
    sent = 0
    for kill in range(kills):
        due = (kill + 1) * messages // kills
        moment = chance.uniform(EARLIEST_S, LATEST_S)
        pauses = sorted(chance.uniform(0, moment) for _ in range(due - sent))
        began = asyncio.get_running_loop().time()
        for pause in pauses:
            await asyncio.sleep(began + pause - asyncio.get_running_loop().time())
            await crowds[sent % 2].say(sent // 2, REQUESTS[chance.randrange(len(REQUESTS))])
            sent += 1
        await asyncio.sleep(began + moment - asyncio.get_running_loop().time())
        await service.kill()
        await service.start()
    async with asyncio.timeout(DONE_S):
        while any(crowd.account().unanswered or crowd.statuses() for crowd in crowds):
            if not any(crowd.account().unanswered for crowd in crowds):
                break
            await asyncio.sleep(0.5)
    await settled(crowds)
    await service.stop()
    for name, crowd in (("telegram", on_telegram), ("discord", on_discord)):
        account = crowd.account()
        repeats = account.repeats
        tell(
            f"{name}: {kills} kills, {len(account.asked)} messages, {len(account.answers)} parts, "
            f"{len(account.unanswered)} unanswered, {len(repeats)} sent again "
            f"({sum(each.marked for each in repeats)} marked), "
            f"{len(crowd.statuses())} status messages left"
        )
        assert account.unanswered == []
        assert all(each.marked for each in repeats)
    assert on_discord.account().repeats == []
    assert len(on_telegram.account().repeats) <= MOST_REPEATS
    # What a killed process had sent in its last seconds, the next cannot count: it may be told to
    # wait, and does. (That no rate is broken otherwise is shown in a storm.)
    broken = [*telegram.violations, *discord_server.violations]
    assert [each for each in broken if not each.startswith(A_RATE)] == []


async def settled(crowds: tuple[TelegramCrowd, DiscordCrowd]) -> None:
    """Wait until nothing more comes for a while: the last parts of the last answers."""
    seen, quiet = -1, 0
    while quiet < 6:
        await asyncio.sleep(0.5)
        now = sum(len(crowd.account().answers) for crowd in crowds)
        quiet = quiet + 1 if now == seen else 0
        seen = now
