"""Times in words, in English and Korean."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.times import duration, gap, seconds


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2", 2.0),
        ("2.3 s", 2.3),
        ("0:05", 5.0),
        ("1:02:03", 3723.0),
        ("1m20s", 80.0),
        ("1 min 20 sec", 80.0),
        ("300 ms", 0.3),
        ("half a second", 0.5),
        ("half a minute", 30.0),
        ("a minute", 60.0),
        ("ten seconds", 10.0),
        ("2초", 2.0),
        ("1분 20초", 80.0),
        ("십초", 10.0),
    ],
)
def test_a_time_is_read_as_seconds(time: str, expected: float) -> None:
    assert seconds(time) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("fill the gap from 2 to 2.3 s", 2.0, 2.3),
        ("repair it between 0:05 and 0:07", 5.0, 7.0),
        ("fix the dropout at 1m20s for half a second", 80.0, 80.5),
        ("2초부터 2.3초까지 채워줘", 2.0, 2.3),
        ("1.2초에서 1.6초 사이 복원", 1.2, 1.6),
        ("inpaint 3.5-3.9 s", 3.5, 3.9),
        ("a 300 ms gap at 2 s", 2.0, 2.3),
        ("the first 2 seconds are missing", 0.0, 2.0),
        ("a hole at 0:31", 31.0, None),
        ("8초에 구멍 났어", 8.0, None),
        ("fill the gap", None, None),
        ("from the concert to the after party", None, None),
    ],
)
def test_a_gap_is_found(text: str, start: float | None, end: float | None) -> None:
    found = gap(text)
    assert found.get("start") == (None if start is None else pytest.approx(start))
    assert found.get("end") == (None if end is None else pytest.approx(end))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 s of rain", 10.0),
        ("rain for half a minute", 30.0),
        ("a 20-second loop", 20.0),
        ("빗소리 30초짜리", 30.0),
        ("파도 소리 1분 동안", 60.0),
        ("rain", None),
        ("130 bpm techno", None),
    ],
)
def test_a_duration_is_found(text: str, expected: float | None) -> None:
    found = duration(text)
    assert (found and found[0]) == expected
