"""Audio captioning: one sentence on a recording, made of nothing but what was measured in it.

What sounds and in which order comes from YAMNet (:mod:`engines.sound.yamnet`), the first words from
Whisper, tempo and key of music from its onsets and pitches (:mod:`engines.music`), the level from
the recording itself (ITU-R BS.1770). No model makes up the sentence, so nothing is in it that was
not heard.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from engines import loudness
from engines.audio import blocks, duration, mono_blocks, write_flac
from engines.engine import engine, one_by_one
from engines.kinds import Document, Done, Event, Note, Progress, Samples, Source, Work, note
from engines.music.key import Key, key
from engines.music.tempo import RATE, Tempo, tempo
from engines.sound import classes, events
from engines.sound.detect import detected, heard, lines
from engines.sound.yamnet import HOP_S, Yamnet, class_names
from engines.speech import subtitles
from engines.speech.languages import LANGUAGES
from engines.speech.whisper import Heard, Whisper

SPEECH, MUSIC = 0, 132
#: Music, and every kind and instrument of it.
MUSICAL = frozenset({MUSIC, *classes.descendants(MUSIC)})
#: Tempo and key are looked for where music is as sure as this (it ends below the second) for so
#: many seconds at least; so many of them say enough.
MUSIC_ENTERS, MUSIC_LEAVES = 0.4, 0.2
MUSIC_S, MEASURED_S = 4.0, 60.0
#: So many kinds of sound are told; what is less sure than this share is not.
TOLD, LEAST = 5, events.LIKELY
#: The words of so many seconds are listened to, and so many characters of them are quoted.
WORDS_S, QUOTED = 30.0, 70
#: Speech in a chat is brought to -16 LUFS; what is so far from it is quiet, or loud.
QUIET, LOUD = -35.0, -10.0
#: Sounds that begin within so many seconds of each other begin together.
TOGETHER_S = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What is sure of a recording's music."""

    tempo: Tempo | None = None
    key: Key | None = None

    def words(self) -> str:
        """The same as a part of a sentence: "at about 120 beats per minute, in A minor"; or ""."""
        said = []
        if self.tempo:
            said.append(f"at about {self.tempo.bpm:.0f} beats per minute")
        if self.key:
            said.append(f"in {self.key.name}")
        return ", ".join(said)

    def notes(self) -> list[Note]:
        """How far to believe it."""
        notes = []
        if self.tempo:
            notes.append(note("music_tempo", bpm=round(self.tempo.bpm)))
        if self.key:
            facts = {"tonic": self.key.tonic_name, "mode": self.key.mode}
            notes.append(note("music_key", **facts))
        return notes


