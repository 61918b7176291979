"""Style transfer: a text spoken in the manner of the voice in a recording.

This is no copy of a voice: no network here can clone one. Kokoro's voices are blended to come near
the one heard (:mod:`engines.speech.profiles`), at its median pitch, its pace and its loudness.
Where the blend misses the pitch by more than a semitone, a vocoder moves it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from engines import loudness
from engines.audio import duration, mono_blocks, resample
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Note, Progress, Refusal, Samples, Sound, Source, Work, note
from engines.speech import manner, turns, vocoder
from engines.speech.activity import BEGIN, FRAME, RATE
from engines.speech.kokoro import RATE as VOICE_RATE
from engines.speech.kokoro import Said
from engines.speech.manner import Manner
from engines.speech.phonemes.language import spoken_in
from engines.speech.pitch import PitchTracker
from engines.speech.profiles import Blend, Profiles, profiles, style
from engines.speech.script import Utterance
from engines.speech.speak import MARKS, Kokoro, Reading
from engines.speech.voiceprint import Voiceprints
from engines.speech.voices import Voice, find, usual

#: The voice that reads where none is asked for: what a result is compared with.
DEFAULT = "af_heart"
BLOCK_S = 10.0
#: Windows of voiceprints between two reports of progress.
WINDOWS = 64
#: A manner needs so much speech; more than the second tells nothing new. In s.
LEAST_S, ENOUGH_S = 1.0, 120.0
#: How much slower or faster than its own pace a voice can speak and be understood.
SLOWEST, FASTEST = 0.7, 1.4
#: How loud the result may be, in LUFS: a recording says little of how loud somebody spoke.
QUIETEST_LUFS, LOUDEST_LUFS = -23.0, loudness.TARGET_LUFS
#: A pitch that is off by less stays, because the vocoder costs some clearness. In semitones.
CLOSE = 1.0
#: How far the vocoder moves a pitch at most, in semitones, and how far it stretches a melody.
FURTHEST = 12.0
FLATTEST, LIVELIEST = 0.6, 1.6
#: The likeness is judged on the first utterances, up to so many phonemes: some 5 s.
JUDGED = 70
#: The shares of the work done when the recording is heard, and when everything is spoken.
HEARD, SPOKEN = 0.2, 0.85


@dataclass(frozen=True, slots=True)
class Heard:
    """The voice in a recording: its ``voiceprint`` [256], ``manner`` and loudness in ``lufs``.

    ``seconds`` of speech were heard of it; ``speakers`` is how many there are in all.
    """

    voiceprint: Samples
    manner: Manner
    lufs: float
    seconds: float
    speakers: int


@engine(
    task="style_transfer",
    weights=("kokoro", "kokoro-voices", "resemblyzer", "swift-f0"),
    memory_gb=1.3,
    seconds_per_second=1.5,
)
class VoiceManner:
    """Kokoro in a blended style, with WORLD for what the blend cannot reach."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        self.kokoro = Kokoro()
        self.kokoro.load(device)
        self.voiceprints = Voiceprints()
        self.tracker = PitchTracker()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Speak each text in turn."""
        return one_by_one(batch, self._mimic)

    def _mimic(self, index: int, work: Work) -> Iterator[Event]:
        text = str(work.arguments["text"])
        self.kokoro.utterances(text, usual("en"))  # what cannot be said is refused at once
        heard = yield from self._listen(index, work.sources[0])
        known = profiles()
        colour, melody = _blends(known, heard)
        voice = Voice(max(colour, key=lambda name: colour[name]))
        utterances = self.kokoro.utterances(text, voice)
        if work.arguments.get("mark") == "on":
            utterances += self.kokoro.utterances(MARKS[spoken_in(text)], voice)
        pace = heard.manner.rate / known.usual_rate(melody)
        speed = float(np.clip(pace, SLOWEST, FASTEST)) if heard.manner.rate else 1.0

        blended = style(self.kokoro, colour, melody)
        voiced: list[Samples] = []
        done = list(accumulate((len(each.phonemes) for each in utterances), initial=0))
        for utterance, before in zip(utterances, done, strict=False):
            yield Progress(index, HEARD + (SPOKEN - HEARD) * before / done[-1])
            voiced.append(self.kokoro.spoken(utterance, blended, speed))
        yield Progress(index, SPOKEN)
        voiced, moved_by = yield from self._at_pitch(index, voiced, heard.manner)
        reading = Reading(speed)
        for utterance, said in zip(utterances, voiced, strict=True):
            reading.add(utterance, Said(said, ()))
        target = float(np.clip(heard.lufs, QUIETEST_LUFS, LOUDEST_LUFS))
        samples = loudness.normalised(reading.whole().samples, VOICE_RATE, target)
        yield Progress(index, 0.97)
        likeness = self._likeness(utterances, voiced, heard)
        result = self._manner(voiced)
        off = _difference(result, heard.manner)
        yield Progress(index, 1.0)
        yield Done(
            index,
            data={
                "colour": dict(colour),
                "melody": dict(melody),
                "speed": round(speed, 2),
                "moved_semitones": round(moved_by, 1),
                "similarity": likeness[0],
                "similarity_default": likeness[1],
                "pitch_difference_semitones": off,
                "reference": _figures(heard.manner) | {"seconds": round(heard.seconds, 1)},
                "result": _figures(result),
                "speakers": heard.speakers,
                "sentences": reading.sentences,
            },
            outputs=(Sound("in-the-manner-of", samples, VOICE_RATE, speech=True),),
            notes=_notes(heard, likeness, off),
        )

    def _listen(self, index: int, source: Source) -> Generator[Event, None, Heard]:
        """Hear the voice that speaks longest; raises :class:`Refusal` where there is none."""
        total = duration(source)
        inside: list[Samples] = []
        found = [np.zeros(0, dtype=np.float32)]
        spoken = 0.0
        pieces = turns.listen(_kept(mono_blocks(source.path, RATE, BLOCK_S), inside))
        for read, probabilities in pieces:
            found.append(probabilities)
            spoken += float((probabilities >= BEGIN).sum()) * FRAME / RATE
            yield Progress(index, 0.6 * HEARD * min(1.0, read / RATE / total))
            if spoken >= ENOUGH_S:
                break
        samples = np.concatenate([np.zeros(0, dtype=np.float32), *inside])
        speech = turns.spans(np.concatenate(found), len(samples))
        if not speech:
            raise Refusal("no_voice_to_mimic")
        windows = turns.windows(speech)
        prints = []
        for at in range(0, len(windows), WINDOWS):
            some = [samples[start:end] for start, end in windows[at : at + WINDOWS]]
            prints.append(self.voiceprints.of_windows(some))
            yield Progress(index, HEARD * (0.6 + 0.3 * at / len(windows)))
        told = turns.turns(speech, windows, np.concatenate(prints))
        voice = _longest(samples, told)
        seconds = len(voice) / RATE
        if seconds < LEAST_S:
            raise Refusal("voice_too_short", seconds=round(seconds, 1), least=round(LEAST_S))
        measured = manner.measure(voice, self.tracker)
        lufs = loudness.integrated(voice[None], RATE)
        speakers = len({turn.speaker for turn in told})
        yield Progress(index, HEARD)
        return Heard(self.voiceprints(voice), measured, lufs, seconds, speakers)

    def _at_pitch(
        self, index: int, voiced: list[Samples], wanted: Manner
    ) -> Generator[Event, None, tuple[list[Samples], float]]:
        """The utterances at the pitch that is wanted, and how far it was moved, in semitones."""
        own = self._manner(voiced)
        if not own.pitch_hz or not wanted.pitch_hz:
            return voiced, 0.0
        semitones = _semitones(own.pitch_hz, wanted.pitch_hz)
        if abs(semitones) <= CLOSE:
            return voiced, 0.0
        semitones = float(np.clip(semitones, -FURTHEST, FURTHEST))
        moved = []
        for number, said in enumerate(voiced):
            yield Progress(index, SPOKEN + (0.95 - SPOKEN) * number / len(voiced))
            moved.append(self._moved(said, own, wanted, semitones))
        return moved, semitones

    def _moved(self, said: Samples, own: Manner, wanted: Manner, semitones: float) -> Samples:
        """An utterance [frames] with its pitch moved, and its melody as lively as is wanted."""
        if not len(said):
            return said
        livelier = (wanted.spread or 1.0) / (own.spread or 1.0)
        parts = vocoder.analyse(said, VOICE_RATE, self.tracker)
        liveliness = float(np.clip(livelier, FLATTEST, LIVELIEST))
        return vocoder.moved(parts, semitones, liveliness, own.pitch_hz)

    def _manner(self, voiced: Sequence[Samples]) -> Manner:
        return manner.measure(_at_16_khz(voiced), self.tracker)

    def _likeness(
        self, utterances: Sequence[Utterance], voiced: Sequence[Samples], heard: Heard
    ) -> tuple[float, float]:
        """How like the voice heard the result is, and the default voice reading the same words."""
        lengths = accumulate(len(each.phonemes) for each in utterances)
        count = 1 + sum(length < JUDGED for length in list(lengths)[:-1])
        default = self.kokoro.style_of(find(DEFAULT, self.kokoro.voices))
        plain = [self.kokoro.spoken(each, default, 1.0) for each in utterances[:count]]
        prints = [self.voiceprints(_at_16_khz(each)) for each in (voiced[:count], plain)]
        result, usual = (round(float(each @ heard.voiceprint), 3) for each in prints)
        return result, usual


def _kept(pieces: Iterator[Samples], inside: list[Samples]) -> Iterator[Samples]:
    for piece in pieces:
        inside.append(piece)
        yield piece


def _longest(samples: Samples, told: Sequence[turns.Turn]) -> Samples:
    """All the speech [frames] of the speaker who is heard longest, of two equals the louder."""
    pieces: dict[int, list[Samples]] = {}
    for turn in told:
        piece = samples[round(turn.start * RATE) : round(turn.end * RATE)]
        pieces.setdefault(turn.speaker, []).append(piece)
    voices = [np.concatenate(each) for each in pieces.values()]
    return max(voices, key=lambda voice: (len(voice), float(np.square(voice).sum())))


def _blends(known: Profiles, heard: Heard) -> tuple[Blend, Blend]:
    """The blends for the colour and the melody; a voice without pitch keeps its colour's melody."""
    colour = known.colour(heard.voiceprint)
    pitch_hz = heard.manner.pitch_hz
    return colour, known.melody(heard.voiceprint, pitch_hz) if pitch_hz else colour


