"""From what an engine made to files in the blob store, ready to be sent and to be worked on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from engines.audio import peaks, write_flac, write_opus
from engines.blobs import BlobStore
from engines.kinds import Artifact, Document, Done, Outcome, Output, Picture, Sound, Video
from engines.pictures.waveform import waveform
from engines.provenance import Provenance


def publish(done: Done, blobs: BlobStore, seconds: float, made_by: Provenance) -> Outcome:
    """Store the outputs of a result; ``seconds`` is how long it took.

    A sound becomes three artifacts: ``main`` (FLAC), ``playable`` (Ogg/Opus) and ``waveform`` (its
    picture); a video the ``main`` MP4 and the ``picture`` of each frame. Raises OSError where the
    disk is full.
    """
    artifacts = published(done.outputs, blobs, made_by)
    notes = {"notes": [asdict(note) for note in done.notes]} if done.notes else {}
    return Outcome(done.text, {**done.data, **notes}, tuple(artifacts), seconds)


def published(
    outputs: Iterable[Output], blobs: BlobStore, made_by: Provenance
) -> tuple[Artifact, ...]:
    """Store outputs; raises OSError where the disk is full."""
    return tuple(artifact for output in outputs for artifact in _artifacts(output, blobs, made_by))


def _artifacts(output: Output, blobs: BlobStore, made_by: Provenance) -> Iterator[Artifact]:
    match output:
        case Sound():
            yield from _sound(output, blobs, made_by)
        case Video():
            yield from _video(output, blobs)
        case Document(name=name, media_type=media_type, content=content):
            data = content if isinstance(content, bytes) else content.encode()
            yield _bytes(name, "document", media_type, data, blobs)
        case Picture(name=name, png=png):
            name = name if name.endswith(".png") else f"{name}.png"
            yield _bytes(name, "picture", "image/png", png, blobs)


def _video(video: Video, blobs: BlobStore) -> Iterator[Artifact]:
    name = f"{video.name}.mp4"
    whole = _bytes(name, "main", "video/mp4", video.mp4, blobs)
    yield replace(whole, duration_s=video.duration_s, pixels=video.size, round=video.round)
    for number, frame in enumerate(video.frames, start=1):
        yield _bytes(f"{video.name}-{number}.png", "picture", "image/png", frame, blobs)


def _sound(sound: Sound, blobs: BlobStore, made_by: Provenance) -> Iterator[Artifact]:
    """Encoded piece by piece to files: an hour of samples is never held twice."""
    duration = sound.samples.shape[1] / sound.rate
    tags = made_by.tags(sound.name)
    with tempfile.TemporaryDirectory() as folder:
        lossless = Path(folder, f"{sound.name}.flac")
        write_flac(lossless, sound.samples, sound.rate, tags)
        playable = Path(folder, f"{sound.name}.ogg")
        write_opus(playable, sound.samples, sound.rate, speech=sound.speech, tags=tags)
        outline = peaks(sound.samples, sound.rate)
        files: list[tuple[Path, str, tuple[int, ...]]] = [(lossless, "main", ())]
        if not sound.given:  # otherwise people have its parts
            files.append((playable, "playable", outline))
        for path, role, points in files:
            yield Artifact(
                name=path.name,
                role=role,
                media_type=_MEDIA_TYPES[path.suffix],
                sha256=blobs.put_file(path),
                size=path.stat().st_size,
                duration_s=duration,
                speech=sound.speech,
                peaks=points,
            )
    picture = sound.png or waveform(sound.samples, sound.rate)
    yield _bytes(f"{sound.name}.png", "waveform", "image/png", picture, blobs)


_MEDIA_TYPES = {".flac": "audio/flac", ".ogg": "audio/ogg"}


def _bytes(name: str, role: str, media_type: str, data: bytes, blobs: BlobStore) -> Artifact:
    return Artifact(name, role, media_type, blobs.put_bytes(data), len(data))
