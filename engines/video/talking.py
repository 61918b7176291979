"""Talking heads: a portrait speaks a recording, or a text, as a video.

The face comes from :mod:`engines.faces.finder`, the movements of its mouth from the times of
phonemes where they are known (:mod:`engines.video.visemes`) and from the sound otherwise
(:mod:`engines.video.heard`), the pictures from :mod:`engines.video.head`. Every video says in its
corner and in its tags that it was generated.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engines import weights
from engines.audio import mono, resample
from engines.engine import engine, one_by_one
from engines.faces.drawn import portrait
from engines.faces.finder import Face, FaceFinder, Pixels, opened
from engines.faces.framing import SHAPES, dimensions, framed
from engines.faces.opencv import opencv
from engines.kinds import (
    Done,
    Event,
    Note,
    Progress,
    Refusal,
    Source,
    Video,
    Work,
    note,
)
from engines.provenance import Provenance
from engines.video import captions
from engines.video.alignment import aligned
from engines.video.head import Head
from engines.video.heard import HERTZ, Heard, loudened
from engines.video.motion import moments
from engines.video.mp4 import Film
from engines.video.pose import Pose
from engines.video.speech import Speak, Speech, own_voice, recorded, said
from engines.video.visemes import spoken

FPS = 25
#: More threads than these make a frame hardly sooner.
THREADS = 2
#: Pixels of the shorter side: what is wanted if nothing is said, the least and the most.
SIZE, LEAST, MOST = 512, 256, 1080
#: So much of the work is done when the face is found, a recording is read, or a text is spoken.
FOUND, RECORDED, SPEAKING = 0.02, 0.05, 0.35
#: Stills are taken about these parts of the video, where the mouth is most open near them.
STILLS, NEAR_S = (0.2, 0.5, 0.8), 0.6


@dataclass(slots=True)
class Performance:
    """Everything that a video is made of, before its frames are drawn."""

    head: Head
    poses: list[Pose]
    writer: captions.Writer
    size: tuple[int, int]
    notes: list[Note] = field(default_factory=list)


@engine(
    task="talking_head",
    weights=("face-mesh", "kokoro", "kokoro-voices"),
    memory_gb=1.2,
    seconds_per_second=0.6,
)
class TalkingHead:
    """A warped portrait, its mouth driven by phonemes or by sound."""

    def __init__(self, speak: Speak | None = None, folder: Path | None = None) -> None:
        self._speak = speak
        self._folder = folder

    def load(self, device: str) -> None:
        """Read the networks; raises :class:`weights.WeightsMissing`."""
        self.finder = FaceFinder(self._folder or weights.folder("face-mesh"))
        opencv().setNumThreads(THREADS)

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Make each video in turn."""
        return one_by_one(batch, self._animate)

    def _animate(self, index: int, work: Work) -> Iterator[Event]:
        arguments = work.arguments
        pictures = [each for each in work.sources if each.modality == "image"]
        sounds = [each for each in work.sources if each.modality == "audio"]
        text = str(arguments.get("text") or "").strip()
        if not text and not sounds:
            raise Refusal("nothing_to_say")
        picture, face = self.face(pictures[0] if pictures else None)
        yield Progress(index, FOUND)
        if text:
            begun = SPEAKING
            self._speak = self._speak or own_voice()
            speaking = said(text, str(arguments.get("voice") or ""), self._speak)
            speech = yield from _reported(index, begun, speaking)
        else:
            begun = RECORDED
            speech = recorded(sounds[0], arguments)
        yield Progress(index, begun)
        play = staged(picture, face, speech, arguments)
        if not pictures:
            play.notes.insert(0, note("portrait_drawn"))
        if face.others:
            play.notes.append(note("face_largest", others=face.others))
        made_by = Provenance(work.task, type(self).__name__, _day(arguments))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "talking-head.mp4")
            stills: list[bytes] = []
            tags = made_by.tags("Talking head")
            for share in filmed(path, play, speech, tags, stills):
                yield Progress(index, begun + (1 - begun) * share)
            made = path.read_bytes()
        yield Done(
            index,
            text=speech.text,
            data={
                "duration_s": round(speech.seconds, 3),
                "width": play.size[0],
                "height": play.size[1],
                "fps": FPS,
                "mouth": "phonemes" if speech.phonemes else "sound",
                "faces": face.others + 1,
                "yaw": round(face.yaw, 1),
                "pitch": round(face.pitch, 1),
            },
            outputs=(Video("talking-head", made, speech.seconds, play.size, tuple(stills)),),
            notes=tuple(play.notes),
        )

    def face(self, source: Source | None) -> tuple[Pixels, Face]:
        """The picture, or the drawn portrait, and its largest face; raises :class:`Refusal`."""
        picture = opened(source.path, source.handle) if source else portrait()
        return picture, self.finder.find(picture)


