from __future__ import annotations

import io

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from engines.blobs import BlobStore
from engines.kinds import Artifact, Document, Done, Picture, Sound
from engines.publish import publish
from tests.engines.conftest import tone


def _roles(artifacts: object) -> dict[str, Artifact]:
    assert isinstance(artifacts, tuple)
    return {artifact.role: artifact for artifact in artifacts}


@pytest.mark.parametrize("speech", [True, False])
def test_a_sound_becomes_three_files(blobs: BlobStore, speech: bool) -> None:
    sound = Sound("speech", tone(1.5, 24_000), 24_000, speech=speech)
    outcome = publish(Done(0, "said", {"voice": "x"}, (sound,)), blobs, 2.5)
    assert (outcome.text, outcome.data, outcome.seconds) == ("said", {"voice": "x"}, 2.5)
    roles = _roles(outcome.artifacts)
    assert [(a.role, a.name, a.media_type) for a in outcome.artifacts] == [
        ("main", "speech.flac", "audio/flac"),
        ("playable", "speech.ogg", "audio/ogg"),
        ("waveform", "speech.png", "image/png"),
    ]
    for artifact in outcome.artifacts:
        assert blobs.path(artifact.sha256).stat().st_size == artifact.size > 0
    assert soundfile.info(blobs.path(roles["main"].sha256)).frames == 36_000
    for role in ("main", "playable"):
        assert roles[role].duration_s == 1.5
        assert roles[role].speech is speech
    assert len(roles["playable"].peaks) == 15
    assert roles["main"].peaks == ()
    with av.open(str(blobs.path(roles["playable"].sha256))) as container:
        assert container.streams.audio[0].codec_context.name in {"opus", "libopus"}


def test_documents_and_pictures(blobs: BlobStore) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG")
    outputs = (Document("a.srt", "application/x-subrip", "één"), Picture("map", buffer.getvalue()))
    roles = _roles(publish(Done(0, outputs=outputs), blobs, 0).artifacts)
    assert blobs.path(roles["document"].sha256).read_text("utf-8") == "één"
    assert roles["document"].media_type == "application/x-subrip"
    assert (roles["picture"].name, roles["picture"].media_type) == ("map.png", "image/png")


def test_nothing_made_nothing_stored(blobs: BlobStore) -> None:
    assert publish(Done(0, "only words"), blobs, 1).artifacts == ()
    assert not blobs.root.exists()


def test_silence_and_very_short_sounds(blobs: BlobStore) -> None:
    for frames in (1, 480, 48_000):
        sound = Sound("s", np.zeros((2, frames), dtype=np.float32), 48_000)
        assert len(publish(Done(0, outputs=(sound,)), blobs, 0).artifacts) == 3
