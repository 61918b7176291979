"""What distance, walls and rooms do to a sound."""

from __future__ import annotations

import numpy as np
import pytest

from engines.scenes import space
from engines.scenes.scene import Place
from tests.engines.conftest import tone

RATE = 44_100


def sine(hertz: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)


def level(sound: np.ndarray) -> float:
    return 10 * float(np.log10(np.mean(np.square(sound)) + 1e-12))


@pytest.mark.parametrize(
    ("hertz", "least", "most"),
    # dB a kilometre at 20 degrees, between the columns of 50 and 70 % humidity of ISO 9613-1.
    [(250, 1.1, 1.4), (1000, 4.6, 5.1), (4000, 22.8, 29.8), (8000, 76.5, 105.5)],
)
def test_the_air_takes_what_the_standard_s_table_says(
    hertz: int, least: float, most: float
) -> None:
    sound = sine(hertz)
    lost = level(sound) - level(space.heard_from(sound, RATE, Place(1000.0)))
    assert least - 0.1 <= lost <= most + 0.1


def test_a_wall_leaves_the_low() -> None:
    behind = Place(5.0, muffled=True)
    low, high = sine(80), sine(4000)
    assert level(low) - level(space.heard_from(low, RATE, behind)) < 6
    assert level(high) - level(space.heard_from(high, RATE, behind)) > 30


def test_sides_and_constant_power() -> None:
    sound = tone(0.5, RATE)[0]
    left, right = space.panned(sound, Place(side=-1))
    assert level(left) > level(right) + 60
    for side in (-1.0, -0.3, 0.0, 0.7):
        both = space.panned(sound, Place(side=side))
        assert np.square(both).sum() == pytest.approx(np.square(sound).sum(), rel=1e-4)


def test_what_passes_is_loudest_in_the_middle_and_ends_on_the_other_side() -> None:
    sound = tone(4.0, RATE)[0]
    left, right = space.panned(sound, Place(25, -0.9), Place(25, 0.9))
    parts = [slice(n * RATE // 2, (n + 1) * RATE // 2) for n in range(8)]
    levels = [level(np.concatenate([left[part], right[part]])) for part in parts]
    assert max(levels) == max(levels[3:5])
    assert levels[4] > levels[0] + 6
    assert level(left[parts[0]]) > level(right[parts[0]]) + 6
    assert level(right[parts[7]]) > level(left[parts[7]]) + 6


def test_what_surrounds_is_different_in_each_ear_and_as_loud() -> None:
    noise = np.random.default_rng(0).standard_normal(2 * RATE).astype(np.float32)
    left, right = space.around(noise, RATE)
    assert 0.3 < np.corrcoef(left, right)[0, 1] < 0.9
    assert level(left) == pytest.approx(level(right), abs=0.5)


def test_a_room_rings_as_long_as_it_is_said_to() -> None:
    click = np.zeros((2, 4 * RATE), dtype=np.float32)
    click[:, 100] = 1.0
    for name, seconds in (("room", 0.5), ("hall", 1.8), ("cave", 3.0)):
        back = space.in_room(click, RATE, name, 20.0)
        energy = np.cumsum(np.square(back[0, ::-1]))[::-1]
        decay = 10 * np.log10(energy[200:] / energy[200] + 1e-12)
        # From -5 to -35 dB (ISO 3382), twice for 60 dB.
        rt60 = 2 * (np.argmax(decay < -35) - np.argmax(decay < -5)) / RATE
        assert rt60 == pytest.approx(seconds, rel=0.25)
