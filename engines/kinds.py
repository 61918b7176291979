"""What flows through the engines: work going in, progress and results coming out.

Every type is a frozen dataclass. Samples are float32 in [-1, 1], shaped ``[channels, frames]``.
Times are seconds from the start of the input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Modality = Literal["text", "audio", "image", "video"]
Lane = Literal["interactive", "normal", "long"]


@dataclass(frozen=True, slots=True)
class Source:
    """One input of a job: WAV, FLAC or PNG of our own making, never what a person uploaded."""

    handle: str
    modality: Modality
    path: Path
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One job as an engine sees it. ``arguments`` were validated against the task's row."""

    task: str
    arguments: Mapping[str, Any]
    sources: Sequence[Source] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """Audio an engine made: ``samples`` [channels, frames] at ``rate`` Hz.

    ``speech`` says that it is a voice, so a platform may show it as a voice message. ``png`` is
    shown with it in place of its waveform. ``given`` says that people have heard it already, in
    the parts of :class:`Partial`.
    """

    name: str
    samples: Samples
    rate: int
    speech: bool = False
    png: bytes | None = None
    given: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file an engine made beside its result: text, such as subtitles, or bytes, such as MIDI."""

    name: str
    media_type: str
    content: str | bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture an engine made, as PNG bytes."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Video:
    """A video an engine made: the bytes of an MP4, and a few of its frames as PNG bytes.

    ``size`` is its width and height in pixels. A ``round`` one may be shown as a video note.
    """

    name: str
    mp4: bytes
    duration_s: float
    size: tuple[int, int]
    frames: tuple[bytes, ...] = ()
    round: bool = False


Output = Sound | Document | Picture | Video


@dataclass(frozen=True, slots=True)
class Progress:
    """How far item ``index`` of the batch has come. ``fraction`` is within 0..1."""

    index: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Partial:
    """A part of item ``index``'s result that people get at once, before the rest is made.

    Run again, an engine gives the same parts in the same order: that is how none is sent twice.
    """

    index: int
    outputs: Sequence[Output]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell people of a result: ``code`` names a phrase, ``facts`` fill its gaps."""

    code: str
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


def note(code: str, **facts: str | int | float) -> Note:
    """The same, written as a :class:`Refusal` is."""
    return Note(code, facts)


@dataclass(frozen=True, slots=True)
class Done:
    """The result of item ``index`` of the batch.

    ``text`` is the result in words where there is one (a transcript). ``data`` is the structured
    result, plain JSON (segments with word times, a language, levels). ``notes`` say in each
    person's language what became of it, how sure it is, what it is not.
    """

    index: int
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    outputs: Sequence[Output] = ()
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Item ``index`` cannot be done, and trying again would not help; see :class:`Refusal`."""

    index: int
    refusal: Refusal


Event = Progress | Partial | Done | Refused


class Refusal(Exception):
    """Something a person asked that cannot be done, and why.

    ``code`` names a phrase in the catalogue of ``handlers/phrases.py``; ``facts`` fill its gaps.
    A refusal is final: the same request would be refused again.
    """

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: dict[str, str | int | float] = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}({facts})"


@dataclass(frozen=True, slots=True)
class Artifact:
    """Bytes in the blob store, by sha256.

    ``role`` says what it is of its result: ``main`` (what was asked for, the next step's input),
    ``playable`` (the main sound as Ogg/Opus), ``waveform`` (its picture), ``document`` or
    ``picture``. A ``round`` video is to be shown as a video note; ``pixels`` is the width and
    height of a video.
    ``peaks`` is the loudness outline of a playable file, at most 256 points of 0..255.
    """

    name: str
    role: str
    media_type: str
    sha256: str
    size: int
    duration_s: float | None = None
    speech: bool = False
    peaks: tuple[int, ...] = ()
    pixels: tuple[int, ...] = ()
    round: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished job, as the loop hands it on: words, structure, and files in the blob store.

    ``data["notes"]`` are the notes of :class:`Done` as JSON, if it had any.
    """

    text: str
    data: Mapping[str, Any]
    artifacts: Sequence[Artifact]
    seconds: float
