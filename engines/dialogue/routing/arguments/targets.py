"""The sound that is meant: what to look for in a recording, or to take out of it."""

from __future__ import annotations

import re

from engines.dialogue.routing.asking import POLITE
from engines.dialogue.routing.concepts import affirmed, sounds_named
from engines.dialogue.routing.quotes import masked, quoted

_FLAGS = re.IGNORECASE
_RECORDING = (
    r"(?:audio|recordings?|clips?|files?|tracks?|tapes?|sound ?files?|voice (?:note|memo"
    r"|message)|memo|podcast|video"
    r"|one|ones|a\d{1,6}|it|here|there|this|that|mix|background|scene|sample|session|footage"
    r"|call|interview|rest|others?"
    r"|everything(?: else)?)"
)
#: "in this recording", "from the clip I sent", "anywhere on it", "out of a3".
_PLACE = re.compile(
    r"[\s,]+(?:anywhere |somewhere |audible |present |heard )?(?:in|on|from|within|of|out of"
    r"|out|at|through|throughout|during|inside)\s+"
    r"(?:(?:the|this|that|my|our|these|those|his|her|any of the|whole|entire|attached|last"
    rf"|first|second|third)\s+){{0,3}}"
    rf"(?:[a-z]{{2,15}}\s+)?{_RECORDING}\b.{{0,80}}$",
    _FLAGS,
)
_TAIL = re.compile(
    r"[\s,]+(?:please|pls|plz|for me|thanks?|thx|anywhere|somewhere|at all|in there|in here|here"
    r"|there|now|audible|present"
    r"|and (?:when|where|at what time|its? times?|the times?|give|tell|list|say"
    r"|indicate)\b.{0,60}|or not|alone|by itself|on its own"
    r"|only|exactly|out|as (?:a|its own|separate).{0,30}|to (?:a|its own) (?:separate )?(?:file"
    r"|track)"
    r"|into (?:a|its own).{0,30}|(?:start|occur|happen|appear|begin|come in|go off|sound|play"
    r"|end)s?|can be heard|is audible|is heard"
    r"|is (?:in|on) (?:it|there|here)|with (?:the )?times?(?:tamps?)?|times?(?:tamps?)?)[\s.?!]*$",
    _FLAGS,
)
_ARTICLES = re.compile(
    r"^(?:\s*(?:the|a|an|any|some|all|every|each|just|only|that|this|my|there(?: is|'s)?|is|are"
    r"|if|whether|me|when|where|of|for"
    r"|one|single|target|separate|(?:wav|file|sample|clip|track|recording) of|(?:sounds?|noises?"
    r"|audio|events?|instances?|occurrences?|moments?|parts?|times?)(?: (?:event )?(?:of|where"
    r"|when|with|like))?)\b[\s:,]*)+",
    _FLAGS,
)
_EVENT = re.compile(r"\s+(?:sound )?(?:events?|sounds? event|class)$", _FLAGS)
#: The verb that asks, and what it asks for.
_ASKING = (
    # "when does the dog bark", "how often does it ring"
    r"(?:when|where|wen|at (?:what|which) (?:time|point|second|moment|minute)s?|how (?:often"
    r"|many times)|in which seconds?|(?:what|which) (?:time|second|seconds|part|parts))"
    r"\s*(?:exactly )?(?:do|does|did|is|are|was|were|can (?:i|you|we) hear|has|have|contains?"
    r"|there)\s+(?:i hear |you hear |we hear |there )?(?P<when>.{1,120})",
    # "is there a siren", "can you hear a cat"
    r"(?:is|are|was|were) there (?P<there>.{1,120})",
    r"(?:(?:can|do|did|could) (?:you|u|we|i) )?(?:hear|heard|notice|make out)\s+(?P<hear>.{1,120})",
    r"(?:does|did|do|is|are|has) (?:it|this|that|(?:the |this |that |my )?[a-z]{0,12} ?"
    rf"{_RECORDING}) (?:contain|have|include|got|feature)s?\s+(?P<contain>.{{1,120}})",
    r"(?:does|did|do|is|has|are) (?P<does>(?:the|a|an|any|someone|somebody|anyone"
    r"|anybody)\b.{1,120})",
    # "find the dog barking", "tell me when there is thunder"
    r"(?:(?:i )?(?:want|need|would like|'d like|only want|just want)(?: you)? to )?"
    r"(?:detect|find|spot|locate|identify|look for|search for|search|check for|check whether"
    r"|check if|check|listen for|pinpoint|mark|show|list|track|recogni[sz]e"
    r"|tell me (?:when|if|whether|where)|let me know (?:when|if|whether|where)|verify (?:whether"
    r"|if|that)|confirm (?:whether|if|that)|see if|lemme know if"
    r"|say (?:where|when|whether|if)|count|timestamps? (?:of|for)|target(?: sound"
    r"| event)?(?: is)?)\b:?\s*(?P<find>.{1,160})",
    # "extract the birds", "give me only the rain"
    r"(?:(?:i )?(?:want|need|would like|'d like|only want|just want)(?: you)? to )?"
    r"(?:extract|isolate|ex?tract|pull(?: out)?|take(?: out)?|get(?: me)?(?: out)?|cut(?: out)?"
    r"|pick(?: out)?|lift(?: out)?|single out|separate(?: out)?|fish out|grab|keep|leave|solo"
    r"|rip|carve out"
    r"|retrieve|filter(?: for| out)?|sample|give me|export|save|return|bring out|crop out"
    r"|clip(?: out)?|dig out|let me (?:have|hear)|i (?:only )?(?:want|need)|"
    r"i(?:'d| would) like)\b:?\s*(?P<take>.{1,200})",
    r"(?:just|only)\s+(?P<only>.{1,120})",
    r"any (?P<any>.{1,80})",
)
_ASKS = tuple(re.compile(rf"{POLITE}{asking}", _FLAGS | re.DOTALL) for asking in _ASKING)
_ANYWHERE = tuple(
    re.compile(rf"(?<![\w']){asking}", _FLAGS | re.DOTALL)
    for asking in (*_ASKING[:2], *_ASKING[5:7])
)
_ALONE = re.compile(
    r"(?P<what>.{1,80}?)\s+(?:only|alone|by itself|on its own|and nothing else|, nothing else)",
    _FLAGS,
)
# Korean: what goes before the verb, up to its particle.
_KOREAN_ORDERS = (
    r"(?:찾|탐지|감지|검출|확인|알려|추출|뽑|꺼내|분리|남기|남겨|따로|따 ?줘|따줘|잘라|떼|골라"
    r"|들려|빼내|빼 ?줘|있어|있나|있니|있는지|있을까|들리|들려|나와|나오|나는|나니|나요|났"
    r"|들어 ?있|살려"
    r"|포함|건져|발췌|보내|줘|주세요|달라|울리|울려|짖|치는|쳐|시작|떨어|우는|울)"
)
_KOREAN = (
    re.compile(
        r"(?P<what>[^,.\n:]{1,60}?(?<!어떤 )(?<!무슨 )(?:소리|사이렌|알람|경적|박수|웃음|울음"
        r"|비명|음악))(?:만을|만|이|가|를|을|는|은|도|라도)?(?![가-힣]{0,3}음)(?=[\s?!.]|$|있|들"
        r"|나)"
    ),
    re.compile(
        rf"(?P<what>[^,.\n:]{{1,60}}?)(?:이|가|은|는|을|를|만|만을|이라는|라는)?\s*(?:언제"
        r"|어디서|어디|몇 ?초|몇 ?번|몇 ?분|혹시|따로|전부|모두|다|좀|하나|도)?\s*(?:에서|에|쯤"
        r"|부터)?\s*"
        r"(?:나오는|나는|들리는|있는|난)?\s*(?:부분|구간|시간|시점|곳|데|지점|때)?(?:을|를|이"
        rf"|가|만)?\s*{_KOREAN_ORDERS}"
    ),
)
_KOREAN_PLACE = re.compile(
    r"^(?:.{0,20}?(?:이|그|저|내|제|보낸|첨부한|아까|방금|위|첫 번째|두 번째|세 번째"
    r"|마지막)\s?)?(?:[가-힣]{0,6}\s?)?(?:녹음|파일|오디오|음성|클립|영상|여기|이거|이것|그거"
    r"|음원|거|a\d{1,6})"
    r"(?:\s?파일|\s?속|\s?안|\s?중)?(?:에서|에|에는|에선|에서는|속에서|속에|의|이)?\s+",
)
_KOREAN_NOISE = re.compile(
    r"^(?:혹시|그|저|좀|그냥|특정|타깃|타겟|목표|대상|지금|오직|단|나는|저는|전|난|언제|몇 초에"
    r"|어디서|여기서|여기에|여기|거기서|배경에서|배경의|뒤에서|뒤에|중에서|중에|속|안에|안에서)\s+"
    r"|\s+(?:혹시|좀|언제|어디서|어디|몇 ?초에?|몇 ?번|전부|모두|다|따로|하나|부분|구간|시간|만"
    r"|소리 이벤트)$|(?:이라는|라는|이란)\s소리$"
)
_PARTICLE = re.compile(r"(?<=[가-힣]{2})(?:이|가|은|는|을|를|만|만을|도|이라도)$")
#: A name of a sound has at most this many words, and nobody speaks in it.
_LONGEST = 10
_STORY = re.compile(
    r"\b(?:i|i'm|i'd|we|you|need|want|their|his|her|is|are|hoping|result)\b|녹음|거든|는데|필요"
    r"|아니라",
    _FLAGS,
)
#: What names no sound.
_NOTHING = re.compile(
    r"\W*(?:(?:sound|sounds|noise|it|this|that|them|something|anything|target|everything|one"
    r"|소리|이거|그거|특정 소리|뭐|무엇|소리만)\W*)*",
    _FLAGS,
)


