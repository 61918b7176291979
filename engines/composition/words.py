"""The words of wishes: styles, moods, instruments, numbers; English and a little Korean."""

from __future__ import annotations

import re
from dataclasses import dataclass

Table = tuple[tuple[str, str], ...]

#: The first that matches counts; the more special ones come first.
STYLES: Table = (
    (r"\blo-?\s?fi\b|\bchill ?hop\b|\bstudy beats?\b|로파이", "lofi"),
    (r"\bbossa\b|\bsamba\b|보사노바", "bossa"),
    (r"\b(?:8|eight)[\s-]?bit\b|\bchip ?tunes?\b|\bretro (?:video )?games?\b|\bnintendo\b"
     r"|\bvideo ?game\b|8비트|게임 음악", "8bit"),
    (r"\blullab(?:y|ies)\b|\bmusic ?box\b|\bcradle|자장가", "lullaby"),
    (r"\bwaltz(?:es)?\b|왈츠", "waltz"),
    (r"\bmarch(?:es|ing)?\b(?! \d+(?:st|nd|rd|th))|\bparade\b|\bmilitary\b|행진곡", "march"),
    (r"\bblues\b|블루스", "blues"),
    (r"\bjazz\w*|\bswing\b|\bbebop\b|재즈", "jazz"),
    (r"\btechno\b|\bhouse music\b|\bdeep house\b|\bedm\b|\btrance\b|\belectro\w*|\bdance music\b"
     r"|\bclub\b|\brave\b|\bhouse\b(?= (?:beat|track|tune))|테크노|하우스|일렉", "techno"),
    (r"\bambient\b|\bdrone music\b|\bmeditat\w+|\bsoundscape\b|\bnew age\b|\bspa\b|명상|앰비언트",
     "ambient"),
    (r"\borchest\w+|\bsymphon\w+|\bcinematic\b|\bfilm (?:score|music)\b|\bsoundtrack\b|\btrailer\b"
     r"|\bstring quartet\b|오케스트라|교향", "orchestral"),
    (r"\b(?:rock|metal|punk|grunge)\b|록 ?음악|록음악|\b락\b|락 ?음악", "rock"),
    (r"\bfolk\b|\bcountry\b|\bcampfire\b|\bacoustic guitar\b|\bceltic\b|\birish\b|통기타|포크",
     "folk"),
    (r"\bpop\b|\bjingle\b|팝", "pop"),
    (r"\bpiano (?:solo|piece|music|playing)\b|\bsolo piano\b|\bclassical\b|\bnocturne\b|\bsonata\b"
     r"|피아노|클래식", "piano"),
)  # fmt: skip

