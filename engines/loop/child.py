"""The inference process: one thread of inference, and the only place where torch is loaded.

It speaks :mod:`engines.loop.wire` over the socket it inherits, runs one batch at a time, and dies
with its parent: the end of the socket is the end of the process. Between any two steps of an engine
it looks whether the batch was cancelled. A second thread beats, a third listens.

Run by :class:`engines.loop.hosts.ProcessHost`: ``python -m engines.loop.child FD BLOBS MODULE..``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from engines.blobs import BlobStore
from engines.engine import Engine, EngineSpec, engines
from engines.kinds import Done, Event, Output, Partial, Progress, Refused, Source, Work
from engines.loop import wire
from engines.provenance import Provenance
from engines.publish import publish, published
from engines.weights import WeightsMissing

BEAT_S = 1.0
#: There where an NVIDIA driver is.
DRIVER = Path("/dev/nvidiactl")


class Child:
    """The busy loop: take a batch, step its engine, publish what comes."""

    def __init__(
        self, link: socket.socket, blobs: BlobStore, register: Mapping[str, EngineSpec]
    ) -> None:
        self._link = link
        self._blobs = blobs
        self._register = register
        self._device = device()
        self._loaded: dict[str, Engine] = {}
        self._batches: queue.SimpleQueue[wire.Run] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        #: How many parts of a running job's result were sent.
        self._parts: dict[int, int] = {}
        self._sending = threading.Lock()

    def serve(self) -> None:
        """Run batches until the parent goes."""
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()
        self._send(wire.Ready(self._device))
        while True:
            run = self._batches.get()
            busy_s = self._run(run)
            self._send(wire.Idle(busy_s, list(self._loaded)))

    def _run(self, run: wire.Run) -> float:
        open_ids = {item.id for item in run.items}
        self._parts.clear()
        started = time.perf_counter()
        try:
            engine = self._engine(run.engine)
            started = time.perf_counter()
            batch = [self._work(item) for item in run.items]
            for event in engine.run(batch):
                self._report(run, event, open_ids, time.perf_counter() - started)
                if open_ids and open_ids <= self._cancelled:
                    break
        except WeightsMissing as missing:
            self._decline(open_ids, missing.code, weight=missing.name)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                self._broke(open_ids)
            else:
                self._decline(open_ids, "disk_full")
        except Exception:
            # Whatever an engine raises ends its batch, never the process; the dispatcher reports
            # the traceback to the operator and tries again.
            self._broke(open_ids)
        stopped = open_ids & self._cancelled  # once: more may be cancelled while we speak
        for job in stopped:
            self._send(wire.Cancelled(job))
        for job in open_ids - stopped:
            self._send(wire.Broke(job, f"{run.engine} ended without a result"))
        self._cancelled -= {item.id for item in run.items}
        return time.perf_counter() - started

    def _report(self, run: wire.Run, event: Event, open_ids: set[int], elapsed_s: float) -> None:
        job = run.items[event.index].id
        if job not in open_ids:
            return
        match event:
            case Progress() | Partial() if job in self._cancelled:
                return  # it stays open while the engine is at it: who waits too long kills us
            case Done() | Refused() if job in self._cancelled:
                self._send(wire.Cancelled(job))
            case Progress(fraction=fraction):
                self._send(wire.Progressed(job, fraction))
                return  # the job stays open
            case Partial(outputs=outputs):
                self._part(run, event.index, outputs)
                return
            case Done():
                made_by = Provenance.today(run.items[event.index].task, run.engine)
                self._send(wire.Finished(job, publish(event, self._blobs, elapsed_s, made_by)))
            case Refused(refusal=refusal):
                self._send(wire.Declined(job, refusal.code, refusal.facts))
        open_ids.discard(job)

    def _part(self, run: wire.Run, index: int, outputs: Sequence[Output]) -> None:
        """Send what an engine has of a result so far; it numbers from 0 with every run."""
        item = run.items[index]
        made_by = Provenance.today(item.task, run.engine)
        number = self._parts.get(item.id, 0)
        self._parts[item.id] = number + 1
        # Only what is heard and seen: the whole is what later steps work on.
        artifacts = [
            each for each in published(outputs, self._blobs, made_by) if each.role != "main"
        ]
        self._send(wire.Parted(item.id, number, artifacts))

    def _engine(self, name: str) -> Engine:
        if name not in self._loaded:
            engine: Engine = self._register[name].make()
            engine.load(self._device)
            self._loaded[name] = engine
        return self._loaded[name]

    def _work(self, item: wire.Item) -> Work:
        sources = [
            Source(
                handle=source["handle"],
                modality=source["modality"],
                path=self._blobs.path(source["sha256"]),
                duration_s=source["duration_s"],
            )
            for source in item.sources
        ]
        return Work(item.task, item.arguments, sources)

    def _decline(self, open_ids: set[int], code: str, **facts: str) -> None:
        for job in list(open_ids):
            self._send(wire.Declined(job, code, facts))
            open_ids.discard(job)

    def _broke(self, open_ids: set[int]) -> None:
        error = traceback.format_exc(limit=-8)
        for job in list(open_ids):
            self._send(wire.Broke(job, error))
            open_ids.discard(job)

    def _listen(self) -> None:
        with contextlib.suppress(OSError), self._link.makefile("rb") as lines:
            for line in lines:
                match wire.decode(line):
                    case wire.Run() as run:
                        self._batches.put(run)
                    case wire.Cancel(ids=ids):
                        self._cancelled.update(ids)
        os._exit(0)  # the parent is gone; so must be a batch in the midst of native code

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_S)
            self._send(wire.Beat(list(self._loaded)))

    def _send(self, message: wire.Up) -> None:
        with self._sending:
            self._link.sendall(wire.encode(message))


def device() -> str:
    """``cuda`` where torch sees a GPU, else ``cpu``."""
    # Asking torch costs seconds and half a gigabyte; the driver's device file answers for nothing.
    if not DRIVER.exists():
        return "cpu"
    import torch  # noqa: PLC0415

    return "cuda" if torch.cuda.is_available() else "cpu"


def main() -> None:
    """Serve over the file descriptor given on the command line."""
    descriptor, blobs, *modules = sys.argv[1:]
    link = socket.socket(fileno=int(descriptor))
    try:
        Child(link, BlobStore(Path(blobs)), engines(modules)).serve()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
