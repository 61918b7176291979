"""The words to speak: quoted, after a colon, or all that follows the verb that asks for speech."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engines.dialogue.routing.arguments import voice
from engines.dialogue.routing.asking import ASKED, END, POLITE, request
from engines.dialogue.routing.quotes import MASK, masked, quoted

_ALOUD = r"(?:out loud|out|aloud|loud|back)"
_READ = r"(?P<verb>say|speak|pronounce|narrate|recite|read)\b"
#: The words to speak follow the verb.
SAY = request(
    rf"{_READ}(?P<aloud>\s+{_ALOUD}\b)?(?:\s+(?:to\s+)?(?:me|us)\b)?"
    r"(?:\s+(?:the following(?: (?:text|words?|sentences?|lines?|message))?|the (?:words?|sentence"
    r"|phrase)|these words)\b)?"
    rf"(?P<colon>(?:\s+(?:it|this|that|the text)\b)?(?:\s+{_ALOUD}\b)?\s*(?=[:\n\0]))?[\s:,]*+"
    r"(?P<text>.*)$",
)
#: ... or a noun: "a speech with text".
MAKE_SPEECH = request(
    r"(?:generate|make|create|give|produce|synthesi[sz]e)\b.{0,40}"
    r"\b(?:speech|voice|audio|recording|voice (?:note|message))\b.{0,20}"
    r"\b(?:(?:text|words|sentence)\b(?! (?:of|from))|saying|says)\b[\s:,]*+(?P<text>.*)$",
    r"(?:text[- ]to[- ]speech|tts)\b[\s:,]*+(?P<tts>.*)$",
    r"(?:convert|turn)\b.{0,40}(?:in)?to (?:speech|audio|(?:a )?voice)\b[\s:,]*+(?P<turned>.*)$",
    rf"(?P<korean>.{{1,400}}?)(?:\s*(?:이?라고|을|를))?"
    rf"(?:\s+(?:소리\s?내어?|소리\s?내서|크게|또박또박|천천히|빠르게|빨리|느리게|다시|좀|한\s?번))"
    rf"{{0,3}}\s*(?:읽어|말해|낭독해|발음해)\s?(?:줘|줘요|주세요|봐|볼래|줄래|줄래요"
    rf"|줄\s?수\s?있어)?{END}",
)
#: The words to speak are those of an earlier step, or missing.
SAY_RESULT = request(
    rf"{_READ}(?:\s+(?:it|that|this|them|something|anything|the (?:transcript|transcription|text"
    r"|result|words|translation|translated text|description|caption|answer|summary)"
    r"|your (?:last |previous |whole )?(?:message|answer|reply|response|text)"
    r"|my (?:last )?(?:message|text)"
    r"|what (?:he|she|it|they) (?:says?|said))\b)?"
    rf"(?:[\s,]+(?:{_ALOUD}|to (?:us|me)|for (?:us|me)|but|again|once more|please|now"
    rf"|a (?:bit|little)|very|this time"
    rf"|(?:in|into) (?!(?:a|an|the|this|that)\b)[a-z]{{4,12}}(?! voice)"
    rf"|{voice.SPEED.pattern}|{voice.VOICE.pattern})(?!\w)){{0,8}}{END}",
)
_KOREAN_PRONOUN = (
    r"(?:(?:그거|그걸|이거|이걸|이것|그것|저거|이것을|그것을|결과|번역|번역한\s?(?:거|걸|것)"
    r"|받아쓴\s?(?:거|걸|것)|그 내용|내용)"
    r"(?:을|를|도)?)"
)
KOREAN_RESULT = re.compile(
    rf"{POLITE}(?:{_KOREAN_PRONOUN}\s*)?"
    r"(?:(?:[가-힣]{2,6}로|소리\s?내어?|소리\s?내서|크게|천천히|느리게|빠르게|빨리|다시|좀"
    r"|한\s?번\s?더?|더)\s+){0,5}"
    rf"(?:읽어|말해|낭독해)\s?(?:줘|줘요|주세요|봐|줄래|줄래요)?{END}",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"[,\s]+(?:please|pls|plz|for me)[.!?]?$", re.IGNORECASE)
#: What stands for the words of an earlier step where a noun asks for speech.
PRONOUN = re.compile(
    rf"(?:it|this|that|the (?:transcript|text|result|translation)|{_KOREAN_PRONOUN}|)\W*",
    re.IGNORECASE,
)
#: What is asked about, rather than spoken: "say what is in this picture".
_ABOUT = re.compile(
    r"(?:(?:in|into) [A-Za-z]{4,12} )?(?:what(?:'s| is| are| you| he| she| they| it| the)|which"
    r"|whether|where|when)\b",
    re.IGNORECASE,
)
#: Other turns that announce the words: "the text is ...", "with these words: ...".
_ANNOUNCED = re.compile(
    r"\b(?:(?:text|words?|sentence|line|lines|message|phrase|script)"
    r"(?:\s+(?:is|are|reads|to (?:speak|say|read)(?: is)?))?|saying|that says|which says)"
    r"\s*[:,]?\s+(?P<text>\S.{0,4000})$",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_COLON = re.compile(r"[:：]\s+(?P<text>\S.*)$|\n\s*(?P<below>\S.*)$", re.DOTALL)
#: What was said before: the results of steps, or the answer to an earlier message.
_EARLIER = re.compile(
    r"\b(?:your|the|that|this|my)\s+(?:last |previous |latest |above |whole )?(?:message|answer"
    r"|reply|response|text|transcript|translation|result|paragraph|post)\b(?! of| from|:)"
    r"|\b(?:it|that|this|what (?:you|i) (?:just )?(?:said|wrote|typed))\b|(?:방금|아까"
    r"|위)(?:에)?\s?(?:그|쓴|적은|한|네)?\s?(?:글|답|거|것|말|메시지|내용|문장)|답변?(?:을"
    r"|은)?\s|이 글|그 글",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"(?:your|the|that)\s+(?:last |previous |latest |whole )?(?:message|answer|reply|response"
    r"|transcript|translation)\b(?! of| from|:)",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:say|says|saying|read|tell (?:him|her|them|everyone|us))\b[\s:,]+(?P<text>(?!(?:it"
    r"|this|that|them)\b).{1,2000})$",
    re.IGNORECASE | re.DOTALL,
)
_IN_A_VOICE = re.compile(
    r"^(?:\S{1,10}\s){0,3}?\S{0,8}(?:목소리|말투|음색|톤|억양)(?:로|으로)\s+|^\S{1,10}처럼\s+"
)
_KOREAN_SAID = re.compile(
    r"^(?P<before>.{0,400}?)(?:이?라고|이?라는\s(?:말|문장|글|대사)[을를]?"
    r"|는\s문장[을를]?)\s.{0,60}$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be spoken, and how. ``of_result``: what an earlier step or exchange said."""

    text: str = ""
    of_result: bool = False
    manner: dict[str, object] = field(default_factory=dict)


