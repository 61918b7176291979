"""Tokens are nowhere to be seen: a whole run at DEBUG, with trouble on both platforms."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx

from tests.platforms.conftest import Services, reach
from tests.platforms.crowd import DiscordCrowd, TelegramCrowd
from tests.servers.discord import DiscordServer
from tests.servers.telegram import TelegramServer

WEBHOOK_SECRET = "a-webhook-secret-nobody-may-see"
PASSWORD = "hunter2-of-the-database"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_tokens_are_in_no_log_metric_error_reply_or_child(
    telegram: TelegramServer, discord_server: DiscordServer, services: Services, tmp_path: Path
) -> None:
    on_telegram, on_discord = TelegramCrowd(telegram), DiscordCrowd(discord_server)
    on_telegram.gather(private=2, groups=1)
    on_discord.gather(channels=2, threads=1)
    crowds = (on_telegram, on_discord)
    port = free_port()
    environment = reach(telegram, discord_server) | {
        "EARSHOT_LOG_LEVEL": "DEBUG",
        "EARSHOT_HEALTH_PORT": str(port),
        "EARSHOT_TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
    service = services.make(**environment)
    await service.start()
    await discord_server.wait_for(lambda: discord_server.gateway.identified, 60)
    telegram.faults.at_random(0.3, 1)
    discord_server.faults.rate = 0.3
    for number in range(12):
        for crowd in crowds:
            await crowd.say(number, ('say "plain"', "what?", 'say "raise"')[number % 3])
    # A file that cannot be fetched puts its URL into errors, with Telegram's token in it.
    chat = on_telegram.places[0][0]
    note = await chat.send("voice", b"OggS not really")
    discord_server.gateway.cut()
    async with asyncio.timeout(120):
        while any(crowd.account().unanswered for crowd in crowds):
            await asyncio.sleep(0.2)
        while not any(each.reply_to == note.message_id for each in chat.replies):
            await asyncio.sleep(0.2)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        pages = [(await client.get(path)).text for path in ("/healthz", "/readyz", "/metrics")]
    parent, *children = service.processes()
    assert children
    environments = [each.environ() for each in children]
    commands = [" ".join(each.cmdline()) for each in (parent, *children)]
    assert await service.stop() == 0
    secrets = (telegram.token, telegram.token.partition(":")[2], discord_server.token)
    seen = {
        "log": service.said,
        "pages": "\n".join(pages),
        "children's environments": repr(environments),
        "commands": "\n".join(commands),
        "replies": "\n".join(shown.text for shown in on_telegram.sent()),
        "files": "\n".join(
            path.read_bytes().decode("latin-1")
            for path in (tmp_path / "data").rglob("*")
            if path.is_file()
        ),
    }
    for secret in (*secrets, WEBHOOK_SECRET):
        for where, text in seen.items():
            assert secret not in text, where
    assert '"level": "debug"' in seen["log"]
    assert "earshot_turns_total" in seen["pages"]
    assert not any("TOKEN" in name or "SECRET" in name for each in environments for name in each)


async def test_a_database_s_password_is_not_in_the_error_of_a_failed_start(
    telegram: TelegramServer, services: Services
) -> None:
    url = f"postgresql+asyncpg://earshot:{PASSWORD}@127.0.0.1:{free_port()}/earshot"
    service = services.make("bot", **reach(telegram), EARSHOT_DATABASE_URL=url)
    await service.start()
    assert await service.ended() == 1
    assert "could not start" in service.said
    assert PASSWORD not in service.said
    assert "Traceback" not in service.said
