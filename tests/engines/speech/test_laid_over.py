"""Lines of a translation at the times of the sentences they translate."""

from __future__ import annotations

import pytest

from engines.speech.laid_over import laid_over

SAID = [
    {"start": 1.0, "end": 3.0, "text": "one"},
    {"start": 5.0, "end": 6.0, "text": "two"},
    {"start": 6.0, "end": 9.0, "text": "three"},
]


def times(lines: list[str]) -> list[tuple[float, float]]:
    return [(each["start"], each["end"]) for each in laid_over(lines, SAID)]


def test_as_many_lines_as_sentences_belong_together() -> None:
    assert times(["a", "a much longer line", "c"]) == [(1.0, 3.0), (5.0, 6.0), (6.0, 9.0)]


def test_a_line_for_two_sentences_lasts_as_long_as_both() -> None:
    # Six seconds of speech, 3 + 3 letters: the first line is sentences one and two.
    assert times(["abc", "def"]) == [(1.0, 6.0), (6.0, 9.0)]


def test_two_lines_for_one_sentence_share_it_by_their_letters() -> None:
    one = [{"start": 2.0, "end": 5.0, "text": "one"}]
    shared = [(each["start"], each["end"]) for each in laid_over(["aa", "b"], one)]
    assert shared == [(2.0, 4.0), (4.0, 5.0)]


@pytest.mark.parametrize("count", [1, 2, 4, 5, 17])
def test_lines_keep_their_order_and_stay_within_the_speech(count: int) -> None:
    lines = ["x" * (1 + 7 * number % 5) for number in range(count)]
    found = laid_over(lines, SAID)
    assert [each["text"] for each in found] == lines
    flat = [time for each in found for time in (each["start"], each["end"])]
    assert flat == sorted(flat)
    assert (flat[0], flat[-1]) == (1.0, 9.0)


def test_without_speech_or_lines_there_is_nothing() -> None:
    assert laid_over(["a"], []) == laid_over([], SAID) == []
