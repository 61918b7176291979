"""What a face does at one moment, and the movements that this is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pose:
    """What a face does at one moment, 0 being nothing.

    ``open`` 0..1 parts the lips, 0 being closed whatever the portrait does; ``wide`` -1..1 is
    narrow to wide; ``round``, ``press``, ``tuck`` (the lower lip under the teeth), ``tongue`` (up),
    ``blink`` and ``brow`` are 0..1; ``gaze_x`` and ``gaze_y`` -1..1; ``yaw``, ``pitch`` and
    ``roll`` radians.
    """

    open: float = 0.0
    wide: float = 0.0
    round: float = 0.0
    press: float = 0.0
    tuck: float = 0.0
    tongue: float = 0.0
    blink: float = 0.0
    brow: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


#: The movements that have a field; the first is always there: closing what the portrait opens.
MOVES = ("close", "open", "wide", "narrow", "round", "press", "tuck", "brow")
TURNS = ("yaw", "pitch", "roll")
