"""What every message to Telegram needs: where it goes, and what lies under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from handlers.edge import Address, Button

log = structlog.get_logger(__name__)

DATA_BYTES = 64
#: What fits beside each other on a phone: so many buttons, of so many letters together.
ROW, ROW_LETTERS = 3, 30


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def chat_of(address: Address) -> int:
    """The chat's id."""
    return int(address.channel)


def topic_of(address: Address) -> int | None:
    """The topic's id; General is said by leaving it out."""
    return int(address.thread) if address.thread not in ("", "1") else None


def place(address: Address) -> dict[str, Any]:
    """Where a message goes, and which one it answers; that one may be deleted by now."""
    reply_to = address.reply_to.partition(" ")[0]
    return {
        "chat_id": chat_of(address),
        "message_thread_id": topic_of(address),
        "reply_parameters": ReplyParameters(int(reply_to), allow_sending_without_reply=True)
        if reply_to.isdecimal()
        else None,
    }


def keyboard(buttons: Sequence[Button], turn_id: int) -> InlineKeyboardMarkup | None:
    """The buttons in rows. One whose data Telegram would refuse is left out: the reply matters."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        data = f"{button.action}:{turn_id}:{button.value}"
        if len(data.encode()) > DATA_BYTES:
            log.error("a button's value is too long for Telegram", action=button.action)
            continue
        letters = sum(len(each.text) for each in rows[-1]) if rows else 0
        if not rows or len(rows[-1]) == ROW or letters + len(button.label) > ROW_LETTERS:
            rows.append([])
        rows[-1].append(InlineKeyboardButton(button.label, callback_data=data))
    return InlineKeyboardMarkup(rows) if rows else None
