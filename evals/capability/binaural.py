"""How near the ears come to KEMAR's: differences of time and level at eight directions.

Noise from a seed is placed by the engine, and the differences between the two ears of the result
are held against those of KEMAR's own responses (Gardner & Martin, MIT Media Lab, 1994).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from engines.kinds import Samples
from engines.space.binaural import KemarBinaural
from engines.space.kemar import SIZE, Kemar
from evals.capability.figure import Figure
from evals.capability.running import done, tracks

TASK = "mono_to_binaural"
RATE = 48_000
DIRECTIONS = (0, 30, 60, 90, 150, -30, -90, -120)
#: Times between the ears are told by what is below this.
TIMED_HZ = 1500


def measure() -> list[Figure]:
    """The largest errors over the directions."""
    engine = KemarBinaural()
    engine.load("cpu")
    head = Kemar.at(44_100)
    sound = 0.1 * np.random.default_rng(0).standard_normal(2 * RATE)
    times, levels, own_times, own_levels = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "noise.wav")
        soundfile.write(path, sound, RATE, subtype="FLOAT")
        for azimuth in DIRECTIONS:
            words = f"{abs(azimuth)} degrees {'left' if azimuth < 0 else 'right'}"
            (placed,) = tracks(done(engine, TASK, path, path=words)).values()
            ears = np.fft.irfft(head.filters(azimuth, 0), SIZE).astype(np.float32)
            own_us, own_db = differences(ears[0], ears[1], 44_100)
            us, db = differences(placed.samples[0], placed.samples[1], RATE)
            times.append(abs(us - own_us))
            levels.append(abs(db - own_db))
            own_times.append(abs(own_us))
            own_levels.append(abs(own_db))
    data = "noise from a seed, 8 directions"
    plain = "both ears alike"
    return [
        Figure(
            TASK,
            data,
            "error of the time between the ears, worst",
            max(times),
            " us",
            max(own_times),
            plain,
            50,
            lower=True,
        ),
        Figure(
            TASK,
            data,
            "error of the level between the ears, worst",
            max(levels),
            " dB",
            max(own_levels),
            plain,
            1.5,
            lower=True,
        ),
    ]


def differences(left: Samples, right: Samples, rate: int) -> tuple[float, float]:
    """How much later the right ear is, in us, and how much louder the left, in dB."""
    size = 1 << (len(left) - 1).bit_length() + 1
    across = np.fft.rfft(right, size) * np.conj(np.fft.rfft(left, size))
    across[np.fft.rfftfreq(size, 1 / rate) > TIMED_HZ] = 0
    product = np.fft.irfft(across, 8 * size)
    lag = int(np.argmax(product))
    lag -= 8 * size if lag > 4 * size else 0
    level = 10 * np.log10(np.sum(np.square(left)) / np.sum(np.square(right)))
    return lag / 8 / rate * 1e6, float(level)
