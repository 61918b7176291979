"""Trains the separator, a few hours at a time, for as many sessions as there are.

::

    python -m engines.speech.training.train --folder F --hours H            # goes on where it was
    python -m engines.speech.training.train --folder F --hours H --anneal   # ends it

The trunk (``F/trunk.pt``) learns at one constant rate, so it can go on at any time. ``--anneal``
takes it as it is and lets the rate fall to next to nothing, as a training must end; the trunk stays
as it was. Both are judged by the running mean of their weights, and leave that mean as
``F/trunk.safetensors`` or ``F/annealed.safetensors``. It may be killed at any time: what is lost is
the time since the last checkpoint. Every judgement is a line of ``F/log.jsonl``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engines.speech import talkers
from engines.speech.training.evaluate import Mixture, real_mixtures, report
from engines.speech.training.mixtures import Voices

if TYPE_CHECKING:
    import torch

RATE = talkers.RATE
LEARNING_RATE = 1e-3
WARM_UP_STEPS = 100
#: Seconds of a mixture and mixtures of a step: short ones teach fast, longer ones to keep track.
SHORT, LONG, LAST = (1.2, 24), (2.4, 12), (4.0, 8)
SHORT_HOURS = 12.0
#: The running mean of the weights; it forgets faster in the beginning.
MEAN, EARLY_MEAN, EARLY_STEPS = 0.999, 0.99, 1500
#: A mixture that is parted this well, in dB, is not worth more.
ENOUGH_DB = 25.0
CHECKPOINT_S, EVALUATE_S = 120.0, 600.0


def si_sdr(estimates: torch.Tensor, references: torch.Tensor) -> torch.Tensor:
    """The scale-invariant signal-to-distortion ratio [...] in dB of sounds [..., frames].

    Le Roux et al., "SDR - Half-baked or Well Done?", ICASSP 2019, arXiv 1811.02508.
    """
    overlap = (estimates * references).sum(-1, keepdim=True)
    energy = references.square().sum(-1, keepdim=True)
    target = overlap / (energy + 1e-8) * references
    error = (estimates - target).square().sum(-1)
    return 10 * ((target.square().sum(-1) + 1e-8) / (error + 1e-8)).log10()


def matched_si_sdr(estimates: torch.Tensor, references: torch.Tensor) -> torch.Tensor:
    """The mean over two talkers [batch], in the order that suits better, of [batch, 2, frames]."""
    given = si_sdr(estimates, references).mean(1)
    swapped = si_sdr(estimates, references.flip(1)).mean(1)
    return given.maximum(swapped)


class Training:
    """The network, its optimiser and its running mean. What a step sees comes of its number."""

    def __init__(self) -> None:
        import torch  # noqa: PLC0415 - seconds to import

        torch.manual_seed(0)
        self.layers = talkers.network()
        self.mean = {name: each.clone() for name, each in self.layers.state_dict().items()}
        self.optimiser = torch.optim.AdamW(
            self.layers.parameters(), LEARNING_RATE, weight_decay=1e-3, betas=(0.9, 0.98)
        )
        self.steps = 0
        self.mixed_s = 0.0
        self.work_s = 0.0

    def save(self, path: Path) -> None:
        """Write everything that is needed to go on, all of it or nothing."""
        import torch  # noqa: PLC0415 - as in __init__

        state = {
            "layers": self.layers.state_dict(),
            "mean": self.mean,
            "optimiser": self.optimiser.state_dict(),
            "counts": {"steps": self.steps, "mixed_s": self.mixed_s, "work_s": self.work_s},
        }
        _written(path, lambda file: torch.save(state, file))

    def load(self, path: Path) -> None:
        """Go on from a checkpoint."""
        import torch  # noqa: PLC0415 - as in __init__

        state = torch.load(path, map_location="cpu", weights_only=True)
        self.layers.load_state_dict(state["layers"])
        self.mean = state["mean"]
        self.optimiser.load_state_dict(state["optimiser"])
        counts = state["counts"]
        self.steps, self.mixed_s = counts["steps"], counts["mixed_s"]
        self.work_s = counts["work_s"]

    def export(self, path: Path) -> None:
        """Write the mean weights, in 16 bits, as :class:`~engines.speech.talkers.Talkers` reads."""
        from safetensors.torch import save_file  # noqa: PLC0415 - as in __init__

        halves = {name: each.half().contiguous() for name, each in self.mean.items()}
        _written(path, lambda file: save_file(halves, file))

    def step(self, voices: Voices, length: tuple[float, int], rate: float) -> float:
        """Learn from new mixtures; gives their mean SI-SDR in dB."""
        import torch  # noqa: PLC0415 - as in __init__

        seconds, size = length
        torch.manual_seed(self.steps)
        rng = np.random.default_rng((2, self.steps))
        mixed, said = voices.batch(size, int(seconds * RATE), rng)
        self.layers.train()
        with torch.autocast("cpu", torch.bfloat16):
            parted = talkers.separated(self.layers, torch.from_numpy(mixed))
        ratio = matched_si_sdr(parted.float(), torch.from_numpy(said))
        for group in self.optimiser.param_groups:
            group["lr"] = rate * min(1.0, (self.steps + 1) / WARM_UP_STEPS)
        self.optimiser.zero_grad()
        torch.autograd.backward(-ratio.clamp(max=ENOUGH_DB).mean())
        torch.nn.utils.clip_grad_norm_(self.layers.parameters(), 3.0)
        self.optimiser.step()
        self.steps += 1
        self.mixed_s += size * seconds
        forget = 1 - (MEAN if self.steps > EARLY_STEPS else EARLY_MEAN)
        for name, each in self.layers.state_dict().items():
            self.mean[name].lerp_(each, forget)
        return float(ratio.detach().mean())


def _written(path: Path, write: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        begun = Path(scratch, path.name)
        write(str(begun))
        begun.replace(path)


def judged(weights: Path, mixtures: list[Mixture]) -> Mapping[str, Any]:
    """What :mod:`~engines.speech.training.evaluate` says of the weights on real speech."""
    return report(talkers.Talkers(weights).separate, mixtures) if mixtures else {}


def train(folder: Path, seconds: float, *, anneal: bool) -> None:
    """Train for so long, from the trunk in ``folder`` if there is one."""
    training = Training()
    trunk, name = folder / "trunk.pt", "annealed" if anneal else "trunk"
    if trunk.exists():
        training.load(trunk)
    voices = Voices(folder / "voices")
    mixtures = real_mixtures()
    begin = time.monotonic()
    saved = evaluated = worked = begin
    ratios: list[float] = []

    def judge() -> None:
        training.save(folder / f"{name}.pt")
        training.export(folder / f"{name}.safetensors")
        line = {
            "time": datetime.now().isoformat(timespec="seconds"),
            "run": name,
            "steps": training.steps,
            "mixed_h": round(training.mixed_s / 3600, 2),
            "work_h": round(training.work_s / 3600, 2),
            "speakers": len(voices.voices),
            "speech_h": round(voices.hours, 2),
            "training_si_sdr_db": round(float(np.mean(ratios or [0.0])), 2),
            "real": judged(folder / f"{name}.safetensors", mixtures),
        }
        with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        ratios.clear()

    while (now := time.monotonic()) < begin + seconds:
        rate, length = LEARNING_RATE, LAST
        if anneal:
            rate *= 0.02 + 0.49 * (1 + math.cos(math.pi * (now - begin) / seconds))
        else:
            length = SHORT if training.mixed_s < 3600 * SHORT_HOURS else LONG
        ratios.append(training.step(voices, length, rate))
        training.work_s += time.monotonic() - worked
        worked = time.monotonic()
        if worked - evaluated > EVALUATE_S:
            voices.reload()
            judge()
            evaluated = saved = worked = time.monotonic()
        elif worked - saved > CHECKPOINT_S:
            training.save(folder / f"{name}.pt")
            saved = worked
    judge()


def main() -> None:
    """Train from the command line, giving way to whatever else the machine does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--hours", type=float, help="how long to train")
    when.add_argument("--until", help="when to stop instead, such as 05:05")
    parser.add_argument("--anneal", action="store_true")
    given = parser.parse_args()
    os.nice(19)
    # Threads that wait must not keep the processor from others; read when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

    import torch  # noqa: PLC0415 - seconds to import

    torch.set_num_threads(2)
    train(given.folder, _seconds(given.hours, given.until), anneal=given.anneal)


def _seconds(hours: float | None, until: str | None) -> float:
    if hours is not None or until is None:
        return 3600 * (hours or 0)
    now = datetime.now()
    clock = datetime.strptime(until, "%H:%M")
    end = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return (end - now if end > now else end + timedelta(days=1) - now).total_seconds()


if __name__ == "__main__":
    main()
