"""The small voice: understood, honest about itself, and only serving where the others are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engines.audio import write_flac
from engines.blobs import BlobStore
from engines.engine import Engine, engines
from engines.kinds import Done, Refused, Sound, Work
from engines.provenance import Provenance
from engines.publish import publish
from engines.speech.speak_small import Hibari
from handlers import assign, respond
from handlers.phrases import say
from tests.engines.conftest import result
from tests.words import error_rate

SENTENCE = "The train to the coast leaves at 9:45, and Dr. Smith paid $20 for it."


@pytest.fixture(scope="module")
def small() -> Hibari:
    engine = Hibari()
    engine.load("cpu")
    return engine


def spoken(engine: Hibari, **arguments: object) -> Done | Refused:
    *_, last = engine.run([Work("text_to_speech", arguments)])
    assert isinstance(last, Done | Refused)
    return last


def test_it_is_understood(small: Hibari, loaded: Callable[[str], Engine], tmp_path: Path) -> None:
    done = spoken(small, text=SENTENCE)
    assert isinstance(done, Done)
    (sound,) = done.outputs
    assert isinstance(sound, Sound)
    write_flac(tmp_path / "speech.flac", sound.samples, sound.rate)
    heard = result(loaded("FasterWhisper"), "speech_recognition", tmp_path / "speech.flac")
    assert error_rate([SENTENCE], [heard.text]) <= 0.1


def test_it_says_that_it_stands_in(small: Hibari, tmp_path: Path) -> None:
    done = spoken(small, text="Hello.")
    assert isinstance(done, Done)
    outcome = publish(
        done, BlobStore(tmp_path, reserve=0), 0.1, Provenance.today("text_to_speech", "Hibari")
    )
    assert respond.result("text_to_speech", outcome)[0].text == say("stand_in")


def test_speed_changes_the_length(small: Hibari) -> None:
    lengths = []
    for speed in (0.7, 1.4):
        done = spoken(small, text=SENTENCE, speed=speed)
        assert isinstance(done, Done)
        (sound,) = done.outputs
        assert isinstance(sound, Sound)
        assert np.isfinite(sound.samples).all()
        lengths.append(sound.samples.shape[1])
    assert lengths[0] > 1.5 * lengths[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"text": "Hello.", "voice": "emma"}, "voice_unknown"),
        ({"text": "안녕하세요"}, "only_in_writing"),
        ({"text": "**"}, "nothing_to_say"),
    ],
)
def test_what_it_cannot_do_it_refuses(small: Hibari, arguments: dict[str, str], code: str) -> None:
    refused = spoken(small, **arguments)
    assert isinstance(refused, Refused)
    assert refused.refusal.code == code


def test_it_serves_only_where_the_voices_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = engines()
    chosen = assign.serving("text_to_speech", register)
    assert chosen is not None
    assert chosen.name == "Kokoro"
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path))
    chosen = assign.serving("text_to_speech", register)
    assert chosen is not None
    assert chosen.name == "Hibari"
