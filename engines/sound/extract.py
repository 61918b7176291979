"""Sound extraction: one described sound out of a recording, and the rest without it.

What the description means and when it is heard is found as in :mod:`engines.sound.spot`, in the
recording and in the same without its steady noise. A voice is then parted from the rest by
Spleeter (:mod:`engines.music.stems`), and so is music that somebody speaks to; any other sound is
taken out by a mask (:mod:`engines.sound.mask`). The less sure the sound is, the more of the
recording is left in, so that a mistake of the ear does not take away what was asked for.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from engines.audio import blocks, canvas, duration, mono_blocks
from engines.engine import engine, one_by_one
from engines.kinds import (
    Document,
    Done,
    Event,
    Note,
    Progress,
    Refusal,
    Samples,
    Sound,
    Source,
    Work,
    note,
)
from engines.music import stems
from engines.sound import events, mask
from engines.sound.detect import detected, heard, lines
from engines.sound.spot import LEAVE, spots
from engines.sound.targets import Targets, with_kinds
from engines.sound.yamnet import HOP_S, RATE, Yamnet, class_names
from engines.spectra import Spectrogram, istft, stft

Method = Literal["voice", "music", "mask"]

#: AudioSet's classes of voices and of music and instruments.
VOICES = frozenset({*range(13), *range(24, 33)})
MUSIC = frozenset(range(132, 277))
SPEECH = 0
#: A recording is masked in pieces so long, which overlap by so much at either side, in seconds.
PIECE_S, MARGIN_S = 20.0, 0.5
#: The spectra's window in seconds, and how many hops it has.
WINDOW_S, HOPS = 0.064, 4
#: A steady noise is found by its minima over so many seconds.
STEADY_S = 2.0
#: From the first score on a sound is heard, at the second one the gate shuts as far as it may.
HEARD, SURE = 0.15, 0.6
#: So much of the recording is left in even then: the gate's edges are less sure than the sound.
LEFT = 0.1
#: Of so many sounds is said that they are heard when the one asked for is not.
NAMED = 3
#: Where progress stands after the first and the second listening, and the first look at the noise.
LISTENED, AGAIN, LEARNED = 0.35, 0.6, 0.75
#: Less of the recording than this, in dB, is next to nothing.
LEAST_DB = -40.0


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be taken out: its scores [patches], and how far the gate may shut, 0..1."""

    classes: Sequence[int]
    scores: Samples

    @property
    def left(self) -> float:
        """How much of the recording is left in where the target is not heard."""
        sure = np.clip((float(self.scores.max()) - HEARD) / (SURE - HEARD), 0.0, 1.0)
        return float(LEFT + (1 - LEFT) * (1 - sure))

    def gate(self, times: Samples) -> Samples:
        """How much is let through at ``times`` [spans] in seconds, from ``left`` to 1."""
        return np.asarray(
            self.left + (1 - self.left) * mask.presence(self.scores, HOP_S, times, LEAVE),
            dtype=np.float32,
        )


