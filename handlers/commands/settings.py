"""``/settings``: how the bot behaves in a channel, shown and changed."""

from __future__ import annotations

from collections.abc import Sequence

from db import conversations, voices
from db.models import AnyRow
from db.session import Database
from engines.kinds import Refusal
from handlers.channel import CHOICES, Channel, changed
from handlers.edge import Button, Part
from handlers.phrases import known, say

#: What fits into two rows everywhere.
MOST_BUTTONS = 8


async def change(database: Database, row: AnyRow, rest: str) -> Sequence[Part]:
    """Show the settings of a turn's channel, or change one: ``rest`` is "NAME VALUE"."""
    channel = Channel.of(row.settings)
    if not rest:
        usual = ("voice", "reply") if row.private else ("speak", "voice")
        return [Part("text", shown(channel, row.locale), buttons=_offers(row, channel, usual))]
    name, _, value = rest.partition(" ")
    if not value and name in Channel.__dataclass_fields__:
        line = _line(channel, name, row.locale)
        return [Part("text", line, buttons=_offers(row, channel, (name,)))]
    return [Part("text", await put(database, row, name, value, admin=row.admin))]


async def put(database: Database, row: AnyRow, name: str, value: str, *, admin: bool) -> str:
    """Change one setting; returns the sentence that says so. Raises :class:`Refusal`."""
    if not admin:
        raise Refusal("settings_admin_only")
    name = name.strip().lower().replace("-", "_")
    async with database.write() as connection:
        kept = await conversations.settings_of(connection, row.conversation_id)
        channel = changed(Channel.of(kept), name, value)
        await conversations.change_settings(connection, row.conversation_id, channel.to_json())
        if channel.speakers == "off":
            await voices.forget_known(connection, row.conversation_id)
    now = _label(name, getattr(channel, name), row.locale)
    return say("settings_changed", row.locale, name=name, value=now)


def shown(channel: Channel, locale: str) -> str:
    """Every setting in a line, with what it means."""
    lines = [_line(channel, name, locale) for name in Channel.__dataclass_fields__]
    return "\n".join([say("settings_title", locale), *lines])


def _line(channel: Channel, name: str, locale: str) -> str:
    return say(
        "settings_line",
        locale,
        key=name,
        value=_label(name, getattr(channel, name), locale),
        about=say(f"setting_{name}_about", locale),
    )


def _label(name: str, value: str | int, locale: str) -> str:
    """A setting's value as people read it, with the word that sets it where they differ."""
    if name == "retention":
        return say("setting_retention_days", locale, days=value)
    if not value:
        return say("setting_none" if name == "wake_word" else "setting_auto", locale)
    key = f"setting_{name}_{value}"
    return f"{value} ({say(key, locale)})" if known(key) else str(value)


def _offers(row: AnyRow, channel: Channel, names: Sequence[str]) -> tuple[Button, ...]:
    """A button for each change of these settings away from what is set now."""
    return tuple(
        Button("set", say(f"setting_{name}_{value}", row.locale), f"{name}={value}")
        for name in names
        for value in CHOICES.get(name, ())
        if value != getattr(channel, name)
    )[:MOST_BUTTONS]
