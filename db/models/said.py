"""Who says what, where: conversations, people, messages, and what was taken in of a platform."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Json

#: Begins the id of a request that is no message people see there: a command, or one of before.
NO_MESSAGE = "~"


class Conversation(Base):
    """One channel, or one thread of it: the scope of context, handles and settings.

    ``summary`` tells what was said and done up to and with the turn ``summed_up``.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("platform", "account", "channel", "thread"),
        {"info": {"holds": "channel"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(128))
    thread: Mapped[str] = mapped_column(String(128), default="")
    #: A chat with one person, where everything said is said to the bot.
    private: Mapped[bool] = mapped_column(default=False)
    settings: Mapped[Json] = mapped_column(default=dict)
    last_handle: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(Text, default="")
    summed_up: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[float]


class Person(Base):
    """Somebody who speaks, as one platform knows them.

    ``opted_out`` people's words and recordings are not taken in unless they speak to the bot.
    Those who share their voice let others have texts spoken in its manner.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("platform", "external_id"), {"info": {"holds": "user"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(256))
    opted_out: Mapped[bool] = mapped_column(default=False)
    voice_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[float]


class Message(Base):
    """What a person said in a conversation.

    ``replied`` are the files of a message it answers that never came here by itself, and
    ``replied_by`` the id of who sent them; ``request`` is a task chosen by name. ``addressed`` and
    ``admin`` are as :class:`handlers.edge.Incoming` says. Messages of one ``album`` are one row.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "external_id"),
        {"info": {"holds": "user"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    external_id: Mapped[str] = mapped_column(String(128))
    reply_to: Mapped[str | None] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[Json]] = mapped_column(default=list)
    replied: Mapped[list[Json]] = mapped_column(default=list)
    replied_by: Mapped[str] = mapped_column(String(128), default="")
    request: Mapped[Json | None]
    addressed: Mapped[str] = mapped_column(String(16), default="private")
    admin: Mapped[bool] = mapped_column(default=False)
    album: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[float]


class Update(Base):
    """The inbox: each platform update that was taken in, once.

    It outlives its message: an update that a platform sends again must not bring back what
    somebody had deleted.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("platform", "account", "update_id"),
        {"info": {"holds": "none"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(64))
    update_id: Mapped[str] = mapped_column(String(128))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    received_at: Mapped[float]


class Cursor(Base):
    """Up to where a platform's messages were taken in; ``channel`` is empty for all of them."""

    __tablename__ = "cursors"
    __table_args__ = ({"info": {"holds": "none"}},)

    platform: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(128), primary_key=True)
    value: Mapped[str] = mapped_column(String(128))


class Usage(Base):
    """What a person used on a day (days since 1970, UTC)."""

    __tablename__ = "usage"
    __table_args__ = ({"info": {"holds": "user"}},)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True)
    requests: Mapped[int] = mapped_column(default=0)
    engine_s: Mapped[float] = mapped_column(default=0.0)
    received_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Of the language model.
    tokens: Mapped[int] = mapped_column(default=0)
