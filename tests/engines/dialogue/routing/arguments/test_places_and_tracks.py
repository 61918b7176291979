"""Where a recording is heard from, and what it is parted into."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.paths import path
from engines.dialogue.routing.arguments.tracks import tracks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it move from left to right please", "from left to right"),
        ("put it on the left", "left"),
        ("place it 90 degrees to the left", "90 degrees to the left"),
        ("in a circle around my head", "in a circle around my head"),
        ("circle around my head twice, please", "circle around my head twice"),
        ("let it make two circles around the head", "two circles around the head"),
        ("머리 주위를 두 바퀴 돌려 줘", "머리 주위를 두 바퀴"),
        ("두 바퀴 빙빙 돌게 해 줘", "두 바퀴 빙빙"),
        ("behind me", "behind me"),
        ("왼쪽에서 오른쪽으로 움직이게 해줘", "왼쪽에서 오른쪽으로"),
        ("make this binaural", None),
        ("바이노럴로 만들어줘", None),
        ("단일 채널 음원을 공간 음향으로", None),
    ],
)
def test_a_path_is_found(text: str, expected: str | None) -> None:
    assert path(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("separate the speakers", "speakers"),
        ("두 사람 목소리 나눠줘", "speakers"),
        ("vocals only please", "voice and music"),
        ("make a karaoke version", "voice and music"),
        ("반주만 남겨줘", "voice and music"),
    ],
)
def test_tracks_are_chosen(text: str, expected: str) -> None:
    assert tracks(text) == expected
