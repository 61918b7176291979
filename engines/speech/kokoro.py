"""Kokoro-82M: phonemes in, a voice and the time of each phoneme out.

https://huggingface.co/hexgrad/Kokoro-82M is a StyleTTS 2 decoder (Li et al., arXiv 2306.07691) that
takes phonemes in the alphabet of misaki. It works out how many frames each lasts and keeps that to
itself; :func:`engines.graphs.exposing` lets it out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engines import weights
from engines.graphs import exposing
from engines.kinds import Samples
from engines.speech.voices import Voice, known

RATE = 24_000
#: The model takes so many phonemes.
TOKENS = 510
STYLES = 510
STYLE_SIZE = 256
#: The value in the graph that holds the frames of each phoneme, and samples in a frame.
DURATIONS = "/encoder/Clip_output_0"
FRAME = 600
#: The sound is so much ahead of its frames, in s: measured on three voices at three speeds, by
#: where voiceless phonemes have no pitch.
LAG_S = 0.065
#: Where the voice begins and ends: this far below the sentence's loudest 10 ms.
VOICE_DB = -45.0
FADE_S = 0.01


@dataclass(frozen=True, slots=True)
class Phoneme:
    """A letter of the alphabet, a mark of stress or a sign, and its time in s."""

    symbol: str
    start: float
    end: float

    def shifted(self, seconds: float) -> Phoneme:
        """The same, so much later."""
        return replace(self, start=self.start + seconds, end=self.end + seconds)


@dataclass(frozen=True, slots=True)
class Said:
    """A voice: ``samples`` [frames] at 24 kHz, and the time of each phoneme in them."""

    samples: Samples
    phonemes: tuple[Phoneme, ...]


class Network:
    """Kokoro-82M v1.0, quantised to 8 bits; raises :class:`weights.WeightsMissing`."""

    def __init__(self) -> None:
        folder = weights.folder("kokoro")
        self._voices = weights.folder("kokoro-voices")

        import onnxruntime as ort  # noqa: PLC0415 - half a second to import

        options = ort.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Every sentence has another length: no plan of buffers fits twice, and what one sentence
        # took is given back after it.
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        self._run_options = ort.RunOptions()
        self._run_options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        model = exposing((folder / "kokoro-v1.0.int8.onnx").read_bytes(), DURATIONS)
        self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))
        self.vocabulary: dict[str, int] = vocabulary.get("vocab", vocabulary)
        self.voices = known(path.stem for path in self._voices.glob("*.bin"))
        self._styles: dict[str, Samples] = {}

    def style_of(self, voice: Voice) -> Samples:
        """How a voice sounds, [510, 256]: a row for every number of phonemes it says at once.

        Styles are points of one space: the weighted mean of some is a voice between theirs.
        """
        if voice.name not in self._styles:
            path = self._voices / f"{voice.name}.bin"
            self._styles[voice.name] = np.fromfile(path, "<f4").reshape(STYLES, STYLE_SIZE)
        return self._styles[voice.name]

    def say(self, phonemes: str, style: Samples, speed: float) -> Said:
        """At most 510 phonemes of the vocabulary in a style [510, 256]; silence is cut off."""
        tokens = [self.vocabulary[char] for char in phonemes]
        samples, frames = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                # A style for every number of phonemes: the voice differs by how long it speaks.
                "style": style[len(tokens) - 1][None],
                "speed": np.array([speed], dtype=np.float32),
            },
            self._run_options,
        )
        whole = np.asarray(samples, dtype=np.float32).reshape(-1)
        ends = np.cumsum(np.asarray(frames, dtype=np.float64).reshape(-1)) * FRAME / RATE - LAG_S
        times = [
            Phoneme(char, float(start), float(end))
            for char, start, end in zip(phonemes, ends[:-2], ends[1:-1], strict=True)
        ]
        return trimmed(whole, times)


def trimmed(samples: Samples, phonemes: Sequence[Phoneme] = ()) -> Said:
    """The voice without the silence the model puts around it, its ends faded against clicks."""
    frame = RATE // 100
    whole = len(samples) // frame * frame
    if whole == 0:
        return Said(samples, tuple(phonemes))
    power = np.square(samples[:whole]).reshape(-1, frame).mean(axis=1)
    voiced = np.flatnonzero(power > power.max() * 10 ** (VOICE_DB / 10))
    if not len(voiced):
        return Said(np.zeros(0, dtype=np.float32), ())
    first, last = max(0, voiced[0] - 2), min(len(power), voiced[-1] + 4)
    kept = samples[first * frame : last * frame].copy()
    fade = min(int(FADE_S * RATE), len(kept) // 2)
    ramp = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
    kept[:fade] *= ramp
    kept[len(kept) - fade :] *= ramp[::-1]
    length, before = len(kept) / RATE, first * frame / RATE
    inside = [
        replace(
            each,
            start=float(np.clip(each.start - before, 0.0, length)),
            end=float(np.clip(each.end - before, 0.0, length)),
        )
        for each in phonemes
    ]
    if inside:  # what was cut off at the end is the last one's
        inside[-1] = replace(inside[-1], end=max(inside[-1].end, length - LAG_S / 2))
    return Said(kept, tuple(inside))