def _reported(
    index: int, share: float, work: Generator[float, None, Speech]
) -> Generator[Event, None, Speech]:
    """Tell of work that is the first ``share`` of an item, and give what comes of it."""
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            speech: Speech = end.value
            return speech
        yield Progress(index, FOUND + (share - FOUND) * done)


def staged(
    picture: Pixels, face: Face, speech: Speech, arguments: Mapping[str, Any]
) -> Performance:
    """What the head does for a speech, in the wanted ``shape`` and ``size``, with ``subtitles``."""
    shape = str(arguments.get("shape") or "square")
    shape = shape if shape in SHAPES else "square"
    size = int(np.clip(int(arguments.get("size") or SIZE), LEAST, MOST))
    pixels = dimensions(shape, size)
    heard = Heard(resample(mono(speech.samples), speech.rate, HERTZ))
    level = heard.level()
    tracks = heard.movements()
    if speech.phonemes:
        there = aligned(speech.phonemes, level)
        tracks = loudened(spoken(there, speech.seconds), heard.strength())
    seed = zlib.crc32(np.ascontiguousarray(picture[::8, ::8]).tobytes())
    poses = list(moments(tracks, level, speech.seconds, FPS, seed))
    notes = [] if level.max() > 0 else [note("head_silent")]
    shown: list[captions.Caption] = []
    if str(arguments.get("subtitles") or "off") == "on":
        shown = _captions(speech, captions.letters_across(pixels))
        if not shown:
            notes.append(note("subtitles_without_words"))
        elif not captions.writable(shown):
            shown = []
            notes.append(note("subtitles_without_font"))
    head = Head(framed(picture, face, shape, size))
    return Performance(head, poses, captions.Writer(pixels, shown), pixels, notes)


def filmed(
    path: Path, play: Performance, speech: Speech, tags: Mapping[str, str], stills: list[bytes]
) -> Iterator[float]:
    """Write the video to ``path``, and PNGs of a few frames into ``stills``; yields the share done.

    One frame is held at a time, so a long video takes no more memory than a short one.
    """
    wanted = _stills(play.poses)
    last = len(play.poses)
    with Film(path, play.size, FPS, (speech.samples, speech.rate), tags) as film:
        for number, pose in enumerate(play.poses):
            frame = play.head.frame(pose)
            play.writer.write(frame, number / FPS)
            film.add(frame)
            if number in wanted:
                stills.append(_png(frame))
            if number % FPS == 0:
                yield number / last
    yield 1.0


def _captions(speech: Speech, letters: int) -> list[captions.Caption]:
    if speech.segments:
        return captions.from_segments(speech.segments, speech.seconds, letters)
    return captions.from_text(speech.text, speech.phonemes, speech.seconds, letters)


def _day(arguments: Mapping[str, Any]) -> date:
    """The ``date`` of the arguments, if it is one; else today (UTC)."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        return date.fromisoformat(arguments["date"])
    return datetime.now(UTC).date()


def _stills(poses: Sequence[Pose]) -> set[int]:
    """Which frames to keep: three, of open mouths and eyes, in order."""
    near = round(NEAR_S * FPS)
    chosen: set[int] = set()
    for share in STILLS:
        middle = min(len(poses) - 1, int(share * len(poses)))
        around = range(max(0, middle - near), min(len(poses), middle + near + 1))
        free = [each for each in around if each not in chosen] or list(around)
        chosen.add(max(free, key=lambda each: poses[each].open - 2 * poses[each].blink))
    return chosen


def _png(frame: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()
