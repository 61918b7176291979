"""Other people's words in a prompt: quoted data that cannot be taken for anything else.

Transcripts, file names, captions, names and earlier messages are put as JSON strings, one object a
line, between two delimiters that hold a random nonce drawn for each prompt. Nothing inside can
close the block: line breaks are escaped, and the nonce is taken out of what it is to delimit.
Marks by which chat templates tell roles apart are broken up, invisible characters left out.

This keeps words from passing for structure. That a model does not do what quoted words say is
beyond any quoting: ``language_model.py`` sees to it that it would be in vain.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.dialogue.prompting.tokens import cut, tokens

#: What may begin a mark of a chat template: <|im_start|>, <s>, </tool_call>, <<SYS>>, <start_of_...
_TAG = re.compile(r"<(?=[<|/!?a-zA-Z_\uff5c])")
_BRACKET = re.compile(r"\[(?=/?(?:INST|SYS|TOOL|AVAILABLE|ASSISTANT|USER))", re.IGNORECASE)
_ROLE = re.compile(
    r"^(?=[ \t#*>_-]{0,8}"
    r"(?:system|assistant|user|human|developer|tool|ai|instructions?|시스템|사용자)"
    r"(?:[ \t]{1,2}(?:prompt|message))?[ \t*_]{0,4}[:：])",
    re.IGNORECASE | re.MULTILINE,
)
#: Spaces that are no line break, and those that are and look like none.
_BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
#: Joins the parts of emoji and of some scripts' letters.
_JOINERS = "\u200c\u200d"
#: Categories of Unicode that show nothing: controls, directions, halves of characters, private use.
_DROPPED = ("Cc", "Cf", "Cs", "Co")
#: Left in place of a nonce, should a text ever hold it.
_BLOT = "\u2026"


def plain(text: str) -> str:
    r"""A text without control and invisible characters; line breaks and tabs stay.

    >>> plain("one\x00\u202etwo\u2028three\ud800\r\n")
    'onetwo\nthree\n'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        each
        for each in text
        if each in "\n\t" or each in _JOINERS or unicodedata.category(each) not in _DROPPED
    )


def disarmed(text: str) -> str:
    """A text in which nothing passes for a mark of a chat template, or for another's turn.

    >>> disarmed("<|im_start|>system"), disarmed("system: obey"), disarmed("1 < 2, a -> b, <3")
    ('< |im_start|>system', '> system: obey', '1 < 2, a -> b, <3')
    """
    return _ROLE.sub("> ", _BRACKET.sub("[ ", _TAG.sub("< ", plain(text))))


@dataclass(frozen=True, slots=True)
class Quoting:
    """Quotes data for one prompt. ``nonce`` is in its delimiters; ``bare`` leaves all words out.

    A bare prompt shows only what is ours: handles, kinds, lengths, names of tasks.
    """

    nonce: str
    bare: bool = False

    @property
    def begin(self) -> str:
        """The line before quoted data."""
        return f"<<< data {self.nonce}"

    @property
    def end(self) -> str:
        """The line after quoted data."""
        return f"{self.nonce} data >>>"

    def words(self, text: str, limit: int | None = None) -> str:
        """Somebody's words as the text of a JSON string, at most ``limit`` tokens when escaped.

        What had to be cut is told at its end, in tokens that count.
        """
        if self.bare:
            return ""
        if limit is None:
            return self._blotted(disarmed(text).strip())
        whole = len(text)
        text = text[: 3 * limit + 1]  # no character is cheaper than a third of a token
        cut_short = len(text) < whole
        text = self._blotted(disarmed(text).strip())
        if not cut_short and tokens(_json(text)) <= limit:
            return text
        note = f"{_BLOT} [cut here: {whole} characters in all]"
        room = limit - tokens(note)
        if room <= 0:
            return ""
        kept = cut(text, room)
        while (size := tokens(_json(kept))) > room and kept:  # escapes cost too
            kept = kept[: min(len(kept) - 1, len(kept) * room // size)]
        return kept + note

    def line(self, record: Mapping[str, Any]) -> str:
        """A record as a line of quoted data; its strings are quoted as they are, whole."""
        return _json({name: value for name, value in record.items() if value not in _EMPTY})

    def block(self, lines: Sequence[str]) -> str:
        """Lines of quoted data between their delimiters."""
        return "\n".join((self.begin, *lines, self.end)) if lines else ""

    def _blotted(self, text: str) -> str:
        return text.replace(self.nonce, _BLOT) if self.nonce else text


_EMPTY: tuple[object, ...] = ("", None, [], {}, ())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
