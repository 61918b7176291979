"""The tables.

Times are seconds since 1970 as floats, set by the caller's clock. Every table declares whose data
it holds in ``info["holds"]``: ``user`` (leaves with the person who wrote it), ``channel`` (leaves
with the conversation) or ``none``; forgetting and exporting walk these declarations.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    MetaData,
    Row,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]
#: A result row of any columns.
AnyRow = Row[*tuple[Any, ...]]


#: Begins the id of a request that is no message people see there: a command, or one of before.
NO_MESSAGE = "~"


class Base(DeclarativeBase):
    """Names constraints, so that migrations can speak of them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {Json: JSON(none_as_null=True), list[Json]: JSON}  # noqa: RUF012 (SQLAlchemy's own form)


class Conversation(Base):
    """One channel, or one thread of it: the scope of context, handles and settings."""

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
    created_at: Mapped[float]


class Person(Base):
    """Somebody who speaks, as one platform knows them.

    ``opted_out`` people's words and recordings are not taken in unless they speak to the bot.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("platform", "external_id"), {"info": {"holds": "user"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(256))
    opted_out: Mapped[bool] = mapped_column(default=False)
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


class Turn(Base):
    """One query and its durable stage; ``handlers/turn.py`` says what each stage means.

    ``locale`` is the language of its reply. It is not taken up before ``not_before``. A ``quiet``
    turn was not spoken to the bot as far as is known: it says nothing unless its recording does.
    An ``urgent`` one stops others and waits for none. ``origin`` is the turn whose words or files
    a button had used again.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "stage"),
        Index(None, "conversation_id", "updated_at"),
        {"info": {"holds": "user"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    stage: Mapped[str] = mapped_column(String(16))
    query: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(String(8), default="en")
    quiet: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[int | None] = mapped_column(index=True)
    not_before: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[float]
    updated_at: Mapped[float]


class Asset(Base):
    """Something people and plans can point at by its handle (``a3``): sent by a person, or made.

    ``sha256`` names our own PCM or PNG form of it; ``original`` the bytes as they were sent.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        {"info": {"holds": "user"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int]
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"), index=True)
    modality: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(256))
    media_type: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    original: Mapped[str | None] = mapped_column(String(64), index=True)
    duration_s: Mapped[float | None]
    created_at: Mapped[float]


class Job(Base):
    """One step of a turn on its way through the queue.

    ``state``: blocked (waits for an earlier step), queued, running, then one of done, refused,
    dead, cancelled. ``inputs`` are references of the plan; ``sources`` what they became. ``owner``
    and ``attempt`` fence every write of a running job.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("turn_id", "step"),
        Index(None, "state", "lane", "queued_at"),
        {"info": {"holds": "channel"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    step: Mapped[int]
    task: Mapped[str] = mapped_column(String(48))
    engine: Mapped[str] = mapped_column(String(64))
    arguments: Mapped[Json] = mapped_column(default=dict)
    inputs: Mapped[list[Json]] = mapped_column(default=list)
    sources: Mapped[list[Json]] = mapped_column(default=list)
    lane: Mapped[int]
    seconds: Mapped[float] = mapped_column(default=0.0)
    state: Mapped[str] = mapped_column(String(16))
    attempt: Mapped[int] = mapped_column(default=0)
    strikes: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[float | None]
    cancel: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[float] = mapped_column(default=0.0)
    text: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[Json] = mapped_column(default=dict)
    refusal: Mapped[Json | None]
    queued_at: Mapped[float | None]
    started_at: Mapped[float | None]
    finished_at: Mapped[float | None]


class ArtifactRow(Base):
    """A file a job made; ``ordinal`` within the job keeps it from being stored twice."""

    __tablename__ = "artifacts"
    __table_args__ = (UniqueConstraint("job_id", "ordinal"), {"info": {"holds": "channel"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    ordinal: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(256))
    media_type: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    duration_s: Mapped[float | None]


class OutboxPart(Base):
    """One part of a reply.

    ``state``: held (until somebody asks for it) or quiet (until its turn turns out to be meant for
    the bot), pending, sending, then sent or undeliverable. ``pieces`` are the messages it is sent
    as where it does not fit into one.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("turn_id", "step", "part"),
        Index(None, "state", "conversation_id"),
        {"info": {"holds": "channel"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    step: Mapped[int]
    part: Mapped[int]
    body: Mapped[Json]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    pieces: Mapped[list[Json] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[float]
    sent_at: Mapped[float | None]


class Receipt(Base):
    """A message that a platform took: one piece of a part, and its id there.

    An album is one piece and several messages.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("part_id", "piece", "external_id"),
        Index(None, "conversation_id", "external_id"),
        {"info": {"holds": "channel"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    piece: Mapped[int]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    external_id: Mapped[str] = mapped_column(String(256))


class StatusMessage(Base):
    """The message that shows where a turn stands, to be taken away when its answer is there.

    It may outlive its turn, when that is forgotten.
    """

    __tablename__ = "status_messages"
    __table_args__ = ({"info": {"holds": "channel"}},)

    turn_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    external_id: Mapped[str] = mapped_column(String(256))


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


class EngineCost(Base):
    """What an engine costs on a device: an exponentially weighted mean, for order and ETA."""

    __tablename__ = "engine_costs"
    __table_args__ = ({"info": {"holds": "none"}},)

    engine: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    seconds_per_second: Mapped[float]
    samples: Mapped[int]
    updated_at: Mapped[float]
