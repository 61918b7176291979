"""Subtitles from a transcript: readable cues by word times, as SubRip and WebVTT, and plain text.

The limits are those of broadcast guidelines (BBC Subtitle Guidelines; Netflix Timed Text Style
Guide): two lines of 42 columns, at most seven seconds, breaks where the speaker pauses or a clause
ends. Wide characters (Chinese, Japanese, Korean) count as two columns.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COLUMNS = 42
LINES = 2
LONGEST_S = 7.0
#: A cue stays for at least so long where the next one leaves room, and no shorter ones are made.
SHORTEST_S = 1.0
LEAST_S = 0.05
#: The speaker paused: a new cue. Longer still: a new paragraph of the plain text.
PAUSE_S = 1.0
PARAGRAPH_S = 2.0

_SENTENCE = tuple(".?!…。！？")
_CLAUSE = tuple(",;:—–，、；：")
_CLOSING = "\"'”’)]»」』"


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle, shown from ``start`` to ``end`` seconds.

    ``speaker`` is who says it, where that is told.
    """

    start: float
    end: float
    lines: tuple[str, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    """``text`` of [start, end]; ``spaced`` says that a space stands before it."""

    text: str
    start: float
    end: float
    spaced: bool
    speaker: str = ""


def join(texts: Iterable[str]) -> str:
    """One line of several texts, a space between them except within scripts that use none."""
    line = ""
    for text in (" ".join(text.split()) for text in texts):
        if line and text and not (_unspaced(line[-1]) and _unspaced(text[0])):
            line += " "
        line += text
    return line


def to_txt(segments: Sequence[Mapping[str, Any]]) -> str:
    """The transcript as plain text, a paragraph for each speaker, and for each after a pause."""
    paragraphs: list[list[str]] = []
    end = float("-inf")
    speaker = ""
    for segment in segments:
        before, speaker = speaker, segment.get("speaker", "")
        if segment["start"] - end >= PARAGRAPH_S or speaker != before:
            paragraphs.append([f"{speaker}:"] if speaker else [])
        paragraphs[-1].append(segment["text"])
        end = segment["end"]
    return "\n\n".join(filter(None, map(join, paragraphs))) + "\n"


def to_srt(cues: Sequence[Cue]) -> str:
    """SubRip. It has no escapes, so an arrow inside a text becomes a real one.

    A speaker is named where another one spoke before.
    """
    written, speaker = [], ""
    for number, cue in enumerate(cues, 1):
        named = f"{cue.speaker}: " if cue.speaker != speaker else ""
        text = named + "\n".join(cue.lines)
        clock = f"{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}"
        written.append(f"{number}\n{clock}\n{text.replace('-->', '→')}\n\n")
        speaker = cue.speaker
    return "".join(written)


def to_vtt(cues: Sequence[Cue]) -> str:
    """WebVTT (W3C Candidate Recommendation, section 4): ``&``, ``<`` and ``>`` are escaped.

    A speaker is the voice of the whole cue.
    """
    return "WEBVTT\n\n" + "".join(
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n"
        + (f"<v {html.escape(cue.speaker, quote=False)}>" if cue.speaker else "")
        + "\n".join(html.escape(line, quote=False) for line in cue.lines)
        + "\n\n"
        for cue in cues
    )


def cues(segments: Sequence[Mapping[str, Any]]) -> tuple[Cue, ...]:
    """Cues for the segments of a transcript: in order, never overlapping, no word lost.

    A segment is ``{"start", "end", "text", "words": [{"start", "end", "word"}]}``, times in
    seconds, and may have a ``speaker``: a cue has one. Where ``words`` is empty, its times are
    spread over the text.
    """
    groups: list[list[_Word]] = []
    group: list[_Word] = []
    for word in _in_order(word for segment in segments for word in _words(segment)):
        paused = group and word.start - group[-1].end >= PAUSE_S
        if paused or (group and word.speaker != group[-1].speaker):
            groups.append(group)
            group = []
        while group and not _fits([*group, word]):
            cut = _best_cut(group)
            groups.append(group[:cut])
            group = group[cut:]
        group.append(word)
        if word.text.rstrip(_CLOSING).endswith(_SENTENCE) and _width(_text(group)) >= COLUMNS // 2:
            groups.append(group)
            group = []
    if group:
        groups.append(group)
    return tuple(_timed(groups))


def _words(segment: Mapping[str, Any]) -> list[_Word]:
    text = " ".join(segment["text"].split())
    who = segment.get("speaker", "")
    if not segment.get("words"):
        parts = text.split()
        start, length = segment["start"], segment["end"] - segment["start"]
        step = max(0.0, length) / max(1, len(parts))
        return [
            _Word(part, start + i * step, start + (i + 1) * step, True, who)
            for i, part in enumerate(parts)
        ]
    words = []
    at = 0
    for item in segment["words"]:
        word = " ".join(item["word"].split())
        found = text.find(word, at)
        spaced = found < 0 or found == 0 or text[found - 1] == " "
        at = max(at, found + len(word))
        if word:
            words.append(_Word(word, item["start"], item["end"], spaced, who))
    return words


def _in_order(words: Iterable[_Word]) -> Iterable[_Word]:
    """The same words, none starting before the one ahead of it, none ending before it starts."""
    latest = 0.0
    for word in words:
        latest = max(latest, word.start)
        yield _Word(word.text, latest, max(word.end, latest), word.spaced, word.speaker)


def _fits(group: Sequence[_Word]) -> bool:
    return group[-1].end - group[0].start <= LONGEST_S and _wrap(group) is not None


def _best_cut(group: Sequence[_Word]) -> int:
    """How many words of a full group to show: up to the best break in its later part."""
    best, best_score = len(group), 0.0
    for cut in range(max(1, len(group) // 3), len(group)):
        last = group[cut - 1]
        ending = last.text.rstrip(_CLOSING)
        score = min(group[cut].start - last.end, PAUSE_S) + cut / len(group)
        score += 3.0 if ending.endswith(_SENTENCE) else 1.0 if ending.endswith(_CLAUSE) else 0.0
        if score > best_score and group[cut].spaced:
            best, best_score = cut, score
    # The break after the last word competes with them, at the weight of its place alone.
    ending = group[-1].text.rstrip(_CLOSING)
    return best if best_score > 1.3 and not ending.endswith(_SENTENCE + _CLAUSE) else len(group)


def _wrap(group: Sequence[_Word]) -> tuple[str, ...] | None:
    """The lines of a cue, as even as can be and broken at a clause; None if they do not fit."""
    whole = _text(group)
    if _width(whole) <= COLUMNS or len(group) == 1:
        return (whole,)
    choices = []
    for cut in range(1, len(group)):
        lines = (_text(group[:cut]), _text(group[cut:]))
        widths = tuple(map(_width, lines))
        fits = all(
            width <= COLUMNS or len(part) == 1
            for width, part in zip(widths, (group[:cut], group[cut:]), strict=True)
        )
        if fits:
            clause = group[cut - 1].text.rstrip(_CLOSING).endswith(_SENTENCE + _CLAUSE)
            choices.append((abs(widths[0] - widths[1]) - (12 if clause else 0), lines))
    return min(choices)[1] if choices else None


def _timed(groups: Sequence[Sequence[_Word]]) -> list[Cue]:
    timed: list[Cue] = []
    free = 0.0
    for number, group in enumerate(groups):
        start = max(group[0].start, free)
        following = groups[number + 1][0].start if number + 1 < len(groups) else float("inf")
        end = max(min(group[-1].end, start + LONGEST_S), start + SHORTEST_S)
        free = max(min(end, following), start + LEAST_S)
        timed.append(Cue(start, free, _wrap(group) or (_text(group),), group[0].speaker))
    return timed


def _text(group: Sequence[_Word]) -> str:
    return "".join((" " if word.spaced and i else "") + word.text for i, word in enumerate(group))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _unspaced(char: str) -> bool:
    """Whether the character belongs to Chinese or Japanese, written without spaces."""
    name = unicodedata.name(char, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH"))


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
