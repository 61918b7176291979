"""Reading files that people sent."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from bot.telegram import Telegram
from engines.blobs import BlobStore
from engines.kinds import Refusal
from handlers.edge import Attachment, Unreachable
from tests.bot.telegram.conftest import Make
from tests.servers.telegram import TelegramServer

MB = 1 << 20
DATA = random.Random(1).randbytes(3 * MB + 17)


async def read(edge: Telegram, attachment: Attachment) -> bytes:
    return b"".join([piece async for piece in edge.open(attachment)])


def sent(server: TelegramServer, data: bytes = DATA, size: int | None = None) -> Attachment:
    stored = server.store("a.ogg", data, size)
    return Attachment("a.ogg", stored.file_id, size=stored.size)


async def test_bytes_come_whole_and_in_pieces(server: TelegramServer, edge: Telegram) -> None:
    pieces = [piece async for piece in edge.open(sent(server))]
    assert b"".join(pieces) == DATA
    assert max(len(piece) for piece in pieces) <= 1 << 18


async def test_a_file_over_20_mb_is_refused_before_anything_is_asked(
    server: TelegramServer, edge: Telegram
) -> None:
    with pytest.raises(Refusal) as refused:
        await read(edge, sent(server, b"", 20 * MB + 1))
    assert (refused.value.code, refused.value.facts) == ("telegram_too_large", {"limit_mb": 20})
    assert server.calls == []


async def test_a_file_of_unknown_size_over_20_mb_is_refused_by_telegrams_word(
    server: TelegramServer, edge: Telegram
) -> None:
    large = sent(server, b"", 21 * MB)
    with pytest.raises(Refusal) as refused:
        await read(edge, Attachment(large.name, large.reference))
    assert refused.value.code == "telegram_too_large"
    assert server.called("download") == []


async def test_a_file_of_just_20_mb_is_read(server: TelegramServer, edge: Telegram) -> None:
    assert await read(edge, sent(server, b"x", 20 * MB)) == b"x"


async def test_a_vanished_file(server: TelegramServer, edge: Telegram) -> None:
    with pytest.raises(Refusal) as refused:
        await read(edge, Attachment("note.ogg", "unheard-of"))
    assert (refused.value.code, refused.value.facts) == ("attachment_gone", {"name": "note.ogg"})
    attachment = sent(server)
    server.fail(404, "Not Found", method="download")
    with pytest.raises(Refusal, match="attachment_gone"):
        await read(edge, attachment)


async def test_trouble_on_the_way_may_be_tried_again(
    server: TelegramServer, edge: Telegram
) -> None:
    attachment = sent(server)
    server.fail(502, "Bad Gateway", method="getFile")
    server.fail(429, "Too Many Requests: retry after 9", method="getFile", retry_after=9)
    server.cut(method="getFile")
    server.fail(503, "Service Unavailable", method="download")
    server.cut(method="download")
    waits = []
    for _ in range(5):
        with pytest.raises(Unreachable) as told:
            await read(edge, attachment)
        waits.append(told.value.after_s)
        assert "test-token" not in repr(told.value)
    assert waits == [5, 9, 5, 5, 5]
    assert await read(edge, attachment) == DATA


async def test_a_download_is_never_in_memory_whole(server: TelegramServer, edge: Telegram) -> None:
    attachment = sent(server, bytes(15 * MB))
    await read(edge, sent(server, b"warm"))
    tracemalloc.start()
    try:
        length = 0
        async for piece in edge.open(attachment):
            length += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert length == 15 * MB
    assert peak < 4 * MB


async def test_a_local_server_gives_out_paths(make: Make, blobs: BlobStore) -> None:
    async with TelegramServer(local=True) as server:
        edge = make(server, local=True)
        assert await read(edge, sent(server, DATA, 300 * MB)) == DATA
        assert server.called("download") == []
        gone = sent(server)
        path = Path(server.path_of(server.files[gone.reference]))
        server.files[gone.reference].data = b""
        server.path_of = lambda _: str(path.with_name("nowhere"))  # type: ignore[method-assign]
        with pytest.raises(Refusal, match="attachment_gone"):
            await read(edge, gone)
        with pytest.raises(Refusal, match="limit_mb=2000"):
            await read(edge, sent(server, b"", 2001 * MB))
