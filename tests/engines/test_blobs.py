from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engines import blobs as module
from engines.blobs import BlobStore

DATA = b"sound" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


def _files(store: BlobStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_bytes_lie_under_their_digest(blobs: BlobStore) -> None:
    assert blobs.put_bytes(DATA) == SHA256
    path = blobs.root / SHA256[:2] / SHA256[2:4] / SHA256
    assert blobs.path(SHA256) == path
    assert path.read_bytes() == DATA


def test_a_file_and_its_bytes_are_one_blob(blobs: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DATA)
    assert blobs.put_file(source) == blobs.put_bytes(DATA) == blobs.put_file(source) == SHA256
    assert _files(blobs) == [blobs.path(SHA256)]
    assert source.read_bytes() == DATA


def test_large_files_are_read_in_pieces(blobs: BlobStore, tmp_path: Path) -> None:
    data = bytes(range(256)) * (module.CHUNK // 100)
    source = tmp_path / "source"
    source.write_bytes(data)
    assert blobs.path(blobs.put_file(source)).read_bytes() == data


def test_nothing_half_written_has_a_digests_name(
    blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engines.blobs.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        blobs.put_bytes(DATA)
    assert not blobs.path(SHA256).exists()


def test_writers_at_once_agree(blobs: BlobStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(blobs.put_bytes, [DATA] * 32)) == {SHA256}
    assert blobs.path(SHA256).read_bytes() == DATA
