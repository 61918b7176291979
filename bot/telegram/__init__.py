"""Telegram, over its Bot API."""

from bot.telegram.edge import Telegram
from bot.telegram.webhook import Webhook

__all__ = ["Telegram", "Webhook"]
