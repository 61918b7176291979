"""Being told of updates: Telegram posts each to a URL of ours until it gets its 200."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from bot.telegram.taking import Taker

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 a header's name
#: Updates hold no files: they are small.
BODY_BYTES = 1 << 20
CURSOR = "webhook"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts (``url``), and where we listen for it: mostly behind a proxy.

    Telegram repeats ``secret`` in every request: whoever does not know it is not Telegram.
    """

    url: str
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8443
    path: str = "/telegram"


class Listener:
    """The HTTP server of a webhook, while its context lasts."""

    def __init__(self, webhook: Webhook, taker: Taker) -> None:
        self._webhook = webhook
        self._taker = taker
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_post(webhook.path, self._update)
        # No access log, for the path may be secret; what is open when we go is cut short.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)

    async def __aenter__(self) -> Listener:
        """Begin to listen."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._webhook.host, self._webhook.port).start()
        log.info("listening for Telegram", host=self._webhook.host, port=self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """Where it listens: the port asked for, or the one it got for 0."""
        return int(self._runner.addresses[0][1])

    async def _update(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        # As bytes: compare_digest takes no text but ASCII.
        given_bytes = given.encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given_bytes, self._webhook.secret.encode()):
            log.warning("somebody posted to the webhook without its secret")
            return web.Response(status=403)
        try:
            raw = await request.json()
        except ValueError:
            return web.Response(status=400)
        if not isinstance(raw, dict):
            return web.Response(status=400)
        taken = await self._taker.in_order(raw, partial(self._take, raw))
        # Anything but 200, and Telegram sends it again.
        return web.Response(status=200 if taken else 500)

    async def _take(self, raw: Mapping[str, Any]) -> bool:
        try:
            # Not under the cursor that polling would begin at: others may still be pending.
            number = raw.get("update_id", 0)
            await self._taker.require_store(number, number, CURSOR)
        except Exception as error:
            log.warning("nothing can be stored now", reason=type(error).__name__)
            return False
        return await self._taker.take(raw)
