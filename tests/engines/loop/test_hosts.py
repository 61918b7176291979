"""The inference process: what it says of a batch, how it dies, and what it never gets to see."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engines.blobs import BlobStore
from engines.loop import hosts, wire
from engines.loop.hosts import ProcessHost
from engines.weights.hub import Model

MODULES = ["tests.rehearsal"]
#: No wait here is meant to last this long: running into it is a failure.
LIMIT_S = 20.0


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[ProcessHost]:
    host = ProcessHost(tmp_path / "blobs", MODULES)
    await host.start()
    yield host
    await host.kill()


def speech(*texts: str) -> wire.Run:
    """A batch whose items, numbered from 1, do what their words say."""
    items = [
        wire.Item(number, "text_to_speech", {"text": text}, [])
        for number, text in enumerate(texts, start=1)
    ]
    return wire.Run("RehearsedSpeech", items)


async def said(
    host: ProcessHost, batch: wire.Run, heard: list[wire.Up] | None = None
) -> list[wire.Up]:
    """All events of a batch; ``heard`` has them even if it ends badly."""
    events = [] if heard is None else heard
    async with asyncio.timeout(LIMIT_S):
        async for event in host.run(batch):
            events.append(event)
    return events


@contextmanager
def watched(pid: int) -> Iterator[int]:
    """A descriptor that becomes readable when the process ends, whoever's child it is."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def ended(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], LIMIT_S)[0])


def seen_by(pid: int | None) -> tuple[bytes, int]:
    """The environment a process was started with, and how many sockets it holds."""
    process = Path(f"/proc/{pid}")
    held = [str(path.readlink()) for path in (process / "fd").iterdir()]
    return (process / "environ").read_bytes(), sum(each.startswith("socket:") for each in held)


async def test_a_batch_gives_a_result_for_each_job_and_then_idle(
    host: ProcessHost, tmp_path: Path
) -> None:
    *results, idle = await said(host, speech("plain", "hello"))
    assert [type(each) for each in results] == [wire.Finished, wire.Finished]
    first, second = results
    assert isinstance(first, wire.Finished)
    assert (first.id, first.outcome.text) == (1, "done")
    assert isinstance(second, wire.Finished)
    assert second.id == 2
    roles = {artifact.role: artifact for artifact in second.outcome.artifacts}
    assert roles.keys() == {"main", "playable", "waveform"}
    blobs = BlobStore(tmp_path / "blobs")
    for artifact in roles.values():
        assert blobs.path(artifact.sha256).stat().st_size == artifact.size
    assert isinstance(idle, wire.Idle)
    assert 0 < idle.busy_s < LIMIT_S
    assert host.resident == frozenset(idle.resident) == {"RehearsedSpeech"}
    assert host.device in {"cpu", "cuda"}


async def test_an_engine_is_given_its_sources_and_its_progress_is_passed_on(
    host: ProcessHost,
) -> None:
    source = {"handle": "a3", "modality": "audio", "sha256": "ab" * 32, "duration_s": 1.0}
    heard = wire.Item(5, "speech_recognition", {}, [source])
    finished, _ = await said(host, wire.Run("RehearsedRecognition", [heard]))
    assert isinstance(finished, wire.Finished)
    assert (finished.id, finished.outcome.text) == (5, "heard a3")
    cleaned = wire.Item(6, "speech_enhancement", {}, [source])
    events = await said(host, wire.Run("RehearsedEnhancement", [cleaned]))
    assert events[0] == wire.Progressed(6, 0.5)
    assert host.resident == {"RehearsedRecognition", "RehearsedEnhancement"}


async def test_an_engine_that_raises_breaks_what_was_open_and_the_process_lives_on(
    host: ProcessHost,
) -> None:
    pid = host.pid
    finished, second, third, idle = await said(host, speech("plain", "raise", "plain"))
    assert isinstance(finished, wire.Finished)
    for number, broke in ((2, second), (3, third)):
        assert isinstance(broke, wire.Broke)
        assert broke.id == number
        assert "ValueError: as rehearsed" in broke.error
        assert "rehearsal.py" in broke.error
    assert isinstance(idle, wire.Idle)
    unknown = wire.Run("NoSuchEngine", [wire.Item(4, "text_to_speech", {}, [])])
    assert [type(event) for event in await said(host, unknown)] == [wire.Broke, wire.Idle]
    await host.start()
    assert host.pid == pid
    assert isinstance((await said(host, speech("plain")))[0], wire.Finished)


async def test_a_job_that_is_refused_or_left_without_a_result_ends_alone(
    host: ProcessHost,
) -> None:
    *events, _ = await said(host, speech("refuse", "nothing", "plain"))
    by_id = {event.id: event for event in events if not isinstance(event, wire.Ready | wire.Idle)}
    assert by_id[1] == wire.Declined(1, "nothing_to_say", {})
    assert by_id[2] == wire.Broke(2, "RehearsedSpeech ended without a result")
    assert isinstance(by_id[3], wire.Finished)
    assert len(events) == 3


async def test_a_process_that_dies_in_a_batch_says_so_at_once_and_can_be_started_again(
    host: ProcessHost,
) -> None:
    pid = host.pid
    heard: list[wire.Up] = []
    with pytest.raises(hosts.HostDied):
        await said(host, speech("plain", "die"), heard)
    assert [type(event) for event in heard] == [wire.Finished]
    assert host.pid is None
    assert host.resident == frozenset()
    with pytest.raises(hosts.HostDied):
        await said(host, speech("plain"))
    await host.start()
    assert host.pid not in {None, pid}
    assert isinstance((await said(host, speech("plain")))[0], wire.Finished)


