"""The plan of a piece before a note is written: sections, chords, and how they are led."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from engines.composition import harmony
from engines.composition.brief import Brief
from engines.composition.form import sections
from engines.composition.piece import Chord, Section
from engines.composition.styles import STYLES, Style
from engines.composition.theory import chord
from engines.composition.voicing import Voicing, basses, voicings

#: Where the second chord of a bar begins, by the beats of the bar.
_SPLIT = {2: 1, 3: 2, 4: 2, 5: 3}
_TO_MINOR = {"I": "i", "IV": "iv", "V": "V"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Sections and chords of a piece, with a bass note and a layout for each chord."""

    brief: Brief
    style: Style
    sections: tuple[Section, ...]
    chords: tuple[Chord, ...]
    low: tuple[int, ...]
    layouts: tuple[Voicing, ...]

    @property
    def beats(self) -> float:
        """The whole length in beats."""
        return float(self.brief.bars * self.brief.metre)

    def index(self, beat: float) -> int:
        """The number of the chord that sounds at ``beat``."""
        return max(0, bisect_right(self.chords, beat + 1e-6, key=lambda each: each.start) - 1)

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at ``beat``."""
        return self.chords[self.index(beat)]

    def bass_at(self, beat: float) -> int:
        """The root in the bass's range at ``beat``."""
        return self.low[self.index(beat)]


def plan(brief: Brief, rng: np.random.Generator) -> Plan:
    """Sections and chords for a brief."""
    style = STYLES[brief.style]
    parts = sections(style, brief.bars, brief.loop)
    bars: list[harmony.Bar] = []
    for number, section in enumerate(parts):
        bars += _bars(brief, style, parts, number, bars, rng)
        assert len(bars) == section.bar + section.bars, section  # noqa: S101
    if brief.loop and len(bars) > 1:
        tonic = "i" if brief.minor else "I"
        if bars[-1] == (tonic,):  # home would be heard twice over the seam
            bars[-1] = ("V",)
    chords: list[Chord] = []
    for number, bar in enumerate(bars):
        start, end = float(number * brief.metre), float((number + 1) * brief.metre)
        middle = start + _SPLIT[brief.metre]
        spans = [(start, end)] if len(bar) == 1 else [(start, middle), (middle, end)]
        for numeral, (begin, stop) in zip(bar, spans, strict=True):
            colour = _colour(style, numeral, number + 1 == len(bars))
            chords.append(chord(numeral, brief.tonic, brief.minor, colour, begin, stop - begin))
    low = basses(chords)
    return Plan(brief, style, tuple(parts), tuple(chords), tuple(low), tuple(voicings(chords, low)))


def _bars(
    brief: Brief,
    style: Style,
    parts: list[Section],
    number: int,
    before: list[harmony.Bar],
    rng: np.random.Generator,
) -> list[harmony.Bar]:
    """The bars of section ``number``; a letter that was there before returns."""
    section, minor = parts[number], brief.minor
    tonic, fourth = ("i", "iv") if minor else ("I", "IV")
    if section.name == "ending":
        return [(tonic,)]
    if section.name == "intro":
        vamp: list[harmony.Bar] = [(tonic,), ("V",)]
        return vamp * (section.bars // 2) + vamp[:1] * (section.bars % 2)
    if section.name == "tag":
        held: harmony.Bar = (fourth,) if before else (tonic,)
        return [*[held] * (section.bars - 1), (fourth, "V")]
    if style.name == "blues" and section.bars == 12:
        bars: list[harmony.Bar] = [(_TO_MINOR[each] if minor else each,) for each in harmony.BLUES]
        ends = number + 1 < len(parts) and parts[number + 1].name in ("ending", "tag")
        return [*bars[:-1], (tonic,)] if ends else bars
    letters = [each.name for each in parts[:number]]
    last = not any(len(each.name) == 1 for each in parts[number + 1 :])
    arrives = number + 1 == len(parts) or parts[number + 1].name != "ending"
    if section.name in letters:
        old = parts[letters.index(section.name)].bar
        same = before[old : old + section.bars]
        if last and not brief.loop:
            return same[:2] + harmony.closing(minor, rng, arrives)
        answers = letters.count(section.name) % 2 == 1 and section.name == "A"
        if answers and not style.loops[minor]:
            return same[:2] + harmony.phrase(style, minor, "closed", rng)[2:]
        return same
    kind = "bridge" if section.name != "A" else "open"
    made = harmony.phrase(style, minor, kind, rng)
    first = before[parts[0].bar : section.bar] if section.name != "A" else []
    for _ in range(4):  # another letter has other chords
        if made[:2] != first[-4:-2]:
            break
        made = harmony.phrase(style, minor, kind, rng)
    if last and not brief.loop:
        made = made[:2] + harmony.closing(minor, rng, arrives)
    return made


def _colour(style: Style, numeral: str, last: bool) -> str:
    if last and style.colour in ("ninth", "sixth"):
        return "add9" if style.colour == "ninth" else "sixth"
    if style.colour == "triad" and numeral == "V" and not last:
        return "seventh"  # the dominant seventh, in every style with triads
    return style.colour
