"""Plain orders about something at hand: a verb that names its task, and what it is to be done to.

"Clean both", "now describe the original", "그거 받아써 줘": nothing in them but the verb and words
that point, so there is nothing to weigh.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engines.dialogue.routing.asking import POLITE

_FLAGS = re.IGNORECASE | re.DOTALL
_VERBS: Mapping[str, tuple[str, str]] = {
    "speech_recognition": (r"transcribe", r"(?:받아\s?(?:써|적어)|전사해)"),
    "speech_enhancement": (
        r"(?:clean(?:\s+up)?|de-?noise)",
        r"(?:잡음|노이즈|소음)\s?(?:을|를|만|좀)?\s?(?:제거해|없애|지워)",
    ),
    "audio_captioning": (r"describe", r"(?:묘사해|설명해)"),
    "speech_translation": (r"translate", r"번역해"),
}
_PLACES = (
    r"(?:first|second|third|fourth|fifth|last|latest|other|next|new|newest|previous|original"
    r"|1st|2nd|3rd)"
)
_MADE = (
    r"(?:cleaned(?:[- ]up)?|repaired|restored|extracted|separated|spoken|sung|generated"
    r"|binaural)"
)
_THINGS = (
    r"(?:ones?|recordings?|clips?|audios?|files?|(?:voice )?(?:notes?|memos?|messages?)|tracks?"
    r"|songs?|versions?|pictures?|photos?|images?)"
)
_OBJECT = (
    r"(?:it|this|that|them|these|those|both|everything|mine|a\d{1,6}"
    r"|all(?: of (?:it|them|these|those))?"
    r"|(?:the|this|that|these|those|my|his|her|their|our|\w{2,20}'s)"
    rf"(?:\s+(?:{_PLACES}|{_MADE})){{0,2}}(?:\s+{_THINGS})?)"
)
_TAIL = (
    r"(?:[\s,]+(?:again|once more|one more time|too|as well|also|now|then|please|pls|for me"
    r"|instead|up)){0,4}"
)
_KOREAN_OBJECT = (
    r"(?:(?:그거|이거|저거|그것|이것|저것|둘 ?다|모두|a\d{1,6}|(?:(?:이|그|저|내|방금)\s?)?"
    r"(?:(?:첫|두|세|네)\s?번째\s?)?(?:녹음|파일|음성|오디오|클립|메시지|거|것))(?:을|를|도|만|은)?\s*)"
)
_KOREAN_TAIL = r"(?:\s?(?:줘|줘요|주세요|주라|줄래요?|봐|봐요|주십시오))?"
_MORE = r"(?:(?:다시|한 ?번 ?더|좀|이제|그냥|또)\s*){0,2}"
_BACK = (
    r"(?:no,? wait|wait,? no|no,? (?:just|actually|rather)|actually,? no|scratch that"
    r"|on second thoughts?|아니다|아니,? 그냥|아니야,? 그냥)(?![가-힣\w])"
)
_TAKEN_BACK = re.compile(rf"\W*{_BACK}", re.IGNORECASE)
_ENDS_TAKING_BACK = re.compile(rf"(?<!\w){_BACK}\W*$", re.IGNORECASE)
_ENGLISH = {
    task: re.compile(
        rf"(?:{_TAKEN_BACK.pattern}[\s,]*)?{POLITE}(?:but\s+)?{verb}\s+{_OBJECT}{_TAIL}[\s.!?]*",
        _FLAGS,
    )
    for task, (verb, _) in _VERBS.items()
}
_KOREAN = {
    task: re.compile(
        rf"\W*{_MORE}{_KOREAN_OBJECT}?{_MORE}{verb}{_KOREAN_TAIL}[\s.!?~^ㅎㅋㅠㅜ]*", _FLAGS
    )
    for task, (_, verb) in _VERBS.items()
}


def takes_back(blank: str) -> bool:
    """Whether a clause begins by taking back what was asked for before it."""
    return _TAKEN_BACK.match(blank) is not None


def ends_taking_back(blank: str) -> bool:
    """Whether a clause ends so: "transcribe this. No, wait"."""
    return _ENDS_TAKING_BACK.search(blank[-60:]) is not None


def plain(blank: str) -> str | None:
    """The task that a clause without its quotations plainly orders; None if it says more.

    >>> plain("ok, just clean the original"), plain("clean the kitchen")
    ('speech_enhancement', None)
    """
    for task in _VERBS:
        if _ENGLISH[task].fullmatch(blank) or _KOREAN[task].fullmatch(blank):
            return task
    return None
