"""From Telegram's messages and buttons to ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import (
    CallbackQuery,
    Chat,
    ExternalReplyInfo,
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginUser,
    User,
)

from bot.telegram.admins import Admins
from engines.tasks import TASKS
from handlers.commands import ALSO, MENU
from handlers.edge import Addressed, Attachment, Incoming, Press

PLATFORM = "telegram"
#: The callback data of our buttons: action, turn, and a value that may itself have colons.
DATA = re.compile(r"(?P<action>[a-z_]+):(?P<turn>[0-9]{1,18}):(?P<value>.*)", re.DOTALL)
#: The commands that are ours. In a group all others are some other bot's.
OURS = frozenset((*MENU, *ALSO, *(task.command for task in TASKS.values())))
COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]+)(?:@(?P<bot>[A-Za-z0-9_]+))?")


@dataclass(frozen=True, slots=True)
class Words:
    """What was written, without what only says whom it is for.

    ``foreign`` is a command that names another bot, ``unknown`` one that names none and is none
    of ours.
    """

    text: str
    mentioned: bool = False
    command: bool = False
    foreign: bool = False
    unknown: bool = False


class Reader:
    """Reads updates for one bot."""

    def __init__(self, me: User, admins: Admins) -> None:
        self._me = me
        self._admins = admins

    async def message(self, update_id: int, message: Message) -> Incoming | None:
        """The message, or None for what no person said: service messages and other bots."""
        author = author_of(message)
        words = self._words(message)
        attachments = attachments_of(message)
        if author is None or words.foreign or not (words.text or words.mentioned or attachments):
            return None
        chat = message.chat
        private = chat.type == Chat.PRIVATE
        answered = _answered(message)
        addressed = self._addressed(message, words, answered)
        return Incoming(
            platform=PLATFORM,
            account=str(self._me.id),
            update_id=str(update_id),
            channel=str(chat.id),
            thread=thread_of(message),
            message_id=str(message.message_id),
            author_id=author[0],
            author_name=author[1],
            text=words.text,
            reply_to=None if answered is None else str(answered.message_id),
            attachments=attachments,
            replied=self._replied(message, answered),
            replied_by=_replied_by(message, answered),
            addressed=addressed,
            private=private,
            locale=_locale(message.from_user),
            # Asking Telegram takes a request, and only commands change anything.
            admin=private or (addressed == "command" and await self._is_admin(message)),
            belongs=_belongs(message),
            sent_at=message.date.timestamp(),
            album=message.media_group_id or "",
        )

    async def press(self, update_id: int, query: CallbackQuery) -> Press | None:
        """The button's press, or None when its data is none of ours."""
        found = DATA.fullmatch(query.data or "")
        message = query.message
        if found is None or message is None:
            return None
        chat = message.chat
        user = query.from_user
        private = chat.type == Chat.PRIVATE
        return Press(
            platform=PLATFORM,
            account=str(self._me.id),
            update_id=str(update_id),
            channel=str(chat.id),
            thread=thread_of(message) if isinstance(message, Message) else "",
            author_id=str(user.id),
            author_name=user.full_name,
            action=found["action"],
            turn_id=int(found["turn"]),
            value=found["value"],
            private=private,
            locale=_locale(user),
            admin=private or await self._admins.has(chat.id, user.id),
            belongs=(str(chat.id),),
        )

    def _addressed(self, message: Message, words: Words, answered: Message | None) -> Addressed:
        if message.chat.type == Chat.PRIVATE:
            return "private"
        if words.command:
            return "command"
        if words.mentioned:
            return "mention"
        if words.unknown:  # for another bot, though it may answer a message of ours
            return ""
        if answered is not None and self._ours(answered):
            return "reply"
        return ""

    def _replied(self, message: Message, answered: Message | None) -> tuple[Attachment, ...]:
        if answered is not None:
            return () if self._ours(answered) else attachments_of(answered)
        if message.external_reply is not None:  # it answers a message of another chat
            return attachments_of(message.external_reply, message.message_id)
        return ()

    def _ours(self, message: Message) -> bool:
        return message.from_user is not None and message.from_user.id == self._me.id

    async def _is_admin(self, message: Message) -> bool:
        if message.sender_chat is not None:
            # An anonymous admin speaks as the group itself; a channel's voice is nobody's here.
            return message.sender_chat.id == message.chat.id
        return message.from_user is not None and await self._admins.has(
            message.chat.id, message.from_user.id
        )

    def _words(self, message: Message) -> Words:
        text = message.text or message.caption or ""
        entities = message.entities or message.caption_entities
        begins = next((each for each in entities if each.offset == 0), None)
        unknown = False
        if begins is not None and begins.type == MessageEntity.BOT_COMMAND:
            found = COMMAND.match(text)
            if found is not None:
                bot = found["bot"]
                if bot is not None and bot.lower() != self._username():
                    return Words("", foreign=True)
                if bot is not None or found["name"].lower() in OURS:
                    rest = text[found.end() :]
                    return Words(f"/{found['name']}{rest}".strip(), command=True)
                unknown = True
        units = text.encode("utf-16-le")  # offsets count these
        mentioned = False
        for entity in sorted(entities, key=lambda each: each.offset, reverse=True):
            begin, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            if self._means_us(entity, units[begin:end].decode("utf-16-le", "replace")):
                mentioned = True
                units = units[:begin] + units[end:]
        if not mentioned:
            return Words(text.strip(), unknown=unknown)
        left = units.decode("utf-16-le", "replace")
        return Words(re.sub(r"  +", " ", left).strip().lstrip(",:").strip(), mentioned=True)

    def _means_us(self, entity: MessageEntity, named: str) -> bool:
        if entity.type == MessageEntity.TEXT_MENTION:
            return entity.user is not None and entity.user.id == self._me.id
        return (
            entity.type == MessageEntity.MENTION and named.lower().lstrip("@") == self._username()
        )

    def _username(self) -> str:
        return (self._me.username or "").lower()


