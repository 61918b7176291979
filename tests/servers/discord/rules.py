"""What Discord refuses, with its own error codes: messages, voice messages, commands."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from typing import Any

from tests.servers.discord import world
from tests.servers.discord.world import Channel, Upload, User

LOCALES = frozenset(
    (
        *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu"),
        *("nl", "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru"),
        *("uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"),
    )
)


class Refused(Exception):
    """An error answer: HTTP status, Discord's code, and its words."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, **more}
        self.headers = headers or {}


def invalid(where: str, why: str) -> Refused:
    return Refused(
        400,
        50035,
        "Invalid Form Body",
        errors={where: {"_errors": [{"code": "BASE_TYPE_BAD", "message": why}]}},
    )


def need(channel: Channel, user: User, *bits: int) -> None:
    """Refuse when the bot may not do that there."""
    if not channel.bot_is_here:
        raise Refused(403, 50001, "Missing Access")
    held = channel.permissions(user)
    if not held & world.VIEW_CHANNEL:
        raise Refused(403, 50001, "Missing Access")
    for bit in bits:
        if not held & bit:
            raise Refused(403, 50013, "Missing Permissions")


def check_message(body: dict[str, Any], files: list[Upload], file_limit: int) -> None:
    """Refuse a message that is too long, empty, or misshapen."""
    content = body.get("content") or ""
    if len(content) > 2000:
        raise invalid("content", "Must be 2000 or fewer in length.")
    if len(str(body.get("nonce") or "")) > 25:
        raise invalid("nonce", "Must be 25 or fewer in length.")
    if len(files) > 10:
        raise invalid("attachments", "Must be 10 or fewer in length.")
    if sum(len(file.data) for file in files) > file_limit:
        raise Refused(413, 40005, "Request entity too large")
    check_components(body.get("components") or [])
    if int(body.get("flags") or 0) & world.VOICE_FLAG:
        check_voice(body, files)
    elif not content and not files and not body.get("embeds") and not body.get("sticker_ids"):
        raise Refused(400, 50006, "Cannot send an empty message")


def check_voice(body: dict[str, Any], files: list[Upload]) -> None:
    """A voice message is one Ogg/Opus file with its outline, alone."""
    if body.get("content") or body.get("embeds") or body.get("components"):
        raise Refused(400, 50159, "Voice messages do not support additional content.")
    if len(files) != 1:
        raise Refused(400, 50160, "Voice messages must have a single audio attachment.")
    file = files[0]
    try:
        points = base64.b64decode(file.waveform or "", validate=True)
    except binascii.Error:
        points = b""
    if not file.duration_s or not 0 < len(points) <= 256:
        raise Refused(400, 50161, "Voice messages must have supporting metadata.")
    if file.data[:4] != b"OggS" or b"OpusHead" not in file.data[:512]:
        raise Refused(400, 50160, "Voice messages must have a single audio attachment.")


def check_components(rows: list[dict[str, Any]]) -> None:
    if len(rows) > 5:
        raise invalid("components", "Must be 5 or fewer in length.")
    seen: set[str] = set()
    for row in rows:
        if row.get("type") != 1 or not 1 <= len(row.get("components", [])) <= 5:
            raise invalid("components", "Must be between 1 and 5 in length.")
        for button in row["components"]:
            identity = button.get("custom_id", "")
            if not 1 <= len(identity) <= 100:
                raise invalid("custom_id", "Must be between 1 and 100 in length.")
            if identity in seen:
                raise invalid("custom_id", "Component custom id cannot be duplicated")
            if not 1 <= len(button.get("label") or "") <= 80:
                raise invalid("label", "Must be between 1 and 80 in length.")
            seen.add(identity)


def check_commands(commands: list[dict[str, Any]]) -> None:
    """Refuse a set of commands that breaks a documented limit."""
    for kind, most in ((1, 100), (2, 5), (3, 5)):
        of_kind = [each["name"] for each in commands if each.get("type", 1) == kind]
        if len(of_kind) > most:
            raise Refused(400, 30032, f"Maximum number of application commands reached ({most}).")
        if len(set(of_kind)) < len(of_kind):
            raise invalid("name", "Application command names must be unique")
    for command in commands:
        _check_command(command)


def _check_command(command: dict[str, Any]) -> None:
    slash = command.get("type", 1) == 1
    names = [command["name"], *_localized(command, "name_localizations")]
    for name in names:
        if slash:
            _check_name(name)
        elif not 1 <= len(name) <= 32:
            raise invalid("name", "Must be between 1 and 32 in length.")
    if not set(command.get("integration_types") or [0]) <= {0, 1}:
        raise invalid("integration_types", "Value must be one of {0, 1}.")
    if not set(command.get("contexts") or [0]) <= {0, 1, 2}:
        raise invalid("contexts", "Value must be one of {0, 1, 2}.")
    if not slash:
        if command.get("description") or command.get("options"):
            raise invalid("description", "Context menu commands cannot have description")
        return
    _check_description(command)
    options = command.get("options") or []
    if len(options) > 25:
        raise invalid("options", "Must be 25 or fewer in length.")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise invalid("options", "Required options must be placed before non-required options")
    if len({option["name"] for option in options}) < len(options):
        raise invalid("options", "Option names must be unique")
    length = len(command["name"]) + len(command["description"])
    for option in options:
        for name in (option["name"], *_localized(option, "name_localizations")):
            _check_name(name)
        _check_description(option)
        choices = option.get("choices") or []
        if len(choices) > 25 or any(not 1 <= len(each["name"]) <= 100 for each in choices):
            raise invalid("choices", "Must be 25 or fewer in length.")
        length += len(option["name"]) + len(option["description"])
        length += sum(len(each["name"]) + len(str(each["value"])) for each in choices)
    if length > 8000:
        raise invalid("command", "Command exceeds maximum size (8000)")


def _check_name(name: str) -> None:
    """``^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$``, in lower case."""
    fits = all(each in "-_'" or unicodedata.category(each)[0] in "LN" for each in name)
    if not 1 <= len(name) <= 32 or not fits or name != name.lower():
        raise invalid("name", "String value did not match validation regex.")


def _check_description(item: dict[str, Any]) -> None:
    for text in (item.get("description") or "", *_localized(item, "description_localizations")):
        if not 1 <= len(text) <= 100:
            raise invalid("description", "Must be between 1 and 100 in length.")


def _localized(item: dict[str, Any], key: str) -> list[str]:
    localizations = item.get(key) or {}
    if not set(localizations) <= LOCALES:
        raise invalid(key, "Value must be one of the known locales.")
    return list(localizations.values())


def mentions_nobody(body: dict[str, Any]) -> bool:
    """Whether what is sent can ring nobody's bell: it says so itself."""
    allowed = body.get("allowed_mentions")
    return (
        allowed is not None
        and allowed.get("parse") == []
        and not allowed.get("users")
        and not allowed.get("roles")
        and not allowed.get("replied_user")
    )