def asks_to_speak(clause: str, *, leads: bool = True, spoken: bool = False) -> Words | None:
    """The words to speak if the clause is put as a request for speech; None if it is not.

    ``leads``: nothing but requests came before it. Then "say" and "read" need no mark of what they
    are to say; in the middle of a story ("... and read books"), they do.
    """
    blank = masked(clause)
    if SAY_RESULT.match(blank) or KOREAN_RESULT.match(blank):
        return Words(of_result=True, manner=voice.manner(blank))
    found = _after_verb(clause, blank, leads=leads, spoken=spoken)
    return found or (None if spoken and not leads else _after_noun(clause, blank))


def _after_verb(clause: str, blank: str, *, leads: bool, spoken: bool) -> Words | None:
    if not (asks := SAY.match(blank)):
        return None
    start, end = asks.span("text")
    plain = voice.without(blank[start:])
    if plain.lstrip(" ,:").startswith(MASK):
        return Words(quoted(clause[start:]), manner=voice.manner(blank))
    if _THEIRS.match(blank, start):
        return Words(of_result=True, manner=voice.manner(blank))
    marked = asks["aloud"] is not None or asks["colon"] is not None
    said = asks["verb"].lower() == "say"
    if not (marked or (leads and (said or not spoken))):
        return None  # as in "I like to sing and read books"
    if not marked and _ABOUT.match(blank, start):
        return None
    manner: dict[str, object] = {}
    for each in (*voice.VOICE.finditer(blank, start), *voice.SPEED.finditer(blank, start)):
        # Else it is one of the words to speak, as in "say drive slowly".
        by_speed = each.re is voice.SPEED
        one_of_them = by_speed and each["word"] and not blank[: each.start()].rstrip().endswith(",")
        if not blank[each.end() :].strip(" ,.!?") and not one_of_them:
            manner |= voice.manner(each[0])
            end = min(end, each.start())
    words = _PLEASE.sub("", clause[start:end].strip()).rstrip(", ")
    return Words(words.removesuffix("?") if ASKED.match(blank) else words, manner=manner)


def _after_noun(clause: str, blank: str) -> Words | None:
    """Speech asked for by a noun: 'Generate a speech with text "here we go"'."""
    if not (asks := MAKE_SPEECH.match(blank)):
        return None
    start, end = asks.span(asks.lastgroup or 0)
    if MASK in blank:
        return Words(quoted(clause), manner=voice.manner(blank))
    if PRONOUN.fullmatch(clause, start, end):
        return Words(of_result=True, manner=voice.manner(blank))
    korean = asks.lastgroup == "korean"
    manner = voice.manner(blank[:start] + (blank[start:] if korean else ""))
    words = _without_voice(clause[start:end]) if korean else clause[start:end].strip()
    return Words(words, manner=manner)


def _without_voice(text: str) -> str:
    return voice.KOREAN_VOICE.sub("", _IN_A_VOICE.sub("", text.strip())).strip()


def words_of(clause: str) -> Words:
    """The words to speak of a clause that asks for speech in whatever other way."""
    blank = masked(clause)
    manner = voice.manner(blank)
    if text := quoted(clause):
        return Words(text, manner=manner)
    if found := asks_to_speak(clause):
        return found
    for pattern in (_ANNOUNCED, _AFTER_COLON):
        if said := pattern.search(blank):
            start, end = said.span(said.lastgroup or 0)
            return Words(_PLEASE.sub("", clause[start:end].strip()), manner=manner)
    if said := _KOREAN_SAID.match(blank):
        return Words(_without_voice(clause[: said.end("before")]), manner=manner)
    if _EARLIER.search(blank):
        return Words(of_result=True, manner=manner)
    if said := _SAYING.search(blank):
        return Words(_PLEASE.sub("", clause[said.start("text") :].strip()), manner=manner)
    return Words(manner=manner)
