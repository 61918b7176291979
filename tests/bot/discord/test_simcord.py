"""A second judge: the same client against simcord's Discord, which knows nothing of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.discord import Discord
from engines.blobs import BlobStore
from handlers.edge import Address, Button, File, Part, Request
from tests.bot.discord.conftest import Door


@pytest.fixture
def edge(blobs: BlobStore) -> Discord:
    return Discord("MTIz.simcord.token", blobs)


@pytest.fixture
def simcord_bot(edge: Discord, door: Door) -> discord.Client:
    edge.client.listen(door)
    return edge.client


@pytest.fixture
def env(simcord_env: simcord.Env) -> simcord.Env:
    return simcord_env


def to(channel: Any, *, turn: int = 1, part: int = 0, reply_to: str = "") -> Address:
    return Address(1, str(channel.id), "", turn, f"{turn}.0.{part}", reply_to=reply_to)


async def test_a_mention_a_reply_and_a_private_message(
    env: simcord.Env, edge: Discord, door: Door
) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    anna = guild.add_member(env.create_user("anna"))
    await anna.send(channel, f"{edge.client.user.mention} transcribe")
    await anna.send_dm("hello")
    sent = await edge.send(
        to(channel, reply_to=door.incoming[0].message_id), Part("text", "@everyone Done.")
    )
    last = channel.last_message
    assert (last.content, str(last.id)) == ("@everyone Done.", sent)
    assert last.reference.message_id == int(door.incoming[0].message_id)
    assert not last.mention_everyone
    await anna.send(channel, "thanks", reply_to=last)
    assert [(each.addressed, each.text) for each in door.incoming] == [
        ("mention", "transcribe"),
        ("private", "hello"),
        ("reply", "thanks"),
    ]
    assert door.incoming[2].reply_to == sent


async def test_a_slash_command_and_a_menu_entry(env: simcord.Env, door: Door) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    anna = guild.add_member(env.create_user("anna"))
    result = await anna.slash(channel, "say", text="hello", speed=1.5)
    assert result.ephemeral
    assert result.response.content == "On it."
    assert door.incoming[0].request == Request("text_to_speech", {"text": "hello", "speed": 1.5})
    message = await anna.send(channel, "read me")
    result = await anna.context_menu(channel, "Speak this", message)
    assert result.response.content == "On it."
    assert door.incoming[-1].request == Request("text_to_speech", {"text": "read me"})
    assert door.incoming[-1].reply_to == str(message.id)
    result = await anna.slash(channel, "settings", name="voice", value="always")
    assert door.texts[-1] == "/settings voice always"


async def test_a_button(env: simcord.Env, edge: Discord, door: Door) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    anna = guild.add_member(env.create_user("anna"))
    part = Part("text", "Working.", buttons=(Button("cancel", "Cancel"),))
    await edge.send(to(channel, turn=42), part)
    result = await anna.click(channel.last_message, label="Cancel")
    assert result.ephemeral
    assert result.response.content == "Done."
    assert [(each.action, each.turn_id) for each in door.presses] == [("cancel", 42)]


async def test_files_and_the_board(
    env: simcord.Env, edge: Discord, blobs: BlobStore, tmp_path: Path
) -> None:
    channel = env.create_guild().create_text_channel("general")
    file = File(blobs.put_bytes(b"1\n00:00"), "words.srt", "text/plain", 7)
    shown = await edge.show(to(channel), None, "next", Button("cancel", "Cancel"))
    assert await edge.show(to(channel), shown, "now", Button("cancel", "Cancel")) == shown
    assert channel.last_message.content == "now"
    await edge.clear(to(channel), shown or "")
    await edge.send(to(channel), Part("file", "subtitles", (file,)))
    last: discord.Message = channel.last_message
    assert [each.filename for each in last.attachments] == ["words.srt"]
    assert last.content == "subtitles"
