"""Files by content: every sound, picture and document is stored once, under its sha256.

A blob is written to a temporary file in its own folder, flushed, renamed, and its folder flushed,
so after a crash or a power cut it is either whole or not there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

CHUNK = 1 << 20
#: Free bytes that blobs leave alone: on a full disk the database must still be able to say so.
RESERVE = 64 << 20
#: Blobs stored within so many seconds are not deleted: the row that names them may be on its way.
GRACE_S = 60.0


class BlobStore:
    """A folder of files named by their sha256: ``root/ab/cd/abcd...``.

    Storing raises OSError, with ENOSPC when fewer than ``reserve`` bytes would stay free.
    """

    def __init__(self, root: Path, reserve: int = RESERVE) -> None:
        self.root = root
        self._reserve = reserve

    def path(self, sha256: str) -> Path:
        """Where the blob of that digest lies, whether or not it is there."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put_bytes(self, data: bytes) -> str:
        """Store ``data`` and return its sha256."""
        digest = hashlib.sha256(data).hexdigest()
        if not self._touch(digest):
            with self._incoming(len(data)) as file:
                file.write(data)
                self._keep(file, digest)
        return digest

    def put_file(self, source: Path) -> str:
        """Store a copy of the file ``source``, read in pieces, and return its sha256."""
        hasher = hashlib.sha256()
        with source.open("rb") as reader, self._incoming(source.stat().st_size) as file:
            while piece := reader.read(CHUNK):
                hasher.update(piece)
                file.write(piece)
            digest = hasher.hexdigest()
            if not self._touch(digest):
                self._keep(file, digest)
        return digest

    def remove(self, sha256: str, grace_s: float = GRACE_S) -> bool:
        """Delete a blob, unless it was stored again within ``grace_s``; whether it is gone.

        Somebody may just now be storing the same bytes for a row that is not there yet.
        """
        path = self.path(sha256)
        try:
            if time.time() - path.stat().st_mtime < grace_s:
                return False
            path.unlink()
        except FileNotFoundError:
            pass
        return True

    def digests(self) -> Iterator[str]:
        """Every blob there is."""
        for path in self.root.glob("??/??/*"):
            yield path.name

    def require_room(self, size: int = 0) -> None:
        """Raise OSError (ENOSPC) unless ``size`` bytes fit and the reserve stays free."""
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free - size < self._reserve:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.root))

    def sweep(self) -> int:
        """Remove what a killed process left half written; only when no other process stores."""
        left = [path for path in (self.root / "incoming").glob("*") if path.is_file()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _touch(self, digest: str) -> bool:
        """Note that a blob is stored again; False when it is not there."""
        try:
            os.utime(self.path(digest))
        except FileNotFoundError:
            return False
        return True

    @contextmanager
    def _incoming(self, size: int) -> Iterator[IO[bytes]]:
        """A temporary file that is gone in the end, unless it was kept."""
        self.require_room(size)
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)

    def _keep(self, file: IO[bytes], digest: str) -> None:
        file.flush()
        os.fsync(file.fileno())
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(file.name).rename(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
