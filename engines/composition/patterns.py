"""What the accompaniment plays in one bar: chords and bass, by the name of the pattern.

A hit says when, for how long (in beats), how loud beside the others (1 is usual) and what: for
chords the voices counted from below, or all of them; for the bass semitones above the root.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ALL = -1


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit of a pattern; ``what`` is a voice (:data:`ALL` for all) or semitones."""

    beat: float
    length: float
    what: int = ALL
    accent: float = 1.0


def comp(name: str, metre: int, bar: int, rng: np.random.Generator) -> list[Hit]:
    """The chords' hits in bar number ``bar``."""
    if name in ("pad", "slow"):
        if name == "pad":
            return [Hit(0, metre, ALL, 0.9)]
        return [Hit(voice * 1.0, metre - voice, voice, 0.8) for voice in range(min(metre, 4))]
    if name == "pulse":
        return [Hit(beat, 0.9, ALL, 1.0 if beat == 0 else 0.8) for beat in range(metre)]
    if name == "offbeats":
        beats = range(1, metre) if metre == 3 else range(1, metre, 2)
        return [Hit(beat, 0.55, ALL, 0.95 - 0.1 * (beat > 1)) for beat in beats]
    if name in _BROKEN:
        return _broken(name, metre, bar, rng)
    if name == "strum":
        ups = [(0, 1.0, 1.05), (1, 0.9, 0.8), (1.5, 0.45, 0.6), (2.5, 0.45, 0.65), (3, 0.9, 0.9)]
        hits = [Hit(beat, length, ALL, accent) for beat, length, accent in ups if beat < metre]
        return [*hits, Hit(3.5, 0.45, ALL, 0.6)] if metre > 3 and rng.random() < 0.6 else hits
    if name == "chug":
        accents = (1.1, 0.75, 0.85, 0.75)
        return [Hit(n * 0.5, 0.42, ALL, accents[n % 4]) for n in range(2 * metre)]
    if name == "ringing":
        return [Hit(0, 1.5, ALL, 1.1), Hit(1.5, metre - 1.5, ALL, 0.95)]
    if name == "stabs":
        return [Hit(beat + 0.5, 0.3, ALL, 0.9 + 0.1 * (beat % 2)) for beat in range(metre)]
    choices = _SYNCOPATED[name]
    drawn = choices[bar % 2 if name == "bossa" else int(rng.integers(len(choices)))]
    return [Hit(beat, length, ALL, accent) for beat, length, accent in drawn if beat < metre]


#: Chords whose place in the bar makes the style: (beat, length, accent), one choice per bar.
_SYNCOPATED: dict[str, tuple[tuple[tuple[float, float, float], ...], ...]] = {
    "charleston": (
        ((0, 1.2, 1.0), (1.5, 0.4, 0.85)),
        ((0.5, 0.4, 0.8), (2.5, 0.8, 0.9)),
        ((1.5, 0.4, 0.9), (3.5, 0.4, 0.8)),
        ((1, 0.5, 0.9), (2.5, 0.5, 0.85)),
        ((0, 2.5, 0.85),),
    ),
    "lofi": (
        ((0, 2.4, 1.0), (2.5, 1.3, 0.8)),
        ((0, 1.4, 1.0), (1.5, 2.3, 0.85)),
        ((0, 3.6, 0.95),),
        ((0, 1.4, 1.0), (1.5, 0.9, 0.7), (3, 0.9, 0.8)),
    ),
    # The guitar of bossa nova: two bars, the second pushed.
    "bossa": (
        ((0, 1.0, 1.0), (1, 0.5, 0.8), (2.5, 0.5, 0.9), (3.5, 0.5, 0.85)),
        ((0.5, 0.5, 0.85), (1.5, 0.9, 1.0), (3, 0.8, 0.9)),
    ),
    "shuffle": (
        ((0, 0.6, 0.9), (1, 0.4, 1.0), (1.5, 0.3, 0.7), (3, 0.4, 1.0)),
        ((1, 0.4, 1.0), (2.5, 0.3, 0.7), (3, 0.4, 1.0)),
        ((0, 1.6, 0.9), (3, 0.4, 1.0), (3.5, 0.3, 0.7)),
    ),
}

