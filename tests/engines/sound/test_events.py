from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from engines.sound import events


def _scores(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def _found(*values: float) -> list[events.Event]:
    return events.found("Dog", _scores(*values), 0.25, 0.25 * len(values), 0.4, 0.2)


def test_a_score_that_wavers_is_one_event() -> None:
    one = _found(0, 0.1, 0.5, 0.3, 0.45, 0.25, 0.1, 0)
    assert len(one) == 1
    assert one[0].score == pytest.approx(0.5)
    assert one[0].start == pytest.approx(0.5 - 0.125 - events.EDGE_S, abs=0.01)
    assert one[0].end == pytest.approx(1.25 + 0.125 + events.EDGE_S, abs=0.01)


def test_what_never_rises_is_no_event() -> None:
    assert _found(0, 0.3, 0.39, 0.3, 0) == []
    assert _found() == []


def test_near_events_are_one_and_far_ones_two() -> None:
    assert len(_found(0.9, 0.9, 0, 0.8, 0.8)) == 1
    apart = _found(0.9, 0.9, 0, 0, 0, 0, 0.8)
    assert [event.score for event in apart] == pytest.approx([0.9, 0.8])


@pytest.mark.parametrize("total", [0.1, 0.2, 0.3, 1.0])
def test_times_stay_within_the_recording(total: float) -> None:
    for values in ([1.0], [1.0, 1.0], [0.0, 1.0]):
        for event in events.found("Dog", _scores(*values), 0.24, total, 0.4, 0.2):
            assert 0 <= event.start <= event.end <= total


def test_words() -> None:
    several = [events.Event("Dog", 0.5, 1.2, 0.7), events.Event("Dog", 61.0, 3725.0, 0.9)]
    assert events.spoken(several) == "0.5-1.2 s, 1:01-1:02:05"
    many = [events.Event("Dog", float(n), n + 0.5, 0.5) for n in range(10)]
    assert events.spoken(many).endswith(", and 4 more")
    assert [events.certainty(score) for score in (0.9, 0.4, 0.2)] == ["sure", "likely", "perhaps"]


def test_the_table_reads_back() -> None:
    name = 'Baby cry, infant "cry"'
    table = events.to_csv([events.Event(name, 2.0, 3.0, 0.5), events.Event("Dog", 0.5, 1.0, 0.7)])
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["class"] for row in rows] == ["Dog", name]
    assert float(rows[1]["end"]) == 3.0
