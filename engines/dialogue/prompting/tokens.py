"""How many tokens a text costs a language model, estimated without its tokenizer.

Every model cuts text differently, so this counts characters by what the common tokenizers make of
their script, on the high side: English prose is at about four characters a token and counted at
three, a Hangul syllable, a kana or a Chinese character at one token each. Budgets kept by this
estimate therefore hold for real, with some room left unused.
"""

from __future__ import annotations

import re

#: Twelfths of a token for a character: ASCII, other alphabets, CJK scripts, all beyond (emoji).
_ASCII, _ALPHABET, _CJK, _BEYOND = 4, 6, 12, 24
_ALPHABETS = re.compile("[\u0080-\u10ff\u1200-\u2e7f]")
#: Hangul jamo lie apart from the rest of the CJK blocks.
_CJKS = re.compile("[\u1100-\u11ff\u2e80-\uffff]")
_BEYONDS = re.compile("[\U00010000-\U0010ffff]")


def tokens(text: str) -> int:
    """The estimated tokens of a text; that of two joined is at most the sum of theirs.

    >>> tokens(""), tokens("transcribe this"), tokens("받아써 줘")
    (0, 5, 5)
    """
    return -(-_twelfths(text) // 12)


def cut(text: str, limit: int) -> str:
    """The longest beginning of a text that costs no more than ``limit`` tokens.

    >>> cut("transcribe this", 2), cut("받아써 줘", 3), cut("short", 100)
    ('transc', '받아써', 'short')
    """
    if limit <= 0:
        return ""
    text = text[: 3 * limit]  # no character is cheaper than a third of a token
    if tokens(text) <= limit:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens(text[:middle]) <= limit else (low, middle - 1)
    return text[:low]


def _twelfths(text: str) -> int:
    if text.isascii():
        return _ASCII * len(text)
    alphabet, cjk, beyond = (len(kind.findall(text)) for kind in (_ALPHABETS, _CJKS, _BEYONDS))
    ascii_ = len(text) - alphabet - cjk - beyond
    return _ASCII * ascii_ + _ALPHABET * alphabet + _CJK * cjk + _BEYOND * beyond
