"""What a sound or a piece of music to be made is to be like, in words, and how long."""

from __future__ import annotations

import re

from engines.dialogue.routing.arguments import times
from engines.dialogue.routing.asking import POLITE
from engines.dialogue.routing.concepts import from_where_it_affirms
from engines.dialogue.routing.quotes import masked, quoted

_FLAGS = re.IGNORECASE
_NOUN = (
    r"(?:audio(?: clip| file| track)?|sounds?(?: effects?| clip| file)?|sfx|sound ?scape|noises?"
    r"|clip|recording|ambien(?:ce|t)(?: track| sound)?"
    r"|track|wav|mp3)"
)
_LEAD = re.compile(
    rf"{POLITE}(?:(?:generate|make|create|produce|synthesi[sz]e|compose|design|render|give|play"
    r"|get|build|write|cook up|do|craft|simulate|record)"
    r"(?:\s+(?:me|us|up))?|(?:i|we)(?:'d| would)? (?:like|love|want|need"
    r"|could use)(?: to (?:hear|have|get))?|let me (?:hear|have)|lemme (?:hear|get)"
    r"|text[- ]to[- ](?:audio|sound)|how about"
    r"|what (?:does|would|do))\b[\s:,]*",
    _FLAGS,
)
_OF = re.compile(
    r"^(?:(?:an?|the|some|any|short|long|nice|quick"
    rf"|little)\s+){{0,4}}{_NOUN}\b\s*(?:(?:that sounds )?(?:of|with|where|in which|like|for"
    r"|from|matching|described as|description|:)\b)?[\s:,]*",
    _FLAGS,
)
_ARTICLE = re.compile(r"^(?:some|any)\s+", _FLAGS)
_TAIL = re.compile(
    r"[\s,]+(?:please|pls|plz|thanks?|thx|for me|(?:that is|that's|which is|lasting|for|of|about"
    r"|around|long|with a (?:length|duration) of)?\s*)[.!?\s]*$",
    _FLAGS,
)
_KOREAN_MAKE = (
    r"(?:만들|만드|생성|제작|합성|작곡|들려|틀어|내 ?줘|내 ?주|깔아|찍어|뽑아|필요"
    r"|부탁|재현|구현|해 ?줘|해 ?주|듣고|줘|주세요|있었?으면|연주해|넣어)"
)
_KOREAN_TAIL = re.compile(
    r"(?:을|를|이|가|으로|로|의)?\s+(?:(?:오디오|사운드|음원|음향|파일|클립)(?:을|를|로"
    rf"|으로)?\s+)?(?:(?:좀|하나|한 ?번|짧게|길게|직접)\s+)*{_KOREAN_MAKE}[가-힣\s]{{0,16}}$"
    r"|(?<=소리|음악|과음)(?:을|를|로)?(?:만들어|들려|틀어|생성해)[가-힣\s]{0,8}$"
)
#: Alone they say too little to go by, but they say something.
_NOTHING = re.compile(
    r"\W*(?:(?:it|this|that|something|anything|one|sound|sounds|audio|a|an|the|소리|오디오|이거"
    r"|그거|뭐|아무거나|좀)\b\W*)*",
    _FLAGS,
)


def scene(clause: str) -> dict[str, object]:
    """The arguments of text_to_audio a clause gives: any of text, duration.

    >>> scene("Generate an audio of a piano playing")
    {'text': 'a piano playing'}
    """
    blank = masked(clause)[:2000]
    found: dict[str, object] = {}
    if long := times.duration(blank):
        seconds, (start, end) = long
        found["duration"] = seconds
        clause, blank = clause[:start] + " " + clause[end:], blank[:start] + " " + blank[end:]
    text = quoted(clause) or _described(from_where_it_affirms(clause[:2000]))
    if text and not _NOTHING.fullmatch(text):
        found["text"] = text
    return dict(sorted(found.items(), reverse=True))


def _described(clause: str) -> str:
    """What is to be heard: after a colon, or else after the verb that asks, wherever it is."""
    parts = re.split(r"[:\n]\s*(?=\S{2})", clause, maxsplit=1)
    if len(parts) == 2 and len(parts[1].strip(" ,.")) > 2:
        clause = parts[1]
    sentences = [
        each for each in re.split(r"[.;!?]\s+|,\s+(?=make|generate|create)", clause) if each
    ]
    asking = next((each for each in sentences if _LEAD.match(each)), clause)
    text = " ".join(asking.split())
    if lead := _LEAD.match(text):
        text = text[lead.end() :]
    text = _ARTICLE.sub("", _OF.sub("", text, count=1))
    for _ in range(3):
        text = _KOREAN_TAIL.sub("", _TAIL.sub("", text.strip(" ,.!?:;~")))
    return text.strip(" ,.!?:;")
