from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.speech.spoken_text import plain, say, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # Left to the phoneme step, which reads them well (see test_speak.py).
        ("The train leaves at 9:45.", "The train leaves at 9:45."),
        ("March 3rd, 2024, $3.50 and 40%", "March 3rd, 2024, $3.50 and 40%"),
        ("Dr. Smith of Elm St.", "Dr. Smith of Elm St."),
        # Abbreviations.
        ("e.g. apples, i.e. fruit", "for example apples, that is fruit"),
        ("Approx. 5 of them, incl. tax", "approximately 5 of them, including tax"),
        # Money.
        ("20€ and 1 £", "20 euros and 1 pound"),
        ("a debt of -$5", "a debt of minus $5"),
        ("$1,000.50", "$1,000.50"),
        # Telephone numbers.
        ("(555) 123-4567", "five five five, one two three, four five six seven"),
        ("+1 555 123 4567", "plus one, five five five, one two three, four five six seven"),
        ("010-1234-5678", "zero one zero, one two three four, five six seven eight"),
        ("call 555-0134", "call five five five, zero one three four"),
        ("1939-1945", "1939-1945"),
        ("2024-03-05", "2024-03-05"),
        # Numbers.
        ("agent 007", "agent zero zero seven"),
        ("2.0 and 1.50", "2 point zero and 1 point five zero"),
        ("1.5", "1.5"),
        ("10k runs", "10 thousand runs"),
        ("~5 or ≥3", "about 5 or at least 3"),
        ("1234567890123", "one two three four five six seven eight nine zero one two three"),
        ("v2.0.1", "version 2 point 0 point 1"),
        ("50/50, 24/7, 1/2, 3/4", "50 50, 24 7, 1/2, 3/4"),
        ("a ratio of 3:1", "a ratio of 3 to 1"),
        ("3x as fast, 2 x 4", "3 times as fast, 2 by 4"),
        # Ranges.
        ("10-15%", "10 to 15%"),
        ("5–10 km", "5 to 10 km"),
        ("10am-5pm", "10am to 5pm"),
        ("9:45-10:15", "9:45 to 10:15"),
        # Units.
        ("10 m/s", "10 meters per second"),
        ("100m, 1 m, 5g", "100 meters, 1 meter, 5 grams"),
        ("80 m² at 3 dB", "80 square meters at 3 decibels"),
        ("5'10\" tall", "5 foot 10 tall"),
        ("I'm here", "I'm here"),
        ("5G and 3D", "5G and 3D"),
        # Signs.
        ("R&D", "R and D"),
        # Addresses.
        ("see https://www.example.com/a/b?c=1.", "see example.com."),
        ("www.example.org/x", "example.org"),
        # Emoji.
        ("hello 😀👍🏽 world ❤️", "hello world"),
        ("1️⃣ first 🇰🇷", "1 first"),
        ("😀", ""),
        # Markup.
        ("**bold** _it_ *it* `code` ~~no~~ __under__", "bold it it code no under"),
        ("[the site](http://x.com/a_b) ![a cat](http://y.png)", "the site a cat"),
        ("# Title\n\n- one\n- two\n1. three\n> quoted", "Title\none\ntwo\n1. three\nquoted"),
        ("```python\nprint('hi')\n```", "print('hi')"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n1, 2"),
        ("one\n---\ntwo", "one\ntwo"),
        ("||secret|| <@123> <:smile:99> <b>bold</b>", "secret bold"),
        ("2*3 and a_b_c", "2*3 and a_b_c"),
        ("- [x] done", "done"),
        # Nothing.
        ("", ""),
        ("***\n...\n", ""),
    ],
)
def test_17_written_and_said(written: str, said: str) -> None:
    assert spoken(written) == said


def test_british_days_come_first() -> None:
    assert spoken("on 3/5/2024", british=True) == "on 3 May 2024"
    assert spoken("on 3/25/2024", british=True) == "on 3/25/2024"
    assert spoken("on 3/5/2024") == "on 3/5/2024"


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_can_be_cleaned(text: str) -> None:
    seen = plain(text)
    assert not re.search("[\U0001f300-\U0001faff\ufe0f\u200d]", seen)
    assert "\n\n" not in seen
    assert spoken(text) == say(seen)


@given(st.text("abc 019.,:/-+()*_[]`|#><~$€%'\"\n", max_size=400))
@settings(deadline=2000, max_examples=300)
def test_markup_takes_no_time(text: str) -> None:
    spoken(text * 5)
