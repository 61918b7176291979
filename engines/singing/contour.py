"""The pitch of a song over time: notes, the way from one to the next, and vibrato.

After Saitou, Unoki and Akagi ("Development of an F0 control model based on F0 dynamic
characteristics for singing-voice synthesis", Speech Communication 46, 2005, section 3):
preparation, a little the other way before a note changes; overshoot, a little too far after it;
vibrato where a note is held. Each is centred on the note, so that its median stays exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

#: The way between two notes ends this long after the second begins, and takes so long, in s.
ARRIVAL_S, GLIDE_S = 0.03, 0.06
#: Preparation and overshoot, as shares of the step and at most in semitones, each so long in s.
SWING, SWING_MOST, SWING_S = 0.06, 0.25, 0.05
#: Vibrato begins so late in a note and grows for so long, in s; Hz; semitones to either side.
VIBRATO_AFTER_S, VIBRATO_GROWS_S, VIBRATO_HZ, VIBRATO_DEPTH = 0.3, 0.35, 5.5, 0.3
#: It dies away before the note ends, over so many s.
VIBRATO_END_S = 0.08


@dataclass(frozen=True, slots=True)
class Held:
    """A pitch of MIDI from ``start`` to ``end`` s."""

    pitch: float
    start: float
    end: float


def semitones(notes: Sequence[Held], times: Curve) -> Curve:
    """Pitch [times] in MIDI numbers, of notes in order of time; rests are bridged."""
    curve = np.full(len(times), float(notes[0].pitch))
    for before, after in pairwise(notes):
        step = after.pitch - before.pitch
        glide = min(GLIDE_S, 0.4 * (before.end - before.start))
        start = after.start + ARRIVAL_S - glide
        phase = np.clip((times - start) / glide, 0.0, 1.0)
        curve += step * (0.5 - 0.5 * np.cos(np.pi * phase))
        swing = float(np.clip(SWING * step, -SWING_MOST, SWING_MOST))
        curve -= swing * _hump(times, start - SWING_S, SWING_S)
        curve += swing * _hump(times, start + glide, SWING_S)
    for note in notes:
        curve += _vibrato(note, times)
    return curve


def _vibrato(note: Held, times: Curve) -> Curve:
    since, left = times - note.start - VIBRATO_AFTER_S, note.end - times
    rise = np.clip(since / VIBRATO_GROWS_S, 0.0, 1.0)
    depth = VIBRATO_DEPTH * rise * np.clip(left / VIBRATO_END_S, 0.0, 1.0)
    wave: Curve = depth * np.sin(2 * np.pi * VIBRATO_HZ * since)
    return wave


def _hump(times: Curve, start: float, length: float) -> Curve:
    hump: Curve = np.sin(np.pi * np.clip((times - start) / length, 0.0, 1.0))
    return hump
