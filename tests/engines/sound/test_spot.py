from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.engine import Engine, engines
from engines.kinds import Document, Picture
from tests.engines.conftest import Write, refusal, result
from tests.engines.sound.test_detect import RATE, silence, siren, speech

TASK = "target_sound_detection"


@pytest.fixture(scope="module")
def spotting() -> Engine:
    made: Engine = engines(("engines.sound.spot",))["YamnetSpotting"].make()
    made.load("cpu")
    return made


@pytest.fixture
def scene(write: Write) -> Path:
    """A sentence from 1 s on, and a siren from some 8 s on."""
    said = speech()[: 4 * RATE]
    gap = silence(7 - len(said) / RATE)
    return write(np.concatenate([silence(1), said, gap, siren(4), silence(1)])[None], RATE)


@pytest.mark.parametrize(
    ("target", "start", "end"),
    [
        ("siren", 8, 12),
        ("the wailing of a siren", 8, 12),
        ("사이렌 소리", 8, 12),
        ("someone talking", 1, 4),
        ("목소리", 1, 4),
    ],
)
def test_where_it_is(spotting: Engine, scene: Path, target: str, start: float, end: float) -> None:
    done = result(spotting, TASK, scene, target=target)
    assert done.data["present"]
    surest = max(done.data["events"], key=lambda each: each["score"])
    assert surest["start"] == pytest.approx(start, abs=0.6)
    assert surest["end"] == pytest.approx(end, abs=0.8)
    document, picture = done.outputs
    assert isinstance(document, Document)
    assert isinstance(picture, Picture)
    assert done.text.endswith("(sure)")


@pytest.mark.parametrize("target", ["dog barking", "rain", "a piano", "박수 소리", "chainsaw"])
def test_what_is_not_there_is_said_not_to_be(spotting: Engine, scene: Path, target: str) -> None:
    done = result(spotting, TASK, scene, target=target)
    assert not done.data["present"]
    assert done.data["events"] == []
    assert [note.code for note in done.notes] == ["target_absent"]
    assert done.text.endswith("not heard")


def test_what_is_no_sound_is_refused(spotting: Engine, scene: Path) -> None:
    ended = refusal(spotting, TASK, scene, target="my tax return")
    assert ended.refusal.code == "target_unknown"
