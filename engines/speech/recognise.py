"""Speech recognition: Whisper writes down what is said, with word times and subtitle files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engines.audio import duration
from engines.engine import engine, one_by_one
from engines.kinds import Document, Done, Event, Refusal, Work, note
from engines.speech import subtitles
from engines.speech.languages import LANGUAGES, language_code
from engines.speech.whisper import Heard, Whisper

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
class FasterWhisper(Whisper):
    """Whisper base through faster-whisper."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Transcribe each recording in turn."""
        return one_by_one(batch, self._transcribe)

    def _transcribe(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        heard = Heard(duration(source), asked_language(work))
        yield from self.listen(index, heard, source, "transcribe")
        yield _result(index, heard)


def asked_language(work: Work) -> str | None:
    """The code of the language that is asked for; raises :class:`Refusal` for none there is."""
    asked = work.arguments.get("language")
    if not asked:
        return None
    code = language_code(asked)
    if code is None:
        raise Refusal("language_unknown", language=asked, known=len(LANGUAGES))
    return code


def files(heard: Heard) -> tuple[Document, ...]:
    """What was heard as plain text and as subtitles."""
    cues = subtitles.cues(heard.segments)
    return (
        Document("transcript.txt", "text/plain", subtitles.to_txt(heard.segments)),
        Document("transcript.srt", "application/x-subrip", subtitles.to_srt(cues)),
        Document("transcript.vtt", "text/vtt", subtitles.to_vtt(cues)),
    )


def _result(index: int, heard: Heard) -> Done:
    text = subtitles.join(segment["text"] for segment in heard.segments)
    data = {
        "language": heard.language if text else None,
        "language_probability": round(float(heard.probability), 3) if text else 0.0,
        "duration_s": round(heard.total, 3),
        "segments": heard.segments,
    }
    if not text:
        return Done(index, data=data | {"segments": []}, notes=(note("no_speech"),))
    unsure = (note("unsure"),) if heard.confidence < UNSURE else ()
    return Done(index, text, data, files(heard), unsure)
