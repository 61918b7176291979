"""The people's side of the server: who there is, what they say, and what each chat shows."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.telegram.rules import bad, units

if TYPE_CHECKING:
    from tests.servers.telegram.server import TelegramServer

#: What people send: kind, bytes, and what the Bot API says of such a file.
Album = Sequence[tuple[str, bytes]]
ANONYMOUS_BOT = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
DETAILS: dict[str, dict[str, Any]] = {
    "voice": {"duration": 2, "mime_type": "audio/ogg"},
    "audio": {"duration": 2, "mime_type": "audio/mpeg", "file_name": "song.mp3"},
    "video": {"duration": 2, "width": 64, "height": 64, "file_name": "clip.mp4"},
    "animation": {"duration": 2, "width": 64, "height": 64, "file_name": "cat.mp4"},
    "video_note": {"duration": 2, "length": 240},
    "document": {"file_name": "notes.txt", "mime_type": "text/plain"},
}


@dataclass
class Person:
    """Somebody. ``blocked`` the bot, or forbids it voice messages."""

    id: int
    first_name: str
    language_code: str = "en"
    is_bot: bool = False
    username: str | None = None
    blocked: bool = False
    forbids_voice: bool = False

    def json(self) -> dict[str, Any]:
        said = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if not self.is_bot:
            said["language_code"] = self.language_code
        return said | ({"username": self.username} if self.username else {})


@dataclass
class Stored:
    """A file on the server. ``size`` may be claimed, so that no test moves gigabytes."""

    file_id: str
    name: str
    data: bytes
    size: int
    media_type: str = ""


@dataclass
class Shown:
    """A message as its chat shows it. Times are the server's clock."""

    message_id: int
    chat: Chat = field(repr=False)
    sender: Person
    kind: str
    text: str
    at: float
    date: int = field(default_factory=lambda: int(time.time()))
    thread: int | None = None
    reply_to: int | None = None
    file: Stored | None = field(default=None, repr=False)
    duration: int | None = None
    album: str | None = None
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    #: Its words before any edit, and each edit's.
    first: str = ""
    edits: list[tuple[float, str]] = field(default_factory=list)
    deleted_at: float | None = None
    silent: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.keyboard for button in row]

    def json(self, *, nested: bool = False) -> dict[str, Any]:
        chat = self.chat
        message: dict[str, Any] = {
            "message_id": self.message_id,
            "date": self.date,
            "chat": chat.json(),
            "from": self.sender.json(),
        }
        if self.kind == "text":
            message["text"] = self.text
            message["entities"] = entities(self.text)
        elif self.text:
            message["caption"] = self.text
            message["caption_entities"] = entities(self.text)
        if self.file is not None:
            message |= self._file_json(self.file)
        if self.thread is not None:
            message |= {"message_thread_id": self.thread, "is_topic_message": True}
        answered = chat.messages.get(self.reply_to) if self.reply_to else None
        if answered is None and self.thread is not None:  # as in the real one, in a topic
            answered = chat.topics[self.thread]
        if answered is not None and answered is not self and not nested:
            message["reply_to_message"] = answered.json(nested=True)
        if self.album is not None:
            message["media_group_id"] = self.album
        if self.keyboard:
            message["reply_markup"] = {"inline_keyboard": self.keyboard}
        return message | self.extra

    def _file_json(self, file: Stored) -> dict[str, Any]:
        basic = {
            "file_id": file.file_id,
            "file_unique_id": file.file_id[-8:],
            "file_size": file.size,
        }
        if self.kind == "photo":
            small = basic | {"file_id": "small-" + file.file_id, "file_size": 99}
            sizes = [small | {"width": 90, "height": 60}, basic | {"width": 900, "height": 600}]
            return {"photo": sizes}
        body = DETAILS[self.kind] | basic
        if file.name:
            body["file_name"] = file.name
        if self.duration is not None:
            body["duration"] = self.duration
        if self.kind == "animation":
            return {"animation": body, "document": body}
        return {self.kind: body}


