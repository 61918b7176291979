from __future__ import annotations

import numpy as np
import pytest

from engines.vision.labels import LABELS, kinds, members, with_article


def test_a_thousand_different_things() -> None:
    assert len(LABELS) == len(set(LABELS)) == 1000


@pytest.mark.parametrize(
    ("number", "name"),
    [(0, "tench"), (281, "tabby cat"), (517, "construction crane"), (999, "roll of toilet paper")],
)
def test_the_order_is_the_challenge_s(number: int, name: str) -> None:
    assert LABELS[number] == name


def test_nothing_is_called_a_person() -> None:
    people = {"groom", "bridegroom", "ballplayer", "diver", "man", "woman", "person"}
    assert not [name for name in LABELS if people & set(name.lower().split())]


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("dog", "Chihuahua", "African wild dog"),
        ("cat", "tabby cat", "Egyptian Mau cat"),
        ("snake", "worm snake", "sidewinder snake"),
        ("bear", "brown bear", "sloth bear"),
    ],
)
def test_kinds_are_the_ranges_they_should_be(kind: str, first: str, last: str) -> None:
    names = [LABELS[number] for number in members(kind)]
    assert (names[0], names[-1]) == (first, last)


def test_the_likeliest_kind_comes_first() -> None:
    found = np.zeros(1000, dtype=np.float32)
    found[[281, 282, 285, 207]] = 0.3, 0.25, 0.3, 0.15
    (first, likely), (second, _), *_ = kinds(found).items()
    assert (first, second) == ("cat", "dog")
    assert likely == pytest.approx(0.85)


@pytest.mark.parametrize(
    "words",
    ["an owl", "a European fire salamander", "a unicycle", "an hourglass", "an iPod", "a cat"],
)
def test_articles(words: str) -> None:
    assert with_article(words.split(" ", 1)[1]) == words
