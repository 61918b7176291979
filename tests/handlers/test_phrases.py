"""The catalogue: every code that the product raises has a sentence, and its gaps are filled."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from handlers.media.kinds import REFUSALS
from handlers.phrases import PHRASES

ROOT = Path(__file__).resolve().parents[2]
RAISED = re.compile(r"(?:Refusal|MediaRefused)\(\s*\"(\w+)\"((?:,\s*\w+=[^()]*(?:\([^()]*\))?)*)")


def raised() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for folder in ("engines", "handlers", "bot"):
        for path in (ROOT / folder).rglob("*.py"):
            for code, facts in RAISED.findall(path.read_text()):
                names = set(re.findall(r"(\w+)=", facts))
                found[code] = found.get(code, names) & names
    return found


@pytest.mark.parametrize(("code", "facts"), sorted(raised().items()))
def test_every_refusal_has_a_sentence_whose_gaps_it_fills(code: str, facts: set[str]) -> None:
    gaps = {name for _, name, _, _ in string.Formatter().parse(PHRASES[code]) if name}
    assert gaps <= facts


@pytest.mark.parametrize(("code", "facts"), sorted(REFUSALS.items()))
def test_every_refusal_of_media_has_a_sentence(code: str, facts: tuple[str, ...]) -> None:
    gaps = {name for _, name, _, _ in string.Formatter().parse(PHRASES[code]) if name}
    assert gaps <= set(facts)


def test_the_scan_finds_the_product_s_refusals() -> None:
    assert {"needs_audio", "unknown_handle", "not_yet"} <= raised().keys()


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_every_sentence_begins_well_and_ends(key: str) -> None:
    sentence = PHRASES[key].strip()
    assert sentence
    if not key.startswith(
        ("status_", "doing_", "eta", "help_line", "sent_again", "unsure", "stand_in")
    ):
        assert sentence[-1] in ".?!"
