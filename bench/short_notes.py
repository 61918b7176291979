"""Short voice notes recognised one by one, all in one batch, and in windows cut to their length.

Whisper hears 30 s at a time and pads what is shorter. On a processor the padded encoder is nearly
all of the cost, and a batch of windows costs what they cost one by one; cutting the windows saves
most of it, but the network was never trained on cut ones, and writes other words now and then. The
notes are the short human clips of the tests, in English and, where Debian's package manager is, in
four more languages; the language is found out, as in the service.

Run: ``python -m bench.short_notes [--rounds N] [--threads N]``
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from bench import arguments, publish
from engines import weights
from engines.audio import mono, read, resample
from engines.kinds import Samples
from tests import recordings

RATE = 16_000
#: Spans of 10 ms: a whole window, what is left after a note where it is cut, and the shortest cut.
WINDOW, AFTER, SHORTEST = 3000, 200, 500
#: As in the service.
BEAM, LONGEST = 5, 200
PROMPTS = ("vm-mailboxfull", "pbx-invalid", "dir-instr", "confbridge-only-one")
LANGUAGES = ("es", "fr", "it", "ru")

Recognise = Callable[[Sequence[Samples]], list[str]]


def notes() -> list[Samples]:
    """Short clips [frames] at 16 kHz."""
    paths = [clip.path for clip in (*recordings.librivox(), *recordings.cards())]
    with suppress(FileNotFoundError):
        paths += [recordings.prompts(each)[name] for each in LANGUAGES for name in PROMPTS]
    found = []
    for path in paths:
        samples, rate = read(path)
        found.append(resample(mono(samples), rate, RATE))
    return found


def ways(threads: int) -> dict[str, Recognise]:
    """How to recognise notes, by name."""
    import ctranslate2  # noqa: PLC0415 - after the arguments were read
    from faster_whisper import WhisperModel  # noqa: PLC0415

    whisper = WhisperModel(
        str(weights.folder("whisper-base")), device="cpu", compute_type="int8", cpu_threads=threads
    )
    tokens = whisper.hf_tokenizer

    def heard(some: Sequence[Samples], *, cut: bool) -> list[str]:
        spectra = [whisper.feature_extractor(each, padding=160) for each in some]
        longest = max(each.shape[1] for each in spectra)
        size = max(SHORTEST, longest + AFTER) // 2 * 2 if cut else WINDOW
        padded = [np.pad(each, ((0, 0), (0, max(0, size - each.shape[1])))) for each in spectra]
        stacked = np.ascontiguousarray(np.stack([each[:, :size] for each in padded]))
        encoded = whisper.model.encode(ctranslate2.StorageView.from_array(stacked))
        spoken = [each[0][0] for each in whisper.model.detect_language(encoded)]
        names = ("<|startoftranscript|>", "<|transcribe|>", "<|notimestamps|>")
        begin, write, untimed = (tokens.token_to_id(name) for name in names)
        prompts = [[begin, tokens.token_to_id(each), write, untimed] for each in spoken]
        told = whisper.model.generate(encoded, prompts, beam_size=BEAM, max_length=LONGEST)
        return [tokens.decode(each.sequences_ids[0]).strip() for each in told]

    return {
        "one by one": lambda some: [heard([each], cut=False)[0] for each in some],
        "together": lambda some: heard(some, cut=False),
        "one by one, cut": lambda some: [heard([each], cut=True)[0] for each in some],
        "together, cut": lambda some: heard(some, cut=True),
    }


def measure(rounds: int, threads: int) -> list[dict[str, Any]]:
    """A row for each way: processor and wall seconds (medians), beside one by one."""
    some, recognisers = notes(), ways(threads)
    told = {name: recognise(some) for name, recognise in recognisers.items()}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in recognisers}
    for _ in range(rounds):
        for name, recognise in recognisers.items():
            wall, cpu = time.perf_counter(), time.process_time()
            recognise(some)
            spent[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    rows: list[dict[str, Any]] = []
    for name, rounds_spent in spent.items():
        cpu, wall = (statistics.median(each) for each in zip(*rounds_spent, strict=True))
        same = sum(a == b for a, b in zip(told[name], told["one by one"], strict=True))
        rows.append(
            {
                "way": name,
                "cpu_s": round(cpu, 2),
                "wall_s": round(wall, 2),
                "throughput": round(rows[0]["cpu_s"] / cpu, 2) if rows else 1.0,
                "same_words": f"{same} of {len(some)}",
            }
        )
    return rows


def main() -> int:
    """Print the table; 1 when a batch is not 1.3 times as fast as one by one."""
    options = arguments(__doc__, rounds=3, threads=2)
    rows = measure(options.rounds, options.threads)
    share = rows[1]["cpu_s"] / rows[0]["cpu_s"]
    return publish("short_notes", rows, goals={"time, together / one by one": (share, 1 / 1.3)})


if __name__ == "__main__":
    sys.exit(main())
