"""The tempo of pieces whose tempo is known, and none where there is no beat."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.music.tempo import RATE, Tempo, tempo
from tests import recordings
from tests.conftest import Tell
from tests.engines.music.pieces import pieces
from tests.engines.repair import music


def surely(samples: Samples) -> Tempo | None:
    found = tempo(samples)
    return found if found and found.sure else None


def test_the_tempo_of_24_pieces(tell: Tell) -> None:
    """70 to 180 beats per minute, with drums and without: within 4 %, but for octaves."""
    right = octaves = told = 0
    for piece in pieces():
        found = tempo(piece.samples())
        assert found
        ratio = found.bpm / piece.bpm
        told += found.sure
        right += abs(ratio - 1) < 0.04
        octaves += min(abs(ratio / 2 - 1), abs(ratio * 2 - 1)) < 0.04
    tell(f"{right} of 24 right, {octaves} double or half; {told} are told")
    assert right >= 19
    assert right + octaves == 24
    assert told >= 22


def test_clicks_have_the_tempo_they_have() -> None:
    for bpm in (60, 97.3, 128):
        clicks = np.zeros(12 * RATE, dtype=np.float32)
        for beat in np.arange(0, 12, 60 / bpm):
            at = int(beat * RATE)
            clicks[at : at + 200] = 0.5
        found = surely(clicks)
        assert found
        assert found.bpm == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("kind", music.KINDS)
def test_notes_at_random_times_have_none(kind: str) -> None:
    for seed in range(3):
        samples = music.music(kind, seed, 12.0)
        assert surely(resample(samples, music.RATE, RATE)) is None


def test_noise_tones_and_silence_have_none() -> None:
    rng = np.random.default_rng(0)
    times = np.arange(12 * RATE) / RATE
    drops = (rng.random(len(times)) < 0.002) * rng.standard_normal(len(times))
    for samples in (
        rng.standard_normal(len(times)) * 0.1,
        np.convolve(drops, np.exp(-np.arange(200) / 30), "same"),
        np.sin(2 * np.pi * 440 * times) * 0.3,
        np.zeros(len(times)),
        np.zeros(0),
        rng.standard_normal(100),
    ):
        assert surely(np.asarray(samples, dtype=np.float32)) is None


def test_speech_has_none() -> None:
    for path in (recordings.two_cities(), *(each.path for each in recordings.librivox())):
        samples, rate = read(path)
        assert surely(resample(mono(samples), rate, RATE)) is None
