"""How well a separator parts two real people talking at once: people it was not trained on.

::

    python -m engines.speech.training.evaluate [WEIGHTS] [--more FOLDER]

The speakers are those of the recordings fetched for the tests, and with ``--more`` those in a
folder that holds a folder of sound files for each. Every mixture is four seconds of two of them
talking all the time, one up to 5 dB louder. The measure is the gain in SI-SDR over the mixture.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from engines import weights
from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.speech.talkers import RATE, WEIGHTS, Talkers, median_pitch

SECONDS = 4.0
COUNT = 120
LEVEL_DB = 5.0
#: No more than so much of each speaker is read, in seconds.
LONGEST_S = 90.0
#: Between men's and women's usual pitches, in Hz.
MIDDLE_PITCH = 160.0
#: Distances in pitch, in semitones, that are told apart.
DISTANCES = (0.0, 3.0, 6.0, 9.0, 99.0)
#: Speakers by the folder they lie in, below the folder of test recordings, and their files.
SPEAKERS = {
    "asterisk-en": ("asterisk-en", "**/*.wav"),
    "asterisk-fr": ("asterisk-fr", "**/*.wav"),
    "asterisk-it": ("asterisk-it", "**/*.wav"),
    "asterisk-es": ("asterisk-es", "**/*.wav"),
    "asterisk-ru": ("asterisk-ru", "**/*.wav"),
    "two_cities": ("moonshine-voice", "two_cities.wav"),
    "beckett": ("moonshine-voice", "beckett.wav"),
    "librivox": ("pocketsphinx", "sense_and_sensibility*.wav"),
    "cards": ("pocketsphinx", "00?.wav"),
}
SOUND_FILES = {".wav", ".flac", ".ogg"}
#: May be one person each, by their voiceprints: they are never mixed.
MAYBE_ONE = ({"asterisk-en", "asterisk-es"}, {"cards", "librivox"})


@dataclass(frozen=True, slots=True)
class Mixture:
    """Two real talkers [2, frames] at 8 kHz, who they are, and the pitch of each voice in Hz."""

    names: tuple[str, str]
    talkers: Samples
    pitches: tuple[float, float]

    @property
    def distance(self) -> float:
        """Between the pitches, in semitones."""
        return abs(12 * float(np.log2(self.pitches[0] / self.pitches[1])))

    @property
    def kind(self) -> str:
        """Whether both voices are low, both high, or one of each: mostly by sex."""
        low = sum(pitch < MIDDLE_PITCH for pitch in self.pitches)
        return ("two high", "high and low", "two low")[low]


def speech(paths: Iterable[Path]) -> Samples:
    """What one speaker says in the files, without the pauses, at 8 kHz [frames]."""
    parts = [np.zeros(0, dtype=np.float32)]
    for path in paths:
        if sum(map(len, parts)) >= LONGEST_S * RATE:
            break
        samples, rate = read(path)
        parts.append(_talking(resample(mono(samples), rate, RATE)))
    said: Samples = np.concatenate(parts)[: int(LONGEST_S * RATE)]
    return said


def _talking(samples: Samples) -> Samples:
    """The samples less every pause that is longer than a quarter of a second."""
    frame = RATE // 100
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    power = np.square(frames).mean(axis=1)
    loud = np.flatnonzero(power > 1e-4 * power.max(initial=1e-9))
    near = np.zeros(len(frames), dtype=bool)
    for shift in range(-12, 13):
        near[np.clip(loud + shift, 0, len(frames) - 1)] = True
    return np.asarray(frames[near].reshape(-1), dtype=np.float32)


def real_speakers(more: Path | None = None) -> dict[str, Samples]:
    """Whoever of the speakers has been fetched, by name, and those in the folder ``more``."""
    root = weights.default_root().parent / "test-recordings"
    found = {
        name: speech(_shuffled(root.joinpath(folder).glob(pattern)))
        for name, (folder, pattern) in SPEAKERS.items()
    }
    for folder in sorted(more.iterdir()) if more else ():
        sounds = [path for path in folder.rglob("*") if path.suffix in SOUND_FILES]
        found[folder.name] = speech(_shuffled(sounds))
    return {name: said for name, said in found.items() if len(said) >= SECONDS * RATE}


def _shuffled(paths: Iterable[Path]) -> list[Path]:
    """In another order than the alphabet's: prompts that begin alike say alike."""
    ordered = sorted(paths)
    return [ordered[number] for number in np.random.default_rng(0).permutation(len(ordered))]


