"""Speech recognition: Whisper by CTranslate2, with word times, for recordings of any length.

Whisper invents words where nobody speaks and its library holds a whole recording, so speech is
found first (:mod:`engines.speech.activity`) and given to the model in passages of minutes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from engines import weights
from engines.audio import blocks, mono, resampled
from engines.engine import engine, one_by_one
from engines.kinds import Document, Done, Event, Progress, Refusal, Samples, Source, Work, note
from engines.speech import subtitles
from engines.speech.activity import RATE, Passage, passages
from engines.speech.languages import LANGUAGES, language_code

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
#: Clear speech has a mean word probability of .88 and more; in noise as loud as it, where every
#: third word is wrong, .57 to .65 (three LibriVox sentences in white noise).
UNSURE = 0.68


@engine(
    task="speech_recognition",
    weights=("whisper-base",),
    memory_gb=0.6,
    devices=("cpu", "cuda"),
    seconds_per_second=0.4,
)
class FasterWhisper:
    """Whisper base (Radford et al., arXiv 2212.04356): int8 on a processor, float16 on a GPU."""

    model: WhisperModel

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`weights.WeightsMissing`."""
        folder = weights.folder("whisper-base")
        if device == "cuda":
            try:
                self.model = _model(folder, "cuda", "float16")
                # A driver without CUDA's libraries is only found out by using it.
                self.model.detect_language(np.zeros(RATE, dtype=np.float32))
            except RuntimeError as error:
                log.warning("no speech recognition on the GPU, so on the processor: %s", error)
            else:
                return
        self.model = _model(folder, "cpu", "int8")

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Transcribe each recording in turn."""
        return one_by_one(batch, self._transcribe)

    def _transcribe(self, index: int, work: Work) -> Iterator[Event]:
        language = _asked_language(work)
        probability = 1.0
        source = work.sources[0]
        total = duration(source)
        segments: list[dict[str, Any]] = []
        done = 0.0
        for read, passage in passages(_mono_16k(source), PASSAGE_S):
            if passage is not None:
                found, info = self.model.transcribe(
                    passage.samples,
                    language=language,
                    word_timestamps=True,
                    condition_on_previous_text=False,
                    compression_ratio_threshold=COMPRESSION_RATIO,
                    log_prob_threshold=LOG_PROBABILITY,
                    no_speech_threshold=NO_SPEECH,
                )
                if language is None:
                    language, probability = info.language, info.language_probability
                for segment in _on_the_recording(found, passage):
                    if _credible(segment):
                        segments.append(_plain(segment, total))
                    done = max(done, min(float(segment.end) / total, 1.0))
                    yield Progress(index, done)
            # What was only listened to counts little: recognising takes nearly all the time.
            done = max(done, 0.02 * min(read / RATE / total, 1.0))
            yield Progress(index, done)
        yield _result(index, segments, language, probability, total)


def _model(folder: Path, device: str, compute_type: str) -> WhisperModel:
    from faster_whisper import WhisperModel  # noqa: PLC0415 - a second to import

    return WhisperModel(
        str(folder),
        device=device,
        compute_type=compute_type,
        cpu_threads=len(os.sched_getaffinity(0)),
    )


def duration(source: Source) -> float:
    """Seconds of a recording; raises :class:`Refusal` where it holds none."""
    info = soundfile.info(source.path)
    if info.frames == 0:
        raise Refusal("audio_empty", handle=source.handle)
    return float(info.frames / info.samplerate)


def _asked_language(work: Work) -> str | None:
    asked = work.arguments.get("language")
    if not asked:
        return None
    code = language_code(asked)
    if code is None:
        raise Refusal("language_unknown", language=asked, known=len(LANGUAGES))
    return code


def _mono_16k(source: Source) -> Iterator[Samples]:
    rate = soundfile.info(source.path).samplerate
    pieces = (mono(piece)[None] for piece, _ in blocks(source.path, BLOCK_S))
    return (piece[0] for piece in resampled(pieces, rate, RATE))


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


def _result(
    index: int,
    segments: list[dict[str, Any]],
    language: str | None,
    probability: float,
    total: float,
) -> Done:
    text = subtitles.join(segment["text"] for segment in segments)
    data = {
        "language": language if text else None,
        "language_probability": round(float(probability), 3) if text else 0.0,
        "duration_s": round(total, 3),
        "segments": segments,
    }
    if not text:
        return Done(index, data=data | {"segments": []}, notes=(note("no_speech"),))
    cues = subtitles.cues(segments)
    return Done(
        index,
        text,
        data,
        (
            Document("transcript.txt", "text/plain", subtitles.to_txt(segments)),
            Document("transcript.srt", "application/x-subrip", subtitles.to_srt(cues)),
            Document("transcript.vtt", "text/vtt", subtitles.to_vtt(cues)),
        ),
        (note("unsure"),) if _confidence(segments) < UNSURE else (),
    )


def _confidence(segments: list[dict[str, Any]]) -> float:
    """The mean probability of the words."""
    found = [word["probability"] for segment in segments for word in segment["words"]]
    return float(np.mean(found)) if found else 1.0
