"""What the handlers need of a platform, and how a reply part looks to it.

The protocol lies here and not in ``bot/`` because imports only run downwards: delivery calls it,
the platforms of ``bot/`` fulfil it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

PartKind = Literal["text", "voice", "audio", "picture", "file"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. ``reference`` is what its platform needs to open it later.

    ``voice`` says it was recorded in the chat as a voice message.
    """

    name: str
    reference: str
    voice: bool = False
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a platform hands it in. ``update_id`` is unique for the platform's account."""

    platform: str
    account: str
    update_id: str
    channel: str
    author_id: str
    author_name: str
    text: str = ""
    thread: str = ""
    message_id: str = ""
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a reply. ``text`` is the words, or the caption of the file ``sha256``.

    ``peaks`` outline a voice message's loudness, see :class:`engines.kinds.Artifact`.
    """

    kind: PartKind
    text: str = ""
    sha256: str | None = None
    name: str = ""
    media_type: str = ""
    duration_s: float | None = None
    peaks: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A form for the outbox."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Part:
        """A part from the outbox."""
        return cls(**{**fields, "peaks": tuple(fields["peaks"])})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a part goes, and its key: the same for every try, so a platform can drop a repeat.

    ``again`` says that an earlier try may have arrived.
    """

    conversation_id: int
    channel: str
    thread: str
    turn_id: int
    key: str
    again: bool = field(default=False)


class Unreachable(Exception):
    """The platform did not take the part now; try again after ``after_s`` seconds."""

    def __init__(self, reason: str, after_s: float = 5.0) -> None:
        super().__init__(reason)
        self.after_s = after_s


class Undeliverable(Exception):
    """The platform will never take this part, and why."""


class Edge(Protocol):
    """One account on one platform."""

    platform: str
    account: str

    def wants(self, channel: str, turn_id: int) -> bool:
        """Whether this process is the one that sends this turn's reply."""

    def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes of an attachment; raises :class:`~engines.kinds.Refusal` when it is gone."""

    async def send(self, address: Address, part: Part) -> str:
        """Send one part; returns the platform's receipt. Raises the two exceptions above."""
