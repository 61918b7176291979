"""How people put their requests: the patterns of the rule planner, for English and some Korean.

They are matched where a request may begin, against text whose quotations are masked. Every gap in
them is bounded and no two parts of a repetition can match the same, so a long text takes long only
in proportion to its length.
"""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE | re.DOTALL
#: Nothing more, not even a quotation or what a colon announces.
_END = r"[^\w\0:]*$"

QUOTES = re.compile(
    r'"([^"]*)"|“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»'
    r"|(?<!\w)'((?:[^']|(?<=\w)'(?=\w))*+)'(?!\w)|‘((?:[^‘’]|(?<=\w)’(?=\w))*+)’"
)
HANDLE = re.compile(r"(?<![\w.])a(\d{1,6})(?!\w)", re.IGNORECASE)
#: A request may begin after one of these.
JOINT = re.compile(
    r"(?<!\s)\s*+(?:[,;.:!?…—–]+\s*+(?:and\s++)?(?:then\b,?\s*+)?"
    r"|(?<=\s)(?:and\s++)?then\b,?\s*+|(?<=\s)and\s++|(?<=\n))",
    re.IGNORECASE,
)

_POLITE = (
    r"\s*+(?:(?:hey|hi|hello|ok|okay|um|uh|well|so|please|kindly|@?earshot|(?:can|could|would|will)"
    r" (?:you|we)|(?:i want|i need|i'd like|i would like) (?:you )?to|let's|just|and|then|now|also"
    r"|first|next|finally|after that|help me|go ahead)\b[\s,.!:]*+){0,12}+"
)
ASKED = re.compile(rf"{_POLITE}(?<=you )", re.IGNORECASE)
_SOUND = (
    r"(?:audio|recordings?|voices?|sound|speech|files?|clips?|tracks?|messages?|notes?|memos?"
    r"|interviews?|conversation|podcast|lecture|meeting|call|sample|video|noise|background)\b"
)
_ONE = r"(?:the|this|that|these|my|his|her|our|their|your)"
#: What can be cleaned: "it", "that one", "a7", "the last recording", but not "that mess".
_THING = (
    r"(?:(?:it|this|that|these|them|both|all|everything|a\d{1,6})\b"
    rf"(?={_END}|\s*[,.;:!?]|\s+(?:one|up|please|for|now|again|too|as|from|with|and|then|a\d)\b)"
    rf"|(?:{_ONE}\s+)?(?:\w+\s+){{0,3}}{_SOUND})"
)


def _request(*wordings: str) -> re.Pattern[str]:
    return re.compile(rf"{_POLITE}(?:{'|'.join(wordings)})", _FLAGS)


ENHANCE = _request(
    rf"(?:clean(?:\s*up)?|de-?noise|enhance|restore)(?:\s+{_THING}|{_END})",
    r"(?:remove|reduce|cut|take|get rid of|filter|suppress|eliminate)\b.{0,40}"
    r"\b(?:noise|hiss|hum|static)\b",
    r"improve\b.{0,40}\b(?:audio|sound|voice|speech|recording|quality)\b",
    r"make\b.{0,40}\b(?:clearer|cleaner|less noisy|more audible|sound better)\b",
    r"noise (?:reduction|removal)\b",
    r".{0,20}(?:잡음|소음)\S{0,2}\s*(?:제거|없애|줄여)",
)
_WRITTEN = r"(?:transcripts?|transcriptions?|subtitles?|captions? file|srt)\b"
TRANSCRIBE = _request(
    r"transcribe\b",
    r"(?:make|give|get|write|create|generate|produce|show|send|i need|i want|i'd like|i would like"
    rf"|can i (?:get|have))\b.{{0,30}}\b(?:{_WRITTEN}|text (?:of|from) (?:{_ONE}|a\d))",
    rf"(?:(?:a|the|full)\s+)*+(?:{_WRITTEN}|speech[- ]to[- ]text\b)"
    rf"(?={_END}|\s*,?\s*(?:of|for|from|in|with|please)\b)",
    rf"(?:the )?text of {_ONE}\b",
    r"(?:write|jot|note)\b.{0,60}\bdown\b",
    r"(?:write|type)\s+(?:it|this|that)\s+(?:out|up)\b",
    r"write\b.{0,10}\bwhat\b.{0,40}\bsa(?:y|ys|id|ying)\b",
    r"(?:convert|turn|put)\b.{0,40}(?:in)?to (?:text|words|writing)\b",
    r"(?:extract|recogni[sz]e)\b.{0,30}\b(?:speech|text|words)\b",
    r".{0,20}(?:받아\s?(?:써|쓰|적)|텍스트로)",
)
_SPEAKER = (
    rf"(?:he|she|it|they|a\d{{1,6}}|{_ONE}(?:\s+(?:man|woman|speaker|person|guy|lady|{_SOUND}))?)"
)
#: A question about a recording; in a voice note it is more likely meant for someone else.
WHAT_IS_SAID = _request(
    r"(?:(?:tell|show) (?:me|us) )?what(?:'s|\s+(?:does|do|did|is|are|was|were))?"
    rf"\s+{_SPEAKER}\s+(?:say|says|said|saying)\b",
    r"what(?:'s|\s+is|\s+was)\s+(?:being\s+)?said\b",
    rf"what(?:'s|\s+is)\s+in\s+{_ONE}\s+(?:\w+\s+)?{_SOUND}",
)
NOT_YET = _request(
    r"(?:translate|sing|hum|caption|describe|separate|detect|extract|inpaint|in-paint|summari[sz]e"
    r"|compose|draw|paint)\b",
    r"(?:generate|make|create|give|produce|play|convert|turn|change)\b.{0,60}\b(?:images?|pictures?"
    r"|photos?|music|songs?|melody|audio|sounds?|video|binaural|talking head|louder|style)\b",
)

