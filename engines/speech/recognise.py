"""Speech recognition: Whisper writes down what is said, and who says it where several speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.audio import duration
from engines.engine import engine, one_by_one
from engines.kinds import Document, Done, Event, Progress, Refusal, Work, note
from engines.speech import attribute, speakers, subtitles
from engines.speech.acquaintance import (
    LEAST_S,
    PEOPLE,
    VOICEPRINTS,
    known_again,
    to_text,
    without,
)
from engines.speech.languages import LANGUAGES, language_code
from engines.speech.speakers import Told
from engines.speech.voiceprint import Voiceprints
from engines.speech.whisper import Heard, Whisper

#: Clear speech has a mean word probability of .88 and more; in noise as loud as it, where every
#: third word is wrong, .57 to .65 (three LibriVox sentences in white noise).
UNSURE = 0.68
_BETWEEN = re.compile(r"[,;/\n]|\band\b|&|그리고")
_NOBODY = re.compile(r"speaker \d+", re.IGNORECASE)
#: Nobody is told apart in a recording shorter than this, in s.
ALONE_S = 6.0
#: Telling the speakers apart takes such a share of the time.
WHO = 0.05


@engine(
    task="speech_recognition",
    weights=("whisper-base", "resemblyzer"),
    memory_gb=0.9,
    devices=("cpu", "cuda"),
    seconds_per_second=0.4,
)
class FasterWhisper(Whisper):
    """Whisper base through faster-whisper, and Resemblyzer's voiceprints."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        super().load(device)
        self.voiceprints = Voiceprints()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Transcribe each recording in turn."""
        return one_by_one(batch, self._transcribe)

    def _transcribe(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        vocabulary = work.arguments.get("vocabulary")
        heard = Heard(duration(source), asked_language(work), vocabulary=vocabulary)
        names = _names(work.arguments.get("names") or "")
        # Who names all of the speakers says how many there are.
        most = len(names) if names and not any(map(_NOBODY.fullmatch, names)) else None
        who = Told()
        if heard.total >= ALONE_S:
            who = yield from speakers.tell(index, source.path, self.voiceprints, 0.0, WHO, most)
        for told in self.listen(index, heard, source, "transcribe"):
            yield Progress(index, WHO + (1 - WHO) * told.fraction)
        company = None
        if names or len({turn.speaker for turn in who.turns}) > 1:
            company = _named(heard, who, names, work.arguments.get(PEOPLE))
        yield _result(index, heard, company)


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


@dataclass(frozen=True, slots=True)
class Company:
    """Who was known by voice, and the voiceprints, as text, of those who were named."""

    known: Sequence[str] = ()
    prints: Mapping[str, str] = field(default_factory=dict)


def _named(
    heard: Heard, who: Told, names: Sequence[str], people: Mapping[str, str] | None
) -> Company:
    """Give what was heard to its speakers, by the names given and the ``people`` known by voice.

    Where no people are given, nobody is to be known: no voiceprint is handed on then.
    """
    said = attribute.attributed(heard.segments, who.turns)
    known: Mapping[int, str] = {}
    if people:
        known = known_again(who.prints, without(people, names))
    heard.segments, called = attribute.named(said, names, known)
    mine = {name: speaker for speaker, name in called.items() if name in names}
    kept = {
        name: to_text(who.prints[speaker])
        for name, speaker in mine.items()
        if people is not None
        and speaker in who.prints
        and who.seconds[speaker] >= LEAST_S
        and not _NOBODY.fullmatch(name)
    }
    again = dict.fromkeys(name for who_, name in known.items() if called.get(who_) == name)
    return Company(list(again), kept)


def _result(index: int, heard: Heard, company: Company | None) -> Done:
    told = attribute.paragraphs(heard.segments)
    text = "\n\n".join(
        (f"{who}: " if who else "") + subtitles.join(segment["text"] for segment in segments)
        for who, segments in told
    )
    who = attribute.speakers(heard.segments)
    data: dict[str, Any] = {
        "language": heard.language if text else None,
        "language_probability": round(float(heard.probability), 3) if text else 0.0,
        "duration_s": round(heard.total, 3),
        "speakers": who,
        "segments": heard.segments,
    }
    if not text:
        return Done(index, data=data | {"segments": []}, notes=(note("no_speech"),))
    notes = [note("unsure")] if heard.confidence < UNSURE else []
    if len(who) > 1:
        nameless = any(map(_NOBODY.fullmatch, who))
        notes.append(note("speakers_told" if nameless else "speakers_named", count=len(who)))
    if company is not None and company.known:
        notes.append(note("speakers_known", names=", ".join(company.known)))
    if company is not None and company.prints:
        notes.append(note("speakers_kept", names=", ".join(company.prints)))
        data[VOICEPRINTS] = dict(company.prints)
    return Done(index, text, data, files(heard), notes)


def _names(given: str) -> list[str]:
    """The names in a list, as people write one.

    >>> _names("Ann, Bob and Cem"), _names("")
    (['Ann', 'Bob', 'Cem'], [])
    """
    return [name for each in _BETWEEN.split(given) if (name := " ".join(each.split())[:40])]