def _at_16_khz(voiced: Sequence[Samples]) -> Samples:
    return resample(np.concatenate(voiced), VOICE_RATE, RATE)


def _semitones(low: float, high: float) -> float:
    return 12 * float(np.log2(high / low))


def _difference(result: Manner, wanted: Manner) -> float | None:
    """How much higher than wanted the median pitch is, in semitones; None where one has none."""
    if not result.pitch_hz or not wanted.pitch_hz:
        return None
    return round(_semitones(wanted.pitch_hz, result.pitch_hz), 2)


def _figures(measured: Manner) -> dict[str, Any]:
    return {
        "pitch_hz": measured.pitch_hz and round(measured.pitch_hz, 1),
        "spread_semitones": measured.spread and round(measured.spread, 1),
        "syllables_per_second": round(measured.rate, 1),
    }


def _notes(heard: Heard, likeness: tuple[float, float], off: float | None) -> tuple[Note, ...]:
    notes = [note("in_the_manner")]
    if heard.speakers > 1:
        notes.append(note("longest_speaker", count=heard.speakers))
    if heard.manner.pitch_hz is None:
        notes.append(note("voice_without_pitch"))
    if off is not None and abs(off) > CLOSE:
        notes.append(note("pitch_out_of_reach", semitones=round(abs(off))))
    if likeness[0] <= likeness[1]:
        notes.append(note("hardly_like_it"))
    return tuple(notes)
