"""Starting: with each set of tokens it serves, or says in one sentence what to do."""

from __future__ import annotations

import asyncio

import pytest

from bot.discord.edge import NOT_ACCEPTED
from bot.telegram.edge import TOKEN_REFUSED
from tests.platforms.conftest import Services, reach
from tests.servers.discord import Channel, DiscordServer, Message
from tests.servers.telegram import TelegramServer

WRONG = "4242:a-token-of-another-bot-AbCdEfGhIjKlMnOp"


@pytest.mark.parametrize(("with_telegram", "with_discord"), [
    (True, False),
    (False, True),
    (True, True),
])  # fmt: skip
async def test_it_serves_the_platforms_whose_tokens_are_set(
    telegram: TelegramServer,
    discord_server: DiscordServer,
    services: Services,
    with_telegram: bool,
    with_discord: bool,
) -> None:
    servers = (telegram if with_telegram else None, discord_server if with_discord else None)
    service = services.make("bot", **reach(*servers))
    await service.start()
    async with asyncio.timeout(90):
        if with_telegram:
            chat = telegram.private("Ann")
            await chat.say("/help")
            await telegram.wait_for(lambda: chat.texts, 60)
        if with_discord:
            ann = discord_server.user("Ann")
            direct = discord_server.dm(ann)
            await discord_server.wait_for(lambda: discord_server.gateway.identified, 60)
            discord_server.say(ann, direct, "/help")
            await discord_server.wait_for(lambda: by_the_bot(discord_server, direct), 60)
    assert (telegram.polls > 0) is with_telegram
    assert await service.stop() == 0
    assert telegram.token not in service.said
    assert discord_server.token not in service.said


def by_the_bot(server: DiscordServer, channel: Channel) -> list[Message]:
    return [each for each in channel.messages if each.author is server.me]


async def test_a_wrong_token_is_said_in_one_sentence(
    telegram: TelegramServer, discord_server: DiscordServer, services: Services
) -> None:
    environment = reach(telegram, discord_server)
    wrong = {"TELEGRAM_TOKEN": WRONG, "DISCORD_TOKEN": "not.a.token"}
    for name, sentence in (("TELEGRAM_TOKEN", TOKEN_REFUSED), ("DISCORD_TOKEN", NOT_ACCEPTED)):
        other = next(each for each in wrong if each != name)
        kept = {key: value for key, value in environment.items() if key != other}
        service = services.make("bot", **(kept | {name: wrong[name]}))
        await service.start()
        assert await service.ended() == 1
        said = service.said
        assert said.splitlines()[-1] == sentence
        assert "Traceback" not in said
        assert wrong[name] not in said
        service.log.unlink()


async def test_one_wrong_token_does_not_keep_the_other_platform_from_being_served(
    telegram: TelegramServer, discord_server: DiscordServer, services: Services
) -> None:
    environment = reach(telegram, discord_server) | {"DISCORD_TOKEN": "not.a.token"}
    service = services.make("bot", **environment)
    await service.start()
    chat = telegram.private("Ann")
    await chat.say("/help")
    async with asyncio.timeout(90):
        await telegram.wait_for(lambda: chat.texts, 60)
    assert NOT_ACCEPTED in service.said
    assert await service.stop() == 0


async def test_a_platform_that_cannot_be_reached_is_waited_for(
    telegram: TelegramServer, services: Services
) -> None:
    telegram.faults.at_random(1.0, seed=1)
    service = services.make("bot", **reach(telegram))
    await service.start()
    async with asyncio.timeout(90):
        await telegram.wait_for(lambda: len(telegram.calls) > 3, 60)
    telegram.faults.at_random(0.0, seed=1)
    chat = telegram.private("Ann")
    await chat.say("/help")
    async with asyncio.timeout(90):
        await telegram.wait_for(lambda: chat.texts, 60)
    assert await service.stop() == 0


async def test_with_no_token_it_is_the_console(services: Services) -> None:
    service = services.make("bot")
    await service.start()
    assert await service.ended() == 0  # there is nothing to read
    assert "Earshot" in service.said
