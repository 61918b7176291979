"""Voice-leading: how chords are laid out so that each voice moves little.

All layouts of each chord within the range are weighed against those of the next, and the cheapest
way through is taken (Viterbi). Cost is the sum of the voices' movements, dear for leaps of the
top voice and dearer for parallel fifths and octaves between top voice and bass (Huron, "Tone and
Voice: A Derivation of the Rules of Voice-leading", Music Perception 19(1), 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from engines.composition.piece import Chord

Voicing = tuple[int, ...]

#: The lowest and highest pitch of chords, and where their middle should be.
LOWEST, HIGHEST = 50, 72
PARALLEL, LEAP = 40.0, 2.0


def voicings(chords: Sequence[Chord], bass: Sequence[int], middle: float = 60.0) -> list[Voicing]:
    """A layout for each chord over the bass notes, three or four voices from the lowest up."""
    if not chords:
        return []
    costs: list[dict[Voicing, float]] = []
    back: list[dict[Voicing, Voicing]] = []
    for number, chord in enumerate(chords):
        layouts = _layouts(chord.classes)
        here: dict[Voicing, float] = {}
        came: dict[Voicing, Voicing] = {}
        for layout in layouts:
            own = 0.3 * abs(sum(layout) / len(layout) - middle)
            if number == 0:
                here[layout] = own
                continue
            best = min(
                costs[-1],
                key=lambda old, new=layout, at=number: (  # type: ignore[misc]
                    costs[-1][old] + _move(old, new, bass[at - 1], bass[at])
                ),
            )
            here[layout] = (
                own + costs[-1][best] + _move(best, layout, bass[number - 1], bass[number])
            )
            came[layout] = best
        costs.append(here)
        back.append(came)
    way = [min(costs[-1], key=lambda layout: costs[-1][layout])]
    for came in reversed(back[1:]):
        way.append(came[way[-1]])
    return way[::-1]


def basses(chords: Sequence[Chord], lowest: int = 36, highest: int = 50) -> list[int]:
    """A root for each chord within the range, near the one before."""
    found: list[int] = []
    for chord in chords:
        choices = [pitch for pitch in range(lowest, highest + 1) if pitch % 12 == chord.root]
        near = found[-1] if found else (lowest + highest) // 2 - 1
        found.append(min(choices, key=lambda pitch: (abs(pitch - near), pitch)))
    return found


def parallel(low: int, high: int, next_low: int, next_high: int) -> bool:
    """Whether two voices go in parallel fifths or octaves."""
    if low == next_low or high == next_high or (next_low > low) != (next_high > high):
        return False
    apart, then = (high - low) % 12, (next_high - next_low) % 12
    return apart == then and apart in (0, 7)


@lru_cache(maxsize=512)
def _layouts(classes: tuple[int, ...]) -> tuple[Voicing, ...]:
    """Close layouts: every class once, the root left out of chords of five."""
    wanted = classes[1:] if len(classes) > 4 else classes
    if len(wanted) == 2:  # root and fifth: the root again above
        return tuple((low, low + 7, low + 12) for low in range(45, 60) if low % 12 == wanted[0])
    pitches = [pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch % 12 in wanted]
    found = []
    for layout in combinations(pitches, len(wanted)):
        if len({pitch % 12 for pitch in layout}) < len(wanted) or layout[-1] - layout[0] > 16:
            continue
        # Seconds at the bottom are mud; a second at the top hides the melody.
        if layout[1] - layout[0] < 2 or layout[-1] - layout[-2] < 2:
            continue
        found.append(layout)
    return tuple(found)


@lru_cache(maxsize=65536)
def _move(old: Voicing, new: Voicing, low: int, next_low: int) -> float:
    pairs = zip(old[::-1], new[::-1], strict=False)
    cost = float(sum(abs(a - b) for a, b in pairs))
    top = abs(old[-1] - new[-1])
    cost += LEAP * max(0, top - 4)
    if parallel(low, old[-1], next_low, new[-1]):
        cost += PARALLEL
    return cost
