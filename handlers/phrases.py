"""Every sentence people see, by refusal code or state and by language: ``locales/*.ftl``.

The catalogues are Project Fluent's, so plurals, ordinals and words that hide behind a fact ("audio"
is "a recording") are the translator's and not the code's. Facts are text and are never read as
Fluent; numbers are printed without separators between thousands, for ids are numbers too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType, fluent_number
from fluent.syntax.ast import Junk

LOCALES = ("en", "ko")
FOLDER = Path(__file__).parent / "locales"

#: A fact is a name or a number inside a sentence. Fluent gives up on text beyond 2,500 characters,
#: and a request is no place to read all of that back.
LONGEST_FACT = 1000
#: From here on a time is better said in hours.
MANY_MINUTES = 100


def say(key: str, locale: str = "en", /, **facts: object) -> str:
    """The sentence of a key in a language, its gaps filled.

    A fact that is words itself may come in that language, too: ``made_ko`` beside ``made``. An
    unknown key is a :class:`KeyError`, a gap without its fact a :class:`ValueError`.

    >>> say("file_split", part=1, parts=3), say("file_split", "ko", part=1, parts=3)
    ('part 1 of 3', '3개 중 1번째')
    """
    language = locale_of(locale)
    bundle = _bundle(language)
    if not bundle.has_message(key):
        raise KeyError(key)
    message = bundle.get_message(key)
    if message.value is None:
        raise KeyError(key)
    own = {name: facts.get(f"{name}_{language}", value) for name, value in facts.items()}
    known_facts = {name: _fact(value) for name, value in own.items()}
    words, errors = bundle.format_pattern(message.value, known_facts)
    if errors:
        reasons = ", ".join(str(error) for error in errors)
        raise ValueError(f"the phrase “{key}” ({locale}) cannot be said: {reasons}")
    return str(words)


def known(key: str) -> bool:
    """Whether the catalogue has a sentence of that key."""
    return _bundle(LOCALES[0]).has_message(key)


def locale_of(tag: str) -> str:
    """The language of the catalogue that serves a language tag best.

    >>> locale_of("ko-KR"), locale_of("en_GB"), locale_of("tlh"), locale_of("")
    ('ko', 'en', 'en', 'en')
    """
    language = tag.replace("_", "-").partition("-")[0].lower()
    return language if language in LOCALES else LOCALES[0]


@cache
def _bundle(locale: str) -> FluentBundle:
    resource = FluentResource((FOLDER / f"{locale}.ftl").read_text(encoding="utf-8"))
    if junk := [entry.content for entry in resource.body if isinstance(entry, Junk)]:
        raise ValueError(f"{locale}.ftl is not Fluent here: {junk[0]}")
    # In Python, Fluent's own NUMBER knows no ordinals. To select by, a category is a plain word.
    ordinal = cast("Callable[[object], FluentType]", Locale.parse(locale).ordinal_form)
    # Marks that isolate a fact's direction of writing would show as boxes in consoles and files.
    functions = {"ORDINAL": ordinal, "HOURS": _hours}
    bundle = FluentBundle([locale], functions, use_isolating=False)
    bundle.add_resource(resource)
    return bundle


def _hours(minutes: float) -> FluentType:
    """Whole hours, or 0 where minutes say it better."""
    return fluent_number(0 if minutes < MANY_MINUTES else round(minutes / 60))


def _fact(value: object) -> str | FluentType:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return fluent_number(value, useGrouping=False)
    text = str(value)
    return text if len(text) <= LONGEST_FACT else text[: LONGEST_FACT - 1] + "…"
