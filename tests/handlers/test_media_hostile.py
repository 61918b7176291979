"""Hostile media: each file is converted or refused by name, within its bounds, alone."""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlers.media import REFUSALS, Limits, MediaRefused, Prepared, prepare
from tests.conftest import Tell
from tests.handlers import hostile

SECONDS = 10.0
RSS_KIB = 1 << 20
IN_ACCESS, IN_OPEN = 0x1, 0x20


@dataclass(frozen=True)
class Answer:
    outcome: Prepared | MediaRefused
    seconds: float


@dataclass(frozen=True)
class Watch:
    """A file nobody may open, and a port nobody may connect to."""

    canary: Path
    inotify: int
    server: socket.socket

    def opened(self) -> bool:
        try:
            return bool(os.read(self.inotify, 4096))
        except BlockingIOError:
            return False

    def connected(self) -> bool:
        try:
            self.server.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return hostile.make_good(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory, good: dict[str, bytes]) -> Iterator[Watch]:
    canary = tmp_path_factory.mktemp("private") / "secret.wav"
    canary.write_bytes(good["sixteen.wav"])
    libc = ctypes.CDLL(None)
    inotify = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert libc.inotify_add_watch(inotify, bytes(canary), IN_ACCESS | IN_OPEN) > 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Watch(canary, inotify, server)
    os.close(inotify)


def _clear(name: str, path: Path, made: Path, expected: list[Path]) -> None:
    assert list(made.iterdir()) == expected, name
    for file in (path, *expected):
        file.unlink()


async def _answer_all(files: Iterable[tuple[str, bytes]], folder: Path) -> dict[str, Answer]:
    """The answer to every file, two at a time; each leaves nothing behind but its result."""
    answers: dict[str, Answer] = {}
    turn = asyncio.Semaphore(2)

    async def answer(name: str, path: Path) -> None:
        made = folder / f"made-{name}"
        made.mkdir()
        started = time.monotonic()
        outcome: Prepared | MediaRefused
        try:
            outcome = await prepare(path, Limits(), made)
        except MediaRefused as refusal:
            outcome = refusal
        finally:
            turn.release()
        answers[name] = Answer(outcome, time.monotonic() - started)
        expected = [outcome.path] if isinstance(outcome, Prepared) else []
        _clear(name, path, made, expected)

    async with asyncio.TaskGroup() as group:
        for name, data in files:
            await turn.acquire()
            path = folder / name
            path.write_bytes(data)
            group.create_task(answer(name, path))
    return answers


def _check(name: str, answer: Answer) -> None:
    assert answer.seconds < SECONDS, name
    if isinstance(answer.outcome, MediaRefused):
        code = answer.outcome.code
        assert set(answer.outcome.facts) == set(REFUSALS[code]), name
        assert code not in {"media_timeout", "disk_full"}, name


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


@pytest.fixture(scope="module")
def answers(
    tmp_path_factory: pytest.TempPathFactory, good: dict[str, bytes], watch: Watch
) -> dict[str, Answer]:
    folder = tmp_path_factory.mktemp("hostile")
    parts = tmp_path_factory.mktemp("parts")
    kit = hostile.Kit(good, parts, watch.canary, watch.server.getsockname()[1])
    files = ((name, make(kit)) for name, (make, _) in hostile.FILES.items())
    before = _peak_kib()
    answers = asyncio.run(_answer_all(files, folder))
    # The peak of all children so far: one that an earlier test left higher proves nothing here.
    assert _peak_kib() < max(RSS_KIB, before + 1)
    return answers


@pytest.mark.parametrize("name", hostile.FILES)
def test_gets_one_clear_answer(name: str, answers: dict[str, Answer]) -> None:
    answer = answers[name]
    _check(name, answer)
    wanted = hostile.FILES[name][1]
    if wanted != hostile.ANY:
        assert isinstance(answer.outcome, MediaRefused), answer.outcome
        assert answer.outcome.code == wanted, answer.outcome.__notes__


def test_opens_no_local_file_and_no_socket(answers: dict[str, Answer], watch: Watch) -> None:
    assert len(answers) >= 60
    assert not watch.opened()
    assert not watch.connected()
    # The watch itself works.
    watch.canary.read_bytes()
    assert watch.opened()
    socket.create_connection(watch.server.getsockname()).close()
    assert watch.connected()


def _mutate(good: dict[str, bytes], folder: Path, count: int, seed: int) -> str:
    before = _peak_kib()
    found = asyncio.run(_answer_all(hostile.mutations(good, count, seed), folder))
    assert len(found) == count
    for name, answer in found.items():
        _check(name, answer)
    assert _peak_kib() < max(RSS_KIB, before + 1)
    refused = sum(isinstance(answer.outcome, MediaRefused) for answer in found.values())
    slowest = max(answer.seconds for answer in found.values())
    return f"{count} mutations: {refused} refused, slowest {slowest:.1f} s"


def test_mutations(good: dict[str, bytes], tmp_path: Path, tell: Tell) -> None:
    tell(_mutate(good, tmp_path, 100, seed=5))


@pytest.mark.long
def test_a_thousand_mutations(good: dict[str, bytes], tmp_path: Path, tell: Tell) -> None:
    tell(_mutate(good, tmp_path, 1000, seed=6))
