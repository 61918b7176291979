from __future__ import annotations

import pytest

from engines.space.trajectory import FAR, NEAR, place, understood


@pytest.mark.parametrize(
    ("words", "start", "middle", "end"),
    [
        ("left to right", "left", "front", "right"),
        ("to the left from the right", "right", "front", "left"),
        ("from behind", "behind", "behind", "behind"),
        ("45 degrees left", "front-left", "front-left", "front-left"),
        ("90 degrees to the left", "left", "left", "left"),
        ("behind me on the left", "behind-left", "behind-left", "behind-left"),
        ("front to back", "front", "right", "behind"),
        ("from left over my head to right", "left", "above", "right"),
        ("anticlockwise from left to right", "left", "behind", "right"),
        ("왼쪽에서 오른쪽으로", "left", "front", "right"),
        ("왼쪽 뒤에서", "behind-left", "behind-left", "behind-left"),
        ("왼쪽 45도", "front-left", "front-left", "front-left"),
        ("머리 위에서", "above", "above", "above"),
        ("위에서 아래로", "above", "front", "below"),
    ],
)
def test_where_it_goes(words: str, start: str, middle: str, end: str) -> None:
    path = understood(words, 10.0)
    assert path is not None
    assert [place(path.at(share)) for share in (0, 0.5, 1)] == [start, middle, end]


@pytest.mark.parametrize(
    ("words", "turns"),
    [
        ("circle twice", 2),
        ("around my head", 2),
        ("slowly around my head", 1),
        ("quickly around me", 5),
        ("counterclockwise 3 times", -3),
        ("두 바퀴", 2),
        ("시계 반대 방향으로 한 바퀴", -1),
        ("머리 주위를 빙글빙글", 2),
    ],
)
def test_how_often_it_goes_round(words: str, turns: int) -> None:
    path = understood(words, 16.0)
    assert path is not None
    assert path.turns == turns
    quarter = path.at(1 / (4 * abs(turns)))
    assert place(quarter) == ("right" if turns > 0 else "left")
    assert abs(quarter.elevation) < 1


def test_back_and_forth() -> None:
    path = understood("back and forth", 16.0)
    assert path is not None
    assert [place(path.at(share)) for share in (0, 0.25, 0.5)] == ["left", "right", "left"]


def test_distance() -> None:
    near, far = understood("close to my left ear", 4.0), understood("far behind me", 4.0)
    assert near is not None
    assert far is not None
    assert (near.points[0].distance, far.points[0].distance) == (NEAR, FAR)


@pytest.mark.parametrize("words", ["banana", "", "in the kitchen", "아무거나"])
def test_words_that_mean_no_path(words: str) -> None:
    assert understood(words, 4.0) is None
