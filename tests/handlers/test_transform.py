"""What was sent becomes assets: kept as it came, converted, or refused with the reason."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engines.blobs import BlobStore
from handlers.edge import Attachment
from handlers.media import Limits
from handlers.transform import Transform
from tests.handlers.conftest import Desk, Room


async def test_the_original_is_kept_beside_our_own_form(room: Room, note: Attachment) -> None:
    turn = await room.say("transcribe this", note)
    await room.handle()
    (job,) = await room.jobs(turn)
    ours = room.blobs.path(job.sources[0]["sha256"])
    assert ours.read_bytes()[:4] == b"RIFF"
    kept = [path.read_bytes() for path in room.blobs.root.glob("*/*/*")]
    assert room.desk.files["note"] in kept


async def test_a_full_disk_is_told_and_leaves_nothing_behind(
    room: Room, note: Attachment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: BlobStore, source: Path) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(BlobStore, "put_file", full)
    transform = Transform(room.blobs, Limits(), tmp_path / "scratch")
    (outcome,) = await transform.attachments(room.desk, [note])
    assert outcome.refusal is not None
    assert outcome.refusal.code == "disk_full"
    assert list((tmp_path / "scratch").iterdir()) == []


async def test_a_file_beyond_the_room_left_is_not_even_fetched(tmp_path: Path) -> None:
    class Untouched(Desk):
        def open(self, attachment: Attachment) -> object:  # type: ignore[override]
            raise AssertionError("fetched all the same")

    huge = Attachment("huge.wav", "huge", size=1 << 60)
    transform = Transform(BlobStore(tmp_path / "blobs"), Limits(), tmp_path / "scratch")
    (outcome,) = await transform.attachments(Untouched(), [huge])
    assert outcome.refusal is not None
    assert outcome.refusal.code == "disk_full"


async def test_other_faults_of_the_machine_are_not_blamed_on_the_file(
    room: Room, note: Attachment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: BlobStore, source: Path) -> str:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(BlobStore, "put_file", broken)
    transform = Transform(room.blobs, Limits(), tmp_path / "scratch")
    with pytest.raises(OSError, match="Input/output"):
        await transform.attachments(room.desk, [note])
