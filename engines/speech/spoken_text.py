"""Written English as it is said: chat text without its markup, numbers and signs as words.

The grapheme-to-phoneme step reads plain numbers, clock times, dates, most money and most
abbreviations itself. Here is what it would misread or leave out: markup, emoji, addresses,
telephone numbers, ranges, ratios, signs next to money, and units it does not know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

#: Markup of Markdown as Discord and Telegram write it; the order matters.
_MARKUP: tuple[tuple[str, str], ...] = (
    (r"```[\w+-]*\n?", "\n"),
    (r"<a?:\w+:\d+>|<[@#][!&]?\d+>|<t:\d+(?::\w)?>", " "),
    (r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)", r"\1"),
    (r"</?[a-zA-Z][^<>]*>", " "),
    (r"(?m)^[ \t]*(?:[-*_][ \t]*){3,}$", ""),
    (r"(?m)^[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*$", ""),
    (r"(?m)^ {0,3}#{1,6}[ \t]+", ""),
    (r"(?m)^[ \t]*>+[ \t]?", ""),
    (r"(?m)^[ \t]*[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?", ""),
    (r"(?m)^[ \t]*\|(.*)\|[ \t]*$", r"\1"),
    (r"\|\|", ""),
    (r"(\*\*\*|\*\*|__|~~|`)(?=\S)(.+?)(?<=\S)\1", r"\2"),
    (r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"\1"),
    (r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])", r"\1"),
    (r"`", ""),
    (r"[ \t]*\|[ \t]*", ", "),
)
_MARKUP_RULES = tuple((re.compile(pattern), text) for pattern, text in _MARKUP)

#: Emoji and dingbats with what joins and colours them. Signs with a reading of their own stay.
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u200d\u20e3\U000e0000-\U000e007f]"
)
_ADDRESS = re.compile(r"(?:https?://(?:www\.)?|www\.)([^\s<>()]*[\w/])", re.IGNORECASE)
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MONEY = {"$": "dollars", "£": "pounds", "€": "euros", "¥": "yen", "₩": "won", "₹": "rupees"}
_RATES = {
    "m/s": "meters per second",
    "km/s": "kilometers per second",
    "mb/s": "megabytes per second",
    "ft/s": "feet per second",
    "l/min": "liters per minute",
}
_UNITS = {
    "m": ("meter", "meters"),
    "l": ("liter", "liters"),
    "g": ("gram", "grams"),
    "dB": ("decibel", "decibels"),
    "V": ("volt", "volts"),
    "W": ("watt", "watts"),
    "m²": ("square meter", "square meters"),
    "km²": ("square kilometer", "square kilometers"),
    "m³": ("cubic meter", "cubic meters"),
}
_LATIN = {
    "e.g.": "for example",
    "i.e.": "that is",
    "approx.": "approximately",
    "incl.": "including",
    "excl.": "excluding",
    "tel.": "telephone",
}


def spoken(text: str, *, british: bool = False) -> str:
    """``text`` as words to be read aloud; empty where nothing in it can be said.

    Line breaks stay, since they are pauses. ``british`` reads 3/5/2024 as the third of May.
    """
    return say(plain(text), british=british)


def plain(text: str) -> str:
    """``text`` as a person sees it: no markup, emoji or blank lines; addresses by their host."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    for pattern, replacement in _MARKUP_RULES:
        text = pattern.sub(replacement, text)
    text = _ADDRESS.sub(lambda match: match[1].partition("/")[0].partition("?")[0], text)
    text = _EMOJI.sub(" ", text)
    lines = (re.sub(r"\s+([,.;:!?])", r"\1", " ".join(line.split())) for line in text.split("\n"))
    return "\n".join(line.strip(" ,") for line in lines if re.search(r"\w", line))


