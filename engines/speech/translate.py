"""Speech translation: what is said in some hundred languages, in English, Portuguese and others.

Whisper's model writes down in English what is said in another language, and knows that direction
only (Radford et al., arXiv 2212.04356, section 2.2). From English a text model goes on to
Portuguese (:mod:`engines.text.translation`). Into other languages a language model that plans can
translate the transcript itself and hand its words in, which get their times here. Without one they
are refused.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engines.audio import duration
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Note, Progress, Refusal, Source, Work, note
from engines.speech import subtitles
from engines.speech.laid_over import laid_over
from engines.speech.languages import LANGUAGES
from engines.speech.recognise import asked_language, files
from engines.speech.whisper import Heard, Whisper
from engines.text.translation import Translator, sentences

#: Real speech that is translated well has a mean word probability of .7 and more.
UNSURE = 0.5
#: The languages to translate into.
INTO = ("en", "pt")


@engine(
    task="speech_translation",
    weights=("whisper-base",),
    memory_gb=0.8,
    devices=("cpu", "cuda"),
    seconds_per_second=0.4,
)
class WhisperTranslation(Whisper):
    """Whisper base, asked to translate, and a text model from there."""

    _portuguese: Translator | None = None

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Translate each recording in turn."""
        return one_by_one(batch, self._translate)

    def _translate(self, index: int, work: Work) -> Iterator[Event]:
        target = asked_language(work) or "en"
        given = (work.arguments.get("words") or "").splitlines()
        if lines := [" ".join(line.split()) for line in given if line.strip()]:
            yield from self._timed(index, work.sources[0], target, lines)
            return
        if target not in INTO:
            raise Refusal("translates_into_few", language=LANGUAGES[target])
        heard = yield from self._listened(index, work.sources[0], target)
        english = _text(heard) if heard.language != target == "pt" else ""
        if english and _is_latin(english):
            if self._portuguese is None:
                self._portuguese = Translator("en", "pt")
            written = []
            for sentence in by_sentence(heard.segments):
                yield Progress(index, 1.0)  # it is little work beside the listening
                written.append(sentence | {"text": self._portuguese(sentence["text"])})
            yield _result(index, replace(heard, segments=written), target, heard.confidence)
        else:
            yield Progress(index, 1.0)
            yield _result(index, heard, target, heard.confidence)

    def _timed(
        self, index: int, source: Source, target: str, lines: Sequence[str]
    ) -> Iterator[Event]:
        """A translation that was made elsewhere, at the times of what it translates."""
        heard = Heard(duration(source), None)
        yield from self.listen(index, heard, source, "transcribe")
        segments = laid_over(lines, by_sentence(heard.segments))
        yield _result(index, replace(heard, segments=segments), target, None)

    def _listened(
        self, index: int, source: Source, target: str
    ) -> Generator[Progress, None, Heard]:
        """What is said, in English; but in its own words if that is the ``target``."""
        heard = Heard(duration(source), None)
        done = 0.0
        for told in self.listen(index, heard, source, "translate"):
            done = told.fraction
            yield told
            if heard.language in ("en", target):
                break
        else:
            return heard
        # There is nothing to translate for Whisper. The language is known by now, and little of
        # the recording was heard.
        own = Heard(heard.total, heard.language, heard.probability)
        for told in self.listen(index, own, source, "transcribe"):
            done = max(done, told.fraction)
            yield Progress(index, done)
        return own


def by_sentence(segments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A transcript's segments put together and cut anew, so that each is one sentence.

    They begin and end with their first and last word, and have no words of their own any more. A
    pause ends a sentence too.
    """
    text = ""
    words: list[tuple[int, float, float]] = []
    end = 0.0
    for segment in segments:
        if text:
            text += "\n" if segment["start"] - end >= subtitles.PAUSE_S else " "
        at = len(text)
        text += " ".join(segment["text"].split())
        for word in segment.get("words") or _evenly(segment):
            at = max(at, text.find(word["word"], at))
            words.append((at, word["start"], word["end"]))
            at += len(word["word"])
        end = segment["end"]
    found = []
    at = 0
    for sentence in sentences(text):
        at = text.index(sentence, at)
        inside = [each for each in words if at <= each[0] < at + len(sentence)]
        inside = inside or [each for each in words if each[0] < at][-1:]
        found.append({"start": inside[0][1], "end": inside[-1][2], "text": sentence, "words": []})
        at += len(sentence)
    return found


def _evenly(segment: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The words of a segment that came without, its time shared out between them."""
    parts = segment["text"].split()
    step = (segment["end"] - segment["start"]) / max(1, len(parts))
    return [
        {
            "word": part,
            "start": round(segment["start"] + number * step, 2),
            "end": round(segment["start"] + (number + 1) * step, 2),
        }
        for number, part in enumerate(parts)
    ]


def _result(index: int, heard: Heard, target: str, confidence: float | None) -> Done:
    text = _text(heard)
    data = {
        "from": heard.language if text else None,
        "language": target,
        "language_probability": round(float(heard.probability), 3) if text else 0.0,
        "duration_s": round(heard.total, 3),
        "segments": heard.segments,
    }
    if not text:
        return Done(index, data=data | {"segments": []}, notes=(note("no_speech"),))
    named = (replace(each, name=f"translation{each.name[10:]}") for each in files(heard))
    notes = _notes(str(heard.language), target, text, confidence)
    return Done(index, text, data, tuple(named), notes)


def _notes(spoken: str, target: str, text: str, confidence: float | None) -> tuple[Note, ...]:
    if confidence is None:  # a language model translated it
        known = {"language": LANGUAGES[spoken], "into": LANGUAGES[target]}
        return (note("translated_by_model", **known),)
    if spoken == target:
        return (note("english_already" if target == "en" else "portuguese_already"),)
    if not _is_latin(text):
        return (note("not_translated", language=LANGUAGES[spoken]),)
    notes = [note("translated_from", language=LANGUAGES[spoken])]
    if "en" not in (spoken, target):
        notes.append(note("translated_through_english"))
    if confidence < UNSURE:
        notes.append(note("unsure_translation"))
    return tuple(notes)


def _text(heard: Heard) -> str:
    return subtitles.join(segment["text"] for segment in heard.segments)


def _is_latin(text: str) -> bool:
    """Whether words are in Latin letters: a small model may only write down what it heard."""
    letters = [each for each in text if each.isalpha()]
    return sum(each < "\u0250" for each in letters) >= len(letters) / 2
