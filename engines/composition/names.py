"""What people call the instruments of General MIDI and the styles, in English and Korean."""

from __future__ import annotations

from engines.composition.piece import Piece

#: General MIDI System Level 1 (the MIDI Association, 1991): programs 0 to 119, which are music.
_LISTED = """\
grand piano|bright piano|electric grand|honky-tonk piano|electric piano|electric piano|
harpsichord|clavinet|celesta|glockenspiel|music box|vibraphone|marimba|xylophone|tubular bells|
dulcimer|drawbar organ|percussive organ|rock organ|church organ|reed organ|accordion|harmonica|
bandoneon|nylon guitar|steel guitar|jazz guitar|electric guitar|muted guitar|overdriven guitar|
distorted guitar|guitar harmonics|double bass|electric bass|picked bass|fretless bass|slap bass|
slap bass|synth bass|synth bass|violin|viola|cello|contrabass|tremolo strings|plucked strings|
harp|timpani|strings|strings|synth strings|synth strings|choir|voices|synth voice|orchestra hit|
trumpet|trombone|tuba|muted trumpet|french horn|brass section|synth brass|synth brass|
soprano sax|alto sax|tenor sax|baritone sax|oboe|english horn|bassoon|clarinet|piccolo|flute|
recorder|pan flute|blown bottle|shakuhachi|whistle|ocarina|square synth|saw synth|
calliope synth|chiff synth|charang synth|voice synth|fifths synth|bass and lead synth|
new age pad|warm pad|polysynth|choir pad|bowed pad|metallic pad|halo pad|sweep pad|rain synth|
soundtrack synth|crystal synth|atmosphere synth|brightness synth|goblin synth|echo synth|
sci-fi synth|sitar|banjo|shamisen|koto|kalimba|bagpipes|fiddle|shanai|tinkle bell|agogo|
steel drums|woodblock|taiko|melodic tom|synth drum|reverse cymbal"""
_INSTRUMENTS = tuple(_LISTED.replace("\n", "").split("|"))
_KOREAN = {
    "grand piano": "피아노", "electric piano": "전자 피아노", "music box": "오르골",
    "vibraphone": "비브라폰", "marimba": "마림바", "xylophone": "실로폰", "accordion": "아코디언",
    "harmonica": "하모니카", "nylon guitar": "클래식 기타", "steel guitar": "통기타",
    "jazz guitar": "재즈 기타", "electric guitar": "일렉 기타", "overdriven guitar": "일렉 기타",
    "distorted guitar": "디스토션 기타", "double bass": "더블베이스", "electric bass": "베이스",
    "picked bass": "베이스", "fretless bass": "베이스", "synth bass": "신스 베이스",
    "violin": "바이올린", "viola": "비올라", "cello": "첼로", "harp": "하프", "strings": "현악",
    "choir": "합창", "voices": "보이스", "trumpet": "트럼펫", "trombone": "트롬본", "tuba": "튜바",
    "french horn": "호른", "brass section": "금관", "alto sax": "색소폰", "tenor sax": "색소폰",
    "oboe": "오보에", "clarinet": "클라리넷", "piccolo": "피콜로", "flute": "플루트",
    "square synth": "신시사이저", "saw synth": "신시사이저", "polysynth": "신시사이저",
    "drawbar organ": "오르간", "church organ": "파이프 오르간", "harpsichord": "하프시코드",
    "warm pad": "신스 패드", "new age pad": "신스 패드", "drums": "드럼",
}  # fmt: skip
_STYLES = {
    "piano": "피아노", "lullaby": "자장가", "lofi": "로파이", "jazz": "재즈", "waltz": "왈츠",
    "rock": "록", "techno": "테크노", "ambient": "앰비언트", "orchestral": "오케스트라",
    "folk": "포크", "blues": "블루스", "bossa": "보사노바", "march": "행진곡", "8bit": "8비트",
    "pop": "팝",
}  # fmt: skip
_ENGLISH_STYLES = {"lofi": "lo-fi", "8bit": "8-bit", "bossa": "bossa nova"}


def style_name(style: str, *, korean: bool = False) -> str:
    """A style as people call it."""
    return _STYLES[style] if korean else _ENGLISH_STYLES.get(style, style)


def instruments(piece: Piece, *, korean: bool = False) -> str:
    """The instruments of a piece, each once, parted by commas: the melody's first."""
    names = dict.fromkeys(
        "drums" if part.drums else _INSTRUMENTS[part.program] for part in piece.parts
    )
    return ", ".join(_KOREAN.get(name, name) if korean else name for name in names)
