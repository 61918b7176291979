"""Files by content: every sound, picture and document is stored once, under its sha256.

A blob is written to a temporary file in its own folder, flushed, renamed, and its folder flushed,
so after a crash or a power cut it is either whole or not there.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

CHUNK = 1 << 20


class BlobStore:
    """A folder of files named by their sha256: ``root/ab/cd/abcd...``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the blob of that digest lies, whether or not it is there."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put_bytes(self, data: bytes) -> str:
        """Store ``data`` and return its sha256."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.path(digest).exists():
            with self._temporary() as file:
                file.write(data)
                self._keep(file, digest)
        return digest

    def put_file(self, source: Path) -> str:
        """Store a copy of the file ``source``, read in pieces, and return its sha256."""
        hasher = hashlib.sha256()
        with source.open("rb") as reader, self._temporary() as file:
            while piece := reader.read(CHUNK):
                hasher.update(piece)
                file.write(piece)
            digest = hasher.hexdigest()
            if self.path(digest).exists():
                Path(file.name).unlink()
            else:
                self._keep(file, digest)
        return digest

    def _temporary(self) -> tempfile._TemporaryFileWrapper[bytes]:
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile(dir=folder, delete=False)

    def _keep(self, file: tempfile._TemporaryFileWrapper[bytes], digest: str) -> None:
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
