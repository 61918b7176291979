"""Networks beside other processes that want the processors: threads that spin, or soon sleep.

Two talkers are parted (an LSTM of many small steps) and voiceprints are heard, on all processors,
alone and beside as many busy processes, with the patience of the process that loads models
(``engines/loop/hosts.py``) and with that of OpenMP's default.

Run: ``python -m bench.contended [--rounds N]``
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import arguments, publish
from engines.loop.hosts import PATIENCE

WORK = {
    "two talkers": """
from engines.speech.talkers import RATE, Talkers
network, noise = Talkers(), np.random.default_rng(0).normal(size=30 * RATE).astype(np.float32)
run = lambda samples: network.separate(samples)
""",
    "voiceprints": """
from engines.speech.voiceprint import RATE, Voiceprints
network, noise = Voiceprints(), np.random.default_rng(0).normal(size=30 * RATE).astype(np.float32)
run = lambda samples: network(samples)
""",
}
TIMED = """
run(noise[:RATE])
began = time.perf_counter()
run(noise)
print(time.perf_counter() - began)
"""


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that never rest."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for each in others:
            each.kill()
            each.wait()


def seconds(work: str, patience: dict[str, str]) -> float:
    """The wall seconds that a fresh process takes for 30 s of sound."""
    program = f"import time\nimport numpy as np{WORK[work]}{TIMED}"
    environment = {name: value for name, value in os.environ.items() if name not in PATIENCE}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=environment | patience, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def measure(rounds: int) -> list[dict[str, Any]]:
    """A row for each work, alone and beside others: medians in s, and the ratio."""
    rows: list[dict[str, Any]] = []
    for others in (0, os.cpu_count() or 1):
        with busy(others):
            for work in WORK:
                spent: dict[str, list[float]] = {"default": [], "ours": []}
                for _ in range(rounds):
                    spent["default"].append(seconds(work, {}))
                    spent["ours"].append(seconds(work, PATIENCE))
                default, ours = (statistics.median(each) for each in spent.values())
                rows.append(
                    {
                        "work": work,
                        "busy processes": others,
                        "default_s": round(default, 2),
                        "ours_s": round(ours, 2),
                        "ours / default": round(ours / default, 2),
                    }
                )
    return rows


def main() -> int:
    """Print the table; 1 when it costs a quarter alone, or saves nothing beside others."""
    rows = measure(arguments(__doc__, rounds=5).rounds)
    ratios: dict[int, list[float]] = {
        others: [] for others in {row["busy processes"] for row in rows}
    }
    for row in rows:
        ratios[row["busy processes"]].append(row["ours / default"])
    goals = {
        f"time beside {others} busy processes, ours / default": (max(some), 1.0 if others else 1.25)
        for others, some in ratios.items()
    }
    return publish("contended", rows, goals=goals)


if __name__ == "__main__":
    sys.exit(main())
