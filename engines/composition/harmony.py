"""Chord progressions: phrases by harmonic function, with cadences where phrases end.

A phrase opens on the tonic, leaves it by the subdominant and comes to rest in a cadence: half
(on the dominant) where it asks, authentic (dominant, tonic) where it answers (Piston, "Harmony",
5th ed., chapters 11 and 13; periods: Caplin, "Classical Form", Oxford, 1998, chapter 4).
"""

from __future__ import annotations

import numpy as np

from engines.composition.styles import Style

#: What each bar of a phrase of four does; two letters share a bar.
OPEN = ("T T S D", "T S T D", "T T S SD", "T S S D")
CLOSED = ("T S D T", "T T SD T", "T S SD T")
BRIDGE = ("S T S D", "S D T D", "X S S D", "X S T D")

#: The chords that stand for a function, with how often. X is the relative key's side.
_MAJOR = {
    "T": (("I", 5), ("vi", 3), ("iii", 1)),
    "S": (("IV", 4), ("ii", 4)),
    "D": (("V", 1),),
    "X": (("vi", 3), ("iii", 1)),
}
_MINOR = {
    "T": (("i", 5), ("VI", 2), ("III", 2)),
    "S": (("iv", 5), ("iio", 2)),
    "D": (("V", 1),),
    "X": (("III", 3), ("VI", 2)),
}
_JAZZ_MAJOR = _MAJOR | {"S": (("ii", 5), ("IV", 1)), "T": (("I", 5), ("vi", 3), ("V/ii", 1))}
_FOLK_MAJOR = _MAJOR | {"S": (("IV", 5), ("ii", 1)), "T": (("I", 5), ("vi", 2))}

#: Twelve bars: Kubik, "Africa and the Blues" (Mississippi, 1999), chapter 8.
BLUES = ("I", "IV", "I", "I", "IV", "IV", "I", "I", "V", "IV", "I", "V")

Bar = tuple[str, ...]


def phrase(style: Style, minor: bool, kind: str, rng: np.random.Generator) -> list[Bar]:
    """The numerals of four bars, one or two in each; ``kind`` is "open", "closed" or "bridge"."""
    loops = style.loops[minor]
    if loops:
        return _from_loop(loops, minor, kind, rng)
    pools = {"open": OPEN, "closed": CLOSED, "bridge": BRIDGE}[kind]
    table = _MINOR if minor else _MAJOR
    if not minor and style.name in ("jazz", "bossa"):
        table = _JAZZ_MAJOR
    elif not minor and style.name in ("folk", "march", "lullaby"):
        table = _FOLK_MAJOR
    tonic = "i" if minor else "I"
    bars: list[Bar] = []
    last = ""
    for number, functions in enumerate(str(rng.choice(pools)).split()):
        bar: list[str] = []
        for function in functions:
            if function == "T" and ((number == 0 and kind != "bridge") or number == 3):
                last = tonic
            else:
                last = _drawn(table[function], last, rng)
            bar.append(last)
        bars.append(tuple(bar))
    return bars


def closing(minor: bool, rng: np.random.Generator, arrives: bool = True) -> list[Bar]:
    """The last two bars of a phrase that lead home; the tonic is the next bar unless it arrives."""
    before, tonic = ("iv", "i") if minor else ("IV", "I")
    if not minor and rng.random() < 0.5:
        before = "ii"
    return [(before, "V"), (tonic,)] if arrives else [(before,), ("V",)]


def _from_loop(
    loops: tuple[str, ...], minor: bool, kind: str, rng: np.random.Generator
) -> list[Bar]:
    bars: list[Bar] = [(numeral,) for numeral in str(rng.choice(loops)).split()]
    if kind == "closed":
        return bars[:2] + closing(minor, rng)
    return bars


def _drawn(choices: tuple[tuple[str, int], ...], last: str, rng: np.random.Generator) -> str:
    """One of the chords by its weight, not the last one again where there is another."""
    kept = [each for each in choices if each[0] != last] or list(choices)
    weights = np.array([weight for _, weight in kept], dtype=float)
    return kept[int(rng.choice(len(kept), p=weights / weights.sum()))][0]
