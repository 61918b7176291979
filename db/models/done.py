"""What is done about it: turns, the things they work on, jobs, and what jobs made and cost."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Json


class Turn(Base):
    """One query and its durable stage; ``handlers/turn.py`` says what each stage means.

    ``locale`` is the language of its reply. It is not taken up before ``not_before``. A ``quiet``
    turn was not spoken to the bot as far as is known: it says nothing unless its recording does.
    An ``urgent`` one stops others and waits for none. ``origin`` is the turn whose words or files
    a button had used again. A turn was ``called`` when it said the bot's wake word.

    ``looks`` says that whoever planned it wants to see what its steps come to, ``mandate`` which
    further tasks may follow then, ``spent`` how many tokens planning has cost. ``answer`` is what
    was said to the person in words, ``question`` (:class:`engines.dialogue.plan.Question`) what was
    asked back.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "stage"),
        Index(None, "conversation_id", "updated_at"),
        Index(None, "conversation_id", "id"),
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
    called: Mapped[bool] = mapped_column(default=False)
    looks: Mapped[bool] = mapped_column(default=False)
    mandate: Mapped[list[str]] = mapped_column(JSON, default=list)
    spent: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[Json | None]
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


class Speaker(Base):
    """The voiceprint of somebody whom a request named, where the channel's setting keeps them.

    It leaves with the recording it was heard in. The voiceprint is text, as the engine gave it.
    """

    __tablename__ = "speakers"
    __table_args__ = (
        UniqueConstraint("job_id", "name"),
        Index(None, "conversation_id", "id"),
        {"info": {"holds": "user"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    name: Mapped[str] = mapped_column(String(40))
    voiceprint: Mapped[str] = mapped_column(Text)


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


class EngineCost(Base):
    """What an engine costs on a device: an exponentially weighted mean, for order and ETA."""

    __tablename__ = "engine_costs"
    __table_args__ = ({"info": {"holds": "none"}},)

    engine: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    seconds_per_second: Mapped[float]
    samples: Mapped[int]
    updated_at: Mapped[float]
