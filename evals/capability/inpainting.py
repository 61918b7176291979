"""How near a filled gap comes to what was there, which damages are found, and what seems to be one.

Gaps of 20 and 100 ms in music made from a seed, against a straight line across them. Dropouts and
held samples are put into real speech and music. False gaps are looked for in half an hour of clean
speech: a telephone system's prompts in five languages (asterisk-core-sounds, CC-BY-SA 3.0).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engines.audio import mono, read
from engines.kinds import Samples
from engines.repair.gaps import gaps
from engines.repair.inpaint import filled
from evals.capability.figure import Figure
from tests import recordings
from tests.engines.repair.music import KINDS, RATE, music

TASK = "audio_inpainting"
SEED = 0
PIECES = 4
CLEAN_MIN = 30
LANGUAGES = ("en", "fr", "it", "es", "ru")
#: Damages are as long as this, and so far from each other.
LENGTHS_MS, APART_S = (5, 10, 20, 40, 80), 1 / 7


def measure() -> list[Figure]:
    """SNR of what is filled in, recall and precision of what is found, false gaps in speech."""
    found = []
    for ms, goal in ((20, 15.0), (100, 8.0)):
        ours, plain = _snr(ms)
        found.append(
            Figure(TASK, f"gaps of {ms} ms in music", "SNR", ours, " dB", plain, "a line", goal)
        )
    recall, precision = _damages()
    found.append(Figure(TASK, "damages in speech and music", "recall", recall, goal=0.95))
    found.append(Figure(TASK, "damages in speech and music", "precision", precision, goal=0.95))
    minutes, false = clean_speech(CLEAN_MIN)
    data = f"{minutes:.0f} min of clean speech"
    found.append(Figure(TASK, data, "gaps found where none is", false, goal=0, lower=True))
    return found


def _snr(ms: int) -> tuple[float, float]:
    """(ours, a straight line's), means in dB."""
    ratios = []
    for seed in range(PIECES):
        for kind in KINDS:
            whole = music(kind, seed)
            for at in np.random.default_rng(seed + 9).uniform(0.5, 3.3, 4):
                start = int(at * RATE)
                end = start + ms * RATE // 1000
                spoilt = whole.copy()
                spoilt[start:end] = 0.0
                straight = np.linspace(whole[start - 1], whole[end], end - start)
                guesses = (filled(spoilt, start, end, RATE)[0], straight)
                ratios.append([_ratio(whole[start:end], each) for each in guesses])
    ours, plain = np.mean(ratios, axis=0)
    return float(ours), float(plain)


def _ratio(true: Samples, guess: Samples) -> float:
    return float(10 * np.log10(np.square(true).sum() / np.square(true - guess).sum()))


def _damages() -> tuple[float, float]:
    """(recall, precision) over dropouts and held samples."""
    random = np.random.default_rng(SEED)
    made = found = right = hit = 0
    for samples, rate in _sounds():
        for kind in ("dropout", "held"):
            spoilt, spans = damaged(samples, rate, kind, random)
            some = gaps(spoilt, rate)
            made, found = made + len(spans), found + len(some)
            right += sum(any(g.start <= b and g.end >= a for a, b in spans) for g in some)
            hit += sum(any(g.start <= b and g.end >= a for g in some) for a, b in spans)
    return hit / made, right / max(1, found)


def _sounds() -> Iterator[tuple[Samples, int]]:
    for clip in recordings.librivox():
        samples, rate = read(clip.path)
        yield mono(samples), rate
    for kind in KINDS:
        yield music(kind, SEED), RATE


def damaged(
    samples: Samples, rate: int, kind: str, random: np.random.Generator
) -> tuple[Samples, list[tuple[int, int]]]:
    """Up to eight damages of a kind ("dropout", "held" or "click") within sound, and their places.

    They lie where there is sound on both sides, far enough from each other.
    """
    spoilt, spans = samples.copy(), list[tuple[int, int]]()
    loud, side, apart = float(np.percentile(np.abs(samples), 95)), rate // 100, int(APART_S * rate)
    for _ in range(2_000):
        if len(spans) == 8:
            break
        size = 1 if kind == "click" else int(random.choice(LENGTHS_MS) * rate / 1000)
        start = int(random.integers(rate // 10, len(samples) - rate // 5))
        end = start + size
        if any(start < b + apart and end > a - apart for a, b in spans):
            continue
        sides = (samples[start - side : start], samples[end : end + side])
        if min(float(np.sqrt(np.square(part).mean())) for part in sides) < 0.1 * loud:
            continue
        if kind == "click":
            spoilt[start] += random.choice([-1, 1]) * random.uniform(0.5, 0.9)
        else:
            spoilt[start:end] = 0.0 if kind == "dropout" else samples[start - 1]
        spans.append((start, end))
    return spoilt, spans


def clean_speech(minutes: float) -> tuple[float, int]:
    """(minutes of prompts heard, gaps found in them): one in each language in turn."""
    seconds, found = 0.0, 0
    prompts = [list(recordings.prompts(language).values()) for language in LANGUAGES]
    for turn in range(max(map(len, prompts))):
        for paths in prompts:
            if seconds >= 60 * minutes or turn >= len(paths):
                continue
            samples, rate = read(paths[turn])
            seconds += samples.shape[1] / rate
            found += len(gaps(mono(samples), rate))
    return seconds / 60, found
