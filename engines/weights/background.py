"""Fetching a big weight while the service already serves.

The download and the hashing run in a process of their own, at low priority: it can be ended at any
moment, with whatever pip it has started, and the next one goes on from the bytes that are there.
Run as ``python -m engines.weights.background NAME [ROOT]``, it prints ``{"done": BYTES, "total":
BYTES}`` as it goes, ends with ``{"failed": SENTENCE}`` where nothing answers, and ends with the
process that holds its standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from engines import weights

#: What is started; it gets the weight's name and the cache's folder as arguments.
COMMAND = (sys.executable, "-m", "engines.weights.background")
#: Seconds before the next try, doubled each time nothing at all came.
PAUSE_S = 60.0
LONGEST_PAUSE_S = 3600.0

#: The folder from which the child imports.
_ROOT = Path(__file__).resolve().parents[2]
#: What of our environment the child gets: how to reach the outside, and no secrets of the service.
_PASSED_ON = {"PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}
_PASSED_ON |= {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
_PASSED_ON |= {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
_PASSED_ON_PREFIXES = ("PIP_", "NPM_CONFIG_", "EARSHOT_WEIGHTS", "LC_")

log = structlog.get_logger(__name__)


async def fetch_in_background(
    name: str,
    note: Callable[[float], None],
    *,
    root: Path | None = None,
    pause_s: float = PAUSE_S,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    command: Sequence[str] = COMMAND,
) -> Path:
    """Bring the weight into the cache, however long it takes, and return its folder.

    ``note`` is told the fraction that is here, 0 to 1, at each step; the log at each tenth. When
    nothing answers, or the disk is full, it is tried again after ``pause_s`` seconds and then after
    ever longer ones. Cancelling it ends the download at once; nothing of it is lost. Raises
    :class:`~engines.weights.WeightsMissing` only for a name that the lock file does not have.
    """
    root = root or weights.default_root()
    log_tenth = _tenths(name)
    pause = pause_s
    begun = 0.0
    while not await asyncio.to_thread(weights.present, name, root):
        furthest = begun

        def heard(fraction: float) -> None:
            nonlocal furthest
            furthest = max(furthest, fraction)
            log_tenth(furthest)
            note(furthest)  # another try begins from nothing, and soon is where the last one was

        failure = await _attempt([*command, name, str(root)], heard)
        if failure is None:
            break
        if furthest > begun:
            pause = pause_s
        begun = furthest
        log.warning("a weight could not be fetched yet", weight=name, why=failure, again_in_s=pause)
        await sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_S)
    note(1.0)
    return root / name


async def _attempt(command: Sequence[str], heard: Callable[[float], None]) -> str | None:
    """Run one child to its end; what it failed with, None when it did not."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=_ROOT,
        stdin=PIPE,
        stdout=PIPE,
        env=_scrubbed(os.environ),
        start_new_session=True,
    )
    failure = None
    try:
        while process.stdout is not None and (line := await process.stdout.readline()):
            message = json.loads(line)
            if "failed" in message:
                failure = message["failed"]
            else:
                heard(message["done"] / message["total"])
        status = await process.wait()
        return failure or (f"its process ended with status {status}" if status else None)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if process.stdin is not None:
            process.stdin.close()
        await asyncio.shield(process.wait())


def _tenths(name: str) -> Callable[[float], None]:
    """Log each tenth of the way once."""
    logged = -1

    def log_tenth(fraction: float) -> None:
        nonlocal logged
        tenth = int(10 * fraction)
        if tenth > logged:
            logged = tenth
            log.info("fetching a weight", weight=name, percent=10 * tenth)

    return log_tenth


def _scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.upper() in _PASSED_ON or name.upper().startswith(_PASSED_ON_PREFIXES)
    }


def main() -> int:
    """Fetch the weight named on the command line; the exit status."""
    name, *rest = sys.argv[1:]
    os.nice(15)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    said = -1

    def report(_name: str, done: int, total: int) -> None:
        nonlocal said
        permille = 1000 * done // max(total, 1)
        if permille > said:
            said = permille
            _say({"done": done, "total": max(total, 1)})

    try:
        weights.fetch(name, Path(rest[0]) if rest else None, report)
    except weights.WeightsMissing as error:
        _say({"failed": str(error)})
        return 1
    return 0


def _say(message: Mapping[str, Any]) -> None:
    print(json.dumps(message), flush=True)


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    if os.getpgrp() == os.getpid():  # as our parent starts us: then pip is in the group, too
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
