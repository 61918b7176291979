"""Reading what people sent: files come from Telegram's file server, in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import structlog
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.telegram.account import MB, Account
from engines.kinds import Refusal
from handlers.edge import Attachment, Undeliverable, Unreachable

log = structlog.get_logger(__name__)

PIECE = 1 << 18


async def read(account: Account, attachment: Attachment) -> AsyncIterator[bytes]:
    """The bytes of an attachment; see :meth:`handlers.edge.Edge.open`."""
    _fits(account, attachment.size)
    try:
        # Raw, for the library would make a URL (with the token) of the path.
        found = await account.bot.raw("getFile", file_id=attachment.reference)
    except (BadRequest, Forbidden) as error:
        if "too big" in str(error).lower():
            raise too_large(account) from None
        raise Refusal("attachment_gone", name=attachment.name) from None
    except TelegramError as error:
        told = account.trouble(error)
        if isinstance(told, Unreachable):
            raise told from None
        raise Undeliverable(str(told)) from None
    _fits(account, found.get("file_size"))
    path = found.get("file_path")
    if not path:
        raise Refusal("attachment_gone", name=attachment.name)
    pieces = _on_disk if account.local and path.startswith("/") else _over_http
    async for piece in pieces(account, attachment, path):
        yield piece


def too_large(account: Account) -> Refusal:
    """What a person is told whose file bots are not given."""
    limit_mb = account.download_bytes // MB
    if account.local:
        return Refusal("telegram_too_large_local", limit_mb=limit_mb)
    return Refusal("telegram_too_large", limit_mb=limit_mb)


def _fits(account: Account, size: int | None) -> None:
    if size is not None and size > account.download_bytes:
        raise too_large(account)


async def _on_disk(account: Account, attachment: Attachment, path: str) -> AsyncIterator[bytes]:
    """A local server's file, which lies on a disk that both see."""
    try:
        file = await asyncio.to_thread(Path(path).open, "rb")
    except OSError as error:
        log.warning("the local Bot API server's file is not here", reason=error.strerror)
        raise Refusal("attachment_gone", name=attachment.name) from None
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def _over_http(account: Account, attachment: Attachment, path: str) -> AsyncIterator[bytes]:
    try:
        async with account.downloads.stream("GET", account.file_url + path) as answer:
            if answer.status_code in (400, 404, 410):  # a file's path is good for an hour only
                raise Refusal("attachment_gone", name=attachment.name)
            if answer.status_code != 200:
                raise Unreachable(f"the file server answered {answer.status_code}", arrived=False)
            async for piece in answer.aiter_bytes(PIECE):
                yield piece
    except httpx.HTTPError as error:
        # The URL has the token in it, and these errors may repeat it.
        raise Unreachable(f"the download broke off: {type(error).__name__}") from None
