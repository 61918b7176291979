"""The local language model, seen from the service: started when it is needed, ended when it is not.

The model lives in a process of its own (``local_server.py``), so that its memory (1.3 GB, of which
1.1 GB are the file, mapped) is only used while somebody talks to it, and so that neither a crash
nor its work in the midst of a token holds up anything here. This module never imports it.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import secrets
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import structlog

from engines import weights
from engines.dialogue.local_server import Order
from engines.loop.hosts import ROOT, scrubbed

#: The model's row in the lock file of the weights.
WEIGHT = "qwen2.5-coder-1.5b"
#: What is started; it gets an ``Order`` on standard input.
COMMAND = (sys.executable, "-m", "engines.dialogue.local_server")
#: Seconds. Without use for so long, the process ends.
IDLE_S = 600.0
#: Seconds from the start to the first request; 1 when the file is in memory, more off a slow disk.
START_S = 120.0

log = structlog.get_logger(__name__)


class LocalModelFailed(Exception):
    """The local language model cannot be had; ``reason`` says why, for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Child:
    process: Process
    key: str
    port: int = 0
    busy: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def lives(self) -> bool:
        return self.port > 0 and self.process.returncode is None

    def kill(self) -> None:
        if self.process.returncode is None:  # else the number may be somebody else's by now
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class LocalModel:
    """An OpenAI-compatible server of ours, there as long as it is used.

    ``threads`` is the model's processor threads, ``context`` tokens of a prompt with its answer,
    ``longest`` tokens of an answer; ``idle_s`` and ``start_s`` are seconds. ``model`` is another
    GGUF file than the locked one. Belongs to one event loop.
    """

    def __init__(
        self,
        *,
        model: Path | None = None,
        threads: int | None = None,
        context: int = 4096,
        longest: int = 512,
        idle_s: float = IDLE_S,
        start_s: float = START_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._model = model
        # One core is left for the inference loop and the service.
        self._threads = threads or max(1, (os.cpu_count() or 1) - 1)
        self._context = context
        self._longest = longest
        self._idle_s = idle_s
        self._start_s = start_s
        self._clock = clock
        self._sleep = sleep
        self._command = command
        self._child: _Child | None = None
        self._changing = asyncio.Lock()
        self._used = 0.0
        self._closed = False

    def available(self) -> bool:
        """Whether the weights and the library are on this machine. Cheap: loads nothing."""
        here = weights.present(WEIGHT) if self._model is None else self._model.is_file()
        return here and importlib.util.find_spec("xllamacpp") is not None

    @property
    def pid(self) -> int | None:
        """The process id, while one runs."""
        return self._child.process.pid if self._child and self._child.lives else None

    async def address(self) -> tuple[str, str]:
        """The base URL, ending in ``/v1``, and the key; starts the process where none runs.

        To be asked before each request: the address holds only as long as the process. Raises
        :class:`LocalModelFailed`.
        """
        async with self._changing:
            if self._closed:
                raise LocalModelFailed("it was closed")
            child = self._child
            if child is None or not child.lives or not await _answers(child.port):
                await self._end()
                child = await self._start()
            self._used = self._clock()
            return f"http://127.0.0.1:{child.port}/v1", child.key

    async def close(self) -> None:
        """End the process for good, even in the midst of its start or an answer."""
        self._closed = True
        if self._child is not None:
            self._child.kill()
        async with self._changing:
            await self._end()

    async def _start(self) -> _Child:
        begun = self._clock()
        key = secrets.token_urlsafe(32)
        order = Order(key, str(self._file()), self._threads, self._context, self._longest)
        process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
            # Several threads wait for each other some hundred times a token. Asleep rather than
            # spinning they are 2.6 times as fast when the cores are busy.
            env={"OMP_WAIT_POLICY": "PASSIVE", **scrubbed(os.environ)},
            start_new_session=True,
        )
        self._child = child = _Child(process, key)
        try:
            child.port = await self._ready(child, order)
        except BaseException:
            await self._end()
            raise
        child.tasks = [
            asyncio.create_task(self._listen(child)),
            asyncio.create_task(self._retire(child)),
        ]
        took = round(self._clock() - begun, 2)
        log.info("the language model is ready", pid=process.pid, seconds=took)
        return child

    def _file(self) -> Path:
        if self._model is not None:
            return self._model
        try:
            return weights.folder(WEIGHT) / weights.catalogue()[WEIGHT].files[0].name
        except weights.WeightsMissing as error:
            raise LocalModelFailed(str(error)) from error

    async def _ready(self, child: _Child, order: Order) -> int:
        """Hand over the order and wait for the port."""
        stdin, stdout = child.process.stdin, child.process.stdout
        if stdin is None or stdout is None:
            raise LocalModelFailed("its process has no pipes")
        try:
            async with asyncio.timeout(self._start_s):
                # By the pipe, which is nobody else's: command lines are everybody's to read.
                stdin.write(json.dumps(asdict(order)).encode() + b"\n")
                await stdin.drain()
                line = await stdout.readline()
                if not line:
                    status = await child.process.wait()
                    raise LocalModelFailed(f"its process ended at the start (status {status})")
        except TimeoutError as error:
            raise LocalModelFailed(f"it was not ready after {self._start_s:.0f} s") from error
        except ConnectionError as error:
            raise LocalModelFailed("its process hung up at the start") from error
        try:
            message = json.loads(line)
            if "failed" in message:
                raise LocalModelFailed(message["failed"])
            return int(message["ready"])
        except (ValueError, KeyError, TypeError) as error:
            raise LocalModelFailed(f"its process said {line[:200]!r}") from error

    async def _listen(self, child: _Child) -> None:
        """Hear when answers begin and end, and when the process does."""
        if child.process.stdout is None:
            return
        while line := await child.process.stdout.readline():
            child.busy = json.loads(line)["busy"]
            self._used = self._clock()
        status = await child.process.wait()
        if not self._closed:  # at rest, this task is cancelled before the process is killed
            log.warning("the language model's process ended by itself", status=status)

    async def _retire(self, child: _Child) -> None:
        """End the process when it was not used for long."""
        while True:
            await self._sleep(max(0.0, self._used + self._idle_s - self._clock()))
            async with self._changing:
                if child is not self._child:
                    return
                if child.busy and child.lives:
                    self._used = self._clock()
                elif self._clock() - self._used >= self._idle_s:
                    log.info("the language model rests", pid=child.process.pid)
                    await self._end()
                    return

    async def _end(self) -> None:
        """Kill the process, if any, and reap it."""
        child, self._child = self._child, None
        if child is None:
            return
        own = asyncio.current_task()
        others = [task for task in child.tasks if task is not own]
        for task in others:
            task.cancel()
        child.kill()
        if child.process.stdin is not None:
            child.process.stdin.close()
        await asyncio.shield(child.process.wait())
        await asyncio.gather(*others, return_exceptions=True)


async def _answers(port: int) -> bool:
    """Whether somebody listens there: a process may have died without our having heard yet."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
