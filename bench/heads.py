"""Talking heads: seconds of work for a second of video, and memory as it goes on.

A real reading is spoken by the drawn portrait, at several sizes and shapes, with two threads. The
wall-clock time on an idle machine is what counts; the processor time (the encoder's included) says
what it would be there when the machine is busy.

Run: ``python -m bench.heads [--seconds N] [--minutes N]``
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench import arguments, publish
from engines.audio import read, write_flac
from engines.kinds import Done, Progress, Samples, Source, Work
from engines.video.talking import THREADS, TalkingHead
from tests import recordings
from tests.engines.conftest import private_mb

TASK = "talking_head"
VIDEOS = (("square", 512), ("square", 256), ("portrait", 512), ("landscape", 512), ("square", 1080))


def reading(seconds: float) -> tuple[Samples, int]:
    """Read speech of that length: one recording, over and over."""
    samples, rate = read(recordings.two_cities())
    count = int(seconds * rate)
    return np.tile(samples, -(-count // samples.shape[1]))[:, :count], rate


def timed(engine: TalkingHead, work: Work) -> tuple[float, float, list[float]]:
    """Wall-clock and processor seconds of a video, and megabytes at each sign of progress."""
    wall, processor, used = time.perf_counter(), _processor(), []
    done = False
    for event in engine.run([work]):
        if isinstance(event, Progress) and event.fraction > 0.06:
            used.append(private_mb())
        done = isinstance(event, Done)
    assert done, "no video"
    return time.perf_counter() - wall, _processor() - processor, used


def main() -> int:
    """Print and write the times; 1 where a goal is missed."""
    options = arguments(__doc__, seconds=10, minutes=2)
    engine = TalkingHead()
    engine.load("cpu")
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "reading.flac")
        long = [("square", 512, 60.0 * options.minutes)]
        for shape, size, seconds in [(*each, float(options.seconds)) for each in VIDEOS] + long:
            write_flac(path, *reading(seconds))
            work = Work(TASK, {"shape": shape, "size": size}, [Source("a1", "audio", path)])
            wall, processor, used = timed(engine, work)
            rows.append(
                {
                    "shape": shape,
                    "size": size,
                    "video_s": seconds,
                    "wall": round(wall / seconds, 3),
                    "processor": round(processor / seconds, 3),
                    "memory_mb": round(max(used)),
                    "growth_mb": round(max(used) - used[min(3, len(used) - 1)]),
                }
            )
    return publish(
        "heads",
        rows,
        goals={
            "wall seconds per second of video, 512 pixels": (rows[0]["wall"], 1.0),
            "processor seconds of two threads": (rows[0]["processor"] / THREADS, 1.0),
            "growth of memory over the longest, MB": (rows[-1]["growth_mb"], 30.0),
        },
    )


def _processor() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


if __name__ == "__main__":
    sys.exit(main())
