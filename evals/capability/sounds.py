"""Sounds from Debian's packages: fetched, read out of Qt's resource collections, and labelled.

What the clips are is in ``labelled.toml``. The packages are had where Debian's package manager is;
nothing is installed, and no rights are needed.
"""

from __future__ import annotations

import functools
import io
import struct
import subprocess
import tempfile
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from engines import weights
from engines.audio import mono, resample
from engines.kinds import Samples
from engines.sound.yamnet import class_names

RATE = 16_000
#: No more than so much of a clip is used, in s.
LONGEST_S = 20

_LABELS = Path(__file__).with_name("labelled.toml")
_COLLECTION = ".rcc"
#: Flags of a node in a collection: its content is compressed by zlib or by zstd, or it is a folder.
_ZLIB, _FOLDER, _ZSTD = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound: what it is called, its samples [frames] at 16 kHz, and the classes right for it."""

    name: str
    samples: Samples
    classes: frozenset[int]


def fetched(package: str, name: str | None = None) -> Path:
    """The folder with a Debian package's files, kept beside the weights as ``name``.

    Several processes may ask at once. Raises FileNotFoundError with the reason where the package
    cannot be had: without apt, or without a network.
    """
    folder = weights.default_root().parent / "test-recordings" / (name or package)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            _run(["apt-get", "download", package], scratch)
            (archive,) = Path(scratch).glob("*.deb")
            _run(["dpkg-deb", "-x", archive.name, "all"], scratch)
            with suppress(OSError):  # another process was faster
                Path(scratch, "all").rename(folder)
    return folder


def _run(command: list[str], folder: str) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{command[0]} is not on this machine") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise FileNotFoundError(f"{' '.join(command)}: {said[-1]}")


@functools.cache
def labelled(half: str) -> tuple[Clip, ...]:
    """The labelled clips of the ``half`` "first" or "second"; FileNotFoundError as above."""
    numbers = {name: number for number, name in enumerate(class_names())}
    clips = []
    for package, told in tomllib.loads(_LABELS.read_text(encoding="utf-8")).items():
        folder = fetched(package) / told["folder"]
        for member, *names in told[half]:
            samples = decoded(content(folder, member))
            clips.append(Clip(member, samples, frozenset(numbers[name] for name in names)))
    return tuple(clips)


def content(folder: Path, member: str) -> bytes:
    """A file below ``folder``, or in a collection there: ``some.rcc/its/path``."""
    file, found, inside = member.partition(f"{_COLLECTION}/")
    if not found:
        return (folder / member).read_bytes()
    for path, inner in resources((folder / f"{file}{_COLLECTION}").read_bytes()):
        if path == inside:
            return inner
    raise FileNotFoundError(f"{member} is not in its collection")


def decoded(sound: bytes) -> Samples:
    """A sound file's first seconds as one channel [frames] at 16 kHz."""
    with soundfile.SoundFile(io.BytesIO(sound)) as file:
        samples = file.read(LONGEST_S * file.samplerate, dtype="float32", always_2d=True)
        return resample(mono(np.ascontiguousarray(samples.T)), file.samplerate, RATE)


def resources(collection: bytes) -> Iterator[tuple[str, bytes]]:
    """The (path, content) of every file in a Qt resource collection, as ``rcc --binary`` writes it.

    A head gives the places of a tree of nodes, of the contents and of the names; all numbers are
    big-endian (QResourceRoot in qtbase/src/corelib/io/qresource.cpp). Files that are compressed by
    zstd are left out; ValueError for what is no collection.
    """
    if collection[:4] != b"qres":
        raise ValueError("not a Qt resource collection")
    version, tree, contents, names = struct.unpack_from(">4I", collection, 4)
    # From version 2 on a node ends with a time.
    size = 22 if version >= 2 else 14

    def name(node: int) -> str:
        (at,) = struct.unpack_from(">I", collection, node)
        (length,) = struct.unpack_from(">H", collection, names + at)
        first = names + at + 6  # behind the length and a hash
        return collection[first : first + 2 * length].decode("utf-16-be")

    def walk(number: int, above: str) -> Iterator[tuple[str, bytes]]:
        node = tree + number * size
        path = f"{above}/{name(node)}".lstrip("/") if number else ""
        (flags,) = struct.unpack_from(">H", collection, node + 4)
        if flags & _FOLDER:
            count, first = struct.unpack_from(">II", collection, node + 6)
            for child in range(first, first + count):
                yield from walk(child, path)
        elif not flags & _ZSTD:
            (at,) = struct.unpack_from(">I", collection, node + 10)
            (length,) = struct.unpack_from(">I", collection, contents + at)
            inner = collection[contents + at + 4 :][:length]
            # Before what is compressed stands how long it will be.
            yield path, zlib.decompress(inner[4:]) if flags & _ZLIB else inner

    yield from walk(0, "")
