"""The door of the service: what platforms hand messages and presses to."""

from __future__ import annotations

from handlers.buttons import Buttons
from handlers.edge import Incoming, Press
from handlers.intake import Intake


class Door:
    """Fulfils ``bot.platform.Door``: what it took is stored, and may be acknowledged upstream."""

    def __init__(self, intake: Intake, buttons: Buttons) -> None:
        self._intake = intake
        self._buttons = buttons

    async def accept(self, incoming: Incoming) -> int | None:
        """Take a message in, once; returns its turn, or None when it is nothing for the bot."""
        return await self._intake.accept(incoming)

    async def press(self, press: Press) -> str:
        """Do what a button asks; returns the sentence to show to whoever pressed it."""
        return await self._buttons.press(press)

    async def cursor(self, platform: str, account: str, channel: str = "") -> str | None:
        """Up to where the platform's messages were taken in, as :meth:`reached` said last."""
        return await self._intake.cursor(platform, account, channel)

    async def reached(self, platform: str, account: str, cursor: str, channel: str = "") -> None:
        """Keep up to where the platform's messages were taken in."""
        await self._intake.reached(platform, account, cursor, channel)

    async def moved(self, platform: str, account: str, old: str, new: str) -> None:
        """Go on with a channel under the new id that its platform gave it."""
        await self._intake.moved(platform, account, old, new)

    async def channels(self, platform: str, account: str) -> dict[str, str]:
        """Every channel's cursor."""
        return await self._intake.channels(platform, account)