def say(text: str, *, british: bool = False) -> str:
    """Plain text with the signs spelled out that the phoneme step would misread."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    if british:
        text = _DAY_FIRST.sub(_day_first, text)
    return text


def _spell(text: str) -> str:
    """Digits one by one, grouped as written: "555-1234" is "five five five, one two three four"."""
    groups = re.findall(r"\d+", text)
    return ", ".join(" ".join(_DIGITS[int(digit)] for digit in group) for group in groups)


def _phone(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if not 7 <= len(digits) <= 15:
        return match[0]
    return ("plus " if match[0].startswith("+") else "") + _spell(match[0])


def _decimal(match: re.Match[str]) -> str:
    """Decimals that end in zeros, which are otherwise read without them: "2.0", "1.50"."""
    whole, digits = match[1], match[2]
    return f"{whole} point {' '.join(_DIGITS[int(digit)] for digit in digits)}"


def _signed_money(match: re.Match[str]) -> str:
    return f"minus {match[1]}{match[2]}"


def _money_after(match: re.Match[str]) -> str:
    words = _MONEY[match[2]]
    return f"{match[1]} {words.removesuffix('s') if match[1] == '1' else words}"


def _unit(match: re.Match[str]) -> str:
    singular, plural = _UNITS[match[2]]
    return f"{match[1]} {singular if match[1] == '1' else plural}"


def _times_of_day(match: re.Match[str]) -> str:
    return f"{match[1]} to {match[2]}"


def _height(match: re.Match[str]) -> str:
    return f"{match[1]} foot {match[2]}"


def _slash(match: re.Match[str]) -> str:
    """Neither a fraction nor a date: "24/7", "50/50"."""
    first, second = int(match[1]), int(match[2])
    date = first <= 12 and second <= 31
    return match[0] if date or first < second <= 10 else f"{match[1]} {match[2]}"


def _version(match: re.Match[str]) -> str:
    return "version " + " point ".join(match[1].split("."))


_DAY_FIRST = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")


def _day_first(match: re.Match[str]) -> str:
    day, month = int(match[1]), int(match[2])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    return f"{day} {_MONTHS[month - 1]} {match[3]}"


_Replacement = str | Callable[[re.Match[str]], str]
_SIGNS = "".join(_MONEY)
_RULES: tuple[tuple[re.Pattern[str], _Replacement], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (
            rf"(?i)(?<![\w.])({'|'.join(map(re.escape, _LATIN))})(?!\w)",
            lambda match: _LATIN[match[1].lower()],
        ),
        (r"\bv\.?(\d+(?:\.\d+)+)\b", _version),
        (rf"(?<![\w.])[-−]([{re.escape(_SIGNS)}])({_NUMBER})", _signed_money),
        (rf"(?<![\w.])({_NUMBER})\s?([{re.escape(_SIGNS)}])(?!\d)", _money_after),
        (
            r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,4}\)[ .-]?)?"
            r"\d{2,4}(?:[ .-]\d{3,4}){1,3}(?![\w-])",
            lambda match: _phone(match) if _looks_like_phone(match[0]) else match[0],
        ),
        (
            r"(?i)\b(\d{1,2}(?::\d{2})?\s?[ap]\.?m\.?)\s?[-–]\s?(\d{1,2}(?::\d{2})?\s?[ap]\.?m\b)",
            _times_of_day,
        ),
        (r"\b(\d{1,2}:\d{2})\s?[-–]\s?(\d{1,2}:\d{2})\b", _times_of_day),
        (rf"(?<![\w.-])({_NUMBER})\s?[-–]\s?({_NUMBER})(?=\s?(?:%|°|[A-Za-zµ]+\b))", r"\1 to \2"),
        (r"\b(\d{1,2})['′](\d{1,2})(?:[\"″]|'')", _height),
        (r"(?<![\w./])(\d{1,3})/(\d{1,3})(?![\w./])", _slash),
        (r"(?<![\w:.])(\d{1,3}):(\d)(?![\w:.\d])", r"\1 to \2"),
        (r"(?<!\w)[~≈]\s?(?=[\d$£€])", "about "),
        (r"(?<!\w)≥\s?(?=\d)", "at least "),
        (r"(?<!\w)≤\s?(?=\d)", "at most "),
        (rf"(?<![\w.])({_NUMBER})[kK]\b", r"\1 thousand"),
        (rf"(?<![\w.])({_NUMBER})\s?[x×]\s?(?=\d)", r"\1 by "),
        (rf"(?<![\w.])({_NUMBER})\s?[x×](?![\w×])", r"\1 times"),
        (
            rf"(?i)(?<![\w.])({_NUMBER})\s?({'|'.join(map(re.escape, _RATES))})(?!\w)",
            lambda match: f"{match[1]} {_RATES[match[2].lower()]}",
        ),
        (rf"(?<![\w.$£€])({_NUMBER})\s?({'|'.join(_UNITS)})(?![\w²³/'’])", _unit),
        (r"(?<![\w.,$£€¥₩₹:/-])(0\d+)(?![\w.,:/])", lambda match: _spell(match[1])),
        (r"(?<![\w.,$£€])(\d{13,})(?![\w.,])", lambda match: _spell(match[1])),
        (r"(?<![\w.,$£€])(\d+(?:,\d{3})*)\.(\d*0)(?![\w.,]*\d|\s?(?:million|billion))", _decimal),
        (r"(?<=\w)\s?&\s?(?=\w)", " and "),
        # The phoneme step would drop the end of so long a word.
        (r"[^\W\d_]{31,}", lambda match: " ".join(re.findall(r".{1,15}", match[0]))),
    )
)


def _looks_like_phone(text: str) -> bool:
    """Groups of digits are a number to dial if they say so by a sign, a zero, or their lengths."""
    groups = [len(group) for group in re.findall(r"\d+", text)]
    return text.startswith(("+", "(", "0")) or groups in ([3, 4], [3, 3, 4], [3, 4, 4])
