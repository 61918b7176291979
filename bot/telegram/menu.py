"""The commands that Telegram shows in its menu, kept as the catalogue has them."""

from __future__ import annotations

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from engines.engine import offered
from engines.tasks import TASKS
from handlers.commands import MENU
from handlers.phrases import LOCALES, say

log = structlog.get_logger(__name__)


def commands(locale: str) -> list[BotCommand]:
    """The menu in one language: the tasks, then the rest."""
    names = [*(TASKS[name].command for name in offered()), *MENU]
    return [BotCommand(name, say(f"command_{name}", locale)) for name in names]


async def offer(bot: Bot) -> None:
    """Set the menu in every language where it is not as it should be; without it all works too."""
    for locale in LOCALES:
        # The first language is everybody's who has none of the others.
        code = None if locale == LOCALES[0] else locale
        wanted = commands(locale)
        try:
            if list(await bot.get_my_commands(language_code=code)) != wanted:
                await bot.set_my_commands(wanted, language_code=code)
                log.info("the command menu was set", language=locale)
        except TelegramError as error:
            log.warning("the command menu was not set", reason=type(error).__name__)
            return
