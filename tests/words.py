"""Comparing transcripts fairly: the same words, however they are written, count as the same.

``words`` brings both sides to lower-case words without punctuation, numbers, money, times and
ordinals spelled out, common abbreviations in full. ``error_rate`` is the word error rate of that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import jiwer
from num2words import num2words  # type: ignore[import-untyped]

#: What speech is held to: numbers, dates, money, abbreviations and plain prose.
SENTENCES = (
    "The train to Busan leaves at 9:45 on platform 12.",
    "Dr. Smith paid $3.50 for 2 cups of coffee on March 3rd, 2024.",
    "The meeting on 14 July starts at 10:30 a.m. in room 205.",
    "She was born in 1987, and her brother was born in 1990.",
    "It is 25°C outside, and there is a 40% chance of rain.",
    "Mr. Jones drove 120 km at 60 km/h, e.g. for two hours.",
    "Please call me at 555-0134 before 6 p.m. tomorrow.",
    "The quick brown fox jumps over the lazy dog near the river bank.",
    "Nobody expected the little library to stay open through the winter, but it did.",
    "He finished 2nd in the 100 m race, and won €1,250.",
)

_WRITTEN_OUT = {
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "st": "street",
    "km/h": "kilometers per hour",
    "km": "kilometers",
    "kilometres": "kilometers",
    "m": "meters",
    "metres": "meters",
    "meter": "meters",
    "metre": "meters",
    "°c": "degrees celsius",
    "%": "percent",
    "e.g.": "for example",
    "a.m.": "am",
    "p.m.": "pm",
    "riverbank": "river bank",
}
_MONEY = {"$": "dollars", "€": "euros", "£": "pounds"}
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"


def words(text: str) -> str:
    """``text`` as lower-case words, one space between them."""
    text = text.lower().replace("’", "'").replace("-", " ")
    # A day is an ordinal however it is written, and "the 14th of july" is "14 july".
    text = re.sub(rf"\b({_MONTHS}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)", _day_after, text)
    text = re.sub(rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTHS})\b", _day, text)
    text = re.sub(r"([$€£])(\d[\d,]*)(?:\.(\d\d))?", _money, text)
    text = re.sub(r"\b(\d{1,2})[:.](\d{2})\b(?=$|[^\d%]*)", r"\1 \2", text)
    text = re.sub(r"(\d),(?=\d{3}\b)", r"\1", text)
    text = re.sub(r"\b(\d+)(st|nd|rd|th)\b", lambda m: _number(m[1], "ordinal"), text)
    text = re.sub(r"\b\d{3} \d{4}\b", lambda m: " ".join(m[0].replace(" ", "")), text)
    text = re.sub(r"(\d)\s?(°c|%|km/h|km|m)(?!\w)", r"\1 \2 ", text)
    tokens = [_WRITTEN_OUT.get(token, token) for token in re.findall(r"[^\s,;:!?\"()]+", text)]
    tokens = [_WRITTEN_OUT.get(token.strip(".'"), token.strip(".'")) for token in tokens]
    spelled = (_number(token) if token.isdigit() else token for token in tokens)
    return " ".join(re.sub(r"[^\w' ]+", " ", " ".join(spelled)).split())


def error_rate(said: Sequence[str], heard: Sequence[str]) -> float:
    """Word error rate over all pairs together, 0 being perfect."""
    return float(jiwer.wer(list(map(words, said)), list(map(words, heard))))


def _number(digits: str, to: str = "cardinal") -> str:
    year = to == "cardinal" and len(digits) == 4 and 1100 <= int(digits) <= 2099
    spelled: str = num2words(int(digits), to="year" if year else to)
    return spelled.replace("-", " ").replace(",", "").replace(" and ", " ")


def _day_after(match: re.Match[str]) -> str:
    return f"{match[1]} {_number(match[2], 'ordinal')}"


def _day(match: re.Match[str]) -> str:
    return f"{match[2]} {_number(match[1], 'ordinal')}"


def _money(match: re.Match[str]) -> str:
    units = f"{match[2]} {_MONEY[match[1]]}"
    return f"{units} {match[3]} cents" if match[3] and match[3] != "00" else units


def character_errors(said: str, heard: str) -> float:
    """The character error rate of a transcript, letters and digits alone, small."""
    plain = (re.sub(r"[\W_]", "", each.lower()) for each in (said, heard))
    reference, hypothesis = plain
    return float(jiwer.cer(reference, hypothesis or " "))