def real_mixtures(
    speakers: Mapping[str, Samples] | None = None, count: int = COUNT
) -> list[Mixture]:
    """``count`` mixtures, the same ones wherever the same speakers are; none of fewer than two."""
    said = real_speakers() if speakers is None else speakers
    pairs = [pair for pair in combinations(sorted(said), 2) if set(pair) not in MAYBE_ONE]
    if not pairs:
        return []
    pitches = {name: median_pitch(samples) or MIDDLE_PITCH for name, samples in said.items()}
    np.random.default_rng(1234).shuffle(pairs)
    mixtures = []
    for number in range(count):
        rng = np.random.default_rng((1234, number))
        names = pairs[number % len(pairs)]
        both = np.stack([_piece(said[name], rng) for name in names])
        both /= np.sqrt(np.square(both).mean(axis=1, keepdims=True))
        both[1] *= 10 ** (rng.uniform(-LEVEL_DB, LEVEL_DB) / 20)
        mixtures.append(Mixture(names, 0.1 * both, (pitches[names[0]], pitches[names[1]])))
    return mixtures


def _piece(said: Samples, rng: np.random.Generator) -> Samples:
    frames = int(SECONDS * RATE)
    start = rng.integers(len(said) - frames + 1)
    return said[start : start + frames]


def si_sdr(estimate: Samples, reference: Samples) -> float:
    """The scale-invariant signal-to-distortion ratio in dB of sounds [frames]."""
    estimate, reference = estimate.astype(np.float64), reference.astype(np.float64)
    target = estimate @ reference / (reference @ reference + 1e-12) * reference
    error = estimate - target
    return float(10 * np.log10((target @ target + 1e-12) / (error @ error + 1e-12)))


def gain(separate: Callable[[Samples], Samples], mixture: Mixture) -> float:
    """The mean gain in SI-SDR of both talkers over the mixture, in dB, in the better order."""
    mixed = mixture.talkers.sum(axis=0)
    tracks = separate(mixed)
    before = np.mean([si_sdr(mixed, talker) for talker in mixture.talkers])
    orders = (tracks, tracks[::-1])
    after = max(np.mean(list(map(si_sdr, order, mixture.talkers))) for order in orders)
    return float(after - before)


def report(separate: Callable[[Samples], Samples], mixtures: Sequence[Mixture]) -> dict[str, Any]:
    """Gains in dB over all mixtures, by kind of pair and by distance in pitch; plain JSON.

    ``separate`` takes samples [frames] at 8 kHz and gives the two talkers [2, frames].
    """
    gains = np.array([gain(separate, mixture) for mixture in mixtures])
    result: dict[str, Any] = {
        "mixtures": len(gains),
        "mean_db": round(float(gains.mean()), 2),
        "median_db": round(float(np.median(gains)), 2),
        "over_5_db": round(float((gains > 5).mean()), 3),
    }
    for kind in ("two low", "two high", "high and low"):
        result[kind] = _mean(gains, [mixture.kind == kind for mixture in mixtures])
    for low, high in pairwise(DISTANCES):
        within = [low <= mixture.distance < high for mixture in mixtures]
        result[f"{low:.0f}-{high:.0f} semitones"] = _mean(gains, within)
    return result


def _mean(gains: Any, chosen: list[bool]) -> dict[str, float]:
    if not any(chosen):
        return {"mixtures": 0}
    return {"mixtures": sum(chosen), "mean_db": round(float(gains[chosen].mean()), 2)}


def main() -> None:
    """Print the report for a weights file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="?", default=WEIGHTS)
    parser.add_argument("--more", type=Path)
    parser.add_argument("--count", type=int, default=COUNT)
    given = parser.parse_args()
    mixtures = real_mixtures(real_speakers(given.more), given.count)
    print(json.dumps(report(Talkers(given.weights).separate, mixtures), indent=2))


if __name__ == "__main__":
    main()
