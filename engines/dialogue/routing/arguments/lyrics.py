"""What to sing: the words, and the note and the length of each where they are given.

In the paper's own form: "Text sequence is 小酒窝. Note sequence is C#4/Db4 | F#4/Gb4. Note duration
sequence is 0.407140 | 0.376190".
"""

from __future__ import annotations

import re

from engines.dialogue.routing.arguments.voice import VOICE, manner
from engines.dialogue.routing.asking import request
from engines.dialogue.routing.quotes import evened, masked, quoted

_NOTE = r"(?:[A-G][#b♯♭]?-?\d(?:/[A-G][#b♯♭]?-?\d)?|rest|<AP>|<SP>|_)"
_LENGTH = r"\d{1,3}(?:\.\d{1,9})?"
_PART = r"\s*(?:\||,|\s)\s*"
_NOTES = re.compile(rf"(?<![\w#]){_NOTE}(?:{_PART}{_NOTE}){{0,500}}(?![\w#])")
_LENGTHS = re.compile(rf"(?<![\w.]){_LENGTH}s?(?:\s*(?:\||,|\s)\s*{_LENGTH}s?){{0,500}}(?![\w])")
_NOTES_LEAD = re.compile(
    r"\b(?:notes?|melody|pitch(?:es)?)\b(?! dur| len)[^\n:|]{0,24}?(?:\bis\b|\bare\b|:"
    r"|\s)\s*(?=[A-G<_r])"
    r"|(?:음표|음정|멜로디|음)(?:은|는|으로|:)?\s*:?\s*(?=[A-G<_r])",
    re.IGNORECASE,
)
_LENGTHS_LEAD = re.compile(
    r"\b(?:note )?(?:durations?|lengths?|rhythm)\b[^\n|\d]{0,24}(?=\d)|(?:길이"
    r"|박자)[^\d\n]{0,8}(?=\d)",
    re.IGNORECASE,
)
_TEXT_LEAD = re.compile(
    r"\b(?:text(?: sequence)?|lyrics?|words)\b\s*(?:(?:is|are)\b|:)\s*|가사(?:는|:)\s*:?\s*",
    re.IGNORECASE,
)
_SING = request(
    r"(?:sing|hum|croon|chant)\b(?:\s+(?:me|us|out loud|aloud)\b)?"
    r"(?:\s+(?:a song|(?:the|these|this|following)(?: following)? (?:words?|lyrics|lines?|text"
    r"|song))"
    r"\b(?: (?:about|of|that goes|with the (?:words|lyrics)))?)?[\s:,]*+(?P<text>.*)$",
    r"(?:generate|make|create|give me|produce|synthesi[sz]e)\b.{0,40}"
    r"\b(?:song|singing(?: voice)?|vocals?)\b.{0,20}\b(?:of|with|from|for|about|saying|that goes)\b"
    r"(?: the (?:words?|lyrics|text|line)\b)?[\s:,]*+(?P<song>.*)$",
    r"(?:turn|set|put|make|convert)\b\s*(?P<turned>.{1,400}?)\s*(?:in)?to (?:a )?(?:song|music"
    r"|singing|melody)\b",
)
_KOREAN_SING = re.compile(
    r"^(?P<text>.{0,400}?)\s*(?:(?:이?라는|이?라고|란|을|를|은|는)?\s*(?:가사(?:로|를)?"
    r"|노래(?:로|를|처럼)?|곡(?:을)?))?"
    r"\s*(?:노래|불러|부르|만들)[가-힣]{0,3}\s?[가-힣]{0,4}[\s.!?~]*$",
    re.DOTALL,
)
#: Whose melody it is to be sung to.
_TUNE = re.compile(
    r"[\s,]{0,3}\b(?:to|with|on|in) the (?:tune|melody|music|air) (?:of|from)"
    r" (?P<tune>[^\n.!?]{2,60})",
    re.IGNORECASE,
)
#: An instrument is to play along.
_PLAYED = re.compile(
    r"[\s,]{0,3}\bwith (?:a |an |some )?(?:piano|accompaniment|backing(?: track)?|music)"
    r"(?: accompaniment| backing)?\b|,?\s?(?:피아노 )?반주(?:와 함께|에 맞춰|를 넣어|도 넣어)?",
    re.IGNORECASE,
)
#: What is no text of a song: "Can you sing?", "sing it", "sing something".
_NOTHING = re.compile(
    r"\W*(?:(?:something|anything|it|this|that|me|us|a|the|song|songs|노래|한 곡|하나|좀"
    r"|아무거나|for)\b\W*){0,5}",
    re.IGNORECASE,
)
#: A kind of song, and then its words: "a lullaby: hush now".
_NAMED = re.compile(r"(?:an?|the|this|my|our)\s+[\w\s]{1,40}:\s*(?=\S)", re.IGNORECASE)
_TAIL = re.compile(
    r"[,\s]+(?:please|pls|for me|in (?:a|an|the|your)\b.{0,40}(?:voice|style|tune|melody)"
    r"|to (?:a|the) .{0,30}"
    r"(?:melody|tune))[.!?\s]*$",
    re.IGNORECASE,
)


