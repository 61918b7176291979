"""A part of a reply as Discord wants it: text, files, buttons, or a voice bubble."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Sequence
from typing import Any

import discord
import structlog

from bot.discord.buttons import PressedButton, custom_id
from engines.blobs import BlobStore
from handlers.edge import Button, File, Part, Undeliverable

log = structlog.get_logger(__name__)

#: Discord's longest nonce, and what a voice message's outline may have.
NONCE, POINTS, POINT_S = 25, 256, 0.1
BUTTONS, LONGEST_LABEL = 25, 80


def nonce(account: str, key: str, mark: str = "") -> str:
    """The same 25 characters for every try at sending the same thing, so that Discord drops it."""
    digest = hashlib.sha256(f"{account}/{key}".encode()).digest()
    return (mark + base64.b32encode(digest).decode().lower())[:NONCE]


def waveform(peaks: Sequence[int], duration_s: float) -> str:
    """A loudness outline as Discord draws it: at most 256 points, none closer than 100 ms."""
    wanted = max(1, min(POINTS, len(peaks) or 1, int(duration_s / POINT_S)))
    edges = [round(index * len(peaks) / wanted) for index in range(wanted + 1)]
    points = [max(peaks[begin:end], default=0) for begin, end in itertools.pairwise(edges)]
    return base64.b64encode(bytes(min(255, max(0, point)) for point in points)).decode()


class VoiceFile(discord.File):
    """A file that Discord shows as a voice message; the library has no call for it (#10165)."""

    def __init__(self, path: str, name: str, duration_s: float, peaks: Sequence[int]) -> None:
        super().__init__(path, filename=name)
        self._duration_s = duration_s
        self._waveform = waveform(peaks, duration_s)

    def to_dict(self, index: int) -> dict[str, Any]:
        """What describes the file in the message."""
        return {
            **super().to_dict(index),
            "duration_secs": self._duration_s,
            "waveform": self._waveform,
        }


def is_bubble(part: Part) -> bool:
    """Whether the part can be a voice bubble: alone in its message, Ogg, its length known."""
    return (
        part.kind == "voice"
        and len(part.files) == 1
        and not part.text
        and not part.buttons
        and part.files[0].media_type.split(";")[0] in ("audio/ogg", "audio/opus")
        and bool(part.files[0].duration_s)
    )


def files(blobs: BlobStore, part: Part, *, bubble: bool) -> list[discord.File]:
    """The part's files, opened. Raises :class:`~handlers.edge.Undeliverable` if one is gone."""
    opened: list[discord.File] = []
    try:
        for file in part.files:
            opened.append(_open(blobs, file, bubble=bubble))
    except OSError as error:
        for each in opened:
            each.close()
        # Not the network: no later try would find it.
        raise Undeliverable(f"a file of the reply cannot be read: {error.strerror}") from error
    return opened


def _open(blobs: BlobStore, file: File, *, bubble: bool) -> discord.File:
    path = str(blobs.path(file.sha256))
    if bubble and file.duration_s:
        return VoiceFile(path, file.name, file.duration_s, file.peaks)
    return discord.File(path, filename=file.name)


def view(turn_id: int, buttons: Sequence[Button]) -> discord.ui.View | None:
    """The buttons under a message; they outlive this process, see :mod:`bot.discord.buttons`."""
    shown = discord.ui.View(timeout=None)
    for button in buttons[:BUTTONS]:
        identity = custom_id(button.action, turn_id, button.value)
        if identity is None:
            log.error("a button's value is too long for Discord", action=button.action)
            continue
        style = (
            discord.ButtonStyle.danger
            if button.action in ("cancel", "forget")
            else discord.ButtonStyle.secondary
        )
        shown.add_item(PressedButton(identity, button.label[:LONGEST_LABEL], style))
    return shown if shown.children else None


def flags(part: Part, *, bubble: bool) -> discord.MessageFlags:
    """A voice bubble says so; links in words are not unfolded under them."""
    return (
        discord.MessageFlags(voice=True) if bubble else discord.MessageFlags(suppress_embeds=True)
    )
