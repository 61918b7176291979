"""How Kokoro's English voices sound, in figures, and which of them come near to a voice.

Synthesising 28 voices takes minutes, so their voiceprints and manners are kept in a table beside
this module, made by ``python -m engines.speech.profiles``. A style of Kokoro has two halves: the
first 128 numbers colour the sound, the last 128 decide melody and pace (Li et al., "StyleTTS 2",
arXiv 2306.07691, section 3.2). So the colour can be blended from the voices most like the one
heard, the melody from such as speak at its pitch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.audio import resample
from engines.kinds import Samples
from engines.speech import manner, pitch
from engines.speech.kokoro import RATE, STYLE_SIZE
from engines.speech.manner import Manner
from engines.speech.pitch import PitchTracker
from engines.speech.speak import Kokoro
from engines.speech.voiceprint import Voiceprints
from engines.speech.voices import Voice, english

TABLE = Path(__file__).with_name("kokoro_voices.npz")
#: From the Harvard sentences (IEEE Trans. Audio Electroacoust. 17, 1969): all sounds of English.
SENTENCES = (
    "The birch canoe slid on the smooth planks.",
    "Glue the sheet to the dark blue background, and rub it well.",
    "Four hours of steady work faced us, but nobody minded.",
)
#: The voices blended into a colour; one whose cosine is lower by 0.1 weighs 0.3 times as much.
BLENDED, SHARPNESS = 3, 12.0
#: Below this, in syllables per second, a voice does not speak, it whispers: no pattern for others.
WHISPERED_RATE = 2.5
COLOUR = STYLE_SIZE // 2

Blend = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The table: ``prints`` [voices, 256], ``pitch_hz``, ``spread`` and ``rate`` [voices]."""

    names: tuple[str, ...]
    prints: Samples
    pitch_hz: NDArray[np.float64]
    spread: NDArray[np.float64]
    rate: NDArray[np.float64]

    def colour(self, voiceprint: Samples) -> Blend:
        """Which voices to blend, with weights of sum 1, to sound like a voiceprint [256]."""
        likeness = self.prints @ voiceprint
        best = np.argsort(-likeness)[:BLENDED]
        weights = np.exp(SHARPNESS * (likeness[best] - likeness[best[0]]))
        return self._named(best, weights / weights.sum())

    def melody(self, voiceprint: Samples, pitch_hz: float) -> Blend:
        """One voice, or two with weights of sum 1, to speak at a median pitch of ``pitch_hz``.

        Two are the likest of those below and of those above it.
        """
        order = np.argsort(-(self.prints @ voiceprint))
        near = order[self.rate[order] >= WHISPERED_RATE]
        lower, higher = near[self.pitch_hz[near] <= pitch_hz], near[self.pitch_hz[near] > pitch_hz]
        if not len(lower) or not len(higher):
            off = np.abs(np.log2(self.pitch_hz[near] / pitch_hz))
            return self._named(near[[off.argmin()]], np.ones(1))
        pair = np.array([lower[0], higher[0]])
        low, high = np.log2(self.pitch_hz[pair])
        share = (np.log2(pitch_hz) - low) / (high - low)
        return self._named(pair, np.array([1 - share, share]))

    def usual_rate(self, melody: Blend) -> float:
        """How fast a blend speaks at speed 1, in syllables per second."""
        return float(sum(w * self.rate[self.names.index(name)] for name, w in melody.items()))

    def _named(self, chosen: NDArray[np.int64], weights: NDArray[np.float64]) -> dict[str, float]:
        return {
            self.names[number]: round(float(weight), 3)
            for number, weight in zip(chosen, weights, strict=True)
        }


@cache
def profiles() -> Profiles:
    """The table of the installation."""
    with np.load(TABLE, allow_pickle=False) as table:
        return Profiles(
            tuple(str(name) for name in table["names"]),
            table["prints"].astype(np.float32),
            *(table[name].astype(np.float64) for name in ("pitch_hz", "spread", "rate")),
        )


def style(kokoro: Kokoro, colour: Blend, melody: Blend) -> Samples:
    """The style [510, 256] of a voice with the colour of one blend and the melody of another."""

    def blended(blend: Blend) -> Samples:
        parts = [np.float32(w) * kokoro.style_of(Voice(name)) for name, w in blend.items()]
        return np.asarray(sum(parts), dtype=np.float32)

    made = blended(colour)
    made[:, COLOUR:] = blended(melody)[:, COLOUR:]
    return made


def profile(
    kokoro: Kokoro, voice: Voice, voiceprints: Voiceprints, tracker: PitchTracker
) -> tuple[Samples, Manner]:
    """The voiceprint [256] and the manner of one voice, from reading ``SENTENCES``."""
    said = [
        kokoro.spoken(utterance, kokoro.style_of(voice), 1.0)
        for sentence in SENTENCES
        for utterance in kokoro.utterances(sentence, voice)
    ]
    speech = resample(np.concatenate(said), RATE, pitch.RATE)
    return voiceprints(speech), manner.measure(speech, tracker)


def write(path: Path, voices: Sequence[Voice], kokoro: Kokoro) -> None:
    """Measure the voices and write their table."""
    voiceprints, tracker = Voiceprints(), PitchTracker()
    found = [profile(kokoro, voice, voiceprints, tracker) for voice in voices]
    np.savez_compressed(
        path,
        names=np.array([voice.name for voice in voices]),
        prints=np.stack([print_ for print_, _ in found]).astype(np.float16),
        pitch_hz=np.array([manner.pitch_hz for _, manner in found], dtype=np.float32),
        spread=np.array([manner.spread for _, manner in found], dtype=np.float32),
        rate=np.array([manner.rate for _, manner in found], dtype=np.float32),
    )


if __name__ == "__main__":
    loaded = Kokoro()
    loaded.load("cpu")
    write(TABLE, english(voice.name for voice in loaded.voices), loaded)