def lyrics(clause: str) -> dict[str, object]:
    """The arguments of text_to_sing a clause gives: any of text, notes, durations, melody, voice.

    >>> lyrics("sing 'I love my cat' to the tune of jingle bells")
    {'melody': 'jingle bells', 'text': 'I love my cat'}
    """
    clause = evened(clause)
    blank = masked(clause)
    found: dict[str, object] = {}
    for name, pattern in (("accompaniment", _PLAYED), ("voice", VOICE), ("melody", _TUNE)):
        if asked := pattern.search(blank):
            start, end = asked.span()
            found |= _told(name, asked, clause)
            clause, blank = clause[:start] + clause[end:], blank[:start] + blank[end:]
    if notes := _sequence(_NOTES_LEAD, _NOTES, clause):
        found["notes"] = notes
    if lengths := _sequence(_LENGTHS_LEAD, _LENGTHS, clause):
        found["durations"] = lengths
    if text := quoted(clause) or _text(clause, blank):
        found["text"] = text
    return found


def _told(name: str, asked: re.Match[str], clause: str) -> dict[str, object]:
    if name == "voice":
        return {"voice": manner(asked[0])["voice"]}
    if name == "accompaniment":
        return {name: "on"}
    return {name: clause[slice(*asked.span("tune"))].strip(" '\"“”")}


def _sequence(lead: re.Pattern[str], values: re.Pattern[str], clause: str) -> str:
    """What follows the lead, parted by " | " however it was parted before."""
    for announced in lead.finditer(clause):
        if run := values.match(clause, announced.end()):
            parts = re.split(r"\s*[|,]\s*|\s+", run[0].strip())
            return " | ".join(part.removesuffix("s") for part in parts if part)
    return ""


def _text(clause: str, blank: str) -> str:
    if lead := _TEXT_LEAD.search(blank):
        rest = clause[lead.end() :]
        stop = re.search(
            r"[.;,\n]?\s*(?:and (?:the )?)?(?:with )?\b(?:note|notes|melody|durations?)\b|음표"
            r"|음정|멜로디",
            rest,
            re.IGNORECASE,
        )
        return _clean(rest[: stop.start()] if stop else rest).rstrip(".。")
    if asked := _SING.match(blank):
        start, end = asks_span(asked)
        text = clause[start:end]
        if named := _NAMED.match(text):
            text = text[named.end() :]
        stop = _NOTES_LEAD.search(text) or _LENGTHS_LEAD.search(text)
        text = text[: stop.start()] if stop else text
        return _clean(re.sub(r"\s*[,.;]?\s*\b(?:with|to|on|using)(?: the)?\s*$", "", text))
    if asked := _KOREAN_SING.match(blank):
        return _clean(clause[: asked.end("text")])
    if colon := re.search(r"[:\n]\s*(?=\S)", blank):
        return _clean(clause[colon.end() :])
    return ""


def asks_span(asked: re.Match[str]) -> tuple[int, int]:
    """Where the last group that took part lies."""
    return asked.span(asked.lastgroup or 0)


def _clean(text: str) -> str:
    text = _TAIL.sub("", text.strip()).strip(" ,:;")
    return "" if _NOTHING.fullmatch(text) else text
