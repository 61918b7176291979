"""Sound as arrays: reading our own PCM, changing rate and channels, and encoding for chat.

Samples are float32 in [-1, 1], shaped ``[channels, frames]``. Only files of our own making are read
here (WAV or FLAC); what a person uploads passes ``handlers/media.py`` first. Everything that may be
an hour long is read, resampled and encoded in pieces, so that memory does not grow with length.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr

from engines.kinds import Refusal, Samples, Source

#: Opus at the rate it works at inside; speech needs far less than music (RFC 6716, section 2.1.1).
OPUS_RATE = 48_000
SPEECH_BITS = 32_000
MUSIC_BITS = 96_000

#: A voice bubble's outline: at most so many points, at least so far apart (Discord's limits).
PEAKS = 256
PEAK_SECONDS = 0.1


def read(path: Path) -> tuple[Samples, int]:
    """All samples of a WAV or FLAC file, and its rate in Hz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T), int(rate)


def blocks(path: Path, seconds: float) -> Iterator[tuple[Samples, int]]:
    """The file in consecutive pieces of ``seconds``, so that long recordings need little memory."""
    with soundfile.SoundFile(path) as file:
        frames = max(1, int(seconds * file.samplerate))
        while len(piece := file.read(frames, dtype="float32", always_2d=True)):
            yield np.ascontiguousarray(piece.T), file.samplerate


def duration(source: Source) -> float:
    """Seconds of a recording; raises :class:`Refusal` where it holds none."""
    info = soundfile.info(source.path)
    if info.frames == 0:
        raise Refusal("audio_empty", handle=source.handle)
    return float(info.frames / info.samplerate)


def mono_blocks(path: Path, rate: int, seconds: float) -> Iterator[Samples]:
    """The file as one channel at ``rate``, in pieces [frames] of some ``seconds``."""
    own = int(soundfile.info(path).samplerate)
    read = (mono(piece)[None] for piece, _ in blocks(path, seconds))
    return (piece[0] for piece in resampled(read, own, rate))


def pieces(samples: Samples, rate: int, seconds: float = 1.0) -> Iterator[Samples]:
    """Consecutive views of ``samples`` [channels, frames], ``seconds`` long each; none is empty."""
    frames = max(1, int(seconds * rate))
    for start in range(0, samples.shape[1], frames):
        yield samples[:, start : start + frames]


def mono(samples: Samples) -> Samples:
    """The mean of the channels, shaped ``[frames]``; of one channel, a view of it."""
    if len(samples) == 1:
        only: Samples = samples[0]
        return only
    return np.asarray(samples.mean(axis=0), dtype=np.float32)


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """``samples`` [channels, frames] or [frames] brought from ``rate`` to ``wanted`` Hz."""
    if rate == wanted:
        return samples
    return np.asarray(soxr.resample(samples.T, rate, wanted, quality="HQ").T, dtype=np.float32)


def resampled(stream: Iterable[Samples], rate: int, wanted: int) -> Iterator[Samples]:
    """The same for consecutive pieces [channels, frames]: no seams, and no delay in the sum.

    The pieces that come out differ in length from those that go in, and some are not there at all,
    because the filter holds samples back; the total is ``frames * wanted / rate``, rounded.
    """
    if rate == wanted:
        yield from stream
        return
    filter_: soxr.ResampleStream | None = None
    channels = 0
    for piece in stream:
        if filter_ is None:
            channels = len(piece)
            filter_ = soxr.ResampleStream(rate, wanted, channels, dtype="float32", quality="HQ")
        out = filter_.resample_chunk(np.ascontiguousarray(piece.T))
        if len(out):
            yield np.ascontiguousarray(out.T)
    if filter_ is not None:
        out = filter_.resample_chunk(np.zeros((0, channels), dtype=np.float32), last=True)
        if len(out):
            yield np.ascontiguousarray(out.T)


def canvas(channels: int, frames: int) -> Samples:
    """Zeros [channels, frames] to write a result into, kept in a nameless temporary file.

    The pages of a file can leave memory while it fills, those of an ordinary array cannot: an hour
    of stereo at 48 kHz is 1.4 GB. The file is gone when the array is.
    """
    if frames == 0:
        return np.zeros((channels, 0), dtype=np.float32)
    with tempfile.TemporaryFile() as file:
        mapped = np.memmap(file, dtype=np.float32, mode="w+", shape=(channels, frames))
        return np.asarray(mapped, dtype=np.float32)


def write_flac(
    path: Path, samples: Samples, rate: int, tags: Mapping[str, str] | None = None
) -> None:
    """Write lossless 16-bit FLAC; samples beyond [-1, 1] are clipped.

    ``tags`` are of those that libsndfile knows: title, artist, comment, date.
    """
    with soundfile.SoundFile(
        path, "w", samplerate=rate, channels=len(samples), format="FLAC", subtype="PCM_16"
    ) as file:
        for name, value in (tags or {}).items():
            setattr(file, name, value)
        for piece in pieces(samples, rate):
            file.write(np.clip(piece.T, -1.0, 1.0))


def write_opus(
    path: Path,
    samples: Samples,
    rate: int,
    *,
    speech: bool,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write Ogg/Opus, the format both Discord and Telegram play in a voice bubble.

    Only the first two channels are kept.
    """
    channels = min(2, len(samples))
    layout = "mono" if channels == 1 else "stereo"
    with av.open(str(path), mode="w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE, layout=layout)
        stream.metadata.update(tags or {})
        stream.bit_rate = (SPEECH_BITS if speech else MUSIC_BITS) * channels
        for piece in resampled(pieces(samples[:channels], rate), rate, OPUS_RATE):
            pcm = np.clip(piece, -1.0, 1.0)
            interleaved = np.ascontiguousarray(pcm.T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=layout)
            frame.sample_rate = OPUS_RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def peaks(samples: Samples, rate: int) -> tuple[int, ...]:
    """The loudness outline a voice bubble shows: points of 0..255, the loudest being 255."""
    count = int(np.clip(samples.shape[1] / rate / PEAK_SECONDS, 1, PEAKS))
    points = envelope(samples, count)
    loudest = float(points.max(initial=0.0))
    scaled = points / loudest if loudest > 0 else points
    return tuple(round(255 * float(point)) for point in scaled)


def envelope(samples: Samples, count: int) -> Samples:
    """The largest magnitude of the mono sum in each of ``count`` equal spans, shaped [count]."""
    edges = np.linspace(0, samples.shape[1], count + 1).astype(int)
    spans = pairwise(edges)
    tops = [np.abs(mono(samples[:, start:end])).max(initial=0.0) for start, end in spans]
    return np.asarray(tops, dtype=np.float32)
