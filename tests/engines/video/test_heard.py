"""What is heard: closures in hushes, wide vowels wide, nothing in silence; and the alignment."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.video.alignment import aligned
from engines.video.heard import HERTZ, HOP, Heard, loudened
from engines.video.visemes import RATE, Timed
from tests import recordings


@pytest.fixture(scope="module")
def reading() -> Samples:
    samples, rate = read(recordings.two_cities())
    return resample(mono(samples), rate, HERTZ)


def test_the_jaw_follows_a_real_voice(reading: Samples) -> None:
    heard = Heard(reading)
    jaw = heard.movements()["open"]
    count = len(reading) // HOP
    power = np.square(reading[: count * HOP]).reshape(count, HOP).mean(axis=1)
    smooth = np.convolve(power, np.hanning(10) / np.hanning(10).sum(), mode="same")
    assert np.corrcoef(jaw[:count], np.sqrt(smooth))[0, 1] > 0.75
    assert (jaw < 0.02).mean() > 0.15, "the lips never meet"
    assert np.percentile(jaw, 95) > 0.4, "the mouth hardly opens"
    assert jaw.max() <= 0.9


def test_pieces_are_no_seams(reading: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Heard(reading[: 10 * HERTZ]).bands
    monkeypatch.setattr("engines.video.heard.SPANS", 97)
    pieces = Heard(reading[: 10 * HERTZ]).bands
    for name, band in whole.items():
        assert np.allclose(pieces[name], band, rtol=1e-3, atol=1e-6), name


@pytest.mark.parametrize("kind", ["silence", "nothing", "hiss", "clipped", "constant"])
def test_odd_sounds(kind: str) -> None:
    source = np.random.default_rng(2)
    sound = {
        "silence": np.zeros(HERTZ),
        "nothing": np.zeros(0),
        "hiss": source.normal(0, 1e-5, HERTZ),
        "clipped": np.sign(source.normal(0, 1, HERTZ)),
        "constant": np.ones(HERTZ),
    }[kind].astype(np.float32)
    heard = Heard(sound)
    for track in (*heard.movements().values(), heard.level(), heard.strength()):
        assert np.isfinite(track).all()
    if kind in {"silence", "nothing", "hiss"}:
        assert heard.movements()["open"].max() == 0


def test_vowels_shape_the_mouth() -> None:
    """Two made vowels: "a" (formants 750 and 1200 Hz) opens, "i" (280 and 2300) spreads."""
    tracks = {name: Heard(_vowel(*formants)).movements() for name, formants in _VOWELS.items()}
    middle = RATE // 2
    assert tracks["a"]["open"][middle] > 1.4 * tracks["i"]["open"][middle]
    assert tracks["i"]["wide"][middle] > tracks["a"]["wide"][middle] + 0.3
    assert tracks["u"]["round"][middle] > 0.3


_VOWELS = {"a": (750, 1200), "i": (280, 2300), "u": (300, 700)}


def _vowel(first: float, second: float) -> Samples:
    """A second of a harmonic sound with two resonances."""
    times = np.arange(HERTZ) / HERTZ
    sound = np.zeros(HERTZ)
    for number in range(1, 60):
        hertz = 120 * number
        gain = sum(
            1 / (1 + ((hertz - formant) / 90) ** 2) * share
            for formant, share in ((first, 1.0), (second, 0.7))
        )
        sound += gain / number**0.5 * np.sin(2 * np.pi * hertz * times)
    return np.asarray(0.3 * sound / np.abs(sound).max(), dtype=np.float32)


@pytest.mark.parametrize("late", [0.0, 0.04, 0.08])
def test_late_phonemes_are_brought_back(late: float) -> None:
    """Loud vowels and silent stops, told of too late."""
    source = np.random.default_rng(5)
    lengths = source.uniform(0.06, 0.13, 24)
    edges = 0.3 + np.r_[0, np.cumsum(lengths)]
    names = "ɑtisɛkoʃʌpæt" * 2
    level = np.zeros(round((edges[-1] + 0.5) * RATE))
    phonemes = []
    for name, start, end in zip(names, edges[:-1], edges[1:], strict=True):
        level[round(start * RATE) : round(end * RATE)] = 0.9 if name in "ɑiɛoʌæ" else 0.1
        phonemes.append(Timed(name, start + late, end + late))
    found = aligned(phonemes, level)
    off = np.mean([each.start - start for each, start in zip(found, edges[:-1], strict=True)])
    assert abs(off) <= 0.021


def test_aligning_next_to_nothing() -> None:
    assert aligned([], np.zeros(10)) == []
    one = [Timed("ɑ", 0.1, 0.2)]
    assert aligned(one, np.zeros(0)) == one


def test_closed_stays_closed_however_loud() -> None:
    tracks = {"open": np.array([0.0, 0.0, 0.5, 0.5]), "wide": np.zeros(4)}
    opened = loudened(tracks, np.array([1.0, 1.2, 1.0]))["open"]
    assert opened[:2].max() == 0
    assert opened[2] > 0.4
    assert opened[3] == 0, "silence opens nothing"