def target(clause: str) -> str | None:
    """The sound a clause names, in its own words; None if it names none.

    >>> target('detect the target sound "I want to detect Applause event"')
    'Applause'
    >>> target("when does the dog bark?"), target("개 짖는 소리 찾아줘")
    ('dog bark', '개 짖는 소리')
    """
    words = quoted(clause)
    if words:
        asked = _asked(words, anywhere=False)
        named = _tidied(asked) if asked else words
    else:
        blank = affirmed(masked(clause)[:600])
        named = _korean(blank) if re.search(r"[가-힣]", blank) else _english(blank)
        if (
            not named
            or len(named.split()) > _LONGEST
            or _STORY.search(named)
            or _NOTHING.fullmatch(named)
        ):
            named = _PARTICLE.sub("", sounds_named(blank)) or named
    named = _EVENT.sub("", named.strip(" \t\n.,:;?!\"'"))
    return None if not named or _NOTHING.fullmatch(named) else named


def _english(blank: str) -> str:
    if colon := re.search(r":\s*(\S.{0,200})$", blank):
        return _tidied(colon[1])
    if asked := _asked(blank, anywhere=True):
        return _tidied(asked)
    if alone := _ALONE.match(blank):
        return _tidied(alone["what"])
    return _tidied(blank)


def _asked(blank: str, *, anywhere: bool) -> str:
    """What follows the asking: at the beginning of a sentence, or else within one."""
    for sentence in (blank, *re.split(r"[.;!?]\s+|,\s+|\s-\s", blank)):
        for pattern in _ASKS:
            if asks := pattern.match(sentence):
                return str(asks[asks.lastgroup or 0])
    if anywhere:
        for pattern in _ANYWHERE:
            if asks := pattern.search(blank):
                return str(asks[asks.lastgroup or 0])
    return ""


def _tidied(words: str) -> str:
    words = re.split(
        r"[.;!?](?:\s|$)|,\s+(?:and |i |what|when|give|no |not |nothing|drop|the rest|leave)", words
    )[0]
    for _ in range(4):
        before = words
        words = _TAIL.sub("", _ARTICLES.sub("", _PLACE.sub("", f" {words}"))).strip(" ,.?!:")
        if words == before:
            break
    return words


def _korean(blank: str) -> str:
    for sentence in reversed(re.split(r"[.!?]\s+|\n", blank)):
        if colon := re.search(r":\s*(\S.{0,100})$", sentence):
            return _korean_tidied(colon[1])
        for pattern in _KOREAN:
            if asks := pattern.search(sentence):
                named = _korean_tidied(asks["what"])
                if named and not _NOTHING.fullmatch(named):
                    return named
    return ""


def _korean_tidied(words: str) -> str:
    for _ in range(4):
        before = words
        words = _KOREAN_NOISE.sub("", _KOREAN_PLACE.sub("", words.strip())).strip()
        if words == before:
            break
    return _PARTICLE.sub("", words)
