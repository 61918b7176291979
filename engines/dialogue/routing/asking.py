"""The form of a request: how one begins in English, how one ends in Korean.

The patterns are matched where a request may begin, against text whose quotations are masked. Every
gap in them is bounded and no two parts of a repetition can match the same, so a long text takes
long only in proportion to its length.
"""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE | re.DOTALL
#: Nothing more, not even a quotation or what a colon announces.
END = r"[^\w\0:]*$"

HANDLE = re.compile(r"(?<![\w.])a(\d{1,6})(?![A-Za-z0-9_])", re.IGNORECASE)
#: A request may begin after one of these.
JOINT = re.compile(
    r"(?<!\s)\s*+(?:[,;.:!?…—–]+\s*+(?:and\s++|but\s++)?(?:(?:then|after that|afterwards)\b,?\s*+)?"
    r"|(?<=\s)(?:and\s++)?(?:then|after that|afterwards)\b,?\s*+|(?<=\s)and\s++|(?<=\n)"
    r"|(?<=\s)(?:그리고|그런\s?다음에?|그\s?다음에?|그러고\s?나서|이어서)(?=\s)\s*+)",
    re.IGNORECASE,
)
#: ... or after a Korean verb that goes on: "-고", "-한 다음에". The verb keeps its ending.
KOREAN_JOINT = re.compile(
    r"(?<=[가-힣])(?:(?<![말않없있빼찮이되])고(?:\s나서)?(?=[\s,])(?!\s(?:싶|있|계|말))"
    r"|(?<=[고한은낸준뺀운쓴])\s(?:다음|뒤|후)에?(?=[\s,])"
    r"|(?<=제거해|분리해|번역해|추출해|변환해|정리해|복원해|합성해|생성해|만들어|받아써|.없애"
    r"|.뽑아|.바꿔)서(?=[\s,]))"
    r"[\s,]+(?:(?:그걸|그거|그 다음에?)\s)?"
)
POLITE = (
    r"\s*+(?:(?:hey|hi|hello|ok|okay|um|uh|well|so|please|kindly|pls|plz|@?earshot|(?:can|could"
    r"|would|will) (?:you|we|u)|(?:i want|i need|i'd like|i would like) (?:you )?to|let's|just|and"
    r"|then|now|also|first|next|finally|after that|help me|go ahead)\b[\s,.!:]*+){0,12}+"
)
_LEADING = re.compile(POLITE, re.IGNORECASE)
ASKED = re.compile(rf"{POLITE}(?<=you )", re.IGNORECASE)
SOUND = (
    r"(?:audio|recordings?|voices?|sound|speech|files?|clips?|tracks?|messages?|notes?|memos?"
    r"|interviews?|conversation|podcast|lecture|meeting|call|sample|video|noise|background)\b"
)
ONE = r"(?:the|this|that|these|my|his|her|our|their|your)"


def request(*wordings: str) -> re.Pattern[str]:
    """A pattern of a request that begins with one of these, after whatever politeness."""
    return re.compile(rf"{POLITE}(?:{'|'.join(wordings)})", _FLAGS)


_VERBS = (
    "transcribe|transcript|write|type|jot|note|caption|subtitle|translate|interpret|clean|denoise"
    "|de-noise|enhance|restore|remove|reduce|cut|take|get|filter|suppress|eliminate|improve|make"
    "|generate|create|produce|synthesi[sz]e|give|play|compose|say|speak|pronounce|narrate|recite"
    "|read|sing|hum|describe|summari[sz]e|explain|tell|list|show|detect|find|locate|spot|identify"
    "|recogni[sz]e|classify|name|label|tag|check|listen|look|search|separate|split|part|isolate"
    "|extract|pull|pick|keep|leave|fill|repair|fix|patch|mend|inpaint|in-paint|reconstruct|place"
    "|put|move|pan|spatiali[sz]e|turn|convert|change|render|animate|let|bring|use|mimic|imitate"
    "|clone|copy|redo|repeat|send|add|analy[sz]e"
)
#: An order, as nobody tells a story: the verb comes first.
ORDER = request(rf"(?:{_VERBS})\b")
_QUESTION = request(
    r"(?:what|when|where|which|who|how)\b",
    r"(?:is|are|was|were) (?:there|this|that|it)\b",
    r"(?:do|does|did|can|could) (?:you|we|it|this|i|the|a|an|any)\b",
    r"(?:transcripts?|transcriptions?|subtitles?|speech[- ]to[- ]text|text[- ]to[- ]speech|tts)\b",
    r"i (?:want|need|would like)\b",
)
#: How Korean asks at a sentence's end: "-해 줘", "-해 주세요", "-해 줄래?", "-해 봐".
KOREAN_ORDER = re.compile(
    r"(?:[가-힣](?:\s?(?:줘|줘요|주세요|주세여|줘라|주라|줄래요?|줄\s?수\s?있[가-힣]{1,4}"
    r"|주십시오|다오"
    r"|주시겠[가-힣]{1,3}|주면\s?[가-힣]{1,5}|달라|봐|봐요|보세요|봐줘)|하자|해라|할래|해요?"
    r"|합시다|하시오"
    r"|세요|십시오|부탁[가-힣]{0,6}))[\s.!?~^ㅎㅋㅠㅜ…]*$"
)
_KOREAN_QUESTION = re.compile(
    r"(?:뭐|무슨|무엇|언제|어디|누가|누구|몇|어떤|왜)[^\n]{0,60}$"
    r"|(?:있어|있나|있니|있나요|있습니까|들려|들리나|들려요|나와|나와요|나오나요|인가요|인가"
    r"|이야|야"
    r"|니|까|죠|지|나요)[\s.!?~]*$"
)


def forms(clause: str) -> set[str]:
    """How a clause is put: as an order, a question, in English or Korean; or as none of these."""
    end = clause[-80:]
    found = {
        "order": ORDER.match(clause),
        "question": _QUESTION.match(clause),
        "korean order": KOREAN_ORDER.search(end),
        "korean question": _KOREAN_QUESTION.search(end),
    }
    return {name for name, match in found.items() if match}


def in_form_of_request(clause: str) -> bool:
    """Whether a clause is put as an order or a question, whatever it asks for."""
    return bool(forms(clause))


def is_order(clause: str) -> bool:
    """Whether a clause tells somebody to do something, without asking about anything."""
    return bool(forms(clause) & {"order", "korean order"})


def after_politeness(clause: str) -> str:
    """The clause from where it comes to the point."""
    return clause[leading.end() :] if (leading := _LEADING.match(clause)) else clause


def is_korean(text: str) -> bool:
    """Whether there is Hangul in it."""
    return re.search(r"[가-힣ㄱ-ㅎㅏ-ㅣ]", text) is not None
