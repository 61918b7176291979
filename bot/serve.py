"""``python -m bot`` with a token: the service on the platforms whose tokens are set."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator, Sequence

import structlog

from bot.app import running
from bot.platform import Platform, SignInFailed
from bot.settings import Settings
from engines.blobs import BlobStore
from engines.engine import MODULES
from handlers.edge import Unreachable

log = structlog.get_logger(__name__)

#: So long a platform may take to say who we are before the service starts without knowing.
SIGN_IN_S = 15.0


async def serve(settings: Settings, modules: Sequence[str] = MODULES) -> int:
    """Serve until SIGTERM or SIGINT; 1 when no platform lets us in."""
    log.debug("starting", settings=repr(settings))  # secrets show as stars
    platforms = [each for each in built(settings) if await _lets_us_in(each)]
    if not platforms:
        return 1
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    try:
        async with running(
            settings, platforms, modules, health_port=settings.health_port, fetches=True
        ):
            log.info("serving", platforms=[each.platform for each in platforms])
            await stop.wait()
    finally:
        for platform in platforms:
            await platform.close()
    return 0


def built(settings: Settings) -> Iterator[Platform]:
    """The platforms whose tokens are set. A library is only imported for one that is."""
    blobs = BlobStore(settings.blobs_dir)
    if settings.telegram_token is not None:
        from bot import telegram  # noqa: PLC0415

        webhook = None
        if settings.telegram_webhook_url and settings.telegram_webhook_secret:
            webhook = telegram.Webhook(
                settings.telegram_webhook_url,
                settings.telegram_webhook_secret.get_secret_value(),
                host=settings.telegram_webhook_host,
                port=settings.telegram_webhook_port,
            )
        yield telegram.Telegram(
            settings.telegram_token.get_secret_value(),
            blobs,
            api_url=settings.telegram_api_url,
            local=settings.telegram_local,
            webhook=webhook,
        )
    if settings.discord_token is not None:
        from bot.discord import Discord  # noqa: PLC0415

        yield Discord(
            settings.discord_token.get_secret_value(),
            blobs,
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
        )


async def _lets_us_in(platform: Platform) -> bool:
    try:
        async with asyncio.timeout(SIGN_IN_S):
            await platform.sign_in()
    except SignInFailed as error:
        sys.stderr.write(f"{error}\n")
        await platform.close()
        return False
    except (Unreachable, TimeoutError) as error:
        # It may be there later: it is asked again, and the others need not wait.
        log.warning(
            "a platform cannot be reached yet", platform=platform.platform, reason=str(error)
        )
    return True
