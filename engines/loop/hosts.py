"""Where batches run: the ``Host`` protocol, and a host that is a child process of ours.

Hosts are interchangeable: they take a batch, give events, and say at once when they die.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from engines.engine import MODULES
from engines.loop import wire
from engines.weights import hub
from engines.weights.hub import Model

#: The folder from which the child imports.
ROOT = Path(__file__).resolve().parents[2]
#: A child that has not beaten for this long hangs, and is killed.
SILENCE_S = 60.0
#: One result is one line: an hour's transcript with word times is some megabytes.
LINE_LIMIT = 64 << 20
#: What of our environment the child gets; secrets are in none of these.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "XDG_CACHE_HOME")
PASSED_ON_PREFIXES = ("CUDA_", "NVIDIA_", "OMP_", "GOMP_", "EARSHOT_WEIGHTS", "LC_")

#: How often threads (of GNU's OpenMP, as in torch) look for work before they sleep. By default they
#: look for ages, and where other processes want the processors that is their time: networks of many
#: small steps take half as long again to twice as long then (bench/contended.py).
PATIENCE = {"GOMP_SPINCOUNT": "1000"}

log = structlog.get_logger(__name__)


class HostDied(Exception):
    """The host ended in the midst of a batch, or could not be started."""


class Host(Protocol):
    """Runs one batch at a time."""

    @property
    def resident(self) -> frozenset[str]:
        """The engines it holds loaded."""

    @property
    def device(self) -> str:
        """``cpu`` or ``cuda``."""

    async def start(self) -> None:
        """Be ready for batches; raises :class:`HostDied`."""

    def run(self, batch: wire.Run) -> AsyncIterator[wire.Up]:
        """The events of a batch, ending with ``Idle``; raises :class:`HostDied`."""

    async def cancel(self, ids: Iterable[int]) -> None:
        """Stop these jobs at their next step."""

    async def kill(self) -> None:
        """End the host at once, batch and all."""


class ProcessHost:
    """A spawned process that holds the models of one device.

    It is started by command line, not forked or spawned through ``multiprocessing``: so it gets
    just the environment named here, none of our open files but one socket, and its own session.
    """

    def __init__(
        self,
        blobs: Path,
        modules: Sequence[str] = MODULES,
        models: Mapping[str, Model] | None = None,
    ) -> None:
        """``models`` of the hub take the place of those that the tasks named come with."""
        self._blobs = blobs
        self._modules = modules
        self._models = models or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._heard: asyncio.Queue[wire.Up | None] = asyncio.Queue()
        self._last_heard = 0.0
        self._clearing = asyncio.Lock()
        self._resident: frozenset[str] = frozenset()
        self._device = "cpu"

    @property
    def resident(self) -> frozenset[str]:
        """The engines it holds loaded."""
        return self._resident

    @property
    def device(self) -> str:
        """``cpu`` or ``cuda``."""
        return self._device

    @property
    def pid(self) -> int | None:
        """The process id, once started."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Spawn the process, unless it lives, and wait until it is ready."""
        if self._lives():
            return
        await self.kill()
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "engines.loop.child"]
        with theirs:
            self._process = await asyncio.to_thread(
                subprocess.Popen,
                [*command, str(theirs.fileno()), str(self._blobs), *self._modules],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=PATIENCE | scrubbed(os.environ) | hub.environment(self._models, os.environ),
                start_new_session=True,
            )
        reader, self._writer = await asyncio.open_unix_connection(sock=ours, limit=LINE_LIMIT)
        self._heard = asyncio.Queue()
        self._last_heard = time.monotonic()
        self._listener = asyncio.create_task(self._listen(reader, self._heard))
        ready = await self._next()
        if isinstance(ready, wire.Ready):
            self._device = ready.device

    async def run(self, batch: wire.Run) -> AsyncIterator[wire.Up]:
        """The events of a batch, ending with ``Idle``; raises :class:`HostDied`."""
        await self._say(batch)
        while True:
            message = await self._next()
            yield message
            if isinstance(message, wire.Idle):
                return

    async def cancel(self, ids: Iterable[int]) -> None:
        """Stop these jobs at their next step."""
        with contextlib.suppress(HostDied):  # then its batch ends anyhow, and says so
            await self._say(wire.Cancel(list(ids)))

    async def kill(self) -> None:
        """End the process group at once and reap it."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        # To the end, even if whoever asked is cancelled: nothing must be left for the next start.
        await asyncio.shield(self._clear(process))

    async def _clear(self, process: subprocess.Popen[bytes] | None) -> None:
        async with self._clearing:  # whoever asks a second time waits for the first
            if process is not None:
                await asyncio.to_thread(process.wait)
            if self._listener is not None:
                await self._listener
                self._listener = None
            if self._writer is not None:
                self._writer.close()
                with contextlib.suppress(ConnectionError):
                    await self._writer.wait_closed()
                self._writer = None
            self._resident = frozenset()

    def _lives(self) -> bool:
        # The end of the socket may be unread yet, or the end of the process unknown: ask for both.
        listening = self._listener is not None and not self._listener.done()
        return listening and self._process is not None and self._process.poll() is None

    async def _say(self, message: wire.Down) -> None:
        if self._writer is None:
            raise HostDied("the inference process is not running")
        try:
            self._writer.write(wire.encode(message))
            await self._writer.drain()
        except ConnectionError as error:
            raise HostDied(str(error)) from error

    async def _listen(
        self, reader: asyncio.StreamReader, heard: asyncio.Queue[wire.Up | None]
    ) -> None:
        """Read until the process ends; None in the queue says that it did."""
        try:
            while (line := await reader.readline()).endswith(b"\n"):
                message: wire.Up = wire.decode(line)
                self._last_heard = time.monotonic()
                if isinstance(message, wire.Beat | wire.Idle):
                    self._resident = frozenset(message.resident)
                if not isinstance(message, wire.Beat):
                    heard.put_nowait(message)
        except ConnectionError:
            log.info("the inference process hung up")
        except (LookupError, TypeError, ValueError) as error:  # a line too long is a ValueError
            log.exception("the inference process said what we cannot read", error=str(error))
        heard.put_nowait(None)

    async def _next(self) -> wire.Up:
        message: wire.Up | None = None
        while True:
            try:
                async with asyncio.timeout(SILENCE_S / 4):
                    message = await self._heard.get()
                break
            except TimeoutError:
                if time.monotonic() - self._last_heard > SILENCE_S:
                    break
        if message is None:
            status = self._process.poll() if self._process else None
            await self.kill()
            raise HostDied(f"the inference process ended or hangs (status {status})")
        return message


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that an inference process needs."""
    return {
        name: value
        for name, value in environment.items()
        if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
