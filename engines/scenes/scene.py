"""A scene of sound: layers of sounds, each with its place in space and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engines.foley.table import Row

#: What a sound is heard in; see :mod:`engines.scenes.space`.
Room = Literal["", "room", "hall", "church", "cave", "tunnel"]

#: Metres: of what is not said to be near or far, and of what is; see ``wording.toml``.
USUAL_M, CLOSE_M, NEAR_M, FAR_M = 5.0, 0.8, 2.0, 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sound is: ``side`` from -1 (left) to 1 (right), ``metres`` away.

    ``muffled`` is behind a wall or a door.
    """

    metres: float = USUAL_M
    side: float = 0.0
    muffled: bool = False


#: Where a sound is of which nothing is said.
HERE = Place()


@dataclass(frozen=True, slots=True)
class Layer:
    """One sound of a scene.

    It begins at each of ``starts`` and lasts ``seconds`` each time. It moves from ``place`` to
    ``end`` meanwhile. ``gain`` is in dB, beside what its distance makes of it. ``background`` says
    that a place brought it and nobody named it.
    """

    sound: Row
    starts: tuple[float, ...]
    seconds: float
    place: Place = HERE
    end: Place | None = None
    gain: float = 0.0
    fade: Literal["", "in", "out"] = ""
    background: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Layers within ``seconds``; ``unknown`` is what was asked for and no procedure makes."""

    layers: tuple[Layer, ...]
    seconds: float
    room: Room = ""
    unknown: tuple[str, ...] = ()
