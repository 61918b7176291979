"""Which model takes noise out of speech best: DeepFilterNet 3, DTLN or GTCRN.

Real speech at 16 kHz (LibriVox sentences and a longer reading) under noises made from a seed, the
first five of :mod:`evals.noises`, at 0 and 10 dB. Measured: PESQ wide-band (ITU-T P.862.2), SI-SDR
(Le Roux et al., "SDR - half-baked or well done?", ICASSP 2019) and processor seconds per second of
audio. Run it with

    python -m evals.enhancement [--clips N] [--json]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from engines import weights
from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.speech import enhance
from evals.denoisers import Dtln, Gtcrn
from evals.noises import COMPARED, RATE, Noise, noises

SNRS = (0.0, 10.0)
SEED = 20_260_101

Denoise = Callable[[Samples], Samples]


@dataclass(frozen=True, slots=True)
class Score:
    """Means over all mixtures at one signal-to-noise ratio; ``pesq`` is None without its package.

    ``cpu`` is processor seconds per second of audio.
    """

    model: str
    snr_db: float
    mixtures: int
    pesq: float | None
    si_sdr_db: float
    cpu: float


def si_sdr(estimate: Samples, reference: Samples) -> float:
    """Scale-invariant signal-to-distortion ratio in dB of [frames] against [frames]."""
    estimate = estimate.astype(np.float64) - estimate.mean()
    reference = reference.astype(np.float64) - reference.mean()
    target = (estimate @ reference) / (reference @ reference) * reference
    error = estimate - target
    return float(10 * np.log10((target @ target) / max(1e-12, float(error @ error))))


def pesq_wb(estimate: Samples, reference: Samples) -> float | None:
    """PESQ wide-band, 1.04 to 4.64; None where the package ``pesq`` is not installed."""
    try:
        from pesq import pesq  # noqa: PLC0415 - needs a compiler to install, so it may be absent
    except ImportError:
        return None
    return float(pesq(RATE, reference, estimate, "wb"))


def mix(speech: Samples, noise: Noise, snr_db: float) -> Samples:
    """Speech with noise of unit power under it, at that ratio of their powers."""
    level = float(np.sqrt(np.mean(np.square(speech)))) / 10 ** (snr_db / 20)
    return np.asarray(speech + level * noise, dtype=np.float32)


def served(engine: enhance.DeepFilterNet3) -> Denoise:
    """The engine that serves, loaded, as a function from noisy to clean samples."""

    def clean(noisy: Samples) -> Samples:
        inside = resample(noisy, RATE, enhance.RATE)
        whole = np.concatenate(list(engine.denoiser().stream([inside])))
        return resample(whole, enhance.RATE, RATE)[: len(noisy)]

    return clean


def models() -> dict[str, Denoise]:
    """Every model as a function from noisy to clean samples [frames] at 16 kHz, aligned."""
    engine = enhance.DeepFilterNet3()
    engine.load("cpu")
    return {
        "unprocessed": lambda noisy: noisy,
        "DeepFilterNet3": served(engine),
        "DTLN": Dtln(weights.fetch("dtln")),
        "GTCRN": Gtcrn(weights.fetch("gtcrn")),
    }


def mixtures(
    clips: Sequence[Samples], babble: Sequence[Samples], kinds: int = COMPARED
) -> Iterator[tuple[str, float, Samples, Samples]]:
    """(noise, ratio in dB, noisy, speech), both [frames], of the first ``kinds`` noises."""
    for number, voice in enumerate(clips):
        generator = np.random.default_rng(SEED + number)
        for name, noise in islice(noises(babble, len(voice), generator), kinds):
            for snr_db in SNRS:
                yield name, snr_db, mix(voice, noise, snr_db), voice


def compare(
    denoisers: Mapping[str, Denoise], clips: Sequence[Samples], babble: Sequence[Samples]
) -> list[Score]:
    """Scores of every model at every ratio over all clips [frames] at 16 kHz and five noises."""
    found: dict[tuple[str, float], list[tuple[float | None, float, float]]] = {}
    for _, snr_db, noisy, voice in mixtures(clips, babble):
        for name, denoise in denoisers.items():
            started = time.process_time()
            clean = denoise(noisy)
            cpu = (time.process_time() - started) / (len(voice) / RATE)
            result = (pesq_wb(clean, voice), si_sdr(clean, voice), cpu)
            found.setdefault((name, snr_db), []).append(result)
    return [
        Score(
            name,
            snr_db,
            len(rows),
            _mean(row[0] for row in rows),
            float(np.mean([row[1] for row in rows])),
            float(np.mean([row[2] for row in rows])),
        )
        for (name, snr_db), rows in sorted(found.items(), key=lambda item: item[0][1])
    ]


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def gains(scores: Sequence[Score], model: str) -> tuple[float | None, float]:
    """(PESQ, SI-SDR in dB) that a model adds to the unprocessed sound, over all ratios."""
    ours = [score for score in scores if score.model == model]
    raw = [score for score in scores if score.model == "unprocessed"]
    pairs = list(zip(ours, raw, strict=True))
    pesq = _mean(None if a.pesq is None or b.pesq is None else a.pesq - b.pesq for a, b in pairs)
    return pesq, float(np.mean([a.si_sdr_db - b.si_sdr_db for a, b in pairs]))


def speech(paths: Iterable[Path], longest_s: float = 8.0) -> list[Samples]:
    """Clips [frames] at 16 kHz, a longer recording in pieces of ``longest_s``."""
    clips = []
    for path in paths:
        samples, rate = read(path)
        whole = resample(mono(samples), rate, RATE)
        count = max(1, round(len(whole) / RATE / longest_s))
        clips += np.array_split(whole, count)
    return clips


def clean_clips() -> list[Samples]:
    """Speech of two people to put noise under, [frames] at 16 kHz each."""
    from tests import recordings  # noqa: PLC0415 - fetches the recordings

    return speech([clip.path for clip in recordings.librivox()] + [recordings.two_cities()])


def other_talkers() -> list[Samples]:
    """Talkers who are in no clip: other speech of other people."""
    from tests import recordings  # noqa: PLC0415 - fetches the recordings

    return speech([recordings.beckett(), *(card.path for card in recordings.cards())])


def main() -> None:
    """Print the table, or the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--clips", type=int, help="only so many clips of speech")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()

    scores = compare(models(), clean_clips()[: options.clips], other_talkers())
    if options.json:
        print(json.dumps([asdict(score) for score in scores], indent=2))
        return
    print(f"{'model':<16}{'SNR dB':>8}{'PESQ-wb':>10}{'SI-SDR dB':>11}{'CPU':>8}")
    for score in scores:
        pesq = "-" if score.pesq is None else f"{score.pesq:.2f}"
        print(
            f"{score.model:<16}{score.snr_db:>8.0f}{pesq:>10}{score.si_sdr_db:>11.1f}"
            f"{score.cpu:>8.3f}"
        )
    for model in ("DeepFilterNet3", "DTLN", "GTCRN"):
        pesq_gain, si_sdr_gain = gains(scores, model)
        shown = "-" if pesq_gain is None else f"{pesq_gain:+.2f}"
        print(f"{model}: PESQ {shown}, SI-SDR {si_sdr_gain:+.1f} dB")


if __name__ == "__main__":
    main()
