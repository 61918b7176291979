"""Keys, scales and chords by their numerals.

Chords and their functions after Walter Piston, "Harmony" (5th ed., Norton, 1987), chapters 3 to 5:
tonic, subdominant and dominant, each with the chords that stand in for it.
"""

from __future__ import annotations

from engines.composition.piece import Chord

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)

# fmt: off
_MAJOR_NAMES = ("C", "D-flat", "D", "E-flat", "E", "F",
                "F-sharp", "G", "A-flat", "A", "B-flat", "B")
_MINOR_NAMES = ("C", "C-sharp", "D", "E-flat", "E", "F",
                "F-sharp", "G", "G-sharp", "A", "B-flat", "B")
# fmt: on

_MAJ, _MIN, _DIM = (0, 4, 7), (0, 3, 7), (0, 3, 6)

#: numeral: semitones above the tonic, triad, seventh, whether a ninth goes with it, function.
_IN_MAJOR: dict[str, tuple[int, tuple[int, int, int], int, bool, str]] = {
    "I": (0, _MAJ, 11, True, "T"),
    "ii": (2, _MIN, 10, True, "S"),
    "iii": (4, _MIN, 10, False, "T"),
    "IV": (5, _MAJ, 11, True, "S"),
    "V": (7, _MAJ, 10, True, "D"),
    "vi": (9, _MIN, 10, True, "T"),
    "viio": (11, _DIM, 10, False, "D"),
    "iv": (5, _MIN, 10, True, "S"),
    "bVII": (10, _MAJ, 10, True, "S"),
    "bVI": (8, _MAJ, 11, True, "S"),
    "V/V": (2, _MAJ, 10, True, "S"),
    "V/vi": (4, _MAJ, 10, False, "D"),
    "V/ii": (9, _MAJ, 10, False, "D"),
}
_IN_MINOR: dict[str, tuple[int, tuple[int, int, int], int, bool, str]] = {
    "i": (0, _MIN, 10, True, "T"),
    "iio": (2, _DIM, 10, False, "S"),
    "III": (3, _MAJ, 11, True, "T"),
    "iv": (5, _MIN, 10, True, "S"),
    "V": (7, _MAJ, 10, False, "D"),
    "v": (7, _MIN, 10, False, "D"),
    "VI": (8, _MAJ, 11, True, "T"),
    "VII": (10, _MAJ, 10, True, "D"),
}


def key_name(tonic: int, minor: bool) -> str:
    """The key in English: "E-flat major"."""
    return f"{(_MINOR_NAMES if minor else _MAJOR_NAMES)[tonic]} {'minor' if minor else 'major'}"


def scale(tonic: int, minor: bool) -> tuple[int, ...]:
    """The seven pitch classes of the key, from the tonic up; minor is natural minor."""
    return tuple((tonic + each) % 12 for each in (MINOR_SCALE if minor else MAJOR_SCALE))


def chord(numeral: str, tonic: int, minor: bool, colour: str, start: float, length: float) -> Chord:
    """The chord of that name in the key.

    ``colour`` is what is added to the triad: "triad" nothing, "seventh", "ninth", "sixth" (on
    the tonic chord of major, sevenths elsewhere), "add9", "dominant" (minor sevenths on every
    chord, as blues has them) or "power" (no third).
    """
    above, triad, seventh, ninth, function = (_IN_MINOR if minor else _IN_MAJOR)[numeral]
    tones: tuple[int, ...] = triad
    if colour == "seventh":
        tones = (*triad, seventh)
    elif colour == "ninth":
        tones = (*triad, seventh, 14) if ninth else (*triad, seventh)
    elif colour == "sixth":
        tones = (*triad, 9) if numeral == "I" else (*triad, seventh)
    elif colour == "add9":
        tones = (*triad, 14) if ninth else triad
    elif colour == "dominant":
        tones = (*triad, 10)
    elif colour == "power":
        tones = (0, triad[2])
    return Chord(start, length, (tonic + above) % 12, tones, numeral, function)


def scale_over(chord: Chord, tonic: int, minor: bool) -> tuple[int, ...]:
    """The key's scale as it is while ``chord`` sounds, sorted pitch classes.

    A tone of the chord that the scale lacks takes the place of its neighbour: the leading tone in
    minor, the thirds of other keys' dominants.
    """
    tones = set(scale(tonic, minor))
    for each in chord.classes:
        if each in tones:
            continue
        # The scale's own form of that degree is the neighbour that is no tone of the chord.
        for neighbour in ((each + 1) % 12, (each - 1) % 12):
            if neighbour in tones and neighbour not in chord.classes:
                tones.discard(neighbour)
                break
        tones.add(each)
    return tuple(sorted(tones))


def ladder(classes: tuple[int, ...], lowest: int, highest: int) -> list[int]:
    """Every pitch from ``lowest`` to ``highest`` whose class is one of ``classes``."""
    return [pitch for pitch in range(lowest, highest + 1) if pitch % 12 in classes]
