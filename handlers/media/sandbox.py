"""Running a program over a stranger's file: confined, against the clock, and wholly gone after."""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from handlers.media import jail
from handlers.media.kinds import Limits, MediaRefused

KEEP = 64 << 10
"""Bytes kept of what the program prints; it may print without end."""
GRACE_S = 5.0
"""Seconds for the pipes to close once the whole group was killed."""

SYSTEM = (
    "/bin",
    "/lib",
    "/lib64",
    "/usr",
    "/etc/ld.so.cache",
    "/dev/null",
    "/dev/urandom",
    "/dev/zero",
)
"""What any program needs to start: its libraries, and nothing that is anyone's secret."""


class Overran(Exception):
    """The program used up its seconds, on the clock or on the processor, and was killed."""


class Unstartable(RuntimeError):
    """The program could not be started: this machine's fault, never the file's."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended: its exit status (minus a signal), and the end of what it printed."""

    status: int
    output: bytes
    errors: str


async def run(
    argv: Sequence[str],
    limits: Limits,
    *,
    reads: Sequence[Path],
    writes: Sequence[Path] = (),
    file_bytes: int = 0,
) -> Ended:
    """Run ``argv`` in the jail, able to open ``reads`` and ``writes`` and to write ``file_bytes``.

    However this ends (a result, an error, a cancellation), the program's whole process group is
    dead and the program itself reaped.

    Raises:
        Overran: after ``limits.wall_s`` seconds, or twice as many of processor time.
        Unstartable: where the program or the jail cannot be started.

    """
    rules = {
        "parent": os.getpid(),
        "memory_bytes": limits.memory_bytes,
        "cpu_s": math.ceil(2 * limits.wall_s),
        "file_bytes": file_bytes,
        "reads": [*SYSTEM, str(argv[0]), *map(str, reads)],
        "writes": [str(path) for path in writes],
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        jail.__file__,
        json.dumps(rules),
        *argv,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd="/",
        # Nothing of ours, tokens above all. One malloc arena: each reserves address space.
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 - asked for above
    assert process.stderr is not None  # noqa: S101
    output = asyncio.create_task(_tail(process.stdout))
    errors = asyncio.create_task(_tail(process.stderr))
    try:
        async with asyncio.timeout(limits.wall_s):
            await asyncio.wait({output, errors})
            status = await process.wait()
    except TimeoutError as error:
        raise Overran from error
    finally:
        await _end(process, output, errors)
    if status == jail.FAILED:
        raise Unstartable(errors.result().decode(errors="replace"))
    if status == -signal.SIGXCPU:
        raise Overran
    return Ended(status, output.result(), errors.result().decode(errors="replace"))


def unreadable(ended: Ended) -> MediaRefused:
    """The refusal of a file that the program failed on; its words are kept as a note for logs."""
    refusal = MediaRefused("media_damaged")
    refusal.add_note(f"exit status {ended.status}: {ended.errors[-1000:].strip()}")
    return refusal


async def _tail(stream: asyncio.StreamReader) -> bytes:
    kept = bytearray()
    while piece := await stream.read(KEEP):
        kept += piece
        del kept[:-KEEP]
    return bytes(kept)


async def _end(process: asyncio.subprocess.Process, *pipes: asyncio.Task[bytes]) -> None:
    # The group outlives its leader as long as one member does, so it is killed in any case.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    _, stuck = await asyncio.wait(pipes, timeout=GRACE_S)
    for pipe in stuck:
        pipe.cancel()
