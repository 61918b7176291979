"""Words on their way: what a language model has said so far of an answer, to be shown at once.

Nothing here is kept: the answer itself is stored when it is whole.
"""

from __future__ import annotations

from engines.dialogue.plan import Query

#: So much of an unfinished answer is shown.
LONGEST = 900
#: Says that more is to come.
MORE = " …"


class Previews:
    """The unfinished answers of turns."""

    def __init__(self) -> None:
        self._words: dict[int, str] = {}

    def note(self, query: Query, words: str) -> None:
        """Take in the answer to a query so far."""
        self._words[query.turn] = words

    def of(self, turn_id: int) -> str:
        """The end of a turn's answer so far, empty when there is none yet."""
        words = self._words.get(turn_id, "").strip()
        if not words:
            return ""
        return (words if len(words) <= LONGEST else "… " + words[-LONGEST:]) + MORE

    def over(self, turn_id: int) -> None:
        """Forget a turn's words: they are answered, or will never be."""
        self._words.pop(turn_id, None)
