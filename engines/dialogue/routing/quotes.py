"""What a message quotes, and its text without it: words to work on are not words that ask."""

from __future__ import annotations

import re

#: Stands for each character of a quotation, so that places in the text stay the same.
MASK = "\0"
QUOTES = re.compile(
    r'"([^"]*)"|“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|「([^「」]*)」|『([^『』]*)』'
    # An apostrophe within a word is none of its quotes; a Korean particle may follow one.
    r"|(?<!\w)'((?:[^']|(?<=\w)'(?=[^\W가-힣]))*+)'(?!\w(?<![가-힣]))"
    r"|‘((?:[^‘’]|(?<=\w)’(?=[^\W가-힣]))*+)’"
)


_SPACES = re.compile(r"(\s)\s{7,}")


def evened(text: str) -> str:
    """The text without its long runs of spaces, which say nothing and take long to search."""
    return _SPACES.sub(r"\1", text)


def masked(text: str) -> str:
    """The text without what is in its quotes, as long as before.

    >>> masked("say 'hi' twice").replace(MASK, "_")
    'say ____ twice'
    """
    blank = QUOTES.sub(lambda match: MASK * len(match[0]), text.replace(MASK, " "))
    return blank.replace("’", "'")


def quoted(text: str) -> str:
    """What the text quotes, several quotations joined; empty if it quotes nothing."""
    quotes = (
        next((group for group in match.groups() if group is not None), "")
        for match in QUOTES.finditer(text)
    )
    return " ".join(quotes).strip()
