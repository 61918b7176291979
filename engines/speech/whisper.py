"""Whisper by CTranslate2: what is said in a recording of any length, as it is or in English.

Whisper invents words where nobody speaks and its library holds a whole recording, so speech is
found first (:mod:`engines.speech.activity`) and given to the model in passages of minutes. One
model serves all tasks: the engines that use it share it.
"""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engines import weights
from engines.audio import mono_blocks
from engines.kinds import Progress, Source
from engines.speech.activity import RATE, Passage, passages

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment

log = logging.getLogger(__name__)

#: Seconds read at once, and seconds of speech the model is given at once. The model pads every
#: passage to a multiple of 30 s: a few long passages cost little more than one, and need 0.2 GB.
BLOCK_S = 10.0
PASSAGE_S = 150.0

#: A segment that still repeats itself after every fallback, or that the model itself takes for
#: no speech, is no transcript: the limits of the Whisper paper, section 4.5.
COMPRESSION_RATIO = 2.4
LOG_PROBABILITY = -1.0
NO_SPEECH = 0.6


@dataclass(slots=True)
class Heard:
    """What was found in a recording so far.

    ``segments`` are plain JSON: start, end, text, and words with their times and probabilities.
    ``language`` is the one spoken, as Whisper's code, None until it is known; ``probability`` is
    how sure that is. ``total`` is the recording's length in seconds. ``vocabulary`` are words
    that may be said, for their spelling.
    """

    total: float
    language: str | None
    probability: float = 1.0
    segments: list[dict[str, Any]] = field(default_factory=list)
    vocabulary: str | None = None

    @property
    def confidence(self) -> float:
        """The mean probability of the words; 1 where there are none."""
        found = [word["probability"] for each in self.segments for word in each["words"]]
        return float(np.mean(found)) if found else 1.0


class Whisper:
    """Whisper base (Radford et al., arXiv 2212.04356): int8 on a processor, float16 on a GPU."""

    model: WhisperModel

    def load(self, device: str) -> None:
        """Read the weights, unless they are in use; raises :class:`weights.WeightsMissing`."""
        folder = weights.folder("whisper-base")
        found = _loaded.get(device)
        if found is None:
            _loaded[device] = found = _on(device, folder)
        self.model = found

    def listen(
        self, index: int, heard: Heard, source: Source, task: Literal["transcribe", "translate"]
    ) -> Iterator[Progress]:
        """Fill ``heard`` with what is said in a recording, item ``index`` of its batch."""
        done = 0.0
        for read, passage in passages(mono_blocks(source.path, RATE, BLOCK_S), PASSAGE_S):
            if passage is not None:
                found, info = self.model.transcribe(
                    passage.samples,
                    task=task,
                    language=heard.language,
                    word_timestamps=True,
                    condition_on_previous_text=False,
                    compression_ratio_threshold=COMPRESSION_RATIO,
                    log_prob_threshold=LOG_PROBABILITY,
                    no_speech_threshold=NO_SPEECH,
                    hotwords=heard.vocabulary,
                )
                if heard.language is None:
                    heard.language, heard.probability = info.language, info.language_probability
                for segment in _on_the_recording(found, passage):
                    if _credible(segment):
                        heard.segments.append(_plain(segment, heard.total))
                    done = max(done, min(float(segment.end) / heard.total, 1.0))
                    yield Progress(index, done)
            # What was only listened to counts little: recognising takes nearly all the time.
            done = max(done, 0.02 * min(read / RATE / heard.total, 1.0))
            yield Progress(index, done)


#: The models in use, by device: gone when the last engine that uses one is.
_loaded: weakref.WeakValueDictionary[str, WhisperModel] = weakref.WeakValueDictionary()


def _on(device: str, folder: Path) -> WhisperModel:
    if device == "cuda":
        try:
            model = _model(folder, "cuda", "float16")
            # A driver without CUDA's libraries is only found out by using it.
            model.detect_language(np.zeros(RATE, dtype=np.float32))
        except RuntimeError as error:
            log.warning("no speech recognition on the GPU, so on the processor: %s", error)
        else:
            return model
    return _model(folder, "cpu", "int8")


def _model(folder: Path, device: str, compute_type: str) -> WhisperModel:
    from faster_whisper import WhisperModel  # noqa: PLC0415 - a second to import

    return WhisperModel(
        str(folder),
        device=device,
        compute_type=compute_type,
        cpu_threads=len(os.sched_getaffinity(0)),
    )


def _on_the_recording(found: Any, passage: Passage) -> Iterator[Segment]:
    """Segments of a passage with their times in the recording it was put together from."""
    from faster_whisper.transcribe import restore_speech_timestamps  # noqa: PLC0415 - as above

    spans = [{"start": start, "end": end} for start, end in passage.spans]
    yield from restore_speech_timestamps(found, spans, RATE)


def _credible(segment: Segment) -> bool:
    loops = segment.compression_ratio > COMPRESSION_RATIO
    unlikely = segment.avg_logprob < LOG_PROBABILITY
    return not (unlikely and (loops or segment.no_speech_prob > NO_SPEECH))


def _plain(segment: Segment, total: float) -> dict[str, Any]:
    """A segment as JSON, its times rounded to 10 ms and within the recording."""
    return {
        "start": _time(segment.start, total),
        "end": _time(segment.end, total),
        "text": segment.text.strip(),
        "words": [
            {
                "start": _time(word.start, total),
                "end": _time(word.end, total),
                "word": word.word.strip(),
                "probability": round(float(word.probability), 3),
            }
            for word in segment.words or ()
        ],
    }


def _time(seconds: float, total: float) -> float:
    return round(float(min(seconds, total)), 2)
