"""What the handlers need of a platform, and how messages, replies and buttons look to it.

The protocols lie here and not in ``bot/`` because imports only run downwards: delivery and the
status board call them, the platforms of ``bot/`` fulfil them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

PartKind = Literal["text", "voice", "audio", "video", "video_note", "picture", "file"]

#: How a message speaks to the bot: in a private chat, by naming it, by answering it, by a command
#: of the platform; or not at all ("" is what people say to each other in a group).
Addressed = Literal["private", "mention", "reply", "command", ""]

#: What a platform can show that the bot is doing.
Doing = Literal["typing", "recording", "sending"]

#: What a button can ask for; each has a label in the catalogue, under ``button_ACTION``.
Action = Literal["cancel", "retry", "subtitles", "speak", "forget", "go", "drop", "set"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. ``reference`` is what its platform needs to open it later.

    ``voice`` says it was recorded in the chat as a voice message. ``size`` is in bytes, as the
    platform states it.
    """

    name: str
    reference: str
    voice: bool = False
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A task chosen by name and not by words: a slash command, or an entry of a message's menu."""

    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a platform hands it in. ``update_id`` is unique for the platform's account.

    ``message_id`` is what a later message's ``reply_to`` will name. ``replied`` are the files of
    the message that this one answers, where the platform shows them: somebody else's voice note,
    that the bot may never have seen. ``replied_by`` is whose message that is.

    ``locale`` is the author's language as the platform knows it (``ko``, ``en-US``, or empty).
    ``private`` is a chat with nobody else in it, however the message speaks to the bot there.
    ``admin`` says that the author may change how the bot behaves in this channel. ``belongs`` are
    further ids an operator may allow: the server, the author's roles, the thread's parent channel.
    ``sent_at`` is in seconds since 1970. Messages of one ``album`` are one request that comes in
    pieces.
    """

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
    replied: tuple[Attachment, ...] = ()
    replied_by: str = ""
    addressed: Addressed = "private"
    private: bool = False
    locale: str = ""
    admin: bool = False
    belongs: tuple[str, ...] = ()
    sent_at: float | None = None
    album: str = ""
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed. ``action``, ``turn_id`` and ``value`` are as its Button said.

    ``update_id`` is unique for the platform's account; ``admin`` as in :class:`Incoming`.
    """

    platform: str
    account: str
    update_id: str
    channel: str
    author_id: str
    author_name: str
    action: str
    turn_id: int
    value: str = ""
    thread: str = ""
    private: bool = False
    locale: str = ""
    admin: bool = False
    belongs: tuple[str, ...] = ()


def origin(asked: Incoming | Press) -> dict[str, str]:
    """Where something came from, by whom and as which update, as ``db.inbox.known`` asks."""
    return {
        "platform": asked.platform,
        "account": asked.account,
        "update_id": asked.update_id,
        "channel": asked.channel,
        "thread": asked.thread,
        "author_id": asked.author_id,
    }


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. ``label`` is what people read; the rest comes back in the Press."""

    action: Action
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a reply, in the blob store under ``sha256``; ``size`` in bytes.

    ``peaks`` outline a voice message's loudness, ``pixels`` is the width and height of a video, see
    :class:`engines.kinds.Artifact`.
    """

    sha256: str
    name: str
    media_type: str
    size: int = 0
    duration_s: float | None = None
    peaks: tuple[int, ...] = ()
    pixels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a reply. ``text`` is the words, or the caption of its files.

    Kinds other than ``text`` have files: ``picture`` and ``file`` one or more (an album), the
    others just one. A ``video_note`` is round, and has no words where a platform has a form of its
    own for it. ``held`` parts wait until somebody presses the button that asks for them.
    """

    kind: PartKind
    text: str = ""
    files: tuple[File, ...] = ()
    buttons: tuple[Button, ...] = ()
    held: bool = False

    def to_json(self) -> dict[str, Any]:
        """A form for the outbox."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Part:
        """A part from the outbox."""
        files = tuple(_file(each) for each in fields["files"])
        buttons = tuple(Button(**each) for each in fields["buttons"])
        return cls(**{**fields, "files": files, "buttons": buttons})


def _file(fields: Mapping[str, Any]) -> File:
    """A file from the outbox, where those of long ago do not say all."""
    lists = {name: tuple(fields.get(name, ())) for name in ("peaks", "pixels")}
    return File(**{**fields, **lists})


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a platform lets into one message of a channel; larger parts are fitted before sending.

    ``text`` and ``caption`` are counted in ``units``: Unicode characters, or UTF-16 code units.
    A ``bare`` voice message takes no words and no buttons beside it. ``album`` is how many files
    go in one message.
    """

    text: int
    caption: int
    file_bytes: int
    units: Literal["characters", "utf-16"] = "characters"
    bare_voice: bool = False
    album: int = 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where a part goes, and its key: the same for every try, so a platform can drop a repeat.

    ``reply_to`` is the message that is answered (its ``message_id``), empty when there is none.
    ``again`` says that an earlier try may have arrived. ``private`` and ``locale`` are the
    conversation's.
    """

    conversation_id: int
    channel: str
    thread: str
    turn_id: int
    key: str
    again: bool = field(default=False)
    reply_to: str = ""
    private: bool = False
    locale: str = "en"


class Unreachable(Exception):
    """The platform did not take the part now; try again after ``after_s`` seconds.

    ``arrived`` says whether it may have been taken all the same (the connection broke while the
    answer was awaited), False when the platform said no.
    """

    def __init__(self, reason: str, after_s: float = 5.0, *, arrived: bool = True) -> None:
        super().__init__(reason)
        self.after_s = after_s
        self.arrived = arrived


class TooLarge(Exception):
    """The platform lets only ``limit`` bytes of file into this channel."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"files may have at most {limit} bytes here")
        self.limit = limit


class Undeliverable(Exception):
    """The platform will never take this part, and why."""


class Edge(Protocol):
    """One account on one platform."""

    platform: str
    account: str
    #: Whether it shows buttons. Where there are none, held parts are sent with the others.
    buttons: bool

    def only(self) -> tuple[str, Collection[int]] | None:
        """The channel and the turns that this process serves, or None for all of the account."""

    def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes of an attachment.

        Raises :class:`~engines.kinds.Refusal` when it is gone or larger than the platform gives
        out, and :class:`Unreachable` when another try may succeed.
        """

    async def capacity(self, address: Address) -> Capacity:
        """What fits into one message there."""

    async def ready(self, address: Address) -> None:
        """Wait until the platform's rates let one more message into that channel."""

    async def send(self, address: Address, part: Part) -> str:
        """Send one part; returns the message's id there, or an album's ids with spaces between.

        Raises the three exceptions above.
        """


@runtime_checkable
class Board(Protocol):
    """An edge that can show, in one message it keeps changing, where a request stands."""

    #: The least time between two changes of one message there.
    every_s: float

    async def show(
        self, address: Address, shown: str | None, words: str, button: Button
    ) -> str | None:
        """Show ``words`` and a cancel button; ``shown`` is the id it gave the last time, if any.

        Returns the message's id, or None when nothing is left behind that needs clearing away:
        what fades by itself is shown again from time to time.
        Never waits for rates and never raises: what cannot be shown now is left out.
        """

    async def clear(self, address: Address, shown: str) -> None:
        """Take the message away. Raises :class:`Unreachable` to be asked again."""

    async def busy(self, address: Address, doing: Doing) -> None:
        """Show for a few seconds that the bot is at it. Never raises."""
