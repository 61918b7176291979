from __future__ import annotations

import pytest

from engines.kinds import Refusal
from engines.sound.targets import Targets, with_kinds
from engines.sound.yamnet import class_names
from tests.engines.sound.descriptions import DESCRIPTIONS, NO_SOUNDS


@pytest.fixture(scope="module")
def targets() -> Targets:
    return Targets(class_names())


def test_a_hundred_descriptions(targets: Targets) -> None:
    """Measured: 99 fit first, 100 among the first three."""
    first = third = 0
    for description, fitting in DESCRIPTIONS.items():
        fits = set(fitting.split("|"))
        assert fits <= set(targets.names)
        best = [targets.names[match.number] for match in targets.nearest(description)[:3]]
        first += best[0] in fits
        third += bool(fits & set(best))
    assert len(DESCRIPTIONS) == 100
    assert first >= 96
    assert third >= 98


@pytest.mark.parametrize("text", NO_SOUNDS)
def test_what_is_no_sound_is_refused_with_the_nearest(targets: Targets, text: str) -> None:
    with pytest.raises(Refusal) as raised:
        targets.meant(text)
    assert raised.value.code == "target_unknown"
    assert raised.value.facts["target"] == text
    nearest = str(raised.value.facts["nearest"])
    assert sum(name in nearest for name in targets.names) >= 3


@pytest.mark.parametrize("text", ["", " ", "?!", "…", "x" * 5000])
def test_odd_texts_are_refused_too(targets: Targets, text: str) -> None:
    with pytest.raises(Refusal):
        targets.meant(text)


def test_a_class_means_its_kinds(targets: Targets) -> None:
    dog = targets.meant("dog")
    assert targets.names[dog[0]] == "Dog"
    assert {"Dog", "Bark", "Howl"} <= {targets.names[number] for number in with_kinds(dog)}
    assert "Meow" not in {targets.names[number] for number in with_kinds(dog)}


@pytest.mark.parametrize("text", ["Bark", "the sound of BARKING", "barking dog", "개 짖는 소리"])
def test_however_it_is_put(targets: Targets, text: str) -> None:
    assert targets.names[targets.meant(text)[0]] == "Bark"
