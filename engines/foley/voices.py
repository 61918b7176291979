"""What the voices of animals and people share: a source of harmonics through formants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engines.foley import blocks as b

Track = tuple[ArrayLike, ArrayLike, ArrayLike]


def call(
    generator: np.random.Generator,
    seconds: float,
    rate: int,
    pitch: ArrayLike,
    tracks: Sequence[Track],
    *,
    tilt: float = 0.8,
    breath: float = 0.05,
    rough: float = 0.0,
    rough_hz: float = 70.0,
    shake: float = 0.01,
    attack: float = 0.1,
    release: float = 0.3,
) -> b.Signal:
    """One call: a pitch curve in Hz, moving formants, breath and roughness; peak 1.

    Source and filter after Farnell, Practical 29 (mammals), and Cook, ch. 6; ``rough`` is the depth
    of an irregular modulation at ``rough_hz``, as of vocal folds that do not close evenly.
    """
    count = b.frames(seconds, rate)
    hertz = b.curve(pitch, count) * (1 + shake * (2 * b.wander(generator, count, rate, 25) - 1))
    source = b.harmonics(hertz, rate, tilt)
    if rough:
        angle = b.phase(rough_hz * (0.8 + 0.4 * b.wander(generator, count, rate, 30)), rate)
        source *= 1 - rough * (0.5 + 0.5 * np.sin(angle))
    source += breath * generator.standard_normal(count) * 3
    voice = b.moving(source, rate, tracks) * b.swell(count, attack, release)
    return voice / max(1e-9, float(np.abs(voice).max()))
