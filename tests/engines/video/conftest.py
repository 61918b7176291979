"""A head to move, and speech whose phonemes are known."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.faces.drawn import portrait
from engines.faces.finder import FaceFinder, Pixels
from engines.faces.framing import framed
from engines.kinds import Done, Event, Samples, Source, Work
from engines.video.head import Head
from engines.video.talking import TalkingHead
from tests.engines.faces.conftest import astronaut, finder, mesh_folder, pictures

__all__ = ["astronaut", "finder", "mesh_folder", "pictures"]

RATE = 24_000
Animate = Callable[..., list[Event]]
Phonemes = list[Mapping[str, Any]]


def spoken(syllables: str = "mɑpɑbimu", each: float = 0.14) -> tuple[Samples, int, Phonemes]:
    """A made voice [1, frames] that hums its vowels and is silent in its consonants, and its times.

    It begins after 0.3 s of silence and ends before as much.
    """
    quiet = np.zeros(round(0.3 * RATE))
    times = np.arange(round(each * RATE)) / RATE
    hum = sum(np.sin(2 * np.pi * 130 * n * times) / n for n in range(1, 20))
    hum = 0.15 * hum * np.sin(np.pi * times / each) ** 0.5
    parts, phonemes = [quiet], []
    for number, letter in enumerate(syllables):
        start = 0.3 + number * each
        phonemes.append({"phoneme": letter, "start": start, "end": start + each})
        parts.append(np.zeros(len(hum)) if letter in "pbm" else hum)
    samples = np.concatenate([*parts, quiet]).astype(np.float32)
    return samples[None], RATE, phonemes


def speak(text: str, voice: str) -> Generator[float, None, tuple[Samples, int, Phonemes]]:
    """A voice that says the same for every text."""
    yield 0.5
    return spoken("mɑpɑbimuɑmɑ")


@pytest.fixture(scope="session")
def talker(mesh_folder: Path) -> TalkingHead:
    """The engine, with the made voice."""
    engine = TalkingHead(speak, mesh_folder)
    engine.load("cpu")
    return engine


@pytest.fixture(scope="session")
def drawn_head(finder: FaceFinder) -> Head:
    return Head(framed(portrait(), finder.find(portrait()), "square", 512))


@pytest.fixture(scope="session")
def smiling_head(finder: FaceFinder, astronaut: Pixels) -> Head:
    return Head(framed(astronaut, finder.find(astronaut), "square", 512))


@pytest.fixture
def animate(talker: TalkingHead) -> Animate:
    """The events of one item, for files of sound and pictures and arguments."""

    def run(sound: Path | None = None, image: Path | None = None, **more: object) -> list[Event]:
        sources = [Source("a1", "audio", sound)] if sound else []
        sources += [Source("i1", "image", image)] if image else []
        return list(talker.run([Work("talking_head", more, sources)]))

    return run


def done(events: list[Event]) -> Done:
    last = events[-1]
    assert isinstance(last, Done), last
    return last
