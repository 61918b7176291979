"""``/voices``: the voices of a language, each heard once; ``/voices spanish`` those of another."""

from __future__ import annotations

from db.models import AnyRow
from engines.kinds import Refusal
from engines.speech.languages import LANGUAGES, SPOKEN, language_code
from engines.speech.voices import ALL
from handlers.edge import Request
from handlers.phrases import locale_of


def sampled(row: AnyRow, rest: str) -> Request:
    """The task that introduces the voices; raises :class:`Refusal` for a language without one."""
    language = language_code(rest) if rest else locale_of(row.locale)
    if language not in SPOKEN:
        raise Refusal("no_voices", language=LANGUAGES.get(language or "", rest[:40]))
    # What they say of themselves is the engine's to know.
    return Request("text_to_speech", {"text": ALL, "voice": ALL, "language": language})
