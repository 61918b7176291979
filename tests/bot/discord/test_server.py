"""The test server itself: what is, and what is not, a breach of manners."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from tests.servers.discord import DiscordServer

FORM = b'--XX\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{"content": "hal'


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", b'{"content": "hal'), ("multipart/form-data; boundary=XX", FORM)],
    ids=["json", "form"],
)
async def test_a_client_that_dies_while_it_asks_broke_no_rule(kind: str, body: bytes) -> None:
    server = DiscordServer()
    await server.start()
    try:
        channel = server.channel(server.guild("Guild"), "general")
        where = urlsplit(server.gateway_url)
        _, writer = await asyncio.open_connection(where.hostname, where.port)
        head = (
            f"POST /api/v10/channels/{channel.id}/messages HTTP/1.1\r\nHost: {where.hostname}\r\n"
            f"Authorization: Bot {server.token}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: 5000\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        async with asyncio.timeout(10):
            while not server.rest.requests:
                await asyncio.sleep(0.01)
        writer.transport.abort()
        await asyncio.sleep(0.2)
        assert server.violations == []
    finally:
        await server.stop()
