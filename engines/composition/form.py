"""The form: how many bars, and which of them are intro, phrases and ending."""

from __future__ import annotations

import numpy as np

from engines.composition.piece import Section
from engines.composition.styles import Style

#: Letters of up to sixteen phrases of four bars; the last one closes whatever its letter is.
FORMS = {
    1: "A", 2: "AA", 3: "ABA", 4: "AABA", 5: "AABBA", 6: "AABABA", 7: "AABCABA", 8: "AABACABA",
}  # fmt: skip
PHRASE, CHORUS = 4, 12
#: What a wish without a tempo may be slowed or hurried by, so that whole phrases fit its length.
LOOSEST = 1.3
#: So much longer or shorter than asked for a piece may be.
NEAR = 1.025


def bars_for(seconds: float, tempo: float, metre: int) -> int:
    """The whole bars nearest to ``seconds``, two at least."""
    return max(2, round(seconds * tempo / 60 / metre))


def fitted(
    style: Style, seconds: float, wished: float, metre: int, loop: bool, fixed: bool
) -> tuple[int, int]:
    """(beats per minute, bars) so that bars of ``metre`` beats fill ``seconds``.

    A ``fixed`` tempo stays; otherwise the tempo gives way so that whole phrases fit.
    """
    if fixed:
        return round(wished), bars_for(seconds, wished, metre)
    best: tuple[float, int, int] | None = None
    around = bars_for(seconds, wished, metre)
    for bars in range(max(2, int(around / LOOSEST)), int(around * LOOSEST) + 2):
        exact = bars * metre * 60 / seconds
        tempo = round(float(np.clip(wished, exact / NEAR, exact * NEAR)))
        away = max(tempo / wished, wished / max(1, tempo))
        if away > LOOSEST or not 30 <= tempo <= 240:
            continue
        cost = 4 * (away - 1) + (0.25 if loop else 0.08) * _odd(style, bars, loop)
        cost += abs(bars * metre * 60 / tempo - seconds) / seconds
        if best is None or cost < best[0]:
            best = (cost, tempo, bars)
    return (best[1], best[2]) if best else (round(wished), around)


def sections(style: Style, bars: int, loop: bool) -> list[Section]:
    """Intro, phrases and ending of a piece of so many bars, without gaps.

    A loop has phrases only. Short pieces have no intro, and the bar of the ending is always there.
    """
    found: list[Section] = []
    ending = 0 if loop else 1
    whole = CHORUS if style.name == "blues" and bars - ending >= CHORUS else PHRASE
    count = max(1, (bars - ending) // whole) if bars - ending >= whole else 0
    rest = bars - ending - count * whole
    intro = 0
    if not loop:
        while whole == PHRASE and count > 2 and rest == 0 and bars >= 17:
            count, rest = count - 1, rest + PHRASE
        if bars >= 8:
            intro = min(rest, 4)
            rest -= intro
    at = 0
    if intro:
        found.append(Section("intro", 0, intro))
        at = intro
    letters = ("A" * count) if whole == CHORUS else _letters(count)
    for letter in letters:
        found.append(Section(letter, at, whole))
        at += whole
    if rest:  # a tag, or a piece shorter than a phrase
        found.append(Section("tag", at, rest))
        at += rest
    if ending:
        found.append(Section("ending", at, ending))
    return found


def _letters(count: int) -> str:
    if count in FORMS or count == 0:
        return FORMS.get(count, "")
    return (FORMS[8] * (count // 8 + 1))[: count - 1] + "A"


def _odd(style: Style, bars: int, loop: bool) -> int:
    """How far from whole phrases so many bars are."""
    body = bars - (0 if loop else 1)
    if style.name == "blues":
        return 2 * min(body % CHORUS, 3) if body >= CHORUS else body % PHRASE
    # Of bars left over an intro is made, unless they are three.
    return body % PHRASE if loop else int(body % PHRASE == 3)
