"""Text to speech: Kokoro, sentence by sentence, in 28 English voices.

Kokoro-82M (https://huggingface.co/hexgrad/Kokoro-82M) is a StyleTTS 2 decoder (Li et al.,
arXiv 2306.07691) that takes phonemes in the alphabet of misaki; hibari's port of misaki makes them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engines import loudness, weights
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Progress, Refusal, Samples, Sound, Work
from engines.speech.spoken_text import plain, say, unreadable
from engines.speech.voices import Voice, english, find

RATE = 24_000
CHARACTERS = 5_000
#: The model takes 510 and hurries when given many; they also cost memory, 0.1 GB for each 75.
TOKENS = 510
COMFORTABLE_TOKENS = 220
STYLES = 510
STYLE_SIZE = 256

#: Silence after a clause that had to be cut off, a sentence, a line: seconds at normal speed.
CLAUSE_PAUSE_S = 0.12
SENTENCE_PAUSE_S = 0.35
LINE_PAUSE_S = 0.6
LEAD_S = 0.1
#: Where the voice begins and ends: this far below the sentence's loudest 10 ms.
VOICE_DB = -45.0
FADE_S = 0.01

_CLAUSE_END = re.compile(r"(?<=[,;:—–])\s+")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the model says at once: ``text`` as written, its ``phonemes``, the ``pause`` after."""

    text: str
    phonemes: str
    pause: float


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
        folder = weights.folder("kokoro")
        self.voices_folder = weights.folder("kokoro-voices")

        import onnxruntime as ort  # noqa: PLC0415 - half a second to import
        from hibari.tts import Hibari  # noqa: PLC0415

        options = ort.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Every sentence has another length: no plan of buffers fits twice, and what one sentence
        # took is given back after it.
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        self.run_options = ort.RunOptions()
        self.run_options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self.session = ort.InferenceSession(
            str(folder / "kokoro-v1.0.int8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))
        self.vocabulary: dict[str, int] = vocabulary.get("vocab", vocabulary)
        self.voices = english(path.stem for path in self.voices_folder.glob("*.bin"))
        self._split_sentences = Hibari.split_sentences
        self._phonemisers: dict[bool, Any] = {}
        self._styles: dict[str, Samples] = {}

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Speak each text in turn."""
        return one_by_one(batch, self._speak)

    def _speak(self, index: int, work: Work) -> Iterator[Event]:
        text = str(work.arguments["text"])
        speed = float(work.arguments.get("speed") or 1.0)
        voice = find(str(work.arguments.get("voice") or "af_heart"), self.voices)
        utterances = self.utterances(text, voice)
        total = sum(len(utterance.phonemes) for utterance in utterances)
        voiced: list[Samples] = []
        done = 0
        for utterance in utterances:
            yield Progress(index, done / total)
            voiced.append(_trimmed(self._synthesise(utterance.phonemes, voice, speed)))
            done += len(utterance.phonemes)
        joined, sentences = in_order(utterances, voiced, speed)
        samples = loudness.normalised(joined[None], RATE)
        yield Progress(index, 1.0)
        data = {"voice": voice.name, "sentences": sentences, "characters": len(text)}
        yield Done(index, data=data, outputs=(Sound("speech", samples, RATE, speech=True),))

    def utterances(self, text: str, voice: Voice) -> list[Utterance]:
        """What to say for ``text``; raises :class:`Refusal` where it cannot be said."""
        seen = readable(text)
        utterances: list[Utterance] = []
        for line in seen.split("\n"):
            for sentence in self._split_sentences(line):
                for part in self._divided(sentence, voice):
                    utterances.append(Utterance(part[0], part[1], CLAUSE_PAUSE_S))
                if utterances:
                    utterances[-1] = replace(utterances[-1], pause=SENTENCE_PAUSE_S)
            if utterances:
                utterances[-1] = replace(utterances[-1], pause=LINE_PAUSE_S)
        if not utterances:
            raise Refusal("nothing_to_say")
        return utterances

    def _divided(self, text: str, voice: Voice) -> Iterator[tuple[str, str]]:
        """(text, phonemes) of a sentence, in parts of a comfortable length."""
        phonemes = self._phonemes(text, voice)
        if len(phonemes) > COMFORTABLE_TOKENS:
            parts = _halves(text)
            if parts:
                for part in parts:
                    yield from self._divided(part, voice)
                return
        for start in range(0, len(phonemes), TOKENS):
            piece = phonemes[start : start + TOKENS]
            if any(char.isalpha() for char in piece):
                yield (text if start == 0 else "", piece)

    def _phonemes(self, text: str, voice: Voice) -> str:
        if voice.british not in self._phonemisers:
            from hibari.g2p import G2P  # noqa: PLC0415 - as in load

            self._phonemisers[voice.british] = G2P(british=voice.british)
        phonemes = self._phonemisers[voice.british](say(text, british=voice.british))
        return "".join(char for char in phonemes if char in self.vocabulary)

    def style_of(self, voice: Voice) -> Samples:
        """How a voice sounds, [510, 256]: a row for every number of phonemes it says at once.

        Styles are points of one space: the weighted mean of some is a voice between theirs.
        """
        if voice.name not in self._styles:
            path = self.voices_folder / f"{voice.name}.bin"
            self._styles[voice.name] = np.fromfile(path, "<f4").reshape(STYLES, STYLE_SIZE)
        return self._styles[voice.name]

    def spoken(self, utterance: Utterance, style: Samples, speed: float) -> Samples:
        """The utterance [frames] at 24 kHz in a style [510, 256], without silence around it."""
        return _trimmed(self._in_style(utterance.phonemes, style, speed))

    def _synthesise(self, phonemes: str, voice: Voice, speed: float) -> Samples:
        return self._in_style(phonemes, self.style_of(voice), speed)

    def _in_style(self, phonemes: str, style: Samples, speed: float) -> Samples:
        tokens = [self.vocabulary[char] for char in phonemes]
        (samples, *_) = self.session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                # A style for every number of phonemes: the voice differs by how long it speaks.
                "style": style[len(tokens) - 1][None],
                "speed": np.array([speed], dtype=np.float32),
            },
            self.run_options,
        )
        return np.asarray(samples, dtype=np.float32).reshape(-1)


def readable(text: str) -> str:
    """The text without markup; raises :class:`Refusal` where it is too long or not English."""
    if len(text) > CHARACTERS:
        raise Refusal("text_too_long", characters=len(text), limit=CHARACTERS)
    seen = plain(text)
    letter = unreadable(seen)
    if letter is not None:
        raise Refusal("language_not_spoken", letter=letter)
    return seen


def in_order(
    utterances: Sequence[Utterance], voiced: Sequence[Samples], speed: float
) -> tuple[Samples, list[dict[str, Any]]]:
    """The utterances [frames] at 24 kHz with their pauses, and the time of each as JSON."""
    parts = [silence(LEAD_S)]
    sentences: list[dict[str, Any]] = []
    at = len(parts[0])
    for utterance, said in zip(utterances, voiced, strict=True):
        pause = silence(utterance.pause / speed)
        parts += [said, pause]
        sentences.append(
            {
                "text": utterance.text,
                "start": round(at / RATE, 3),
                "end": round((at + len(said)) / RATE, 3),
            }
        )
        at += len(said) + len(pause)
    return np.concatenate(parts), sentences


def _halves(text: str) -> tuple[str, str] | None:
    """A long sentence cut near its middle, after a clause if there is one; None for one word."""
    middle = len(text) / 2
    clauses = [
        match for match in _CLAUSE_END.finditer(text) if 0.2 < match.start() / len(text) < 0.8
    ]
    gaps = clauses or list(re.finditer(r"\s+", text))
    if not gaps:
        return None
    gap = min(gaps, key=lambda match: abs(match.start() - middle))
    return text[: gap.start()], text[gap.end() :]


def silence(seconds: float) -> Samples:
    """Zeros [frames] at the voice's rate."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def _trimmed(samples: Samples) -> Samples:
    """The voice without the silence the model puts around it, its ends faded against clicks."""
    frame = RATE // 100
    whole = len(samples) // frame * frame
    if whole == 0:
        return samples
    power = np.square(samples[:whole]).reshape(-1, frame).mean(axis=1)
    voiced = np.flatnonzero(power > power.max() * 10 ** (VOICE_DB / 10))
    if not len(voiced):
        return np.zeros(0, dtype=np.float32)
    first, last = max(0, voiced[0] - 2), min(len(power), voiced[-1] + 4)
    trimmed = samples[first * frame : last * frame].copy()
    fade = min(int(FADE_S * RATE), len(trimmed) // 2)
    ramp = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
    trimmed[:fade] *= ramp
    trimmed[len(trimmed) - fade :] *= ramp[::-1]
    return trimmed
