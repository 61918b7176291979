"""Sending replies: each part as what Telegram shows best, or as the next best that it takes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Literal

import structlog
from telegram import (
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.telegram.account import MB, Account, Flooded
from bot.telegram.pace import Pace
from bot.telegram.wording import keyboard, place, units
from engines.blobs import BlobStore
from handlers.edge import Address, Capacity, File, Part, PartKind, Undeliverable, Unreachable
from handlers.phrases import say

log = structlog.get_logger(__name__)

TEXT, CAPTION, ALBUM = 4096, 1024, 10
#: Long uploads are answered only when Telegram has taken the file in as well.
UPLOAD_READ_S, READ_S_PER_MB = 60.0, 2.0

Form = Literal["text", "voice", "audio", "video", "video_note", "photo", "document"]

#: What a part is sent as, and what instead where that is refused for what it is.
FORMS: dict[PartKind, tuple[Form, ...]] = {
    "text": ("text",),
    "voice": ("voice", "audio", "document"),
    "audio": ("audio", "document"),
    "video": ("video", "document"),
    "video_note": ("video_note", "video", "document"),
    "picture": ("photo", "document"),
    "file": ("document",),
}
#: Telegram is told how long these are.
TIMED = ("voice", "audio", "video", "video_note")
#: The longest video note, see https://core.telegram.org/bots/api#sendvideonote.
NOTE_S = 60.0
#: The refusals that the next form may escape: people and groups may forbid voice messages, or music
#: or photos; photos have a size and a shape.
GIVES_WAY = re.compile(
    r"voice_messages_forbidden|voice messages|not enough rights to send|photo|image|chat_send_\w+"
    r"|wrong file type|video_content_type|too big for a",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Sent:
    """What of a part has arrived, and the files that are on their way."""

    ids: list[str]
    files: Sequence[File] = ()


class Sender:
    """Sends parts for one bot. ``moved`` is told the old and the new id of a chat that moved."""

    def __init__(
        self,
        account: Account,
        pace: Pace,
        blobs: BlobStore,
        moved: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._account = account
        self._pace = pace
        self._blobs = blobs
        self._moved = moved

    def capacity(self, address: Address) -> Capacity:
        """What fits, with room left for the mark of what is sent a second time.

        The room is left always: a part must be cut the same way whichever try it is.
        """
        room = units(_mark(address))
        return Capacity(
            text=TEXT - room,
            caption=CAPTION - room,
            file_bytes=self._account.upload_bytes,
            units="utf-16",
            bare_voice=False,
            album=ALBUM,
        )

    async def send(self, address: Address, part: Part) -> str:
        """Send a part; see :meth:`handlers.edge.Edge.send`."""
        sent = Sent([])
        try:
            try:
                await self._send(address, part, sent)
            except ChatMigrated as error:
                # The group is a supergroup now; the messages before that cannot be answered.
                log.warning(
                    "a reply went to the supergroup that its group became",
                    old=address.channel,
                    new=error.new_chat_id,
                )
                new = str(error.new_chat_id)
                await self._moved(address.channel, new)
                there = replace(address, channel=new, reply_to="", thread="")
                await self._send(there, part, sent)
        except TelegramError as error:
            if isinstance(error, Flooded):
                self._pace.hold(address.channel, error.after_s)
            told = self._account.trouble(error, self._largest(sent.files))
            if isinstance(told, Unreachable) and sent.ids:
                told.arrived = True  # some of it did
            if isinstance(told, Undeliverable):
                log.error("Telegram refused a message", channel=address.channel, reason=str(told))
            raise told from None
        return " ".join(sent.ids)

    def _largest(self, files: Sequence[File]) -> int:
        """The size of the largest, as it lies on the disk: parts from long ago do not say it."""
        paths = (self._blobs.path(file.sha256) for file in files)
        return max((path.stat().st_size for path in paths if path.exists()), default=0)

    async def _send(self, address: Address, part: Part, sent: Sent) -> None:
        text = _mark(address) + part.text if address.again else part.text
        groups = _groups(part.files, self._account.upload_bytes) if part.files else [()]
        for number, files in enumerate(groups):
            words = text if number == 0 else ""
            if number or len(files) > 1:  # `ready` has let one message in, and no more
                await self._pace.room(address.channel, len(files) - (number == 0))
            sent.files = files
            last = number == len(groups) - 1
            markup = keyboard(part.buttons, address.turn_id) if last else None
            for message in await self._best(address, part.kind, files, words, markup):
                sent.ids.append(str(message.message_id))

    async def _best(
        self,
        address: Address,
        kind: PartKind,
        files: Sequence[File],
        text: str,
        markup: InlineKeyboardMarkup | None,
    ) -> Sequence[Message]:
        """Send it in the first of its forms that is taken."""
        *forms, last = FORMS[kind]
        if kind == "video_note" and (text or (files[0].duration_s or 0.0) > NOTE_S):
            forms.remove("video_note")  # it would lose its words, or be refused for its length
        for form in forms:
            try:
                return await self._as(form, address, files, text, markup)
            except BadRequest as error:
                if not GIVES_WAY.search(str(error)):
                    raise
                log.info("not taken in that form", form=form, reason=str(error))
        return await self._as(last, address, files, text, markup)

    async def _as(
        self,
        form: Form,
        address: Address,
        files: Sequence[File],
        text: str,
        markup: InlineKeyboardMarkup | None,
    ) -> Sequence[Message]:
        bot, where = self._account.bot, place(address)
        if form == "text":
            plain = LinkPreviewOptions(is_disabled=True)
            return [
                await bot.send_message(
                    text=text, reply_markup=markup, link_preview_options=plain, **where
                )
            ]
        album = len(files) > 1
        megabytes = sum(file.size for file in files) / MB
        where["read_timeout"] = UPLOAD_READ_S + READ_S_PER_MB * megabytes
        with ExitStack() as opened:
            media = [
                InputFile(
                    opened.enter_context(
                        await asyncio.to_thread(self._blobs.path(file.sha256).open, "rb")
                    ),
                    filename=file.name,
                    attach=album,
                    read_file_handle=False,  # it is read in pieces while it is sent
                )
                for file in files
            ]
            if album:
                return await self._album(form, media, text, markup, where)
            details: dict[str, Any] = {"caption": text or None, "reply_markup": markup, **where}
            duration_s = files[0].duration_s
            if form in TIMED and duration_s is not None:
                details["duration"] = max(1, round(duration_s))
            if form == "voice":
                return [await bot.send_voice(voice=media[0], **details)]
            if form == "audio":
                title = files[0].name.rpartition(".")[0] or files[0].name
                return [await bot.send_audio(audio=media[0], title=title, **details)]
            if form == "video":
                if files[0].pixels:
                    details["width"], details["height"] = files[0].pixels
                return [await bot.send_video(video=media[0], supports_streaming=True, **details)]
            if form == "video_note":
                del details["caption"]
                return [await bot.send_video_note(video_note=media[0], **details)]
            if form == "photo":
                return [await bot.send_photo(photo=media[0], **details)]
            return [await bot.send_document(document=media[0], **details)]

    async def _album(
        self,
        form: Form,
        media: Sequence[InputFile],
        text: str,
        markup: InlineKeyboardMarkup | None,
        where: dict[str, Any],
    ) -> Sequence[Message]:
        if markup is not None:
            log.warning("Telegram shows no buttons under an album", chat=where["chat_id"])
        kind = InputMediaPhoto if form == "photo" else InputMediaDocument
        return await self._account.bot.send_media_group(
            media=[kind(each) for each in media], caption=text or None, **where
        )


def _mark(address: Address) -> str:
    return say("sent_again", address.locale) + "\n"


def _groups(files: Sequence[File], limit: int) -> list[Sequence[File]]:
    """Albums of what one request may hold, in order; a file that is too large goes by itself."""
    groups: list[list[File]] = [[]]
    for file in files:
        size = sum(each.size for each in groups[-1])
        if groups[-1] and (len(groups[-1]) == ALBUM or size + file.size > limit):
            groups.append([])
        groups[-1].append(file)
    return list(groups)
