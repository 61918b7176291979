"""What a clause wants of a voice: one that was heard, or one of the stock."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.steps import imitates


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("say 'welcome home' in the manner of a1", True),
        ("say 'welcome home' in the voice of this recording", True),
        ("say 'hi' in the tone of that note", True),
        ("say 'hi' like a2", True),
        ("say 'hi' in the voice of emma", False),
        ("say 'in the manner of a1'", False),
        ("say good night, slowly", False),
    ],
)
def test_whose_voice_is_wanted(clause: str, wanted: bool) -> None:
    assert imitates(clause) is wanted
