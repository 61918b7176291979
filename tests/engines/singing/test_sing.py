from __future__ import annotations

import numpy as np
import pytest

from engines import loudness
from engines.kinds import Done, Sound
from engines.singing.sing import SungKokoro
from engines.speech.pitch import PitchTracker
from evals.capability.singing import (
    PITCH_RATE,
    cents,
    harmonics,
    onsets,
    resample,
    steepest,
    syllables,
)
from tests.engines.conftest import refusal, result


@pytest.fixture(scope="module")
def singer() -> SungKokoro:
    engine = SungKokoro()
    engine.load("cpu")
    return engine


def _sound(song: Done) -> Sound:
    (sound,) = song.outputs
    assert isinstance(sound, Sound)
    return sound


NOTES = "C4 | C4 | G4 | G4 | A4 | A4 | G4"
DURATIONS = "0.6 | 0.6 | 0.6 | 0.6 | 0.6 | 0.6 | 1.2"


@pytest.fixture(scope="module")
def twinkle(singer: SungKokoro) -> Done:
    return result(
        singer,
        "text_to_sing",
        text="Twinkle twinkle little star",
        notes=NOTES,
        durations=DURATIONS,
    )


def test_every_note_is_in_tune(twinkle: Done) -> None:
    sound = _sound(twinkle)
    track = PitchTracker()(resample(sound.samples[0], sound.rate, PITCH_RATE))
    off = np.abs(cents(track, syllables(twinkle)))
    assert len(off) == 7
    assert np.median(off) <= 10
    assert off.max() <= 30


def test_vowels_are_on_the_beat(twinkle: Done) -> None:
    sound = _sound(twinkle)
    late = np.abs(onsets(sound.samples[0], sound.rate, syllables(twinkle)))
    assert len(late) >= 4
    assert np.median(late) <= 40


def test_it_is_clean_and_as_loud_as_it_should_be(twinkle: Done) -> None:
    sound = _sound(twinkle)
    assert harmonics(sound.samples[0], sound.rate, syllables(twinkle)) >= 12
    assert steepest(sound.samples[0], sound.rate) <= 1.0
    assert abs(loudness.integrated(sound.samples, sound.rate) - loudness.TARGET_LUFS) <= 1
    assert np.abs(sound.samples[0, [0, -1]]).max() < 1e-3
    assert sound.samples.shape[1] / sound.rate == pytest.approx(0.3 + 4.8 + 0.3, abs=0.01)


def test_the_same_again(singer: SungKokoro) -> None:
    first, second = (
        _sound(result(singer, "text_to_sing", text="la la", notes="C4|E4")) for _ in range(2)
    )
    assert np.array_equal(first.samples, second.samples)


def test_a_rest_is_silent(singer: SungKokoro) -> None:
    song = result(
        singer, "text_to_sing", text="hello you", notes="C4|D4|rest|E4", durations="0.6|0.6|1|0.6"
    )
    sound = _sound(song)
    rest = sound.samples[0, int(1.7 * sound.rate) : int(2.2 * sound.rate)]
    assert np.abs(rest).max() < 0.01


@pytest.mark.long
def test_a_voice_of_either_sex_sings_a_tune_in_its_own_range(singer: SungKokoro) -> None:
    shifts = {}
    for voice in ("heart", "michael"):
        song = result(singer, "text_to_sing", text="sing hot cross buns", voice=voice)
        shifts[voice] = song.data["transposed"]
        assert song.notes[0].code == "sung_to"
    assert shifts["heart"] - shifts["michael"] >= 7


def test_written_notes_are_moved_by_octaves_only_where_nobody_reaches_them(
    singer: SungKokoro,
) -> None:
    song = result(singer, "text_to_sing", text="la la", notes="C7|D7")
    assert song.data["transposed"] % 12 == 0
    assert song.notes[0].code == "octaves_moved"
    within = result(singer, "text_to_sing", text="la la", notes="C4|D4")
    assert within.data["transposed"] == 0
    assert refusal(singer, "text_to_sing", text="la la", notes="C0|C9").refusal.code == (
        "notes_too_far_apart"
    )


def test_a_piano_plays_under_the_voice(singer: SungKokoro) -> None:
    arguments = {"text": "sing hot cross buns", "tempo": 180}
    alone = _sound(result(singer, "text_to_sing", **arguments))
    played = _sound(result(singer, "text_to_sing", **arguments, accompaniment="on"))
    assert (len(alone.samples), len(played.samples)) == (1, 2)
    assert played.samples.shape[1] == alone.samples.shape[1]
    # What is not the voice is there, and softer than it.
    voice = alone.samples[0] / np.abs(alone.samples).max()
    gain = float(played.samples[0] @ voice / (voice @ voice))
    rest = played.samples[0] - gain * voice
    decibels = 10 * np.log10(np.square(rest).mean() / np.square(gain * voice).mean())
    assert -25 < decibels < -3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"text": ""}, "nothing_to_sing"),
        ({"text": "la", "tempo": 1}, "tempo_outside"),
        ({"text": "la", "durations": "1"}, "durations_without_notes"),
        ({"text": "la", "key": "H"}, "key_unknown"),
        ({"text": "la", "voice": "nobody at all"}, "voice_unknown"),
        ({"text": "one two three", "notes": "C4|D4"}, "notes_and_words"),
    ],
)
def test_what_is_refused(singer: SungKokoro, arguments: dict[str, object], code: str) -> None:
    assert refusal(singer, "text_to_sing", **arguments).refusal.code == code
