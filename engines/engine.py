"""What an engine is, and the register of engines.

An engine is one class in one file, marked with :func:`engine`. The loop's child process loads it
once, keeps it while memory lasts, and runs one batch at a time::

    @engine(task="speech_recognition", weights=("whisper-base",), memory_gb=0.6)
    class FasterWhisper:
        def load(self, device: str) -> None: ...
        def run(self, batch: Sequence[Work]) -> Iterator[Event]: ...

``run`` yields :class:`~engines.kinds.Progress` at every natural step: that is where the loop
cancels and reports. It yields exactly one ``Done`` or ``Refused`` for each item of the batch.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from engines.kinds import Event, Refusal, Refused, Work
from engines.tasks import TASKS

#: Modules that define engines. Importing one is cheap: heavy libraries are imported in ``load``.
#: Of several engines for a task, the first whose weights are installed serves.
MODULES = (
    "engines.speech.recognise",
    "engines.speech.translate",
    "engines.speech.speak",
    "engines.speech.speak_small",
    "engines.speech.enhance",
    "engines.sound.detect",
    "engines.sound.spot",
    "engines.sound.caption",
    "engines.space.binaural",
    "engines.repair.inpaint",
    "engines.speech.separate",
    "engines.speech.mimic",
    "engines.sound.extract",
    "engines.vision.caption",
    "engines.scenes.text_to_audio",
    "engines.scenes.image_to_audio",
    "engines.singing.sing",
    "engines.video.talking",
)


class Engine(Protocol):
    """The two methods of an engine."""

    def load(self, device: str) -> None:
        """Read the weights; ``device`` is ``"cpu"`` or ``"cuda"``."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Do the work, yielding progress, and one ``Done`` or ``Refused`` per item."""


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """What is known of an engine without loading it.

    ``memory_gb`` is the declared peak; ``max_batch`` is how many items share one call of ``run``;
    ``seconds_per_second`` is a first guess of cost (processor seconds per second of input or
    output) until one has been measured.
    """

    name: str
    task: str
    make: Callable[[], Engine]
    weights: tuple[str, ...]
    memory_gb: float
    devices: tuple[str, ...]
    max_batch: int
    seconds_per_second: float


EngineClass = TypeVar("EngineClass", bound=type)

_register: dict[str, EngineSpec] = {}


def one_by_one(
    batch: Sequence[Work], do: Callable[[int, Work], Iterator[Event]]
) -> Iterator[Event]:
    """Run ``do(index, work)`` for each item; a ``Refusal`` that it raises ends that item only."""
    for index, work in enumerate(batch):
        try:
            yield from do(index, work)
        except Refusal as refusal:
            yield Refused(index, refusal)


def engine(
    *,
    task: str,
    weights: tuple[str, ...] = (),
    memory_gb: float = 0.1,
    devices: tuple[str, ...] = ("cpu",),
    max_batch: int = 1,
    seconds_per_second: float = 0.5,
) -> Callable[[EngineClass], EngineClass]:
    """Register a class as an engine for ``task``, under the class's own name."""

    def register(cls: EngineClass) -> EngineClass:
        _register[cls.__name__] = EngineSpec(
            cls.__name__, task, cls, weights, memory_gb, devices, max_batch, seconds_per_second
        )
        return cls

    return register


def engines(modules: Sequence[str] = MODULES) -> dict[str, EngineSpec]:
    """Every engine defined in ``modules``, by name."""
    for module in modules:
        importlib.import_module(module)
    return {name: spec for name, spec in _register.items() if spec.make.__module__ in modules}


def offered(modules: Sequence[str] = MODULES) -> tuple[str, ...]:
    """The tasks that some engine serves, in the order of the task table."""
    served = {spec.task for spec in engines(modules).values()}
    return tuple(name for name in TASKS if name in served)
