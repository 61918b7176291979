"""Answers where the bot is no member: only the interaction's own webhook reaches those places."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import discord

#: An interaction's token lives 15 minutes; the rest is for the clocks and the way there.
TOKEN_S = 15 * 60 - 10


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook of one interaction, until ``expires``, and the largest file it takes."""

    webhook: discord.Webhook
    expires: float
    file_bytes: int


class Away:
    """The webhooks by turn, in memory: after a restart those places cannot be reached any more."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._hooks: dict[int, Hook] = {}
        #: Held while a request from such a place is taken in. Its reply may be ready before its
        #: webhook is known here; whoever sends waits for this moment to pass.
        self.taking = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._hooks)

    def keep(self, turn_id: int, interaction: discord.Interaction[discord.Client]) -> None:
        """Answer that turn through the interaction's webhook."""
        now = self._clock()
        self._hooks = {turn: hook for turn, hook in self._hooks.items() if hook.expires > now}
        self._hooks[turn_id] = Hook(interaction.followup, now + TOKEN_S, interaction.filesize_limit)

    def knows(self, turn_id: int) -> bool:
        """Whether the turn was asked for in such a place, not too long ago."""
        return turn_id in self._hooks

    async def of(self, turn_id: int) -> Hook | None:
        """The webhook of a turn, if it has one that still works."""
        async with self.taking:
            hook = self._hooks.get(turn_id)
        return hook if hook is not None and hook.expires > self._clock() else None
