"""Engines for all tasks that cost nothing: they answer at once, and fail where they are told to.

A dialogue can so be held as fast as SQL allows, through everything but the models. A recording or
picture of a rehearsal carries its :class:`Script` in its own samples or pixels, so an engine knows
which words are to be heard in it and which dialogue it is of; what an engine makes of it carries
the script on. Words that an engine gives begin with its task and what it worked on, as
``[speech_recognition of a1]``: nobody else says that, so a claim can be told from a result.

Engines run in a process of their own. What is to fail is written to a file that both sides know:
the harness by its own process id, the engines by their parent's.
"""

from __future__ import annotations

import io
import json
import os
import signal
import tempfile
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
from PIL import Image

from engines.engine import engine
from engines.kinds import Done, Event, Output, Progress, Refusal, Refused, Sound, Source, Work
from engines.tasks import TASKS

RATE = 16_000
#: A tenth of a second at least.
FRAMES = 1600
#: The side of a picture in pixels; each carries three bytes.
SIDE = 32
#: How far apart two values of a byte are, out of 32768: quiet, and beyond any rounding.
SPACING = 64
MAGIC = b"rehearsal:"

#: What an engine can be told to do: refuse, raise a fault of ours, be killed, or end without a
#: result.
How = Literal["refuse", "raise", "die", "nothing"]


@dataclass(frozen=True, slots=True)
class Script:
    """What a recording or picture of a rehearsal is.

    ``words`` are heard in it; if it is a spoken ``query``, they and nothing else. ``dialogue`` is
    whose troubles befall it.
    """

    words: str = ""
    dialogue: str = ""
    query: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure of a task's engine, the first ``times`` that it works for a dialogue.

    A task without inputs knows no dialogue: there it befalls requests with ``words`` in their text.
    """

    dialogue: str
    task: str
    how: How
    times: int = 99
    words: str = ""
    round: int = 0


def recording(script: Script) -> bytes:
    """A WAV file that carries a script."""
    samples = (_samples(script) * 32768).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def picture(script: Script) -> bytes:
    """A PNG file that carries a script."""
    room = SIDE * SIDE * 3
    data = _packed(script)
    if len(data) > room:
        raise ValueError(f"a picture carries at most {room} bytes")
    pixels = np.frombuffer(data.ljust(room, b"\0"), np.uint8).reshape(SIDE, SIDE, 3)
    file = io.BytesIO()
    Image.fromarray(pixels, "RGB").save(file, "PNG")
    return file.getvalue()


def script_of(source: Source) -> Script:
    """The script that a source carries; an empty one where it carries none."""
    if source.modality == "image":
        with Image.open(source.path) as image:
            data = np.asarray(image.convert("RGB"), np.uint8).tobytes()
    else:
        samples, _ = soundfile.read(source.path, dtype="int16", always_2d=True)
        data = np.clip(np.round(samples[:, 0] / SPACING), 0, 255).astype(np.uint8).tobytes()
    if not data.startswith(MAGIC):
        return Script()
    return Script(**json.loads(data.removeprefix(MAGIC).rstrip(b"\0")))


def _packed(script: Script) -> bytes:
    return MAGIC + json.dumps(asdict(script), ensure_ascii=False).encode()


def _samples(script: Script) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    data = np.frombuffer(_packed(script), np.uint8).astype(np.float32) * SPACING / 32768
    return np.pad(data, (0, max(0, FRAMES - len(data))))


class Troubles:
    """What is to fail, as both processes know it: ``owner`` is the process id of the harness."""

    def __init__(self, owner: int) -> None:
        self._file = Path(tempfile.gettempdir(), f"earshot-rehearsal-{owner}.json")
        self._counts = self._file.with_suffix(".counts")

    def put(self, troubles: Sequence[Trouble]) -> None:
        """Have these happen from now on, and none but these."""
        fresh = self._file.with_suffix(".fresh")
        fresh.write_text(json.dumps([asdict(each) for each in troubles]))
        fresh.replace(self._file)

    def clear(self) -> None:
        """Forget what was to fail, and what did."""
        for path in (self._file, self._counts):
            path.unlink(missing_ok=True)

    def of(self, work: Work, script: Script) -> How | None:
        """What is to happen to a piece of work now, noting that it did."""
        try:
            known = [Trouble(**each) for each in json.loads(self._file.read_text())]
        except FileNotFoundError:
            return None
        for trouble in known:
            if trouble.task == work.task and _befalls(trouble, work, script):
                key = f"{trouble.dialogue} {trouble.round} {trouble.task}\n"
                happened = self._counts.read_text() if self._counts.exists() else ""
                if happened.count(key) < trouble.times:
                    self._counts.write_text(happened + key)
                    return trouble.how
        return None


def _befalls(trouble: Trouble, work: Work, script: Script) -> bool:
    if work.sources:
        return trouble.dialogue == script.dialogue
    return bool(trouble.words) and trouble.words in str(work.arguments.get("text", ""))


class Rehearsed:
    """Any task's engine."""

    task = ""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Finish each at once, or fail as told."""
        for index, work in enumerate(batch):
            scripts = [script_of(source) for source in work.sources]
            script = scripts[0] if scripts else Script(str(work.arguments.get("text") or ""))
            match Troubles(os.getppid()).of(work, script):
                case "refuse":
                    yield Refused(index, _refusal(work))
                case "raise":
                    raise ValueError("as rehearsed")
                case "die":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "nothing":
                    continue
                case None:
                    yield Progress(index, 0.5)
                    yield _done(index, work, script)


def mark(task: str, handles: Sequence[str]) -> str:
    """How the words of a result begin."""
    return f"[{task} of {', '.join(handles)}]"


def _done(index: int, work: Work, script: Script) -> Done:
    task = TASKS[work.task]
    if task.gives == "text":
        if script.query and work.task == "speech_recognition":
            return Done(index, text=script.words)
        told = [mark(work.task, [each.handle for each in work.sources]), script.words]
        facts = [str(value) for value in work.arguments.values() if value is not None]
        return Done(index, text=" ".join(filter(None, [*told, *facts])))
    names = ("first", "second") if work.task == "speech_separation" else (work.task,)
    outputs: list[Output] = [
        Sound(name, _samples(script)[np.newaxis], RATE, speech=task.lane == "interactive")
        for name in names
    ]
    return Done(index, outputs=outputs)


def _refusal(work: Work) -> Refusal:
    if work.sources:
        return Refusal("audio_empty", handle=work.sources[0].handle)
    return Refusal("nothing_to_say")


def register(tasks: Sequence[str], module: str, prefix: str) -> Mapping[str, type[Rehearsed]]:
    """Make an engine for each task, as if it were defined in ``module``."""
    made: dict[str, type[Rehearsed]] = {}
    for task in tasks:
        name = prefix + "".join(word.capitalize() for word in task.split("_"))
        made[task] = engine(task=task)(type(name, (Rehearsed,), {"__module__": module}))
    return made


ENGINES = register(tuple(TASKS), __name__, "Rehearsed")
