"""What is told people: parts of replies, the messages they became, and status messages."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Json


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