SPEED = re.compile(
    r"\b(?:(?P<word>slowly|slower|quickly|faster|fast)|at (?P<share>half|double) (?:the )?speed"
    r"|(?:at|speed) (?P<times>\d(?:\.\d{1,2})?)(?:x|\s+times)?(?: (?:the )?speed)?)\b",
    re.IGNORECASE,
)
SPEEDS = {"slow": 0.8, "quick": 1.25, "fast": 1.25, "half": 0.5, "double": 2.0}
VOICE = re.compile(
    r"\b(?:in|with|using)\s+(?:(?:the\s+)?voice\s+(?:of\s+)?(?:(?:a|the)\s+)?"
    r"(?P<name>(?:(?:british|american)\s+(?=man|woman|male|female))?\w+)"
    r"|(?:an?|the)\s+(?P<kind>(?:british|american|male|female)(?:\s+(?:male|female))?)\s+voice)\b",
    re.IGNORECASE,
)
_ALOUD = r"(?:out loud|out|aloud|loud|back)"
_READ = r"(?P<verb>say|speak|pronounce|narrate|recite|read)\b"
#: The words to speak follow the verb.
SAY = _request(
    rf"{_READ}(?P<aloud>\s+{_ALOUD}\b)?(?:\s+(?:to\s+)?(?:me|us)\b)?"
    r"(?:\s+(?:the following(?: (?:text|words?|sentences?|lines?|message))?|the (?:words?|sentence"
    r"|phrase)|these words)\b)?"
    rf"(?P<colon>(?:\s+(?:it|this|that|the text)\b)?(?:\s+{_ALOUD}\b)?\s*(?=[:\n\0]))?[\s:,]*+"
    r"(?P<text>.*)$",
)
#: ... or a noun: "a speech with text".
MAKE_SPEECH = _request(
    r"(?:generate|make|create|give|produce|synthesi[sz]e)\b.{0,40}"
    r"\b(?:speech|voice|audio|recording|voice (?:note|message))\b.{0,20}"
    r"\b(?:(?:text|words|sentence)\b(?! (?:of|from))|saying|says)\b[\s:,]*+(?P<text>.*)$",
    r"(?:text[- ]to[- ]speech|tts)\b[\s:,]*+(?P<tts>.*)$",
    r"(?:convert|turn)\b.{0,40}(?:in)?to (?:speech|audio|(?:a )?voice)\b[\s:,]*+(?P<turned>.*)$",
    rf"(?P<korean>.{{1,400}}?)(?:\s*이?라고)?\s*(?:읽어|말해)\s?(?:줘|주세요|봐){_END}",
)
#: The words to speak are those of an earlier step, or missing.
SAY_RESULT = _request(
    rf"{_READ}(?:\s+(?:it|that|this|them|something|anything|the (?:transcript|transcription|text"
    r"|result|words)|what (?:he|she|it|they) (?:says?|said))\b)?"
    rf"(?:[\s,]+(?:{_ALOUD}|to (?:us|me)|for (?:us|me)|again|please|now|a (?:bit|little)|very"
    rf"|{SPEED.pattern}|{VOICE.pattern})(?!\w)){{0,8}}{_END}"
)
PLEASE = re.compile(r",\s*please[.!?]?$", re.IGNORECASE)
#: What stands for the words of an earlier step where a noun asks for speech.
PRONOUN = re.compile(r"(?:it|this|that|그거|그걸|이거|이걸|이것|)\W*", re.IGNORECASE)
_TONGUE = r"([A-Za-z]{4,})"
UNKNOWN_LANGUAGE = re.compile(r"\bin ([A-Z][a-z]{3,30})[\s.!?]*$")
LANGUAGE = re.compile(
    rf"\b(?:in|as|from|is|it's|speaks?|speaking|spoken|language:?)\s+(?=[a-z]){_TONGUE}\b"
    rf"|\b{_TONGUE}\s+{_SOUND}",
    re.IGNORECASE,
)
