"""Messages and files as Discord writes them down."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tests.servers.discord.world import Message, Upload, stamp

if TYPE_CHECKING:
    from tests.servers.discord.server import DiscordServer


def of_file(server: DiscordServer, upload: Upload) -> dict[str, Any]:
    url = (
        f"http://127.0.0.1:{server.port}/cdn/{upload.channel_id}/{upload.id}/file"
        f"?ex=1&sig={server.signature}"
    )
    made: dict[str, Any] = {
        "id": str(upload.id),
        "filename": upload.name,
        "size": len(upload.data),
        "url": url,
        "proxy_url": url,
        "content_type": upload.media_type,
    }
    if upload.duration_s is not None:
        made |= {"duration_secs": upload.duration_s, "waveform": upload.waveform}
    return made


def of_message(server: DiscordServer, message: Message, *, nested: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": message.author.payload(),
        "content": message.text,
        "timestamp": stamp(message.made_at),
        "edited_timestamp": stamp(time.time()) if message.before else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [each.payload() for each in message.mentions],
        "mention_roles": [str(each.id) for each in message.mention_roles],
        "attachments": [of_file(server, each) for each in message.files],
        "embeds": [],
        "components": json.loads(json.dumps(message.components)),
        "pinned": False,
        "type": message.kind,
        "flags": message.flags,
    }
    if message.webhook_id is not None:
        made["webhook_id"] = str(message.webhook_id)
    if message.nonce is not None:
        made["nonce"] = message.nonce
    for index, row in enumerate(made["components"]):
        row["id"] = index + 1
    guild = message.channel.guild
    if message.reply_to is not None:
        reference = message.reply_to
        made["message_reference"] = {
            "type": 0,
            "message_id": str(reference.id),
            "channel_id": str(reference.channel.id),
        }
        if not nested:
            gone = reference.deleted
            made["referenced_message"] = (
                None if gone else of_message(server, reference, nested=True)
            )
    if message.forwarded is not None:
        snapshot = of_message(server, message.forwarded, nested=True)
        made["message_snapshots"] = [{"message": snapshot}]
        made["message_reference"] = {
            "type": 1,
            "message_id": str(message.forwarded.id),
            "channel_id": str(message.forwarded.channel.id),
        }
    if guild is not None and "message_reference" in made:
        made["message_reference"]["guild_id"] = str(guild.id)
    return {name: value for name, value in made.items() if name not in message.lacks}