def thread_of(message: Message) -> str:
    """The topic's id. Plain replies have a thread id too, and General none."""
    if message.is_topic_message and message.message_thread_id is not None:
        return str(message.message_thread_id)
    return ""


def author_of(message: Message) -> tuple[str, str] | None:
    """Who said it, by id and name: a person, or a group or channel that speaks as itself."""
    speaker = message.sender_chat
    if speaker is not None:
        return str(speaker.id), speaker.effective_name or ""
    user = message.from_user
    if user is None or user.is_bot:
        return None
    return str(user.id), user.full_name


def attachments_of(
    message: Message | ExternalReplyInfo, number: int | None = None
) -> tuple[Attachment, ...]:
    """Its files: one at most, but for the forms in which Telegram sends it."""
    if isinstance(message, Message):
        number = message.message_id
    if (voice := message.voice) is not None:
        return (Attachment(f"voice-{number}.ogg", voice.file_id, True, voice.file_size),)
    if (note := message.video_note) is not None:
        return (Attachment(f"video-note-{number}.mp4", note.file_id, True, note.file_size),)
    if message.photo:
        photo = max(message.photo, key=lambda each: each.width * each.height)
        return (Attachment(f"photo-{number}.jpg", photo.file_id, size=photo.file_size),)
    # An animation comes as a document, too, for clients that do not know animations.
    for kind, file in (
        ("audio.mp3", message.audio),
        ("video.mp4", message.video),
        ("animation.mp4", message.animation),
        ("file", message.document),
    ):
        if file is not None:
            stem, dot, suffix = kind.partition(".")
            name = file.file_name or f"{stem}-{number}{dot}{suffix}"
            return (Attachment(name, file.file_id, size=file.file_size),)
    return ()


def _answered(message: Message) -> Message | None:
    """The message that a person answered: in a topic, everything answers the topic's first one."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return None
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return None
    return answered


def _replied_by(message: Message, answered: Message | None) -> str:
    """Whose message is answered, the bot's own too; empty where Telegram does not say it."""
    if answered is not None:
        speaker = answered.sender_chat or answered.from_user
        return "" if speaker is None else str(speaker.id)
    origin = None if message.external_reply is None else message.external_reply.origin
    if isinstance(origin, MessageOriginUser):
        return str(origin.sender_user.id)
    if isinstance(origin, MessageOriginChat):
        return str(origin.sender_chat.id)
    return str(origin.chat.id) if isinstance(origin, MessageOriginChannel) else ""


def _belongs(message: Message) -> tuple[str, ...]:
    ids = [str(message.chat.id)]
    if message.sender_chat is not None and message.sender_chat.id != message.chat.id:
        ids.append(str(message.sender_chat.id))
    return tuple(ids)


def _locale(user: User | None) -> str:
    return "" if user is None else user.language_code or ""
