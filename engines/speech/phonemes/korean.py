"""Korean as phonemes: Hangul by the rules of standard pronunciation, numbers as they are read.

The rules are those of the National Institute of Korean Language, "Standard Pronunciation" (표준
발음법, 1988; the articles are named below). No voice of ours grew up with Korean: the letters are
the nearest that a Japanese one was given, so it speaks with an accent, and says so.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise


def _spelt(letters: str, phonemes: str) -> dict[str, str]:
    """Each letter and its phonemes, which are parted by blanks; a dash is none."""
    return dict(zip(letters, phonemes.replace("-", "").split(" "), strict=True))


_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = 0xAC00, 0xD7A3

#: A final of two letters: what stays, and what goes over to a vowel (articles 10, 11, 14).
_TWO = {
    both: stays + goes
    for both, stays, goes in zip(
        "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ", "ㄱㄴㄴㄹㄹㄹㄹㄹㄹㄹㅂ", "ㅅㅈㅎㄱㅁㅂㅅㅌㅍㅎㅅ", strict=True
    )
}
#: Of these two the second is heard at the end of a syllable (article 11).
_SECOND = dict(zip("ㄺㄻㄿ", "ㄱㅁㅂ", strict=True))
#: Only seven consonants end a syllable (articles 8 and 9).
_SEVEN = dict(zip("ㄲㅋㅅㅆㅈㅊㅌㅎㅍ", "ㄱㄱㄷㄷㄷㄷㄷㄷㅂ", strict=True))
_ASPIRATED = dict(zip("ㄱㄷㅂㅈ", "ㅋㅌㅍㅊ", strict=True))
_TENSE = dict(zip("ㄱㄷㅂㅅㅈ", "ㄲㄸㅃㅆㅉ", strict=True))
_NASAL = dict(zip("ㄱㄷㅂ", "ㅇㄴㅁ", strict=True))

_ONSETS = _spelt(_INITIALS, "k k n t t ɾ m p p s s - ʨ ʨ ʨʰ kʰ tʰ pʰ h")
_VOICED = dict(zip("ㄱㄷㅂㅈ", "ɡdbʥ", strict=True))
_NUCLEI = _spelt(_VOWELS, "a ɛ ja jɛ ʌ e jʌ je o wa wɛ we jo u wʌ we wi ju ɯ ɯi i")
_CODAS = {"": ""} | dict(zip("ㄱㄴㄷㄹㅁㅂㅇ", "kntlmpŋ", strict=True))

_DIGITS = ("영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_HOURS = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
_WORD = re.compile(r"[가-힣]+|[.,!?…]|\s+")


def phonemes(text: str) -> str:
    """A Korean text as phonemes; what is neither Hangul, a number nor a sign is left out."""
    plain = unicodedata.normalize("NFC", _numbers_read(text))
    said = []
    for match in _WORD.finditer(plain):
        part = match[0]
        said.append(_word(part) if "가" <= part[0] <= "힣" else " " if part.isspace() else part[0])
    return re.sub(r"\s+", " ", "".join(said)).strip()


def _word(word: str) -> str:
    syllables = [_letters(char) for char in word]
    for left, right in pairwise(syllables):
        _meet(left, right)
    said = []
    voiced = False  # whether what came before lets a plain consonant sound voiced
    for number, (initial, vowel, final) in enumerate(syllables):
        onset = _VOICED[initial] if voiced and initial in _VOICED else _ONSETS[initial]
        if initial == "ㄹ" and number and syllables[number - 1][2] == "ㄹ":
            onset = "l"
        if initial in "ㅅㅆ" and vowel in "ㅣㅑㅕㅛㅠㅒㅖㅟ":
            onset = "ɕ"
        nucleus = "i" if vowel == "ㅢ" and (initial != "ㅇ" or number) else _NUCLEI[vowel]
        kept = _SECOND.get(final) or _TWO.get(final, final)[:1]
        coda = _SEVEN.get(kept, kept)
        said.append(onset + nucleus + _CODAS[coda])
        voiced = coda in ("", "ㄴ", "ㅁ", "ㅇ", "ㄹ")
    return "".join(said)


def _meet(left: list[str], right: list[str]) -> None:
    """What becomes of a final and the initial behind it, in place."""
    final, initial = left[2], right[0]
    if not final:
        return
    stays, goes = (_TWO[final][0], _TWO[final][1]) if final in _TWO else ("", final)
    if initial == "ㅇ":
        _over(left, right, stays, goes)
        return
    if goes == "ㅎ" and initial in _ASPIRATED:  # article 12
        left[2], right[0] = stays, _ASPIRATED[initial]
        return
    if goes == "ㅎ" and initial in "ㄴㅅ":
        left[2], right[0] = stays or ("ㄴ" if initial == "ㄴ" else ""), _TENSE.get(initial, initial)
        return
    ends = _SECOND.get(final) or stays or goes
    ends = _SEVEN.get(ends, ends)
    if initial == "ㅎ" and (stop := "ㅈ" if goes == "ㅈ" else ends) in _ASPIRATED:
        left[2], right[0] = stays if goes == "ㅈ" else "", _ASPIRATED[stop]
        return
    if initial in _TENSE and (
        ends in _NASAL or (goes in "ㅅㅌㅂㄱㅈ" and stays == "ㄹ")
    ):  # article 23
        right[0] = _TENSE[initial]
    if initial in "ㄴㅁ" and ends in _NASAL:  # article 18
        ends = _NASAL[ends]
    if initial == "ㄹ" and ends in ("ㅁ", "ㅇ", "ㄱ", "ㅂ"):  # article 19
        right[0] = "ㄴ"
        ends = _NASAL.get(ends, ends)
    if (initial, ends) in (("ㄹ", "ㄴ"), ("ㄴ", "ㄹ")):  # article 20
        ends = right[0] = "ㄹ"
    left[2] = ends


def _over(left: list[str], right: list[str], stays: str, goes: str) -> None:
    """A final before a vowel becomes its onset (articles 13, 14, 12.4, 17)."""
    if goes == "ㅇ":
        return
    left[2] = stays
    if goes == "ㅎ":
        right[0] = stays or "ㅇ"
        left[2] = ""
    elif right[1] == "ㅣ" and goes in "ㄷㅌ":
        right[0] = "ㅈ" if goes == "ㄷ" else "ㅊ"
    else:
        right[0] = _TENSE.get(goes, goes) if stays and goes == "ㅅ" else goes


def _letters(char: str) -> list[str]:
    """Initial, vowel and final of a syllable; the final is empty where there is none."""
    number = ord(char) - _FIRST
    return [
        _INITIALS[number // 588],
        _VOWELS[number // 28 % 21],
        _FINALS[number % 28].strip(),
    ]


def _numbers_read(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(
        r"\b(1[0-2]|[1-9])(?=\s?(?:시(?!간?속)|개|명|번|마리|살))",
        lambda m: _HOURS[int(m[1])],
        text,
    )
    text = re.sub(
        r"(\d+)\.(\d+)",
        lambda m: f"{read(int(m[1]))} 점 " + "".join(_DIGITS[int(d)] for d in m[2]),
        text,
    )
    text = text.replace("%", " 퍼센트")
    return re.sub(r"\d+", lambda m: read(int(m[0])), text)


def read(number: int) -> str:
    """A number in Sino-Korean.

    >>> read(0), read(2024), read(10_000), read(123_456_789)
    ('영', '이천이십사', '만', '일억이천삼백사십오만육천칠백팔십구')
    """
    if number == 0:
        return _DIGITS[0]
    parts = []
    for unit in ("", "만", "억", "조", "경"):
        number, four = divmod(number, 10_000)
        if four:
            one_is_said = not (four == 1 and unit == "만" and number == 0)
            parts.append((_thousands(four) if one_is_said else "") + unit)
    return "".join(reversed(parts))


def _thousands(number: int) -> str:
    said = ""
    for unit, size in (("천", 1000), ("백", 100), ("십", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            said += ("" if digit == 1 and unit else _DIGITS[digit]) + unit
    return said
