"""Discord: one bot account, by its gateway (what arrives) and its REST interface (what is said)."""

from bot.discord.edge import Discord

__all__ = ["Discord"]
