"""Speech translation: Whisper writes down in English what is said in some hundred languages.

Its model knows the one direction only (Radford et al., arXiv 2212.04356, section 2.2), so speech in
English, and any other language asked for, is answered with what can be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engines.audio import duration
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Progress, Refusal, Work, note
from engines.speech import subtitles
from engines.speech.languages import LANGUAGES
from engines.speech.recognise import asked_language, files
from engines.speech.whisper import Heard, Whisper

#: Real speech that is translated well has a mean word probability of .7 and more.
UNSURE = 0.5


@engine(
    task="speech_translation",
    weights=("whisper-base",),
    memory_gb=0.6,
    devices=("cpu", "cuda"),
    seconds_per_second=0.4,
)
class WhisperTranslation(Whisper):
    """Whisper base, asked to translate."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Translate each recording in turn."""
        return one_by_one(batch, self._translate)

    def _translate(self, index: int, work: Work) -> Iterator[Event]:
        target = asked_language(work) or "en"
        if target != "en":
            raise Refusal("translates_to_english", language=LANGUAGES[target])
        source = work.sources[0]
        heard = Heard(duration(source), None)
        yield from self.listen(index, heard, source, "translate")
        yield Progress(index, 1.0)
        yield _result(index, heard)


def _result(index: int, heard: Heard) -> Done:
    text = subtitles.join(segment["text"] for segment in heard.segments)
    data = {
        "from": heard.language if text else None,
        "language": "en",
        "language_probability": round(float(heard.probability), 3) if text else 0.0,
        "duration_s": round(heard.total, 3),
        "segments": heard.segments,
    }
    if not text:
        return Done(index, data=data | {"segments": []}, notes=(note("no_speech"),))
    spoken = LANGUAGES[str(heard.language)]
    if heard.language == "en":
        notes = [note("english_already")]
    elif not _is_latin(text):
        notes = [note("not_translated", language=spoken)]
    else:
        notes = [note("translated_from", language=spoken)]
        if heard.confidence < UNSURE:
            notes.append(note("unsure_translation"))
    named = (replace(each, name=f"translation{each.name[10:]}") for each in files(heard))
    return Done(index, text, data, tuple(named), tuple(notes))


def _is_latin(text: str) -> bool:
    """Whether words are in English letters: a small model may only write down what it heard."""
    letters = [each for each in text if each.isalpha()]
    return sum(each < "\u0250" for each in letters) >= len(letters) / 2