MOODS: Table = (
    (r"\bhappy\b|\bcheerful\b|\bjoy\w*|\bupbeat\b|\bbright\b|\bsunny\b|\bplayful\b|\bfunny\b"
     r"|신나|밝은|즐거|행복|경쾌", "happy"),
    (r"\bsad\w*\b|\bmelanchol\w+|\bsorrow\w*|\bgrie\w+|\blonely\b|\btragic\b|\bheartbr\w+|슬픈|슬프"
     r"|우울|쓸쓸", "sad"),
    (r"\bcalm\w*\b|\bpeace\w*|\brelax\w*|\bgentle\b|\bsoft\b|\bsooth\w+|\bsleep\w*|\bquiet\b|잔잔"
     r"|차분|평화|편안", "calm"),
    (r"\benerg\w+|\bexcit\w+|\bpowerful\b|\bworkout\b|\baggressive\b|\bintense\b|\bparty\b|강렬"
     r"|활기", "energetic"),
    (r"\bdark\b|\bscary\b|\bspooky\b|\bhorror\b|\bominous\b|\btens\w+\b|\bevil\b|무서운|어두운|공포",
     "dark"),
    (r"\bepic\b|\bheroic\b|\bmajestic\b|\btriumph\w*|\bgrand\b|\bbattle\b|웅장|영웅", "epic"),
    (r"\bromantic\b|\blove\b|\btender\b|\bwarm\b|사랑|로맨틱|낭만", "romantic"),
    (r"\bdream\w*|\bmyster\w+|\bethereal\b|\bspac(?:e|y)\b|\bmagic\w*|몽환|신비|꿈", "dreamy"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """What a mood does: share of major, tempo, height of the melody in semitones, loudness."""

    major: float | None = None
    tempo: float = 1.0
    lift: int = 0
    force: float = 1.0


#: After Gabrielsson and Lindström, "The role of structure in the musical expression of emotions",
#: in Juslin and Sloboda, "Handbook of Music and Emotion" (Oxford, 2010), table 14.2.
EFFECTS: dict[str, Effect] = {
    "happy": Effect(1.0, 1.08, 2, 1.05),
    "sad": Effect(0.0, 0.85, -3, 0.85),
    "calm": Effect(0.85, 0.9, 0, 0.8),
    "energetic": Effect(None, 1.1, 0, 1.12),
    "dark": Effect(0.0, 0.92, -5, 0.95),
    "epic": Effect(0.3, 1.0, 2, 1.15),
    "romantic": Effect(0.8, 0.92, 0, 0.92),
    "dreamy": Effect(0.6, 0.9, 3, 0.82),
}

STYLE_OF_MOOD = {
    "happy": "folk", "sad": "piano", "calm": "piano", "energetic": "rock", "dark": "orchestral",
    "epic": "orchestral", "romantic": "piano", "dreamy": "ambient",
}  # fmt: skip

#: What an instrument that is named stands for where no style is, the tellingest first.
STYLE_OF_PROGRAM = {
    30: "rock", 29: "rock", 0: "piano", 24: "folk", 25: "folk", 105: "folk", 10: "lullaby",
    40: "orchestral", 42: "orchestral", 48: "orchestral", 56: "orchestral", 60: "orchestral",
    66: "jazz", 65: "jazz", 21: "waltz", 22: "blues", 81: "techno", 46: "lullaby",
}  # fmt: skip

#: Instruments: the words, the role they have and the General MIDI program from 0.
INSTRUMENTS: tuple[tuple[str, str, int], ...] = (
    (r"\belectric piano\b|\brhodes\b", "chords", 4),
    (r"\bpiano\b|피아노", "chords", 0),
    (r"\bharpsichord\b", "chords", 6),
    (r"\bmusic ?box\b|오르골", "melody", 10),
    (r"\bglockenspiel\b", "melody", 9),
    (r"\bvibraphone\b|\bvibes\b(?= and| solo)", "melody", 11),
    (r"\bmarimba\b|마림바", "melody", 12),
    (r"\bxylophone\b|실로폰", "melody", 13),
    (r"\b(?:church|pipe) organ\b", "chords", 19),
    (r"\borgan\b|오르간", "chords", 16),
    (r"\baccordion\b|아코디언", "melody", 21),
    (r"\bharmonica\b|하모니카", "melody", 22),
    (r"\b(?:double|upright|acoustic) bass\b", "bass", 32),
    (r"\bsynth bass\b", "bass", 38),
    (r"\bbass guitar\b|\bbass\b|베이스", "bass", 33),
    (r"\b(?:distorted|distortion|heavy) guitars?\b", "chords", 30),
    (r"\belectric guitars?\b|일렉기타", "melody", 29),
    (r"\bclassical guitar\b|\bnylon guitar\b", "chords", 24),
    (r"\bguitars?\b|기타", "chords", 25),
    (r"\bbanjo\b", "chords", 105),
    (r"\bviolins?\b|\bfiddle\b|바이올린", "melody", 40),
    (r"\bviola\b", "melody", 41),
    (r"\bcello\b|첼로", "melody", 42),
    (r"\bharp\b|하프", "chords", 46),
    (r"\bstrings?\b|현악", "pad", 48),
    (r"\bchoir\b|합창", "pad", 52),
    (r"\btrumpets?\b|트럼펫", "melody", 56),
    (r"\btrombones?\b", "melody", 57),
    (r"\bfrench horns?\b|(?<!car )(?<!train )(?<!air )(?<!fog )(?<!boat )\bhorns?\b", "melody", 60),
    (r"\bbrass\b", "chords", 61),
    (r"\bsax\w*|색소폰", "melody", 66),
    (r"\boboe\b|오보에", "melody", 68),
    (r"\bclarinet\b|클라리넷", "melody", 71),
    (r"\bflutes?\b|플루트", "melody", 73),
    (r"\brecorder\b(?! app)", "melody", 74),
    (r"\bsitar\b", "melody", 104),
    (r"\bkoto\b", "melody", 107),
    (r"\bkalimba\b", "melody", 108),
    (r"\bbagpipes?\b", "melody", 109),
    (r"\bsteel drums?\b", "melody", 114),
    (r"\bsynth\w*|신시사이저", "melody", 81),
)

MUSIC = (
    r"\bmusic\b|\bsongs?\b|\bmelod(?:y|ies)\b|\btunes?\b|\bbeats?\b|\bjingle\b|\bsoundtrack\b"
    r"|\binstrumental\b|\bcompos\w+|\bplaying\b.*\b(?:piano|guitar|violin|flute)\b"
    r"|\b(?:piano|guitar|violin|flute|cello|trumpet|sax\w*) (?:is )?(?:play\w*|solo|piece|music)\b"
    r"|\bwaltz\b|\blullaby\b|\bsonata\b|\bsymphony\b"
    r"|\bin [a-g](?:[ -]?(?:flat|sharp)|[#b])? (?:major|minor)\b"
    r"|음악|노래|멜로디|연주|자장가|왈츠|행진곡|곡\b"
)
LOOP = r"\bloop\w*|\bseamless\w*|\bendless\w*|\brepeat(?:s|ing|able)? forever\b|반복|루프"

#: How fast, by the metronome marks of the Italian words as far as they say more than a style.
SPEEDS: tuple[tuple[str, float], ...] = (
    (r"\bvery slow\w*|\blargo\b|\bgrave\b|아주 느", 0.65),
    (r"\bslow\w*|\badagio\b|\blento\b|느린|느리|천천", 0.78),
    (r"\bandante\b", 0.9),
    (r"\bvery fast\b|\bpresto\b|\bfrantic\b|아주 빠", 1.4),
    (r"\bfast\w*|\ballegro\b|\bquick\w*|\bvivace\b|\bup-?tempo\b|빠른|빠르", 1.22),
)

DURATION = (
    r"(?<![\w.])(\d+(?:\.\d+)?|half a|an?|one|two|three|four|five|six|ten|fifteen|twenty|thirty"
    r"|forty|sixty|ninety|일|이|삼|한|두|세)[\s-]*(minutes?\b|mins?\b|seconds?\b|secs?\b|s\b|분|초)"
)
#: Low instruments that play the bass where another has the tune.
LOW = (42, 57)
NUMBERS: dict[str, float] = {
    "half a": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90,
    "일": 1, "이": 2, "삼": 3, "한": 1, "두": 2, "세": 3,
}  # fmt: skip
TONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
KOREAN_TONES = {"다": 0, "라": 2, "마": 4, "바": 5, "사": 7, "가": 9, "나": 11}

#: Words right before an instrument that rule it out.
NOT_BEFORE = re.compile(r"\b(?:no|without|not|minus|except)(?: any| the| a)?\s*$")


def found(table: Table, text: str) -> str:
    """The first entry whose words are in ``text``; "" where none is."""
    for pattern, name in table:
        for match in re.finditer(pattern, text):
            if not NOT_BEFORE.search(text[: match.start()]):
                return name
    return ""


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is anywhere in ``text``."""
    return re.search(pattern, text) is not None
