"""The key of pieces in every key, and none where no key can be heard."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.music.key import RATE, Key, key
from tests import recordings
from tests.conftest import Tell
from tests.engines.music.pieces import Piece, pieces
from tests.engines.repair import music


def surely(samples: Samples) -> Key | None:
    found = key(samples)
    return found if found and found.sure else None


def test_the_key_of_24_pieces(tell: Tell) -> None:
    """Every key, major and minor; those that are told are right."""
    right = relative = told = wrong = 0
    for piece in pieces():
        found = key(piece.samples())
        assert found
        same = (found.tonic, found.minor) == (piece.tonic, piece.minor)
        right += same
        relative += found.minor != piece.minor and (
            (found.tonic - piece.tonic) % 12 == (3 if piece.minor else 9)
        )
        told += found.sure
        wrong += found.sure and not same
    tell(f"{right} of 24 right, {relative} relative; {told} are told, {wrong} of them wrong")
    assert right >= 22
    assert right + relative >= 23
    assert told >= 19
    assert wrong == 0


def test_an_instrument_need_not_be_tuned_to_440_hz() -> None:
    samples = Piece(100, 9, True, True, 3).samples()
    flat = resample(samples, 22_050, 22_600)  # 43 cents lower
    found = surely(flat)
    assert found
    assert found.name == "A minor"


@pytest.mark.parametrize("kind", music.KINDS)
def test_random_notes_are_in_no_key(kind: str) -> None:
    for seed in range(3):
        samples = music.music(kind, seed, 12.0)
        assert surely(resample(samples, music.RATE, RATE)) is None


def test_noise_tones_chords_and_silence_are_in_none() -> None:
    rng = np.random.default_rng(0)
    times = np.arange(12 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * hertz * times) for hertz in (261.6, 329.6, 392.0))
    for samples in (
        rng.standard_normal(len(times)) * 0.1,
        np.sin(2 * np.pi * 440 * times) * 0.3,
        sum(np.sin(2 * np.pi * 220 * k * times) / k for k in range(1, 9)) * 0.1,
        chord * 0.1,
        np.zeros(len(times)),
        np.zeros(0),
        rng.standard_normal(100),
    ):
        assert surely(np.asarray(samples, dtype=np.float32)) is None


def test_speech_is_in_none() -> None:
    for path in (recordings.two_cities(), *(each.path for each in recordings.librivox())):
        samples, rate = read(path)
        assert surely(resample(mono(samples), rate, RATE)) is None
