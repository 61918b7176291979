"""Text to speech: Kokoro, sentence by sentence, in 46 voices and seven languages.

Long texts are given part by part: each is a voice message of its own as soon as it is spoken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from engines import loudness
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Partial, Progress, Samples, Sound, Work, note
from engines.speech.kokoro import RATE, Network, Said
from engines.speech.phonemes.language import spoken_in
from engines.speech.script import Script, Utterance
from engines.speech.voices import ALL, Voice, find, introduction, of_language, usual

LEAD_S = 0.1
#: What has weight is so much louder, in dB, and gets there in so many s.
STRONG_DB, STRONG_RAMP_S = 3.0, 0.03
#: What a voice says of itself where people are to know.
MARKS = {
    "en": "This voice is artificial.",
    "es": "Esta voz es artificial.",
    "fr": "Cette voix est artificielle.",
    "hi": "यह आवाज़ कृत्रिम है।",
    "it": "Questa voce è artificiale.",
    "ko": "이 목소리는 인공지능 음성입니다.",
    "pt": "Esta voz é artificial.",
}
#: Texts longer than this are given in parts of about so many s.
LONG, PART_S = 900, 40.0


@engine(
    task="text_to_speech",
    weights=("kokoro", "kokoro-voices"),
    memory_gb=0.5,
    seconds_per_second=0.75,
)
class Kokoro:
    """Kokoro-82M v1.0, quantised to 8 bits."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`weights.WeightsMissing`."""
        self.network = Network()
        self.script = Script(self.network.vocabulary)
        self.voices = self.network.voices

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Speak each text in turn."""
        return one_by_one(batch, self._speak)

    def _speak(self, index: int, work: Work) -> Iterator[Event]:
        text = str(work.arguments["text"])
        speed = float(work.arguments.get("speed") or 1.0)
        language = str(work.arguments.get("language") or "") or spoken_in(text)
        asked = str(work.arguments.get("voice") or "")
        if asked == ALL:
            yield from self._introduced(index, language)
            return
        voice = find(asked, self.voices, language) if asked else usual(language)
        utterances = self.script.utterances(text, language, british=voice.british)
        if work.arguments.get("mark") == "on":
            utterances += self.script.utterances(MARKS[language], language, british=voice.british)
        total = sum(len(utterance.phonemes) for utterance in utterances)
        style = self.network.style_of(voice)
        reading = Reading(speed, parts=len(text) > LONG)
        done = 0
        for utterance in utterances:
            yield Progress(index, done / total)
            done += len(utterance.phonemes)
            reading.add(utterance, self.network.say(utterance.phonemes, style, speed))
            if part := reading.part(last=done == total):
                yield Partial(index, (part,))
        yield Progress(index, 1.0)
        data = {
            "voice": voice.name,
            "language": language,
            "sentences": reading.sentences,
            "phonemes": reading.phonemes,
            "characters": len(text),
        }
        yield Done(index, data=data, outputs=(reading.whole(),))

    def _introduced(self, index: int, language: str) -> Iterator[Event]:
        """Every voice of a language says who it is."""
        voices = of_language(self.voices, language)
        reading = Reading()
        for number, voice in enumerate(voices):
            yield Progress(index, number / len(voices))
            text = introduction(voice, language)
            for utterance in self.script.utterances(text, language, british=voice.british):
                style = self.network.style_of(voice)
                reading.add(utterance, self.network.say(utterance.phonemes, style, 1.0))
        yield Progress(index, 1.0)
        names = ", ".join(voice.first_name for voice in voices)
        data = {"voices": [voice.name for voice in voices], "language": language}
        told = note("voices_told", count=len(voices), names=names, first=voices[0].first_name)
        accent = (note("korean_accent"),) if language == "ko" else ()
        yield Done(index, data=data, outputs=(reading.whole(),), notes=(told, *accent))

    def utterances(self, text: str, voice: Voice) -> list[Utterance]:
        """What to say for ``text``; raises :class:`Refusal` where it cannot be said."""
        return self.script.utterances(text, spoken_in(text), british=voice.british)

    def style_of(self, voice: Voice) -> Samples:
        """How a voice sounds, [510, 256]; see :meth:`engines.speech.kokoro.Network.style_of`."""
        return self.network.style_of(voice)

    def spoken(self, utterance: Utterance, style: Samples, speed: float) -> Samples:
        """The utterance [frames] at 24 kHz in a style [510, 256], without silence around it."""
        return self.network.say(utterance.phonemes, style, speed).samples


class Reading:
    """Utterances one after the other: their sound, and the times of sentences and phonemes.

    With ``parts`` what is read is also given from time to time, a part for each voice message.
    """

    def __init__(self, speed: float = 1.0, *, parts: bool = False) -> None:
        self.sentences: list[dict[str, Any]] = []
        self.phonemes: list[dict[str, Any]] = []
        self._speed, self._parts = speed, parts
        self._given: list[Samples] = []
        self._waiting: list[Samples] = [silence(LEAD_S)]
        self._frames = len(self._waiting[0])

    def add(self, utterance: Utterance, said: Said) -> None:
        """The next utterance and its sound."""
        start = self._frames / RATE
        voiced = weighted(said, utterance.strong)
        self.sentences.append(
            {
                "text": utterance.text,
                "start": round(start, 3),
                "end": round(start + len(voiced) / RATE, 3),
            }
        )
        self.phonemes += [
            {"phoneme": each.symbol, "start": round(each.start, 3), "end": round(each.end, 3)}
            for each in (phoneme.shifted(start) for phoneme in said.phonemes)
        ]
        for sound in (voiced, silence(utterance.pause / self._speed)):
            self._waiting.append(sound)
            self._frames += len(sound)

    def part(self, *, last: bool) -> Sound | None:
        """What was read since the last part, once it is long enough or the ``last``."""
        waiting = sum(len(each) for each in self._waiting)
        if not self._parts or (waiting < PART_S * RATE and not last):
            return None
        samples = self._levelled()
        return Sound(f"speech-{len(self._given)}", samples[None], RATE, speech=True)

    def whole(self) -> Sound:
        """All that was read; ``given`` where its parts were given before."""
        if self._waiting:
            self._levelled()
        joined = np.concatenate(self._given)
        return Sound("speech", joined[None], RATE, speech=True, given=self._parts)

    def _levelled(self) -> Samples:
        joined = np.concatenate(self._waiting)
        levelled: Samples = loudness.normalised(joined[None], RATE)[0]
        self._given.append(levelled)
        self._waiting = []
        return levelled


def weighted(said: Said, strong: Sequence[tuple[int, int]]) -> Samples:
    """The sound [frames] with what has weight a little louder."""
    if not strong or not said.phonemes:
        return said.samples
    decibels = np.zeros(len(said.samples), dtype=np.float32)
    for first, behind in strong:
        inside = said.phonemes[first:behind]
        if inside:
            begin, end = round(inside[0].start * RATE), round(inside[-1].end * RATE)
            decibels[begin:end] = STRONG_DB
    width = round(STRONG_RAMP_S * RATE)
    smooth = np.convolve(decibels, np.ones(width) / width, "same")
    return np.asarray(said.samples * 10 ** (smooth / 20), dtype=np.float32)


def silence(seconds: float) -> Samples:
    """Zeros [frames] at the voice's rate."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)
