from __future__ import annotations

import numpy as np
import pytest

from engines.audio import mono, read
from engines.engine import engines
from engines.kinds import Picture, Progress, Sound
from engines.repair.inpaint import GapFiller, filled
from tests import recordings
from tests.conftest import Tell
from tests.engines.conftest import Write, events, refusal, result, tone
from tests.engines.repair.music import KINDS, RATE, music

TASK = "audio_inpainting"


@pytest.fixture(scope="module")
def filler() -> GapFiller:
    engine = engines(("engines.repair.inpaint",))["GapFiller"].make()
    assert isinstance(engine, GapFiller)
    engine.load("cpu")
    return engine


@pytest.mark.parametrize(("ms", "least"), [(20, 15.0), (100, 8.0)])
def test_music_comes_back(ms: int, least: float, tell: Tell) -> None:
    """Gaps at four random places in each piece."""
    ratios = []
    for seed, kind in enumerate(KINDS):
        whole = music(kind, seed)
        for at in np.random.default_rng(seed + 9).uniform(0.5, 3.3, 4):
            start = int(at * RATE)
            end = start + ms * RATE // 1000
            spoilt = whole.copy()
            spoilt[start:end] = 0.0
            filling, _ = filled(spoilt, start, end, RATE)
            true = whole[start:end]
            ratios.append(10 * np.log10(np.square(true).sum() / np.square(true - filling).sum()))
    tell(f"music, {ms} ms: SNR mean {np.mean(ratios):.1f}, median {np.median(ratios):.1f} dB")
    assert np.mean(ratios) >= least


def test_speech_goes_on_as_loud_as_before(tell: Tell) -> None:
    samples, rate = read(recordings.two_cities())
    voice = mono(samples)[: 12 * rate]
    off = []
    for at in (1.5, 3.2, 5.1, 8.0, 9.5):
        for ms in (60, 200, 500):
            start, end = int(at * rate), int((at + ms / 1000) * rate)
            filling, _ = filled(voice, start, end, rate)
            near = np.concatenate([voice[start - rate // 5 : start], voice[end : end + rate // 5]])
            off.append(10 * np.log10(np.square(filling).mean() / np.square(near).mean()))
            assert np.abs(filling).max() <= 1.2 * np.abs(voice).max()
    tell(f"speech: the filling's level is {np.median(off):.1f} dB from its surroundings' (median)")
    assert -12 < np.median(off) < 3


def test_a_stereo_recording_is_repaired_per_channel(filler: GapFiller, write: Write) -> None:
    whole = np.stack([music("melody", 1), music("piano", 2)])
    spoilt = whole.copy()
    spoilt[0, 60_000:60_800] = 0.0
    spoilt[1, 100_000:100_400] = 0.0
    done = result(filler, TASK, write(spoilt, RATE))
    sound, picture = done.outputs
    assert isinstance(sound, Sound)
    assert isinstance(picture, Picture)
    assert [(gap["channel"], gap["kind"]) for gap in done.data["gaps"]] == [
        (0, "dropout"),
        (1, "dropout"),
    ]
    touched = sound.samples != spoilt
    assert touched[0].sum() <= 802
    assert touched[1].sum() <= 402
    for channel, start, end in ((0, 60_000, 60_800), (1, 100_000, 100_400)):
        true = whole[channel, start:end]
        error = true - sound.samples[channel, start:end]
        assert np.square(error).sum() < 0.05 * np.square(true).sum()
    assert done.notes[0].code == "gaps_filled"
    assert dict(done.notes[0].facts) == {"gaps": 2, "total_ms": 27}


def test_a_gap_that_was_given(filler: GapFiller, write: Write) -> None:
    samples, rate = read(recordings.librivox()[0].path)
    found = list(events(filler, TASK, write(samples, rate), start=2.0, end=2.3))
    assert any(isinstance(event, Progress) for event in found)
    done = result(filler, TASK, write(samples, rate), start=2.0, end=2.3)
    sound = done.outputs[0]
    assert isinstance(sound, Sound)
    assert sound.samples.shape == samples.shape
    same = np.ones(samples.shape[1], dtype=bool)
    same[2 * rate : int(2.3 * rate)] = False
    np.testing.assert_array_equal(sound.samples[:, same], samples[:, same])
    assert [each.code for each in done.notes] == ["gaps_filled", "gap_long"]


@pytest.mark.parametrize("span", [(0.0, 0.1), (0.9, 1.0), (0.05, 0.95), (0.5, 0.5001)])
@pytest.mark.parametrize("rate", [8_000, 96_000])
def test_gaps_anywhere(
    filler: GapFiller, write: Write, span: tuple[float, float], rate: int
) -> None:
    for samples in (tone(1, rate), np.zeros((1, rate), dtype=np.float32)):
        done = result(filler, TASK, write(samples, rate), start=span[0], end=span[1])
        sound = done.outputs[0]
        assert isinstance(sound, Sound)
        assert np.isfinite(sound.samples).all()
        assert np.abs(sound.samples).max() < 0.5


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "no_gap"),
        ({"start": 0.5}, "gap_half_given"),
        ({"end": 0.5}, "gap_half_given"),
        ({"start": 0.5, "end": 0.4}, "gap_backwards"),
        ({"start": 9.0, "end": 9.1}, "gap_outside"),
        ({"start": 0.5, "end": 3.9}, "gap_too_long"),
    ],
)
def test_what_is_refused(
    filler: GapFiller, write: Write, given: dict[str, float], code: str
) -> None:
    assert refusal(filler, TASK, write(tone(4), 16_000), **given).refusal.code == code


def test_no_sound_at_all(filler: GapFiller, write: Write) -> None:
    empty = write(np.zeros((1, 0), dtype=np.float32), 16_000)
    assert refusal(filler, TASK, empty).refusal.code == "audio_empty"
    silent = write(np.zeros((2, 16_000), dtype=np.float32), 16_000)
    assert refusal(filler, TASK, silent).refusal.code == "no_gap"
    all_of_it = refusal(filler, TASK, write(tone(1), 16_000), start=0.0, end=1.0)
    assert all_of_it.refusal.code == "gap_is_all"
