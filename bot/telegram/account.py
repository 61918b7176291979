"""A bot account's connection to the Bot API: its requests, and its errors without the token."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
from telegram import Bot, User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.logs import BLOT
from handlers.edge import TooLarge, Undeliverable, Unreachable

CLOUD = "https://api.telegram.org"
MB = 1 << 20
#: What the cloud's Bot API gives out and takes; a local server lifts both.
DOWNLOAD_BYTES, UPLOAD_BYTES, LOCAL_BYTES = 20 * MB, 50 * MB, 2000 * MB
#: How long a getUpdates call is held when there is nothing to tell.
POLL_S = 30
#: A token that is refused while the service runs was revoked: only an operator can change that.
REVOKED_S = 60.0

#: Their lines name URLs, and the token is part of those.
TALKATIVE = ("httpx", "httpcore", "telegram")


class Flooded(TelegramError):
    """Too many requests: to be left alone for ``after_s`` seconds.

    PTB's own ``RetryAfter`` warns of its deprecated attribute whenever one is made.
    """

    def __init__(self, message: str, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class Failing(NetworkError):
    """The server failed with an HTTP status; ``plain`` when it said itself that it did nothing."""

    def __init__(self, message: str, code: int, *, plain: bool) -> None:
        super().__init__(message)
        self.code = code
        self.plain = plain


class Wire(HTTPXRequest):
    """PTB's HTTP client, which also tells what its own errors keep quiet about: the status."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make one request; the statuses that say "not now" become errors of their own."""
        code, payload = await super().do_request(*args, **kwargs)
        if code in (413, 429) or code >= 500:
            raise _refusal(code, payload)
        return code, payload


def _refusal(code: int, payload: bytes) -> TelegramError:
    try:
        answer = json.loads(payload)
        said = str(answer["description"])
        after_s = float(answer.get("parameters", {}).get("retry_after", 1))
    except (ValueError, KeyError, TypeError, AttributeError):  # a proxy's page
        said, after_s = f"HTTP status {code}", 1.0
        if code != 429:
            return Failing(said, code, plain=False)
    if code == 429:
        return Flooded(said, after_s)
    # Behind a gateway's timeout the request may still be carried out.
    return Failing(said, code, plain=code != 504)


class Client(Bot):
    """PTB's client, which can also leave an answer as it came."""

    async def raw(self, method: str, read_timeout: float | None = None, **data: Any) -> Any:
        """Call a method and return its result unread."""
        timeouts: dict[str, Any] = {} if read_timeout is None else {"read_timeout": read_timeout}
        return await self._post(method, data, **timeouts)


class Account:
    """One bot: its API client, who it is, and what of its limits depends on the server."""

    def __init__(self, token: str, api_url: str | None = None, *, local: bool = False) -> None:
        hush()
        self.id, _, self._secret = token.partition(":")
        self.local = local
        self.upload_bytes = LOCAL_BYTES if local else UPLOAD_BYTES
        self.download_bytes = LOCAL_BYTES if local else DOWNLOAD_BYTES
        root = (api_url or CLOUD).rstrip("/")
        self.file_url = f"{root}/file/bot{token}/"
        tls: dict[str, Any] = {
            "verify": httpx.create_ssl_context()
        }  # reading the certificates takes its time
        self._wires = (
            Wire(1, connect_timeout=10.0, read_timeout=15.0, httpx_kwargs=tls),
            Wire(64, connect_timeout=10.0, read_timeout=20.0, pool_timeout=10, httpx_kwargs=tls),
        )
        self.downloads = httpx.AsyncClient(timeout=httpx.Timeout(30.0, pool=None), **tls)
        self.bot = Client(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            get_updates_request=self._wires[0],
            request=self._wires[1],
            local_mode=local,
        )
        self._me: User | None = None

    async def me(self) -> User:
        """Who the bot is, asked once."""
        if self._me is None:
            self._me = await self.bot.get_me()
        return self._me

    async def updates(self, offset: int | None, allowed: list[str]) -> list[dict[str, Any]]:
        """The next updates as they come: unread, so that one bad one spoils no others."""
        found: list[dict[str, Any]] = await self.bot.raw(
            "getUpdates",
            read_timeout=POLL_S + 15.0,
            timeout=POLL_S,
            allowed_updates=allowed,
            offset=offset,
        )
        return found

    async def close(self) -> None:
        """Let the connections go."""
        for wire in self._wires:
            await wire.shutdown()
        await self.downloads.aclose()

    def blotted(self, text: object) -> str:
        """``text`` without the token."""
        return str(text).replace(self._secret, BLOT) if self._secret else str(text)

    def trouble(
        self, error: TelegramError, largest: int = 0
    ) -> Unreachable | Undeliverable | TooLarge:
        """What an error means for the sender; ``largest`` is the size of the largest file sent."""
        said = self.blotted(error)
        if isinstance(error, Flooded):
            return Unreachable(said, error.after_s, arrived=False)
        if isinstance(error, Failing) and error.code == 413:
            if not largest:
                return Undeliverable(said)
            # Where less is let in than the platform says (a proxy), the same again must not be
            # tried for ever: the limit is always less than what was refused.
            limit = self.upload_bytes
            return TooLarge(limit if largest > limit else largest * 3 // 4)
        if isinstance(error, Failing):
            return Unreachable(said, arrived=not error.plain)
        if isinstance(error, Forbidden | BadRequest | ChatMigrated):
            return Undeliverable(said)
        if isinstance(error, InvalidToken):
            return Unreachable(said, REVOKED_S, arrived=False)
        return Unreachable(said, arrived=not unsent(error))


def unsent(error: TelegramError) -> bool:
    """Whether the request surely never left: there was no connection to send it by."""
    never = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
    return isinstance(error.__cause__, never)


def hush() -> None:
    """Keep the libraries' lines that name URLs out of every log."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.WARNING:
            logger.setLevel(logging.WARNING)
