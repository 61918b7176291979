"""Engines loaded once for all tests, and small recordings made for them."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engines.blobs import BlobStore
from engines.engine import Engine, engines
from engines.kinds import Done, Event, Refused, Samples, Source, Work

Write = Callable[[Samples, int], Path]


@pytest.fixture(scope="session")
def loaded() -> Callable[[str], Engine]:
    """An engine by its class's name, its weights read on first use."""
    register = engines()
    held: dict[str, Engine] = {}

    def load(name: str) -> Engine:
        if name not in held:
            engine: Engine = register[name].make()
            engine.load("cpu")
            held[name] = engine
        return held[name]

    return load


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes samples [channels, frames] as a float WAV and gives its path."""
    count = iter(range(1000))

    def wav(samples: Samples, rate: int) -> Path:
        path = tmp_path / f"{next(count)}.wav"
        soundfile.write(path, samples.T, rate, subtype="FLOAT")
        return path

    return wav


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def events(
    engine: Engine, task: str, path: Path | None = None, **arguments: object
) -> Iterator[Event]:
    """What an engine says about one item."""
    sources: Sequence[Source] = [Source("a1", "audio", path)] if path else ()
    work: Mapping[str, Any] = arguments
    return engine.run([Work(task, work, sources)])


def result(engine: Engine, task: str, path: Path | None = None, **arguments: object) -> Done:
    """The result of one item."""
    last = list(events(engine, task, path, **arguments))[-1]
    assert isinstance(last, Done), last
    return last


def refusal(engine: Engine, task: str, path: Path | None = None, **arguments: object) -> Refused:
    """The refusal of one item."""
    last = list(events(engine, task, path, **arguments))[-1]
    assert isinstance(last, Refused), last
    return last


def private_mb() -> float:
    """Resident memory of this process that is no file's: what cannot be given back, in MB."""
    _, resident, shared, *_ = Path("/proc/self/statm").read_text("ascii").split()
    return (int(resident) - int(shared)) * resource.getpagesize() / 1e6


def tone(seconds: float, rate: int = 16_000, level: float = 0.3, channels: int = 1) -> Samples:
    """A tone of 440 Hz [channels, frames]."""
    times = np.arange(int(seconds * rate)) / rate
    samples = level * np.sin(2 * np.pi * 440 * times)
    return np.tile(samples.astype(np.float32), (channels, 1))
