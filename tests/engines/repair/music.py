"""Music made by seed: melodies, chords, and a piano's stretched partials."""

from __future__ import annotations

import numpy as np

from engines.kinds import Samples

RATE = 44_100
KINDS = ("melody", "chords", "piano")


def music(kind: str, seed: int, seconds: float = 4.0) -> Samples:
    """Notes [frames] at 44.1 kHz that die away, over a floor of noise at -80 dB."""
    rng = np.random.default_rng(seed)
    whole = np.zeros(int(seconds * RATE))
    begin = 0.0
    while begin < seconds - 0.1:
        first = int(begin * RATE)
        times = np.arange(len(whole) - first) / RATE
        for key in rng.choice(np.arange(48, 80), 3 if kind == "chords" else 1, replace=False):
            pitch = 440 * 2 ** ((int(key) - 69) / 12)
            for partial in range(1, 11):
                # The partials of a stiff string lie wider than a harmonic series.
                stiff = np.sqrt(1 + 4e-4 * partial**2) if kind == "piano" else 1.0
                hertz = pitch * partial * stiff
                if hertz > 0.45 * RATE:
                    break
                wave = np.sin(2 * np.pi * hertz * times + rng.uniform(0, 6))
                decay = np.exp(-times * (1 + 0.6 * partial)) * np.minimum(1, times / 0.008)
                whole[first:] += 0.15 * wave * decay / partial**1.3
        begin += float(rng.choice([0.25, 0.4, 0.5]))
    whole += 1e-4 * rng.standard_normal(len(whole))
    return np.asarray(whole, dtype=np.float32)
