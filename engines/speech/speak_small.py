"""Text to speech in one small voice, for machines that Kokoro's voices cannot be fetched to.

hibari (https://github.com/MMWilliams/hibari, Apache-2.0) is distilled from Kokoro's voice "heart"
and comes whole, 8 MB, inside its package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from engines import loudness
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Progress, Refusal, Sound, Work, note
from engines.speech.kokoro import RATE
from engines.speech.languages import LANGUAGES
from engines.speech.phonemes.language import spoken_in
from engines.speech.script import CHARACTERS, SENTENCE_PAUSE_S
from engines.speech.speak import silence
from engines.speech.spoken_text import plain, say
from engines.speech.voices import english, find


@engine(task="text_to_speech", memory_gb=0.2, seconds_per_second=0.05)
class Hibari:
    """hibari's American voice. Its result says that it stands in for the others."""

    def load(self, device: str) -> None:
        """Read the model from the installed package."""
        from hibari.tts import Hibari as Voice  # noqa: PLC0415 - half a second to import

        self._voice: Any = Voice()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Speak each text in turn, sentence by sentence."""
        return one_by_one(batch, self._speak)

    def _speak(self, index: int, work: Work) -> Iterator[Event]:
        voice = find(str(work.arguments.get("voice") or "af_heart"), english(["af_heart"]))
        speed = float(work.arguments.get("speed") or 1.0)
        text = str(work.arguments["text"])
        if len(text) > CHARACTERS:
            raise Refusal("text_too_long", characters=len(text), limit=CHARACTERS)
        language = spoken_in(text)
        if language != "en":  # it is the other voices that speak more
            raise Refusal("only_in_writing", language=LANGUAGES[language])
        sentences = self._voice.split_sentences(say(plain(text), british=False))
        if not any(char.isalnum() for sentence in sentences for char in sentence):
            raise Refusal("nothing_to_say")
        parts = []
        for number, sentence in enumerate(sentences):
            yield Progress(index, number / len(sentences))
            parts += [self._voice(sentence, speed=speed, seed=0), silence(SENTENCE_PAUSE_S / speed)]
        samples = loudness.normalised(np.concatenate(parts, dtype=np.float32)[None], RATE)
        data = {"voice": voice.name, "characters": len(text)}
        spoken = Sound("speech", samples, RATE, speech=True)
        yield Done(index, data=data, outputs=(spoken,), notes=(note("stand_in"),))
