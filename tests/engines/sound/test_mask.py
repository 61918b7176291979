from __future__ import annotations

import numpy as np
import pytest

from engines.kinds import Samples
from engines.sound import mask
from engines.sound.classes import descendants
from engines.sound.yamnet import class_names
from engines.spectra import stft

RATE = 16_000


def noise_power(seconds: float = 4.0) -> Samples:
    generator = np.random.default_rng(1)
    samples = 0.1 * generator.standard_normal(int(seconds * RATE)).astype(np.float32)
    return np.asarray(np.square(np.abs(stft(samples, 1024, 256))), dtype=np.float32)


def test_presence_rises_where_the_sound_is_heard_and_bridges_a_moment() -> None:
    scores = np.zeros(40, dtype=np.float32)
    scores[10:14] = scores[18:22] = 0.8
    times = np.arange(0, 9.6, 0.1, dtype=np.float32)
    present = mask.presence(scores, 0.24, times, 0.08)
    assert present[(times > 2.5) & (times < 5.0)].min() == pytest.approx(1.0)
    assert present[times < 2.0].max() == 0.0
    assert present[times > 5.5].max() == 0.0


def test_the_background_is_learned_from_where_the_target_is_not() -> None:
    power = noise_power()
    present = np.zeros(len(power), dtype=np.float32)
    present[100:150] = 1.0
    expected = power.mean()
    power[100:150] *= 100
    found = mask.background(power, present)
    assert found is not None
    assert found.mean() == pytest.approx(expected, rel=0.1)
    assert mask.background(power, np.ones_like(present)) is None


def test_minima_find_a_steady_background_under_something_else() -> None:
    power = noise_power()
    expected = power.mean()
    power[np.arange(len(power)) % 60 < 20, 200:300] *= 100
    found = mask.stationary(power, 125)
    assert 0.5 < found.mean() / expected < 2.0
    assert found[200:300].mean() < 2.5 * expected


def test_a_mask_keeps_a_tone_and_takes_noise_away() -> None:
    power = noise_power()
    rest = np.full(power.shape[1], power.mean(), dtype=np.float32)
    tone = power.copy()
    tone[:, 100:103] += 1000 * power.mean()
    present = np.ones(len(power), dtype=np.float32)
    share = mask.mask(tone, present, rest)
    assert share[5:-5, 101].min() > 0.95
    assert share[5:-5, 200:].mean() < 0.15
    assert mask.mask(tone, 0 * present, rest).max() == 0.0


def test_what_is_struck_and_what_is_a_tone() -> None:
    power = np.full((200, 513), 1e-6, dtype=np.float32)
    power[:, 100] = power[90, :] = 1.0
    present, rest = np.ones(200, dtype=np.float32), np.zeros(513, dtype=np.float32)
    struck = mask.mask(power, present, rest, "percussive")
    tonal = mask.mask(power, present, rest, "harmonic")
    assert struck[90, 300] > 0.9 > 0.6 > struck[50, 100]
    assert tonal[50, 100] > 0.9 > 0.6 > tonal[90, 300]


@pytest.mark.parametrize(
    ("name", "structure"),
    [
        ("Knock", "percussive"),
        ("Door", "percussive"),
        ("Gunshot, gunfire", "percussive"),
        ("Siren", "harmonic"),
        ("Bird", "harmonic"),
        ("Whistle", "harmonic"),
        ("Rain", "any"),
    ],
)
def test_the_structure_of_a_class(name: str, structure: str) -> None:
    number = class_names().index(name)
    assert mask.structure_of([number, *descendants(number)]) == structure


def test_a_piece_without_a_background_has_its_neighbour_s() -> None:
    first, last, steady = (np.full(3, value, dtype=np.float32) for value in (1.0, 3.0, 9.0))
    learned = mask.everywhere([None, first, last], [steady] * 3)
    assert learned[:, 0].tolist() == [1.0, 1.0, 3.0]
    assert mask.everywhere([None], [steady])[0, 0] == 9.0
    between = mask.between(learned, np.array([-0.5, 1.5, 7.0], dtype=np.float32))
    assert between[:, 0].tolist() == [1.0, 2.0, 3.0]
