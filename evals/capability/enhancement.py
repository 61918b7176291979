"""How much clearer speech becomes, by PESQ and SI-SDR, under fourteen noises made from a seed.

As in :mod:`evals.enhancement`, with all of :mod:`evals.noises`: every third clip, at 0 and 10 dB.
Babble, a crowd and music hold voices or tones themselves, which a denoiser keeps: the figures for
the noise that is taken out worst are given by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engines.kinds import Samples
from engines.speech.enhance import DeepFilterNet3
from evals import enhancement, noises
from evals.capability.figure import Figure

TASK = "speech_enhancement"
STEP = 3
#: (noise, gain in PESQ or None, gain in SI-SDR in dB) of one mixture.
Gain = tuple[str, float | None, float]


def measure() -> list[Figure]:
    """Mean gains over all noises, and the least mean gain of any."""
    engine = DeepFilterNet3()
    engine.load("cpu")
    clips = enhancement.clean_clips()[::STEP]
    return figures(list(gains(enhancement.served(engine), clips)))


def gains(clean: enhancement.Denoise, clips: Sequence[Samples]) -> Iterator[Gain]:
    """What is gained in each mixture of the clips [frames] at 16 kHz."""
    talkers = enhancement.other_talkers()
    for name, _, noisy, speech in enhancement.mixtures(clips, talkers, len(noises.NAMES)):
        found = clean(noisy)
        after, before = (enhancement.pesq_wb(each, speech) for each in (found, noisy))
        pesq = None if after is None or before is None else after - before
        yield name, pesq, enhancement.si_sdr(found, speech) - enhancement.si_sdr(noisy, speech)


def figures(rows: Sequence[Gain]) -> list[Figure]:
    """The figures over the mixtures; PESQ's only where its package is installed."""
    told = []
    names = list(dict.fromkeys(name for name, _, _ in rows))
    data = f"{len(names)} noises at 0 and 10 dB, {len(rows)} mixtures"
    pesq = [(name, gain) for name, gain, _ in rows if gain is not None]
    ratio = [(name, gain) for name, _, gain in rows]
    for metric, unit, goal, known in (("PESQ-wb", "", 0.5, pesq), ("SI-SDR", " dB", 6.5, ratio)):
        if not known:
            continue
        means = {
            name: float(np.mean([gain for other, gain in known if other == name])) for name in names
        }
        mean, plain = float(np.mean(list(means.values()))), "the noisy speech"
        told.append(Figure(TASK, data, f"{metric} gained, mean", mean, unit, 0, plain, goal))
        worst = min(means, key=lambda name: means[name])
        short = ", ".join(name for name in names if means[name] < goal)
        where = f"least: {worst}; under the goal: {short}" if short else f"least: {worst}"
        told.append(Figure(TASK, where, f"{metric} gained, mean", means[worst], unit))
    return told
