"""What a chat platform fulfils: one folder in ``bot/``, and nothing below it changes."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from handlers.edge import Board, Edge, Incoming, Press


class Door(Protocol):
    """The way in for platforms. What it took is stored: it may be acknowledged upstream."""

    async def accept(self, incoming: Incoming) -> int | None:
        """Take a message in, once; returns its turn, or None when it is nothing for the bot."""

    async def press(self, press: Press) -> str:
        """Do what a button asks; returns the sentence to show to whoever pressed it."""

    async def cursor(self, platform: str, account: str, channel: str = "") -> str | None:
        """Up to where the platform's messages were taken in, as :meth:`reached` said last."""

    async def reached(self, platform: str, account: str, cursor: str, channel: str = "") -> None:
        """Keep up to where the platform's messages were taken in."""

    async def moved(self, platform: str, account: str, old: str, new: str) -> None:
        """Go on with a channel under the new id that its platform gave it."""

    async def channels(self, platform: str, account: str) -> dict[str, str]:
        """Every channel's cursor."""


class SignInFailed(Exception):
    """The platform does not know the token, or wants something changed; says what to do."""


@runtime_checkable
class Platform(Edge, Board, Protocol):
    """One account on one chat platform."""

    async def sign_in(self) -> None:
        """Ask the platform who we are.

        Raises :class:`SignInFailed` with one sentence for the operator, and
        :class:`~handlers.edge.Unreachable` when the platform cannot be asked now.
        """

    async def run(self, door: Door) -> None:
        """Take messages in until cancelled. May raise: it is then run again."""

    async def close(self) -> None:
        """Let connections go."""
