"""The jail and what surrounds it: what a child may open, how long it lives, what it costs."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from pathlib import Path

import pytest

from handlers.media import Limits, MediaRefused, convert, prepare, probe, sandbox
from handlers.media.kinds import Prepared

PYTHON = [Path(sys.prefix), Path(sys.base_prefix)]


async def python(
    code: str, *, reads: list[Path] | None = None, file_bytes: int = 0, **limits: float
) -> sandbox.Ended:
    held = Limits(**limits)  # type: ignore[arg-type]
    argv = [sys.executable, "-I", "-S", "-c", code]
    return await sandbox.run(argv, held, reads=[*PYTHON, *(reads or [])], file_bytes=file_bytes)


async def test_opens_only_what_it_was_given(tmp_path: Path) -> None:
    given, kept = tmp_path / "given", tmp_path / "kept"
    given.write_text("seen")
    kept.write_text("unseen")
    ended = await python(f"print(open({str(given)!r}).read())", reads=[given])
    assert ended.output == b"seen\n"
    for path in (kept, Path("/etc/passwd"), Path("/proc/self/environ")):
        ended = await python(f"open({str(path)!r}).read()", reads=[given])
        assert "PermissionError" in ended.errors


async def test_has_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = server.getsockname()
        code = f"import socket; socket.create_connection({address!r}, 1)"
        ended = await python(code)
        assert "PermissionError" in ended.errors
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
async def test_has_no_sockets(family: str) -> None:
    ended = await python(f"import socket; socket.socket(socket.{family}, socket.SOCK_DGRAM)")
    assert "PermissionError" in ended.errors


async def test_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_TOKEN", "secret")
    ended = await python("import os; print(sorted(os.environ))")
    assert ended.output == b"['LC_ALL', 'MALLOC_ARENA_MAX', 'PATH']\n"


async def test_memory_has_a_limit() -> None:
    ended = await python("bytearray(300 << 20)", memory_bytes=256 << 20)
    assert "MemoryError" in ended.errors


async def test_written_bytes_have_a_limit(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    code = f"open({str(target)!r}, 'r+b').write(bytes(2000))"
    argv = [sys.executable, "-I", "-S", "-c", code]
    await sandbox.run(argv, Limits(), reads=PYTHON, writes=[target], file_bytes=1000)
    assert target.stat().st_size == 1000


async def test_printing_without_end_keeps_the_end() -> None:
    ended = await python("print('x' * (8 << 20) + 'end')")
    assert len(ended.output) == sandbox.KEEP
    assert ended.output.endswith(b"end\n")


async def test_every_resource_has_a_limit() -> None:
    names = ["AS", "CPU", "FSIZE", "NOFILE", "CORE"]
    code = f"import resource as r; print([r.getrlimit(getattr(r, 'RLIMIT_' + n)) for n in {names}])"
    ended = await python(code, memory_bytes=512 << 20, wall_s=7, file_bytes=99)
    limits = [512 << 20, 14, 99, 64, 0]
    assert ended.output.decode().strip() == str([(limit, limit) for limit in limits])


async def test_a_program_that_is_not_there_is_no_fault_of_the_file() -> None:
    with pytest.raises(sandbox.Unstartable, match="No such file"):
        await sandbox.run(["/nonexistent/program"], Limits(), reads=[])


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """A recording of one second, by hand."""
    path = tmp_path / "tone"
    samples = bytes(16000)
    head = b"WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data"
    body = head + len(samples).to_bytes(4, "little") + samples
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def use_program(monkeypatch: pytest.MonkeyPatch, path: Path, script: str) -> None:
    """Let a shell script stand in for FFmpeg; its last arguments are the real one's."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    monkeypatch.setattr(convert, "ffmpeg_program", lambda: str(path))


async def sound(path: Path, container: object, limits: Limits) -> probe.Sound:
    return probe.Sound(8000, 1, "mono", None)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """Let FFmpeg be a program that hangs, with a grandchild; the list gets its process group."""
    groups: list[int] = []
    use_program(monkeypatch, tmp_path / "ffmpeg", "sleep 1000 & sleep 1000")
    monkeypatch.setattr(convert, "probe", sound)
    end = sandbox._end

    async def noting(process: asyncio.subprocess.Process, *pipes: asyncio.Task[bytes]) -> None:
        groups.append(process.pid)
        members = [pid for pid in _processes() if os.getpgid(pid) == process.pid]
        assert len(members) >= 2, "the grandchild was there"
        await end(process, *pipes)

    monkeypatch.setattr(sandbox, "_end", noting)
    return groups


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


async def test_timeout_kills_the_whole_group(tone: Path, out: Path, hanging: list[int]) -> None:
    started = time.monotonic()
    with pytest.raises(MediaRefused, match="media_timeout"):
        await prepare(tone, Limits(wall_s=1), out)
    assert time.monotonic() - started < 5
    assert _gone(hanging[0])
    assert left_in(out) == []


async def test_cancellation_kills_the_whole_group(
    tone: Path, out: Path, hanging: list[int]
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await prepare(tone, Limits(), out)
    assert _gone(hanging[0])
    assert left_in(out) == []


def _gone(group: int) -> bool:
    """Whether no member of ``group`` runs. A killed orphan may still await its new parent."""
    for pid in _processes():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] not in {"Z", "X"}:
            return False
    return True


@pytest.mark.parametrize("words", convert.FULL_DISK)
async def test_full_disk(
    words: str, tone: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_program(monkeypatch, tmp_path / "ffmpeg", f"echo 'Error writing: {words}' >&2; exit 228")
    monkeypatch.setattr(convert, "probe", sound)
    with pytest.raises(MediaRefused, match="disk_full"):
        await prepare(tone, Limits(), out)
    assert left_in(out) == []


async def test_file_size_limit_of_the_converter(
    tone: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "SLACK_BYTES", -30_000)
    with pytest.raises(MediaRefused, match="media_too_long"):
        await prepare(tone, Limits(max_audio_s=1.5), out)
    assert left_in(out) == []


async def test_real_program_in_the_jail(tone: Path, out: Path) -> None:
    made = await prepare(tone, Limits(), out)
    assert made == Prepared(
        "audio", made.path, "audio/wav", "wav", duration_s=1.0, rate=8000, channels=1
    )
    assert made.path.parent == out
    assert made.path.stat().st_mode & 0o777 == 0o600