@dataclass
class Chat:
    """A chat. With ``privacy`` the bot gets only what is for it, as by default in groups."""

    server: TelegramServer = field(repr=False)
    id: int
    type: str
    title: str = ""
    person: Person | None = None
    privacy: bool = True
    admins: dict[int, str] = field(default_factory=dict)
    topics: dict[int, Shown] = field(default_factory=dict)
    messages: dict[int, Shown] = field(default_factory=dict)
    drafts: list[tuple[float, int, str, int | None]] = field(default_factory=list)
    actions: list[tuple[float, str, int | None]] = field(default_factory=list)
    takes_drafts: bool = True
    #: Until this is set, nobody is told who its admins are.
    tells_admins: asyncio.Event | None = None
    kicked: bool = False
    upgraded_to: int | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def replies(self) -> list[Shown]:
        """What the bot's side of the chat shows now."""
        bot = self.server.bot.id
        return [m for m in self.messages.values() if m.sender.id == bot and m.deleted_at is None]

    @property
    def texts(self) -> list[str]:
        return [reply.text for reply in self.replies]

    def json(self) -> dict[str, Any]:
        if self.person is not None:
            return {"id": self.id, "type": "private", "first_name": self.person.first_name}
        forum = {"is_forum": True} if self.topics else {}
        return {"id": self.id, "type": self.type, "title": self.title} | forum

    def add(self, sender: Person, kind: str, text: str, **more: Any) -> Shown:
        now = self.server.clock()
        shown = Shown(next(self._numbers), self, sender, kind, text, now, first=text, **more)
        self.messages[shown.message_id] = shown
        return shown

    def topic(self, name: str, by: Person | None = None) -> int:
        """Open a topic; its id is that of the message that says so."""
        shown = self.add(self._author(by), "service", "")
        created = {"name": name, "icon_color": 7322096}
        thread = shown.message_id
        shown.extra = {"forum_topic_created": created, "message_thread_id": thread}
        shown.extra["is_topic_message"] = True
        self.topics[thread] = shown
        return thread

    async def say(self, text: str, *, by: Person | None = None, **more: Any) -> Shown:
        """Write something: ``reply_to`` a message, in a ``thread``, with ``extra`` fields."""
        return await self._post("text", text, by, **more)

    async def send(
        self,
        kind: str,
        data: bytes = b"",
        *,
        caption: str = "",
        by: Person | None = None,
        size: int | None = None,
        name: str = "",
        **more: Any,
    ) -> Shown:
        """Send a voice, audio, video_note, video, animation, photo or document."""
        file = self.server.store(name, data, size)
        return await self._post(kind, caption, by, file=file, **more)

    async def album(
        self, files: Album, *, caption: str = "", by: Person | None = None, **more: Any
    ) -> list[Shown]:
        """Send several at once: they arrive as so many updates."""
        more["album"] = str(self.server.number())
        return [
            await self.send(kind, data, caption=caption if at == 0 else "", by=by, **more)
            for at, (kind, data) in enumerate(files)
        ]

    async def press(self, message: Shown, label: str, *, by: Person | None = None) -> str:
        """Press a button; returns the query's id, for the server's ``answers``."""
        row = next(b for row in message.keyboard for b in row if b["text"] == label)
        return await self.press_data(message, row["callback_data"], by=by)

    async def press_data(self, message: Shown, data: str, *, by: Person | None = None) -> str:
        """Press a button that holds ``data``."""
        query = str(self.server.number())
        self.server.queries[query] = None
        body = {
            "id": query,
            "from": self._author(by).json(),
            "chat_instance": str(self.id),
            "data": data,
            "message": message.json(),
        }
        await self.server.push({"callback_query": body})
        return query

    async def upgrade(self) -> Chat:
        """Become a supergroup, which has another id."""
        new = self.server.supergroup(self.title, privacy=self.privacy, admins=self.admins)
        self.upgraded_to = new.id
        await self._post("service", "", None, extra={"migrate_to_chat_id": new.id})
        return new

    def _author(self, by: Person | None) -> Person:
        return by or self.person or self.server.anyone

    async def _post(self, kind: str, text: str, by: Person | None, **more: Any) -> Shown:
        if isinstance(more.get("reply_to"), Shown):
            more["reply_to"] = more["reply_to"].message_id
        shown = self.add(self._author(by), kind, text, **more)
        if self._seen_by_bot(shown):
            await self.server.push({"message": shown.json()})
        else:
            await self.server.changed()
        return shown

    def _seen_by_bot(self, shown: Shown) -> bool:
        if self.type == "private" or not self.privacy or shown.kind == "service":
            return True
        username = str(self.server.bot.username).lower()
        answered = self.messages.get(shown.reply_to or 0)
        if answered is not None and answered.sender.id == self.server.bot.id:
            return True
        if f"@{username}" in shown.text.lower():
            return True
        command = re.match(r"/\w+(@\w+)?", shown.text)
        return command is not None and command[1] is None


def entities(text: str) -> list[dict[str, Any]]:
    """The commands and mentions in a text, at their places in UTF-16."""
    found = []
    for match in re.finditer(r"(?<![\w/@])(/\w+(?:@\w+)?|@\w+)", text):
        kind = "mention" if match[0].startswith("@") else "bot_command"
        offset = units(text[: match.start()])
        found.append({"type": kind, "offset": offset, "length": units(match[0])})
    return found


def check_place(chat: Chat, thread: int | None, reply: dict[str, Any] | None) -> int | None:
    """The message that is answered; refuses topics and messages that are not there."""
    if thread is not None and thread not in chat.topics:
        raise bad("message thread not found")  # General, which is 1, is none either
    if not reply:
        return None
    number = int(reply["message_id"])
    answered = chat.messages.get(number)
    if answered is None or answered.deleted_at is not None:
        if not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return None
    return number
