from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.engine import engines
from engines.kinds import Done, Event, Picture, Refused, Samples, Sound, Source, Work
from engines.space.binaural import CEILING, KemarBinaural
from engines.space.kemar import SIZE, Kemar
from evals.capability.binaural import differences
from tests.conftest import Tell
from tests.engines.conftest import Write, tone

TASK = "mono_to_binaural"
RATE = 48_000


@pytest.fixture(scope="module")
def binaural() -> KemarBinaural:
    engine = engines(("engines.space.binaural",))["KemarBinaural"].make()
    assert isinstance(engine, KemarBinaural)
    engine.load("cpu")
    return engine


@pytest.fixture(scope="module")
def noise() -> Samples:
    """Two seconds of noise [1, frames] at 48 kHz, 0.1 RMS."""
    return 0.1 * np.random.default_rng(0).standard_normal((1, 2 * RATE)).astype(np.float32)


def _placed(engine: KemarBinaural, path: Path, words: str | None = None) -> Done:
    last = _last(engine, path, words)
    assert isinstance(last, Done), last
    return last


def _code(engine: KemarBinaural, path: Path, words: str) -> str:
    last = _last(engine, path, words)
    assert isinstance(last, Refused), last
    return last.refusal.code


def _last(engine: KemarBinaural, path: Path, words: str | None) -> Event:
    return list(engine.run([Work(TASK, {"path": words}, [Source("a1", "audio", path)])]))[-1]


def _sound(done: Done) -> Sound:
    sound = done.outputs[0]
    assert isinstance(sound, Sound)
    return sound


def test_the_ears_hear_what_kemar_heard(
    binaural: KemarBinaural, write: Write, noise: Samples, tell: Tell
) -> None:
    """Eight directions, measured on the output, against the responses as they were measured."""
    head = Kemar.at(44_100)
    path, worst_us, worst_db = write(noise, RATE), 0.0, 0.0
    for azimuth in (0, 30, 60, 90, 150, -30, -90, -120):
        side = "left" if azimuth < 0 else "right"
        done = _placed(binaural, path, f"{abs(azimuth)} degrees {side}")
        sound = _sound(done)
        assert (sound.rate, sound.samples.shape) == (RATE, (2, 2 * RATE))
        ears = np.fft.irfft(head.filters(azimuth, 0), SIZE).astype(np.float32)
        own = differences(*ears, 44_100)
        heard = differences(*sound.samples, RATE)
        worst_us = max(worst_us, abs(own[0] - heard[0]))
        worst_db = max(worst_db, abs(own[1] - heard[1]))
        if azimuth:
            assert np.sign(heard[0]) == np.sign(heard[1]) == -np.sign(azimuth)
    tell(f"8 directions: ITD within {worst_us:.0f} us, ILD within {worst_db:.2f} dB of KEMAR's")
    assert worst_us < 50
    assert worst_db < 1.5


def test_between_the_directions_that_were_measured(tell: Tell) -> None:
    """Every second direction of the horizon is left out and made of its neighbours."""
    whole = Kemar.at(44_100)
    left_out = (whole.directions[:, 1] == 0) & (np.abs(whole.directions[:, 0]) % 10 == 5)
    responses = np.fft.irfft([whole.filters(*map(float, d)) for d in whole.directions], SIZE)
    rest = Kemar(whole.directions[~left_out], responses[~left_out].astype(np.float32), 44_100)
    errors = []
    for azimuth, elevation in whole.directions[left_out]:
        pairs = [
            np.fft.irfft(head.filters(float(azimuth), float(elevation)), SIZE).astype(np.float32)
            for head in (whole, rest)
        ]
        true, made = (differences(*pair, 44_100) for pair in pairs)
        errors.append((abs(true[0] - made[0]), abs(true[1] - made[1])))
    worst = np.max(errors, axis=0)
    tell(f"between: ITD within {worst[0]:.0f} us, ILD within {worst[1]:.2f} dB")
    # The neighbours are 10 degrees apart here, twice as far as when the engine interpolates.
    assert worst[0] < 25
    assert worst[1] < 2.5


def test_it_moves_without_clicks_and_keeps_its_level(
    binaural: KemarBinaural, write: Write, noise: Samples
) -> None:
    """A moving tone has no more above its own pitch than a still one; noise stays as loud."""
    done = _placed(binaural, write(tone(2, RATE), RATE), "circle twice")
    spectrum = np.abs(np.fft.rfft(_sound(done).samples[0] * np.hanning(2 * RATE)))
    high = np.fft.rfftfreq(2 * RATE, 1 / RATE) > 1500
    assert np.sum(spectrum[high] ** 2) < 1e-6 * np.sum(spectrum**2)
    moved = _sound(_placed(binaural, write(noise, RATE), "left to right")).samples
    power = 10 * np.log10(np.square(moved).mean() / np.square(noise).mean())
    assert abs(power) < 1.5
    quarter = moved.shape[1] // 4
    first, last = moved[:, :quarter], moved[:, -quarter:]
    assert differences(*first, RATE)[1] > 4
    assert differences(*last, RATE)[1] < -4


def test_without_words_it_passes_from_left_to_right(
    binaural: KemarBinaural, write: Write, noise: Samples
) -> None:
    stereo = np.concatenate([noise, noise])
    done = _placed(binaural, write(stereo, 44_100))
    assert [each.code for each in done.notes] == ["heard_moving", "headphones", "mixed_to_mono"]
    assert dict(done.notes[0].facts) == {"start": "left", "end": "right"}
    assert _sound(done).rate == 44_100
    assert isinstance(done.outputs[1], Picture)


@pytest.mark.parametrize(
    ("frames", "rate"), [(1, 8_000), (100, 16_000), (1_537, 22_050), (9_000, 96_000)]
)
def test_the_length_is_kept(binaural: KemarBinaural, write: Write, frames: int, rate: int) -> None:
    sound = _sound(_placed(binaural, write(tone(2, rate)[:, :frames], rate), "behind"))
    assert sound.samples.shape[1] == max(1, round(frames * sound.rate / rate))
    assert np.isfinite(sound.samples).all()


def test_silence_stays_silent_and_loud_sound_does_not_clip(
    binaural: KemarBinaural, write: Write
) -> None:
    silent = write(np.zeros((1, 20_000), dtype=np.float32), 16_000)
    assert not np.abs(_sound(_placed(binaural, silent, "left")).samples).max() > 1e-6
    loud = _placed(binaural, write(np.sign(tone(1)), 16_000), "close to my right ear")
    assert np.abs(_sound(loud).samples).max() <= CEILING + 1e-6
    assert loud.data["level_db"] < -3


def test_what_is_refused(binaural: KemarBinaural, write: Write) -> None:
    path = write(tone(1), 16_000)
    assert _code(binaural, path, "banana") == "path_unknown"
    empty = write(np.zeros((1, 0), dtype=np.float32), 16_000)
    assert _code(binaural, empty, "left") == "audio_empty"
