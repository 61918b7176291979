"""Buttons that work after a restart: all that a press needs to know is in the button's own id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

if TYPE_CHECKING:
    from bot.discord.session import Session

TEMPLATE = r"earshot:(?P<action>[a-z]+):(?P<turn>\d+):(?P<value>.*)"
LONGEST_ID = 100


def custom_id(action: str, turn_id: int, value: str) -> str | None:
    """The id under which a press comes back, or None if it would be longer than Discord takes."""
    identity = f"earshot:{action}:{turn_id}:{value}"
    return identity if len(identity) <= LONGEST_ID else None


class PressedButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(TEMPLATE, re.DOTALL),
):
    """A button of ours, made again from its id whenever somebody presses it."""

    def __init__(
        self,
        identity: str,
        label: str | None = None,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(discord.ui.Button(custom_id=identity, label=label, style=style))

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press on."""
        client: Session = interaction.client
        said = self.template.fullmatch(self.custom_id)
        if said is not None:
            await client.clicks.press(interaction, said["action"], int(said["turn"]), said["value"])
