from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pysubs2
import pytest
import srt
import webvtt
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engines.speech import subtitles
from engines.speech.subtitles import COLUMNS, Cue, cues, join, to_srt, to_txt, to_vtt

#: Letters, digits and everything that means something to one of the formats.
WORDS = st.text(
    st.sampled_from("abcdefghij0123456789.,?!:;'\"&<>-–—éñ한字"), min_size=1, max_size=12
)


@st.composite
def transcripts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Segments as a recogniser gives them, with pauses, and sometimes with times out of order."""
    segments = []
    now = 0.0
    for _ in range(draw(st.integers(0, 4))):
        words: list[dict[str, Any]] = []
        for text in draw(st.lists(WORDS, max_size=25)):
            now += draw(st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.2, 4.0]))
            end = now + draw(st.sampled_from([0.0, 0.1, 0.3, 1.0, 9.0]))
            words.append({"start": now, "end": end, "word": text, "probability": 1.0})
            now = end - draw(st.sampled_from([0.0, 0.0, 0.0, 0.2]))
            now = max(0.0, now)
        text = " ".join(word["word"] for word in words)
        start, end = (words[0]["start"], words[-1]["end"]) if words else (now, now)
        kept = words if draw(st.booleans()) else []
        segments.append({"start": start, "end": end, "text": text, "words": kept})
    return segments


def _words(segments: list[dict[str, Any]]) -> list[str]:
    return " ".join(segment["text"] for segment in segments).split()


@given(transcripts())
@settings(deadline=None, max_examples=200)
def test_cues_are_in_order_readable_and_whole(segments: list[dict[str, Any]]) -> None:
    made = cues(segments)
    assert " ".join(" ".join(cue.lines) for cue in made).split() == _words(segments)
    for cue in made:
        assert cue.end >= cue.start + subtitles.LEAST_S - 1e-9
        assert 1 <= len(cue.lines) <= subtitles.LINES
        for line in cue.lines:
            assert subtitles._width(line) <= COLUMNS
    for before, after in pairwise(made):
        assert before.end <= after.start + 1e-9


@given(transcripts())
@settings(deadline=None, max_examples=100)
def test_third_party_parsers_read_every_cue(segments: list[dict[str, Any]]) -> None:
    made = cues(segments)
    parsed = list(srt.parse(to_srt(made)))
    assert [item.content for item in parsed] == [
        "\n".join(cue.lines).replace("-->", "→") for cue in made
    ]
    assert [item.start for item in parsed] == [
        timedelta(milliseconds=round(cue.start * 1000)) for cue in made
    ]
    captions = webvtt.from_string(to_vtt(made)).captions
    assert [(caption.start_in_seconds, caption.end_in_seconds) for caption in captions] == [
        (int(round(cue.start * 1000) / 1000), int(round(cue.end * 1000) / 1000)) for cue in made
    ]
    for text, suffix in ((to_srt(made), "srt"), (to_vtt(made), "vtt")):
        assert len(pysubs2.SSAFile.from_string(text, format_=suffix)) == len(made)


@given(st.lists(st.tuples(WORDS, st.sampled_from([0.1, 0.5, 2.0, 30.0])), max_size=30))
@settings(deadline=None)
@example([("a", 30.0), ("b", 0.1)])
def test_no_cue_stays_longer_than_it_may(spoken: list[tuple[str, float]]) -> None:
    now = 0.0
    words = []
    for text, length in spoken:
        words.append({"start": now, "end": now + length, "word": text})
        now += length
    text = " ".join(word for word, _ in spoken)
    for cue in cues([{"start": 0.0, "end": now, "text": text, "words": words}]):
        assert cue.end - cue.start <= subtitles.LONGEST_S + 1e-9


def _segment(text: str, start: float = 0.0, per_word: float = 0.3) -> dict[str, Any]:
    words = [
        {"start": start + i * per_word, "end": start + (i + 1) * per_word, "word": word}
        for i, word in enumerate(text.split())
    ]
    return {"start": start, "end": words[-1]["end"], "text": text, "words": words}


def test_breaks_fall_on_clauses() -> None:
    text = (
        "In short, the period was so far like the present period, that some of its noisiest "
        "authorities insisted on its being received, for good or for evil, in the superlative "
        "degree of comparison only."
    )
    made = cues([_segment(text, per_word=0.25)])
    assert [" ".join(cue.lines).split()[-1] for cue in made] == ["period,", "received,", "only."]
    assert all(len(line) <= 42 for cue in made for line in cue.lines)


def test_sentences_and_pauses_begin_new_cues() -> None:
    first = _segment("It was the best of times.")
    second = _segment("It was the worst of times.", 2.0)
    late = _segment("Later then", 10.0)
    assert [cue.lines for cue in cues([first, second, late])] == [
        ("It was the best of times.",),
        ("It was the worst of times.",),
        ("Later then",),
    ]


def test_short_cues_stay_a_second_where_there_is_room() -> None:
    (cue,) = cues([_segment("Yes.", 1.0, 0.2)])
    assert (cue.start, cue.end) == (1.0, 2.0)


def test_scripts_without_spaces_keep_none() -> None:
    words = [
        {"start": i * 0.3, "end": i * 0.3 + 0.3, "word": char} for i, char in enumerate("你好吗")
    ]
    (cue,) = cues([{"start": 0, "end": 1, "text": "你好吗", "words": words}])
    assert cue.lines == ("你好吗",)
    assert join(["你好", "世界", "and", "more"]) == "你好世界 and more"


def test_long_runs_without_spaces_are_cut() -> None:
    words = [{"start": i * 0.1, "end": i * 0.1 + 0.1, "word": "字"} for i in range(100)]
    made = cues([{"start": 0, "end": 10, "text": "字" * 100, "words": words}])
    assert "".join("".join(cue.lines) for cue in made) == "字" * 100
    assert all(len(line) <= 21 for cue in made for line in cue.lines)


def test_the_formats_to_the_letter() -> None:
    cue = Cue(3661.0004, 3662.9996, ("R&D --> <b>", "fine"))
    assert to_srt([cue]) == "1\n01:01:01,000 --> 01:01:03,000\nR&D → <b>\nfine\n\n"
    assert to_vtt([cue]) == (
        "WEBVTT\n\n01:01:01.000 --> 01:01:03.000\nR&amp;D --&gt; &lt;b&gt;\nfine\n\n"
    )
    assert (to_srt([]), to_vtt([])) == ("", "WEBVTT\n\n")


@pytest.mark.parametrize(("gap", "expected"), [(0.5, "One. Two.\n"), (3.0, "One.\n\nTwo.\n")])
def test_plain_text_has_a_paragraph_for_a_long_pause(gap: float, expected: str) -> None:
    first = _segment("One.")
    assert to_txt([first, _segment("Two.", first["end"] + gap)]) == expected


def test_speakers_are_named() -> None:
    said = [
        _said("Are you there?", 0.0, "Ann"),
        _said("I am here now, as ever.", 1.5, "Bob & Co"),
        _said("So am I, and for long.", 3.0, "Bob & Co"),
        _said("Good.", 8.0, "Ann"),
    ]
    made = cues(said)
    assert [cue.speaker for cue in made] == ["Ann", "Bob & Co", "Bob & Co", "Ann"]
    blocks = [block.split("\n", 2)[2] for block in to_srt(made).strip().split("\n\n")]
    assert blocks == [
        "Ann: Are you there?",
        "Bob & Co: I am here now, as ever.",
        "So am I, and for long.",
        "Ann: Good.",
    ]
    assert "<v Bob &amp; Co>I am here now" in to_vtt(made)
    assert to_txt(said) == (
        "Ann: Are you there?\n\nBob & Co: I am here now, as ever. So am I, and for long.\n\n"
        "Ann: Good.\n"
    )


def _said(text: str, start: float, speaker: str) -> dict[str, Any]:
    return {"start": start, "end": start + 1.2, "text": text, "words": [], "speaker": speaker}
