"""A part of a reply on its way out: the messages it leaves as, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence

from db.models import NO_MESSAGE, AnyRow, Json
from handlers.edge import Address, Part
from handlers.phrases import say


class Leaving:
    """A part on its way: the pieces it leaves as, and how many of them arrived."""

    def __init__(self, row: AnyRow) -> None:
        self.row = row
        self.whole = Part.from_json(row.body)
        self.pieces = None if row.pieces is None else [Part.from_json(each) for each in row.pieces]
        #: Whether the pieces are in the outbox as they are here.
        self.kept = row.pieces is not None
        self.number: int = row.sent_pieces
        #: The largest file that was said to be taken, when the next piece was refused for it.
        self.limit: int | None = None
        #: Whether the next piece is with the platform at this moment.
        self.flying = False
        #: Whether the next piece may have arrived already.
        self.again: bool = row.state == "sending"

    @property
    def piece(self) -> Part:
        """What goes out next."""
        return self.whole if self.pieces is None else self.pieces[self.number]

    def instead(self, pieces: Sequence[Part]) -> bool:
        """Send these in place of the next piece; False when there are none."""
        before = (self.pieces or [])[: self.number]
        after = (self.pieces or [])[self.number + 1 :]
        self.pieces = [*before, *pieces, *after]
        self.kept = self.again = False
        self.limit = None
        return bool(pieces)

    def to_keep(self) -> list[Json] | None:
        """The pieces to write down, None where the part itself says it all."""
        if self.kept or self.pieces is None or self.pieces == [self.whole]:
            return None
        return [piece.to_json() for piece in self.pieces]

    def address(self) -> Address:
        """Where the next piece goes."""
        row = self.row
        key = f"{row.turn_id}.{row.step}.{row.part}"
        return Address(
            conversation_id=row.conversation_id,
            channel=row.channel,
            thread=row.thread,
            turn_id=row.turn_id,
            # The first goes by the part's own key: whether there are more is not known before.
            key=key if self.number == 0 else f"{key}.{self.number}",
            again=self.again,
            reply_to=answered(row.asked, row.about),
            private=row.private,
            locale=row.locale,
        )


def answered(asked: str, about: str | None) -> str:
    """The message that a reply answers. A command is none: what it was about is answered.

    >>> answered("12", "7"), answered("~i99", "7"), answered("~i99", None)
    ('12', '7', '')
    """
    return (about or "") if asked.startswith(NO_MESSAGE) else asked


def in_words(refused: Part, locale: str) -> list[Part]:
    """A sentence in place of a file that cannot be sent; nothing where it was words."""
    if not refused.files:
        return []
    names = ", ".join(file.name for file in refused.files)
    words = [Part("text", refused.text)] if refused.text else []
    return [*words, Part("text", say("could_not_send", locale, name=names))]
