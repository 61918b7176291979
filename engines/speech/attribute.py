"""Who said what: the words of a transcript given to the turns of its speakers.

Turns are found to a tenth of a second, words to a few hundredths, and neither is sure: a change of
speaker is moved to the end of a sentence, or to a pause, where one is near.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engines.speech.turns import Turn

#: How far a change of speaker is moved to the end of a sentence, in words and in s, and what pause
#: between two words is as good a place.
NEAR_WORDS, NEAR_S, PAUSE_S = 3, 1.0, 0.3
#: Somebody who is given less than this between two turns of another said nothing.
LEAST_S = 0.4

_SENTENCE = (".", "?", "!", "…", "。", "？", "！")

Segment = Mapping[str, Any]


def attributed(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The segments cut where the speaker changes, each with its ``speaker``, a turn's number.

    A segment is ``{"start", "end", "text", "words": [{"start", "end", "word", ...}]}``, in s.
    """
    words = [word for segment in segments for word in segment["words"]]
    if not turns or not words:
        return [dict(segment) for segment in segments]
    speakers = _settled(words, [_speaker(word, turns) for word in words])
    found: list[dict[str, Any]] = []
    at = 0
    for segment in segments:
        count = len(segment["words"])
        own = speakers[at : at + count]
        for first, last, text in _runs(segment, own):
            some = segment["words"][first:last]
            begin = segment["start"] if first == 0 else some[0]["start"]
            end = segment["end"] if last == count else some[-1]["end"]
            who = own[first]
            found.append({"start": begin, "end": end, "text": text, "speaker": who, "words": some})
        at += count
    return found


def named(
    segments: Sequence[Segment], names: Sequence[str] = (), known: Mapping[int, str] | None = None
) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """The attributed segments with the names of their speakers, and who was called what.

    ``names`` are in the order in which the speakers begin; ``known`` are those told by their
    voices. Who is in neither is "Speaker 3", the third to begin.
    """
    called: dict[int, str] = {}
    for place, speaker in enumerate(speakers(segments)):
        told = (known or {}).get(speaker, f"Speaker {place + 1}")
        called[speaker] = names[place] if place < len(names) else told
    told_by_name = [
        {**segment, "speaker": called[segment["speaker"]]} if "speaker" in segment else {**segment}
        for segment in segments
    ]
    return told_by_name, called


def speakers(segments: Sequence[Segment]) -> list[Any]:
    """Who speaks in attributed segments, in the order they begin; empty where nobody was told."""
    return list(dict.fromkeys(each["speaker"] for each in segments if "speaker" in each))


def paragraphs(segments: Sequence[Segment]) -> Iterator[tuple[str | None, list[Segment]]]:
    """What each speaker says until another does."""
    some: list[Segment] = []
    for segment in segments:
        if some and some[-1].get("speaker") != segment.get("speaker"):
            yield some[-1].get("speaker"), some
            some = []
        some.append(segment)
    if some:
        yield some[-1].get("speaker"), some


def _speaker(word: Mapping[str, Any], turns: Sequence[Turn]) -> int:
    """In whose turn, or nearest to whose, the middle of a word lies."""
    middle = (word["start"] + word["end"]) / 2
    return min(turns, key=lambda turn: max(turn.start - middle, middle - turn.end, 0.0)).speaker


def _settled(words: Sequence[Mapping[str, Any]], speakers: Sequence[int]) -> list[int]:
    """The speakers of the words, once no change stands in the midst of a sentence for nothing."""
    settled = list(speakers)
    for number in range(1, len(words)):
        if speakers[number] == speakers[number - 1]:
            continue
        change = min(_ends(words, number), key=lambda place: abs(place - number), default=number)
        for place in range(min(change, number), max(change, number)):
            settled[place] = speakers[number] if change < number else speakers[number - 1]
    runs: list[list[int]] = []
    for number, speaker in enumerate(settled):
        if runs and settled[runs[-1][-1]] == speaker:
            runs[-1].append(number)
        else:
            runs.append([number])
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        length = words[run[-1]]["end"] - words[run[0]]["start"]
        if settled[before[-1]] == settled[after[0]] and length < LEAST_S:
            for number in run:
                settled[number] = settled[before[-1]]
    return settled


def _ends(words: Sequence[Mapping[str, Any]], number: int) -> Iterator[int]:
    """The places near word ``number`` before which a sentence ends or the speaker pauses."""
    for place in range(max(1, number - NEAR_WORDS), min(len(words), number + NEAR_WORDS + 1)):
        before, after = words[place - 1], words[place]
        ends = before["word"].endswith(_SENTENCE) or after["start"] - before["end"] >= PAUSE_S
        if ends and abs(after["start"] - words[number]["start"]) <= NEAR_S:
            yield place


def _runs(segment: Segment, speakers: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """(first word, behind the last, their text) for each speaker's share of a segment."""
    words, text = segment["words"], str(segment["text"])
    starts, at = [], 0
    for word in words:
        found = text.find(word["word"], at)
        starts.append(at if found < 0 else found)
        at = starts[-1] + (0 if found < 0 else len(word["word"]))
    cuts = [n for n in range(1, len(words)) if speakers[n] != speakers[n - 1]]
    for first, last in zip([0, *cuts], [*cuts, len(words)], strict=True):
        begin = 0 if first == 0 else starts[first]
        end = len(text) if last == len(words) else starts[last]
        yield first, last, text[begin:end].strip()
