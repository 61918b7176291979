"""Every sound: it can be had at any length, is clean, and is the same for the same seed."""

from __future__ import annotations

import importlib
from collections import Counter

import numpy as np
import pytest

from engines.foley.table import RATE, sounds
from engines.sound.yamnet import class_names

SOUNDS = list(sounds().values())


@pytest.mark.parametrize("row", SOUNDS, ids=lambda row: row.name)
def test_a_sound_is_clean_and_its_seed_s_own(row) -> None:
    seconds = 1.0
    sound = row.render(1, seconds)
    assert sound.dtype == np.float32
    assert sound.shape == (round(seconds * RATE),)
    assert np.isfinite(sound).all()
    assert 0.5 < np.abs(sound).max() < 1.0  # audible, and nothing clips
    assert np.abs(sound[[0, -1]]).max() < 0.01  # no click at either end
    assert abs(float(sound.mean())) < 0.02
    assert row.render(1, seconds).tobytes() == sound.tobytes()


@pytest.mark.parametrize("row", SOUNDS, ids=lambda row: row.name)
def test_a_sound_can_be_very_short(row) -> None:
    assert np.isfinite(row.render(3, 0.2)).all()


def test_another_seed_is_another_take() -> None:
    same = [
        row.name for row in SOUNDS if row.render(1, 1.0).tobytes() == row.render(2, 1.0).tobytes()
    ]
    # What machines give off by rule is the same each time.
    assert len(same) <= 6, same


def test_there_are_enough_of_them_in_every_family() -> None:
    families = Counter(row.key.partition(".")[0] for row in SOUNDS)
    assert len(SOUNDS) >= 60
    assert set(families) >= {
        "weather", "water", "fire", "animals", "people", "vehicles", "machines", "household",
        "alarms", "impacts", "footsteps", "ui",
    }  # fmt: skip


def test_no_two_are_called_alike() -> None:
    for which in ("names", "korean"):
        counted = Counter(name for row in SOUNDS for name in getattr(row, which))
        assert [name for name, times in counted.items() if times > 1] == []


def test_what_they_should_be_taken_for_are_classes_of_the_detector() -> None:
    known = set(class_names())
    for row in SOUNDS:
        assert row.classes
        assert set(row.classes) | set(row.family) <= known, row.name


def test_every_procedure_says_what_it_does() -> None:
    for row in SOUNDS:
        module, _, function = row.key.partition(".")
        procedure = getattr(importlib.import_module(f"engines.foley.{module}"), function)
        assert procedure.__doc__
