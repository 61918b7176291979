"""Processor time of the whole path beside bare faster-whisper: same file, weights and threads.

The path is the service's own: the note is taken in, converted in the jail, queued, run in the
child, landed and delivered. Both sides start with the model loaded; user and system time of all
processes count. The bare side is ``WhisperModel.transcribe`` with voice activity detection and
word times.

Run: ``python -m bench.asr [--rounds N]``
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from bench import arguments, publish
from bench.turn import Sink
from bot import logs
from bot.app import App, running
from bot.settings import Settings
from engines import weights
from handlers.edge import Attachment, Incoming
from tests.recordings import two_cities

BARE = """
import os, sys, time
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8",
                     cpu_threads=len(os.sched_getaffinity(0)))
for line in sys.stdin:
    before = time.process_time()
    segments, _ = model.transcribe(line.strip(), vad_filter=True, word_timestamps=True)
    words = sum(len(segment.words) for segment in segments)
    print(time.process_time() - before, words, flush=True)
"""


class Files(Sink):
    """The sink of the other benchmark, with files on disk."""

    async def open(self, attachment: Attachment) -> Any:
        """The file's bytes, whole."""
        yield await asyncio.to_thread(Path(attachment.reference).read_bytes)


def spent(child: psutil.Process) -> float:
    """Processor seconds of this process, its reaped children, and the inference process."""
    busy = child.cpu_times()
    total = float(busy.user + busy.system)
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        total += used.ru_utime + used.ru_stime
    return total


async def whole_path(app: App, sink: Files, note: Path, number: int) -> None:
    """One voice note, from intake to delivery."""
    turn_id = await app.intake.accept(
        Incoming(
            platform=sink.platform,
            account=sink.account,
            update_id=str(number),
            channel="bench",
            author_id="somebody",
            author_name="Somebody",
            text="transcribe this",
            attachments=(Attachment(note.name, str(note)),),
        )
    )
    await sink.of(turn_id).wait()


async def measure(rounds: int) -> list[dict[str, Any]]:
    """A row for each round: both sides in turn, so that the machine's moods hit both."""
    note = await asyncio.to_thread(two_cities)
    bare = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-c", BARE, str(weights.folder("whisper-base"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    asked, answers = bare.stdin, bare.stdout
    assert asked is not None
    assert answers is not None

    def ask_bare() -> float:
        asked.write(f"{note}\n")
        asked.flush()
        return float(answers.readline().split()[0])

    rows = []
    with tempfile.TemporaryDirectory() as folder, bare:
        sink = Files()
        async with running(Settings(data_dir=Path(folder), chat="off"), [sink]) as app:
            await asyncio.to_thread(ask_bare)
            await whole_path(app, sink, note, 0)
            children = psutil.Process().children()
            (child,) = (each for each in children if each.pid != bare.pid)
            for number in range(1, rounds + 1):
                floor = await asyncio.to_thread(ask_bare)
                before, began = spent(child), time.perf_counter()
                await whole_path(app, sink, note, number)
                cost, wall = spent(child) - before, time.perf_counter() - began
                rows.append(
                    {
                        "round": number,
                        "bare_cpu_s": round(floor, 2),
                        "path_cpu_s": round(cost, 2),
                        "path_wall_s": round(wall, 2),
                        "ratio": round(cost / floor, 3),
                    }
                )
        asked.close()
    return rows


def main() -> int:
    """Print the table; 1 when the goal is missed."""
    options = arguments(__doc__, rounds=5)
    logs.set_up("ERROR", [])
    os.environ.setdefault("OMP_NUM_THREADS", str(len(os.sched_getaffinity(0))))
    rows = asyncio.run(measure(options.rounds))
    ratio = statistics.median(row["ratio"] for row in rows)
    return publish("asr", rows, goals={"processor time, path / bare": (ratio, 1.10)})


if __name__ == "__main__":
    sys.exit(main())
