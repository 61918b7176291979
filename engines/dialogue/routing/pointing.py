"""Words that point at something: "the second one", "my photo", "the cleaned one", "아까 그거".

What they point at in a conversation is found by :mod:`engines.dialogue.routing.references`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engines.dialogue.routing.asking import END, HANDLE
from engines.kinds import Modality

_THINGS = (
    r"(?:ones?|recordings?|clips?|audios?|files?|voice (?:notes?|memos?|messages?)|notes?"
    r"|messages?|memos?|tracks?|songs?"
    r"|pictures?|photos?|pics?|images?|attachments?|of (?:them|these|those|the))"
)
ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "첫": 1,
    "두": 2,
    "세": 3,
    "네": 4,
    "다섯": 5,
    "1": 1,
    "2": 2,
    "3": 3,
    "last": -1,
    "latest": -1,
    "final": -1,
    "마지막": -1,
}
NTH = re.compile(
    r"\b(?:the|my|your|his|her)\s+(first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last"
    r"|latest|final)"
    rf"(?:\s+(?:attached\s+)?{_THINGS}\b|(?={END}|\s*,|\s+(?:and|in|to|into|please|for|again)\b))"
    r"|(첫|두|세|네|다섯|[123])\s?번째(?:\s?(?:거|것|걸|녹음|파일|사진|음성|클립|메시지|이미지"
    r"|그림|오디오|영상))?|(마지막)\s?(?:거|것|걸|녹음|파일|사진|음성|클립|메시지|이미지|그림)",
    re.IGNORECASE,
)
COUNTS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "두": 2, "세": 3, "네": 4}
LAST_FEW = re.compile(
    r"\b(?:the |my )?(?:last|latest|previous) (two|three|four|[234])\b(?!\s*(?:s|sec|seconds?"
    r"|min|minutes?)\b)"
    r"|(?:마지막|최근)\s?(두|세|네|[234])\s?(?:개|파일|녹음)",
    re.IGNORECASE,
)
ALL = re.compile(
    r"\b(?:both|all (?:of )?(?:them|these|those|three|four|the (?:recordings|files|clips|notes"
    r"|pictures))|them all|these|those|them|each(?: of them| one)?)\b"
    r"|둘 ?다|셋 ?다|(?:녹음|파일|클립|사진|이것들|이거|그것들)\s?(?:전부|모두|다)(?=\s)|(?:전부"
    r"|모두)\s?(?:다\s)?(?=받아|번역|정리|제거)",
    re.IGNORECASE,
)
ORIGINAL = re.compile(r"\b(?:the |my )?original\b|원본|원래\s?(?:거|것|녹음|파일)", re.IGNORECASE)
#: Words for what a task made, as in "the cleaned one".
_MADE: Mapping[str, str] = {
    "speech_enhancement": r"clean(?:ed)?(?: up)?|denoised|enhanced|깨끗한|깨끗해진|정리된"
    r"|잡음 (?:제거|없앤)[가-힣]*",
    "text_to_sing": r"song|sung|singing|노래",
    "text_to_audio": r"generated|made|synthesi[sz]ed|만든|생성된",
    "text_to_speech": r"spoken|speech you made|read|읽은|읽어 준",
    "mono_to_binaural": r"binaural|3d|8d|바이노럴|입체",
    "audio_inpainting": r"repaired|filled|fixed|restored|복원된|고친|채운",
    "sound_extraction": r"extracted|isolated|추출된|뽑은",
    "speech_separation": r"separated|split|vocals?|instrumental|분리된|보컬|반주",
    "style_transfer": r"mimicked|imitated|흉내 낸|따라 한",
}
THE_MADE = {
    task: re.compile(
        rf"\b(?:the|that|this|your)\s+(?:{words})\b(?:\s+{_THINGS}|\s+version)?(?!\s+of)"
        rf"|(?:{words})\s?(?:거|것|걸|버전|파일|녹음)",
        re.IGNORECASE,
    )
    for task, words in _MADE.items()
}
MINE = re.compile(
    rf"\b(?:my|i (?:just )?(?:sent|uploaded|recorded|posted|shared))\b(?=\s.{{0,20}}{_THINGS}"
    rf"|{END})|내가 (?:보낸|올린)|내 (?:녹음|사진|음성|파일)",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\b(?:pictures?|photos?|pics?|images?)\b|사진|그림|이미지", re.IGNORECASE)
FILE_NAME = re.compile(r"(?P<stem>[^/]{1,60})\.[A-Za-z0-9]{2,4}")
_THAT_VOICE = re.compile(
    r"\b(?:that|the same|same|his|her|their) (?:\w+ )?(?:voice|tone|style|manner)\b|그 ?목소리"
    r"|같은 ?목소리|아까 ?그? ?목소리",
    re.IGNORECASE,
)


_EARLIER = re.compile(
    r"\b(?:earlier|before|previous(?:ly)?|just now|a (?:minute|moment|while) ago|yesterday"
    r"|last (?:one|recording|clip|audio|file|voice (?:note|memo|message)|message|picture|photo"
    r"|image|song|track)"
    r"|(?:i|we|he|she|they) (?:just |have |already )?(?:sent|uploaded|shared|posted|recorded"
    r"|gave)|above)\b"
    r"|아까|방금|이전|먼저 보낸|전에|보냈던|(?:보낸|올린) (?:거|것|녹음|파일|사진|음성|이미지)"
    r"|올렸던|위(?:에|의) (?:거|것|녹음|파일|사진|음성)",
    re.IGNORECASE,
)


_SET_ASIDE = re.compile(
    r"\b(?:forget|skip|ignore|disregard|nothing to do with|not (?:about|for|from)|without"
    r"|unrelated to|has nothing to do with)\s+(?:about )?"
    r"(?:the|my|this|that)\s+(?:\w+ )?(?:attachment|file|clip|audio|recording|note|memo|photo"
    r"|picture|pic|image)\b(?! noise| sound)"
    r"|(?:첨부|파일|녹음|사진|이미지|오디오)(?:은|는|이랑은|하고는|과는|와는)?\s?(?:무시"
    r"|상관\s?없|관계\s?없|신경\s?쓰지)",
    re.IGNORECASE,
)


_THE_MADE_ONE = re.compile(
    r"\b(?:the|that|this|your)\s+(?:clean(?:ed)?(?: up)?|denoised|enhanced|repaired|restored"
    r"|extracted|separated|isolated|spoken|sung|generated|binaural)\s+(?:one|recording|version|clip|audio|file|track)\b",
    re.IGNORECASE,
)


def with_pronouns(text: str) -> str:
    """The text with "it" for what it only points at: "the cleaned one" asks for no cleaning."""
    return _THE_MADE_ONE.sub("it", text)


def kinds(blank: str) -> set[Modality]:
    """The kinds of file that a clause names."""
    return {"image"} if _PICTURE.search(blank) else set()


def sets_aside(blank: str) -> bool:
    """Whether a clause says that what came with it is not what it is about."""
    return _SET_ASIDE.search(blank) is not None


def points_back(blank: str) -> bool:
    """Whether a clause speaks of something that was sent before it."""
    return bool(_EARLIER.search(blank) or HANDLE.search(blank))


def same_voice(blank: str) -> bool:
    """Whether a clause asks for a voice that was heard before."""
    return _THAT_VOICE.search(blank) is not None


def points_at_others(blank: str) -> bool:
    """Whether a clause names by itself what it is about, other than by "it" and "this"."""
    return bool(HANDLE.search(blank) or NTH.search(blank) or LAST_FEW.search(blank))