async def test_a_process_that_died_while_idle_is_replaced_by_start(host: ProcessHost) -> None:
    pid = host.pid
    assert pid is not None
    with watched(pid) as descriptor:
        os.kill(pid, signal.SIGKILL)
        assert ended(descriptor)  # and the event loop has had no chance to notice
    await host.start()
    assert host.pid not in {None, pid}
    assert isinstance((await said(host, speech("plain")))[0], wire.Finished)


async def test_a_cancelled_job_stops_at_its_next_step(host: ProcessHost) -> None:
    events = []
    async with asyncio.timeout(LIMIT_S):
        async for event in host.run(speech("sleep 600")):
            if not events:
                await host.cancel([1])
            events.append(event)
    assert [type(each) for each in events[-2:]] == [wire.Cancelled, wire.Idle]
    assert isinstance((await said(host, speech("plain")))[0], wire.Finished)


async def test_a_cancelled_job_ends_as_soon_as_the_engine_is_through_with_it(
    host: ProcessHost,
) -> None:
    batch = speech("sleep 0.3", "sleep 0.1", "plain")
    events = []
    async for event in host.run(batch):
        if not events:
            await host.cancel([1, 3])
        events.append(event)
    ends = [
        (type(event), event.id)
        for event in events
        if not isinstance(event, wire.Progressed | wire.Idle | wire.Ready | wire.Beat)
    ]
    assert ends == [(wire.Cancelled, 1), (wire.Finished, 2), (wire.Cancelled, 3)]
    progress = [event.id for event in events if isinstance(event, wire.Progressed)]
    assert progress.count(1) < 15  # it went on, but nothing was said of it
    assert 2 in progress


async def test_a_killed_host_ends_the_batch_that_runs(host: ProcessHost) -> None:
    pid = host.pid
    assert pid is not None
    with watched(pid) as descriptor:
        running = asyncio.create_task(said(host, speech("hang")))
        await asyncio.sleep(0)
        await host.kill()
        with pytest.raises(hosts.HostDied):
            await running
        assert ended(descriptor)
    await host.cancel([1])  # of a host that is gone: nothing to do, and no error


async def test_a_message_that_cannot_be_read_is_the_end_of_the_process(
    host: ProcessHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await host.kill()
    monkeypatch.setattr(hosts, "LINE_LIMIT", 300)
    await host.start()
    async with asyncio.timeout(LIMIT_S):
        with pytest.raises(hosts.HostDied):
            await said(host, speech("hello"))
        await host.start()
        assert isinstance((await said(host, speech("plain")))[0], wire.Finished)


async def test_a_process_that_cannot_begin_is_a_death(tmp_path: Path) -> None:
    host = ProcessHost(tmp_path, ["tests.no_such_module"])
    async with asyncio.timeout(LIMIT_S):
        with pytest.raises(hosts.HostDied):
            await host.start()
    assert host.pid is None


async def test_the_process_gets_none_of_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ("TELEGRAM_TOKEN", "DISCORD_TOKEN", "OPENAI_API_KEY", "EARSHOT_DATABASE_URL")
    for name in secrets:
        monkeypatch.setenv(name, f"the secret of {name}")
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", "/where/weights/are")
    monkeypatch.setenv("EARSHOT_MODELS", "not from here, but as the service says")
    host = ProcessHost(tmp_path, MODULES)
    await host.start()
    environment, sockets = await asyncio.to_thread(seen_by, host.pid)
    await host.kill()
    assert b"EARSHOT_WEIGHTS_DIR=/where/weights/are" in environment.split(b"\0")
    assert b"EARSHOT_MODELS" not in environment
    for name in secrets:
        assert name.encode() not in environment
    assert sockets == 1


async def test_the_process_is_told_which_models_are_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hunter2")
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror.example")
    host = ProcessHost(tmp_path, MODULES, {"speech_separation": Model("a/b", "v1")})
    await host.start()
    environment, _ = await asyncio.to_thread(seen_by, host.pid)
    await host.kill()
    told = environment.split(b"\0")
    assert b"EARSHOT_MODELS=speech_separation=a/b@v1" in told
    assert b"HF_ENDPOINT=http://mirror.example" in told
    assert b"hunter2" not in environment


def test_the_process_ends_when_its_socket_is_closed(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(LIMIT_S)
    command = [sys.executable, "-m", "engines.loop.child", str(theirs.fileno()), str(tmp_path)]
    with subprocess.Popen(
        [*command, *MODULES], cwd=hosts.ROOT, pass_fds=[theirs.fileno()]
    ) as process:
        theirs.close()
        with ours:
            ready = wire.decode(ours.recv(4096).splitlines()[0])
            assert isinstance(ready, wire.Ready)
            ours.sendall(wire.encode(speech("hang")))
            assert process.poll() is None
        try:
            assert process.wait(LIMIT_S) == 0
        finally:
            process.kill()


PARENT = """
import asyncio, sys
from pathlib import Path
from engines.loop import wire
from engines.loop.hosts import ProcessHost

async def main():
    host = ProcessHost(Path(sys.argv[1]), ["tests.rehearsal"])
    await host.start()
    items = [wire.Item(1, "text_to_speech", {"text": "sleep 0.1"}, [])]
    items += [wire.Item(2, "text_to_speech", {"text": "hang"}, [])]
    async for event in host.run(wire.Run("RehearsedSpeech", items)):
        if isinstance(event, wire.Finished):
            print(host.pid, flush=True)

asyncio.run(main())
"""


def test_the_process_ends_with_a_parent_that_is_killed_in_the_midst_of_a_batch(
    tmp_path: Path,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=hosts.ROOT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        try:
            with watched(int(parent.stdout.readline())) as descriptor:
                parent.kill()
                assert ended(descriptor)
        finally:
            parent.kill()