_BROKEN = {
    # the notes' length, then voices in order
    "arpeggio": (0.5, (0, 1, 2, 3, 2, 1, 2, 1)),
    "alberti": (0.5, (0, 2, 1, 2, 0, 2, 1, 2)),
    "rocking": (1.0, (0, 2, 1)),
    "travis": (0.5, (0, 2, 1, 3, 0, 2, 1, 2)),
    "arp16": (0.25, (0, 1, 2, 3, 2, 1, 2, 3)),
    "arp8": (0.5, (0, 1, 2, 1)),
}


def _broken(name: str, metre: int, bar: int, rng: np.random.Generator) -> list[Hit]:
    """Chords note by note; what a piano or a guitar plays rings on to the end of the bar."""
    step, order = _BROKEN[name]
    count = round(metre / step)
    rings = name in ("arpeggio", "rocking", "travis")
    turned = name in ("arpeggio", "travis") and bar % 4 == 3
    hits = []
    for n in range(count):
        voice = order[(-n if turned else n) % len(order)]
        if name == "arpeggio" and n and rng.random() < 0.06:
            continue
        length = min(metre - n * step, 2.0) if rings else step * 0.92
        hits.append(Hit(n * step, length, voice, 1.05 if n * step % 2 == 0 else 0.85))
    return hits


def bass(name: str, metre: int, bar: int, rng: np.random.Generator) -> list[Hit]:
    """The bass's hits; ``what`` is semitones above the root (see :data:`FIFTH`)."""
    if name in ("root", "pedal"):
        return [Hit(0, metre * (1.0 if name == "pedal" else 0.95), 0, 1.0)]
    if name == "waltz":
        return [Hit(0, 1.4, 0 if bar % 2 == 0 else FIFTH, 1.05)]
    if name == "two":
        hits = [Hit(0, 0.9, 0, 1.05)]
        return [*hits, Hit(2, 0.9, FIFTH, 0.95)] if metre >= 4 else hits
    if name == "quarters":
        return [Hit(beat, 0.8, 0, 1.0 if beat == 0 else 0.85) for beat in range(metre)]
    if name == "eighths":
        return [Hit(n / 2, 0.45, 0, 1.0 if n % 2 == 0 else 0.85) for n in range(2 * metre)]
    if name == "offbeat":
        return [Hit(beat + 0.5, 0.4, 0, 1.0) for beat in range(metre)]
    if name == "octaves":
        return [
            Hit(n / 2, 0.4, 12 * (n % 2), 1.0 if n % 2 == 0 else 0.85) for n in range(2 * metre)
        ]
    if name == "bossa":
        hits = [Hit(0, 1.4, 0, 1.0), Hit(1.5, 0.45, 0, 0.8), Hit(2, 1.4, FIFTH, 0.95)]
        return [hit for hit in [*hits, Hit(3.5, 0.45, FIFTH, 0.75)] if hit.beat < metre]
    if name == "boogie":
        figure = (0, 4, 7, 9) if bar % 2 == 0 else (0, 7, 9, 7)
        return [Hit(beat, 0.85, figure[beat % 4], 1.0) for beat in range(metre)]
    if name == "syncopated":
        first = [Hit(0, 1.3, 0, 1.0), Hit(1.5, 0.8, 0, 0.8)]
        more = [Hit(2.5, 1.2, FIFTH if rng.random() < 0.4 else 0, 0.9)]
        return [hit for hit in first + more if hit.beat < metre]
    raise ValueError(name)


#: The chord's own fifth, whichever it is.
FIFTH = 100
