"""What the drums play in one bar, by the name of the pattern; General MIDI drum numbers."""

from __future__ import annotations

import numpy as np

from engines.composition.piece import Note

KICK, STICK, SNARE, CLAP, CLOSED, OPEN, RIDE, CRASH = 36, 37, 38, 39, 42, 46, 51, 49
PEDAL, SHAKER, TOM_LOW, TOM_MID, TOM_HIGH, TIMPANI = 44, 70, 43, 47, 50, 47

Beat = tuple[float, int, int]  # beat, drum, velocity

_FOUR: dict[str, tuple[Beat, ...]] = {
    "rock": (
        (0, KICK, 105), (2, KICK, 98), (2.5, KICK, 80), (1, SNARE, 102), (3, SNARE, 104),
        *((n / 2, CLOSED, 78 if n % 2 == 0 else 58) for n in range(8)),
    ),
    "lofi": (
        (0, KICK, 92), (1.75, KICK, 60), (2.5, KICK, 84), (1, SNARE, 72), (3, SNARE, 76),
        *((n / 2, CLOSED, 52 if n % 2 == 0 else 38) for n in range(8)),
    ),
    "house": (
        *((n, KICK, 112) for n in range(4)), (1, CLAP, 92), (3, CLAP, 94),
        *((n + 0.5, OPEN, 74) for n in range(4)),
        *((n / 4, CLOSED, 50 if n % 2 == 0 else 36) for n in range(16)),
    ),
    "jazz": (
        (0, RIDE, 76), (1, RIDE, 86), (1.5, RIDE, 62), (2, RIDE, 76), (3, RIDE, 86),
        (3.5, RIDE, 62),
        (1, PEDAL, 66), (3, PEDAL, 66), (0, KICK, 44), (2, KICK, 40),
    ),
    "shuffle": (
        (0, KICK, 98), (2, KICK, 94), (1, SNARE, 92), (3, SNARE, 96),
        *((n / 2, RIDE, 74 if n % 2 == 0 else 54) for n in range(8)),
    ),
    "bossa": (
        (0, KICK, 76), (1.5, KICK, 60), (2, KICK, 74), (3.5, KICK, 58),
        *((n / 2, CLOSED, 54 if n % 2 == 0 else 42) for n in range(8)),
    ),
    "march": (
        (0, KICK, 98), (2, KICK, 92), (0, SNARE, 66), (1, SNARE, 84), (1.5, SNARE, 56),
        (1.75, SNARE, 60),
        (2, SNARE, 70), (3, SNARE, 86), (3.5, SNARE, 60),
    ),
    "chip": (
        (0, KICK, 100), (1.5, KICK, 80), (2, KICK, 96), (1, SNARE, 92), (3, SNARE, 92),
        *((n / 2, CLOSED, 60 if n % 2 == 0 else 44) for n in range(8)),
    ),
    "timpani": ((0, 35, 60),),
}  # fmt: skip

#: The side stick of bossa nova over two bars, and ghost strokes.
_CLAVE = ((0.0, 1.5, 3.0), (1.0, 2.5))


def drums(
    name: str, metre: int, start: float, bar: int, fill: bool, rng: np.random.Generator
) -> list[Note]:
    """The drums of bar number ``bar`` at beat ``start``; ``fill`` leads into a new section."""
    if name == "timpani":
        return [Note(start, 35, 1.0, 58)] if bar % 4 == 0 else []
    beats = [each for each in _FOUR[name] if each[0] < metre]
    if metre == 3:  # one strong beat, two light ones
        beats = [each for each in beats if each[1] != SNARE and (each[1] != KICK or each[0] < 1)]
        beats += [(1, SNARE, 62), (2, SNARE, 66)]
    elif metre == 5:
        beats += [(4, SNARE, 80), (4.5, CLOSED, 50), (4, CLOSED, 56)]
    if name == "bossa":
        beats += [(beat, STICK, 70) for beat in _CLAVE[bar % 2] if beat < metre]
    if name == "jazz" and rng.random() < 0.45:
        beats.append((float(rng.choice([0.5, 1.5, 2.5, 3.5])), SNARE, int(rng.integers(34, 50))))
    if name in ("rock", "lofi") and bar % 2 == 1 and metre == 4:
        beats = [each for each in beats if each[:2] != (2, KICK)] + [(3.5, KICK, 72)]
    if fill and name not in ("jazz", "bossa"):
        last = metre - 1
        beats = [each for each in beats if each[0] < last or each[1] == KICK]
        toms = (SNARE, SNARE, TOM_HIGH, TOM_LOW) if name != "house" else (SNARE,) * 4
        beats += [(last + n / 4, drum, 70 + 8 * n) for n, drum in enumerate(toms)]
    return [
        Note(start + beat, drum, 0.2, int(np.clip(velocity + rng.normal(0, 3), 1, 127)))
        for beat, drum, velocity in beats
    ]
