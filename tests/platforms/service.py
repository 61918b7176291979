"""The service on its platforms with engines that cost nothing: what the tests kill and storm."""

from __future__ import annotations

import asyncio
import sys

from bot import logs
from bot.serve import serve
from bot.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    logs.set_up(settings.log_level, settings.secrets())
    sys.exit(asyncio.run(serve(settings, ["tests.rehearsal"])))
