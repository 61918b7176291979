"""Keeping the service's long-running parts running."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0


async def keep_running(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run ``part`` for ever: when it raises, report it and begin again, ever more slowly."""
    pause = FIRST_PAUSE_S
    while True:
        began = time.monotonic()
        try:
            await part()
        except Exception:
            if time.monotonic() - began > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            log.exception("a part of the service stopped", part=name, again_in_s=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_S)
