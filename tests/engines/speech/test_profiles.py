"""The table of Kokoro's voices: it is what the voices are, and its blends lie where they should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.speech import profiles
from engines.speech.kokoro import STYLE_SIZE, STYLES
from engines.speech.profiles import TABLE, Profiles, style
from engines.speech.speak import Kokoro
from engines.speech.voices import Voice


@pytest.fixture(scope="module")
def kokoro() -> Kokoro:
    engine = Kokoro()
    engine.load("cpu")
    return engine


@pytest.fixture(scope="module")
def known() -> Profiles:
    return profiles.profiles()


def test_the_table_holds_every_english_voice(kokoro: Kokoro, known: Profiles) -> None:
    assert known.names == tuple(v.name for v in kokoro.voices if v.language == "en")
    assert known.prints.shape == (28, 256)
    np.testing.assert_allclose(np.linalg.norm(known.prints, axis=1), 1, atol=2e-3)
    assert ((known.pitch_hz > 75) & (known.pitch_hz < 250)).all()
    assert TABLE.stat().st_size < 100_000


def test_one_voice_made_anew_is_as_in_the_table(
    kokoro: Kokoro, known: Profiles, tmp_path: Path
) -> None:
    profiles.write(tmp_path / "anew.npz", (Voice("am_onyx"),), kokoro)
    row = known.names.index("am_onyx")
    with np.load(tmp_path / "anew.npz", allow_pickle=False) as anew:
        assert list(anew["names"]) == ["am_onyx"]
        assert anew["prints"][0].astype(np.float32) @ known.prints[row] > 0.98
        assert anew["pitch_hz"][0] == pytest.approx(known.pitch_hz[row], rel=0.03)
        assert anew["spread"][0] == pytest.approx(known.spread[row], rel=0.1)
        assert anew["rate"][0] == pytest.approx(known.rate[row], rel=0.1)


def test_the_nearest_voice_colours_most(known: Profiles) -> None:
    for row, name in enumerate(known.names):
        colour = known.colour(known.prints[row])
        assert len(colour) == profiles.BLENDED
        assert max(colour, key=lambda each: colour[each]) == name
        assert sum(colour.values()) == pytest.approx(1, abs=0.003)


@pytest.mark.parametrize("pitch_hz", [60.0, 95.0, 130.0, 200.0, 320.0])
def test_the_melody_lies_at_the_pitch(known: Profiles, pitch_hz: float) -> None:
    melody = known.melody(known.prints[0], pitch_hz)
    assert "af_nicole" not in melody
    pitches = [np.log2(known.pitch_hz[known.names.index(name)]) for name in melody]
    blended = 2 ** float(np.dot(pitches, list(melody.values())))
    within = np.clip(pitch_hz, known.pitch_hz.min(), known.pitch_hz.max())
    assert blended == pytest.approx(within, rel=0.02)
    assert 3 < known.usual_rate(melody) < 6


def test_a_style_has_the_colour_of_one_and_the_melody_of_another(kokoro: Kokoro) -> None:
    made = style(kokoro, {"am_onyx": 1.0}, {"af_heart": 0.25, "bf_emma": 0.75})
    onyx, heart, emma = (
        kokoro.style_of(Voice(name)) for name in ("am_onyx", "af_heart", "bf_emma")
    )
    assert made.shape == (STYLES, STYLE_SIZE)
    np.testing.assert_array_equal(made[:, :128], onyx[:, :128])
    np.testing.assert_allclose(made[:, 128:], (0.25 * heart + 0.75 * emma)[:, 128:], atol=1e-6)
