"""What to sing, and on which notes."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.lyrics import lyrics

PAPER = (
    "Generate a piece of singing voice. Text sequence is 小酒窝长睫毛. "
    "Note sequence is C#4/Db4 | F#4/Gb4 | G#4/Ab4. "
    "Note duration sequence is 0.407140 | 0.376190 | 0.242180"
)


def test_the_sequences_of_the_paper_are_read() -> None:
    assert lyrics(PAPER) == {
        "text": "小酒窝长睫毛",
        "notes": "C#4/Db4 | F#4/Gb4 | G#4/Ab4",
        "durations": "0.407140 | 0.376190 | 0.242180",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sing happy birthday", {"text": "happy birthday"}),
        ("sing 'la la la'", {"text": "la la la"}),
        ("Please sing me a lullaby: hush now", {"text": "hush now"}),
        ("turn coffee in the morning into a song", {"text": "coffee in the morning"}),
        (
            "lyrics: 'walk'. notes: E4 D4 C4. durations: 0.5 0.5 1",
            {"text": "walk", "notes": "E4 | D4 | C4", "durations": "0.5 | 0.5 | 1"},
        ),
        ("'학교 종이 땡땡땡' 노래해 줘", {"text": "학교 종이 땡땡땡"}),
        ("노래로 불러줘: 월요일이 또 왔네", {"text": "월요일이 또 왔네"}),
        ("생일 축하 노래 불러줘", {"text": "생일 축하"}),
        ("음표는 A4 B4, 가사는 '사랑해'", {"text": "사랑해", "notes": "A4 | B4"}),
        ("sing", {}),
        ("sing something", {}),
        ("노래 불러줘", {}),
    ],
)
def test_lyrics_are_found(text: str, expected: dict[str, object]) -> None:
    assert lyrics(text) == expected