@engine(
    task="audio_captioning",
    weights=("yamnet", "whisper-base"),
    memory_gb=1.0,
    seconds_per_second=0.3,
)
class EventCaption:
    """A sentence from events, words and levels."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`weights.WeightsMissing`."""
        self.network = Yamnet()
        self.names = class_names()
        self.whisper = Whisper()
        self.whisper.load(device)

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Describe each recording in turn."""
        return one_by_one(batch, self._describe)

    def _describe(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        total = duration(source)
        level = _level(source)
        found: Mapping[int, Sequence[events.Event]] = {}
        if level > loudness.ABSOLUTE_GATE:
            scores: Samples = yield from heard(self.network, index, source, total)
            found = detected(scores, self.names, total)
        measured = Measured()
        if found and (span := _music(scores, total)):
            measured = measure(source, *span)
        said = Heard(total, None)
        if SPEECH in found:
            said = yield from self._words(index, source, total)
        told = {number: found[number] for number, _ in lines(found)[:TOLD]}
        sure = {number: each for number, each in told.items() if _peak(each) >= LEAST}
        yield Progress(index, 1.0)
        text = sentence(sure or told, said, total, level, measured)
        yield Done(
            index,
            text=text,
            data={
                "duration_s": round(total, 3),
                "level_lufs": round(level, 1),
                "sounds": [self.names[number] for number in told],
                "language": said.language if said.segments else None,
                "tempo_bpm": round(measured.tempo.bpm, 1) if measured.tempo else None,
                "key": measured.key.name if measured.key else None,
            },
            outputs=(Document("description.txt", "text/plain", text + "\n"),),
            notes=(*([note("sounds_unsure")] if told and not sure else []), *measured.notes()),
        )

    def _words(self, index: int, source: Source, total: float) -> Generator[Progress, None, Heard]:
        """What is said in the beginning of a recording."""
        with tempfile.TemporaryDirectory() as folder:
            path = source.path
            if total > WORDS_S:
                path = Path(folder, "beginning.flac")
                piece, rate = next(blocks(source.path, WORDS_S))
                write_flac(path, piece, rate)
            said = Heard(min(total, WORDS_S), None)
            for _ in self.whisper.listen(index, said, replace(source, path=path), "transcribe"):
                yield Progress(index, 1.0)  # it has been listened to already
        return said


def measure(source: Source, start: float, end: float) -> Measured:
    """The tempo and the key of what sounds from ``start`` to ``end`` in seconds."""
    first, last = round(start * RATE), round(min(end, start + MEASURED_S) * RATE)
    at, kept = 0, [np.zeros(0, dtype=np.float32)]
    for piece in mono_blocks(source.path, RATE, 5.0):
        kept.append(piece[max(0, first - at) : max(0, last - at)])
        at += len(piece)
        if at >= last:
            break
    samples = np.concatenate(kept)
    beat, tonality = tempo(samples), key(samples)
    return Measured(
        beat if beat and beat.sure else None, tonality if tonality and tonality.sure else None
    )


def sentence(
    found: Mapping[int, Sequence[events.Event]],
    said: Heard,
    total: float,
    level: float,
    measured: Measured = Measured(),
) -> str:
    """The description of a recording of ``total`` seconds at ``level`` LUFS."""
    seconds = f"{total:.0f}" if total >= 10 else f"{total:.1f}"
    kind = f"{seconds} seconds" if total < 120 else f"{total / 60:.0f} minutes"
    if level <= loudness.ABSOLUTE_GATE:
        return f"{kind} of silence."
    manner = ", quiet" if level < QUIET else ", loud" if level > LOUD else ""
    if not found:
        return f"{kind}{manner}: nothing that I could name."
    order = sorted(found.items(), key=lambda each: each[1][0].start)
    always: list[str] = []
    groups: list[tuple[float, list[str]]] = []
    for number, each in order:
        words = _speech(said) if number == SPEECH else _plainly(each[0].name)
        if each[-1].end - each[0].start >= 0.9 * total and len(found) > 1:
            always.append(words)
        elif groups and each[0].start - groups[-1][0] < TOGETHER_S:
            groups[-1][1].append(words)
        else:
            groups.append((each[0].start, [words]))
    parts = [_and(always) + " throughout"] if always else []
    parts += [_and(names) for _, names in groups]
    music = measured.words()
    if music:
        # With other sounds it has to be said whose tempo and key it is.
        music = f", {music}" if MUSICAL.issuperset(found) else f"; the music is {music}"
    return f"{kind}{manner}: {', then '.join(parts)}{music}."


def _music(scores: Samples, total: float) -> tuple[float, float] | None:
    """When music sounds for the longest, by its scores [patches, classes]; None if too briefly."""
    musical = scores[:, sorted(MUSICAL)].max(axis=1)
    spans = events.found("Music", musical, HOP_S, total, MUSIC_ENTERS, MUSIC_LEAVES)
    longest = max(spans, key=lambda each: each.end - each.start, default=None)
    if longest is None or longest.end - longest.start < MUSIC_S:
        return None
    return longest.start, longest.end


def _and(names: Sequence[str]) -> str:
    """Names as a list in a sentence.

    >>> _and(["rain"]), _and(["rain", "wind"]), _and(["rain", "wind", "a dog"])
    ('rain', 'rain and wind', 'rain, wind and a dog')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _plainly(name: str) -> str:
    """A class's name as a sentence takes it.

    >>> _plainly("Slap, smack"), _plainly("Vibration (hum)")
    ('slap', 'vibration')
    """
    return name.partition(",")[0].partition(" (")[0].lower()


def _speech(said: Heard) -> str:
    """Speech with its language and its first words."""
    words = subtitles.join(segment["text"] for segment in said.segments)
    if not words:
        return "speech"
    quoted = words if len(words) <= QUOTED else words[:QUOTED].rsplit(" ", 1)[0] + "…"
    return f"speech in {LANGUAGES[str(said.language)]} (“{quoted.rstrip('.')}”)"


def _peak(each: Sequence[events.Event]) -> float:
    return max(event.score for event in each)


def _level(source: Source) -> float:
    """The loudness of a recording in LUFS."""
    meter = loudness.Meter(int(soundfile.info(source.path).samplerate))
    for piece, _ in blocks(source.path, 1.0):
        meter.add(piece[:2])
    return meter.integrated()
