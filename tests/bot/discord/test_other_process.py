"""The same sockets, with the bot in a process of its own that is killed and started again."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from tests.servers.discord import DiscordServer

BOT = """
import asyncio, json, sys
from pathlib import Path
from bot.discord import Discord
from engines.blobs import BlobStore
from handlers.edge import Address, Part

token, api_url, gateway_url, folder = sys.argv[1:]
kept = Path(folder, "door.json")

class Door:
    def __init__(self):
        self.seen, self.cursors = json.loads(kept.read_text()) if kept.exists() else ([], {})

    def keep(self):
        kept.write_text(json.dumps([self.seen, self.cursors]))

    async def accept(self, incoming):
        if incoming.update_id not in self.seen:
            self.seen.append(incoming.update_id)
            self.keep()
        turn = self.seen.index(incoming.update_id) + 1
        asyncio.get_running_loop().create_task(self.answer(incoming, turn))
        return turn

    async def answer(self, incoming, turn):
        to = Address(1, incoming.channel, incoming.thread, turn, str(turn))
        await edge.send(to, Part("text", "heard: " + incoming.text))

    async def cursor(self, platform, account, channel=""):
        return self.cursors.get(channel)

    async def reached(self, platform, account, cursor, channel=""):
        self.cursors[channel] = cursor
        self.keep()

    async def channels(self, platform, account):
        return self.cursors

edge = Discord(token, BlobStore(Path(folder)), api_url=api_url, gateway_url=gateway_url,
               settle_s=0.1)
asyncio.run(edge.run(Door()))
"""


async def start(server: DiscordServer, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BOT),
        *(server.token, server.api_url, server.gateway_url, str(folder)),
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def test_5_a_killed_bot_loses_and_repeats_nothing(
    server: DiscordServer, tmp_path: Path
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    process = await start(server, tmp_path)
    await server.wait_for(lambda: server.published, 60)
    server.say(anna, chat, "0")
    await server.wait_for(lambda: len(chat.shown) == 2, 60)
    process.kill()
    await process.wait()
    server.gateway.forget()
    for number in range(1, 4):
        server.say(anna, chat, str(number))
    process = await start(server, tmp_path)
    try:
        await server.wait_for(lambda: len(chat.shown) == 8, 60)
    finally:
        process.kill()
        await process.wait()
    heard = [each.text for each in chat.shown if each.author is server.me]
    assert heard[0] == "heard: 0"
    assert sorted(heard) == [f"heard: {number}" for number in range(4)]
    assert len(json.loads((tmp_path / "door.json").read_text())[0]) == 4
