from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.repair.gaps import gaps
from evals.capability.inpainting import damaged
from tests import recordings
from tests.conftest import Tell
from tests.engines.repair.music import KINDS, RATE, music


def _paths() -> list[Path]:
    clips = recordings.librivox() + recordings.cards()
    return [clip.path for clip in clips] + [recordings.two_cities(), recordings.beckett()]


def _speech() -> Iterator[tuple[Samples, int]]:
    for path in _paths()[:5]:
        samples, rate = read(path)
        yield mono(samples), rate


def _music() -> Iterator[tuple[Samples, int]]:
    for kind in KINDS:
        yield music(kind, 0), RATE


@pytest.mark.parametrize(("kind", "least"), [("dropout", 0.95), ("held", 0.95), ("click", 0.7)])
def test_damages_are_found(kind: str, least: float, tell: Tell) -> None:
    rng = np.random.default_rng(0)
    made = found = right = hit = 0
    for samples, rate in [*_speech(), *_music()]:
        spoilt, spans = damaged(samples, rate, kind, rng)
        some = gaps(spoilt, rate)
        made, found = made + len(spans), found + len(some)
        right += sum(any(g.start <= b and g.end >= a for a, b in spans) for g in some)
        hit += sum(any(g.start <= b and g.end >= a for g in some) for a, b in spans)
        assert all(gap.kind == kind for gap in some)
    tell(f"{kind}: {made} made, recall {hit / made:.3f}, precision {right / max(1, found):.3f}")
    assert made >= 50
    assert hit >= least * made
    assert right >= 0.95 * found


@pytest.mark.parametrize("rate", [None, 8_000, 16_000, 48_000])
def test_clean_speech_has_no_gap(rate: int | None, tell: Tell) -> None:
    """All human speech there is, also with the pauses cut to digital silence."""
    seconds, found = 0.0, 0
    for path in _paths():
        samples, own = read(path)
        voice = mono(samples) if rate is None else resample(mono(samples), own, rate)
        found += len(gaps(voice, rate or own))
        found += len(gaps(_gated(voice, rate or own), rate or own))
        seconds += 2 * len(voice) / (rate or own)
    tell(f"{found} gaps in {seconds / 60:.1f} min of clean speech")
    assert found == 0


def test_clean_music_has_no_gap() -> None:
    assert not [gap for samples, rate in _music() for gap in gaps(samples, rate)]


@pytest.mark.parametrize("shape", ["square", "clipped", "silence", "short"])
def test_sounds_that_only_look_broken(shape: str) -> None:
    times = np.arange(3 * RATE) / RATE
    wave = np.sin(2 * np.pi * 100 * times)
    made = {
        "square": 0.5 * np.sign(wave),
        "clipped": np.clip(4 * wave, -1, 1),
        "silence": np.zeros(len(wave)),
        "short": wave[:50],
    }[shape]
    assert not gaps(np.asarray(made, dtype=np.float32), RATE)


def _gated(voice: Samples, rate: int) -> Samples:
    """The voice with 50 ms fades around pauses that hold nothing but zeros."""
    span = rate // 20
    whole = voice[: len(voice) // span * span].reshape(-1, span)
    loud = np.sqrt(np.square(whole).mean(axis=1))
    gates = (loud > 0.1 * np.percentile(loud, 90)).astype(np.float64)
    # Straight lines between the middles of spans, and nothing where both are shut.
    places = (np.arange(whole.size) / span - 0.5).clip(0, len(gates) - 1)
    shape = np.interp(places, np.arange(len(gates)), gates)
    return np.asarray(whole.reshape(-1) * shape, dtype=np.float32)