@engine(
    task="sound_extraction",
    weights=("yamnet", "spleeter-2stems"),
    memory_gb=1.2,
    seconds_per_second=0.3,
)
class SoundExtraction:
    """YAMNet tells when, a mask or Spleeter takes out what."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        self.network = Yamnet()
        self.names = class_names()
        self.targets = Targets(self.names)
        self.stems = stems.Stems()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Take the sound out of each recording in turn."""
        return one_by_one(batch, self._extract)

    def _extract(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        total = duration(source)
        asked = " ".join(str(work.arguments["target"]).split())[:80]
        meant = self.targets.meant(asked)
        name = " / ".join(self.names[number] for number in meant)
        scores = yield from _within(heard(self.network, index, source, total), 0.0, LISTENED)
        classes = with_kinds(meant)
        of_target = scores[:, classes].max(axis=1)
        method = _method(classes, scores)
        if method == "mask":
            denoised = yield from self._heard_again(index, source, total)
            of_target = np.maximum(of_target, denoised[: len(of_target), classes].max(axis=1))
        spotted = spots(of_target, name, total)
        if not spotted:
            raise self._not_heard(asked, scores, total)
        target = Target(classes, of_target)
        info = soundfile.info(source.path)
        frames, channels = int(info.frames), int(info.channels)
        wanted, rest = canvas(channels, frames), canvas(channels, frames)
        if method == "mask":
            yield from _masked(index, source.path, target, wanted)
        else:
            yield from self._stem(index, source.path, target, wanted, method)
        share_db = _rest(source.path, wanted, rest)
        yield Progress(index, 1.0)
        rate = int(info.samplerate)
        yield Done(
            index,
            data={
                "duration_s": round(total, 3),
                "target": asked,
                "classes": [self.names[number] for number in meant],
                "score": round(float(of_target.max()), 3),
                "events": events.plain(spotted),
                "method": method,
                "left_in": round(target.left, 2),
                "share_db": share_db,
            },
            outputs=(
                Sound("extracted", wanted, rate, speech=method == "voice"),
                Sound("rest", rest, rate, speech=method == "music"),
                Document("events.csv", "text/csv", events.to_csv(spotted)),
            ),
            notes=_notes(asked, target, share_db),
        )

    def _heard_again(
        self, index: int, source: Source, total: float
    ) -> Generator[Progress, None, Samples]:
        """Scores [patches, classes] of a recording without its steady noise."""
        parts = []
        done = 0
        for part in self.network.stream(map(_without_noise, mono_blocks(source.path, RATE, 20.0))):
            parts.append(part)
            done += len(part)
            share = min(1.0, done * HOP_S / max(total, HOP_S))
            yield Progress(index, LISTENED + (AGAIN - LISTENED) * share)
        return np.concatenate(parts)

    def _not_heard(self, asked: str, scores: Samples, total: float) -> Refusal:
        """Why nothing is taken out, and what could be."""
        found = detected(scores, self.names, total)
        named = [self.names[number].lower() for number, _ in lines(found)[:NAMED]]
        if not named:
            return Refusal("extract_nothing_heard", target=asked)
        return Refusal("extract_not_heard", target=asked, heard=", ".join(named))

    def _stem(
        self, index: int, path: Path, target: Target, wanted: Samples, method: Method
    ) -> Iterator[Event]:
        """Write into ``wanted`` the voice or the music, where it is heard."""
        channels, frames = wanted.shape
        rate = int(soundfile.info(path).samplerate)
        with soundfile.SoundFile(path) as file:
            for both, at, voice in self.stems.voice_in(path):
                end = at + voice.shape[1]
                kept = voice
                if method == "music":
                    file.seek(at)
                    own = file.read(end - at, dtype="float32", always_2d=True).T[both]
                    kept = own - voice
                times = np.arange(at, end, dtype=np.float32) / np.float32(rate)
                wanted[both, at:end] = kept * target.gate(times)
                done = (both.start + (both.stop - both.start) * end / max(1, frames)) / channels
                yield Progress(index, LISTENED + (0.99 - LISTENED) * min(1.0, done))


def _masked(index: int, path: Path, target: Target, wanted: Samples) -> Iterator[Event]:
    """Write into ``wanted`` [channels, frames] the recording under the target's mask."""
    info = soundfile.info(path)
    rate, frames = int(info.samplerate), int(info.frames)
    hop = max(1, round(WINDOW_S * rate / HOPS))
    size = HOPS * hop
    structure = mask.structure_of(target.classes)
    pieces = list(range(0, frames, round(PIECE_S * rate)))
    rests: list[Samples | None] = []
    steady: list[Samples] = []
    with soundfile.SoundFile(path) as file:
        for number, start in enumerate(pieces):
            spectra, times = _spectra(file, start, size, hop)
            power = _power(spectra)
            rests.append(mask.background(power, mask.presence(target.scores, HOP_S, times, LEAVE)))
            steady.append(mask.stationary(power, round(STEADY_S * rate / hop)))
            yield Progress(index, AGAIN + (LEARNED - AGAIN) * (number + 1) / len(pieces))
        learned = mask.everywhere(rests, steady)
        for number, start in enumerate(pieces):
            spectra, times = _spectra(file, start, size, hop)
            rest, gate = mask.between(learned, times / PIECE_S - 0.5), target.gate(times)
            share = mask.mask(_power(spectra), gate, rest, structure)
            before = min(start, round(MARGIN_S * rate))
            end = min(frames, start + round(PIECE_S * rate))
            for channel, own in enumerate(spectra):
                sound = istft(_masked_by(own, share), size, hop, before + end - start)
                wanted[channel, start:end] = sound[before:]
            yield Progress(index, LEARNED + (0.99 - LEARNED) * (number + 1) / len(pieces))


def _spectra(
    file: soundfile.SoundFile, start: int, size: int, hop: int
) -> tuple[list[Spectrogram], Samples]:
    """The spectra [spans, bins] of a piece's channels and its margins, and its spans' times."""
    rate = int(file.samplerate)
    first = max(0, start - round(MARGIN_S * rate))
    last = start + round(PIECE_S * rate) + round(MARGIN_S * rate)
    file.seek(first)
    samples = file.read(last - first, dtype="float32", always_2d=True).T
    spectra = [stft(channel, size, hop) for channel in samples]
    times = (first + hop * np.arange(len(spectra[0]))) / rate
    return spectra, np.asarray(times, dtype=np.float32)


def _power(spectra: Sequence[Spectrogram]) -> Samples:
    """The power of all channels together: one mask for all keeps each sound in its place."""
    return np.asarray(sum(np.square(np.abs(own)) for own in spectra), dtype=np.float32)


def _masked_by(spectra: Spectrogram, share: Samples) -> Spectrogram:
    return np.asarray(spectra * share, dtype=np.complex64)


def _without_noise(samples: Samples) -> Samples:
    """A piece [frames] at 16 kHz without what is steady in it."""
    hop = round(WINDOW_S * RATE / HOPS)
    spectra = stft(samples, HOPS * hop, hop)
    power = _power([spectra])
    everywhere = np.ones(len(power), dtype=np.float32)
    share = mask.mask(power, everywhere, mask.stationary(power, round(STEADY_S * RATE / hop)))
    return istft(_masked_by(spectra, share), HOPS * hop, hop, len(samples))


def _rest(path: Path, wanted: Samples, rest: Samples) -> float:
    """Write what is left of the recording; the level of what is wanted, in dB of the recording."""
    powers = np.zeros(2)
    at = 0
    for piece, _ in blocks(path, 1.0):
        part = slice(at, at + piece.shape[1])
        rest[:, part] = piece - wanted[:, part]
        powers += [np.square(each, dtype=np.float64).sum() for each in (piece, wanted[:, part])]
        at = part.stop
    return round(float(10 * np.log10(max(powers[1], 1e-12) / max(powers[0], 1e-12))), 1)


def _method(classes: Sequence[int], scores: Samples) -> Method:
    """How the target is parted from the rest."""
    if VOICES.issuperset(classes):
        return "voice"
    talked = float(scores[:, SPEECH].max()) >= events.LIKELY
    return "music" if talked and MUSIC.issuperset(classes) else "mask"


def _notes(asked: str, target: Target, share_db: float) -> tuple[Note, ...]:
    if share_db < LEAST_DB:
        return (note("extracted_little", target=asked),)
    if float(target.scores.max()) < events.LIKELY:
        return (note("extracted_unsure", target=asked),)
    return (note("extracted", target=asked),)


def _within(
    stream: Generator[Progress, None, Samples], start: float, end: float
) -> Generator[Progress, None, Samples]:
    """The same progress as a part of a longer way."""
    while True:
        try:
            step = next(stream)
        except StopIteration as stop:
            return np.asarray(stop.value, dtype=np.float32)
        yield Progress(step.index, start + (end - start) * step.fraction)
