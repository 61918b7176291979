"""Sound as arrays: reading our own PCM, changing rate and channels, and encoding for chat.

Samples are float32 in [-1, 1], shaped ``[channels, frames]``. Only files of our own making are read
here (WAV or FLAC); what a person uploads passes ``handlers/media.py`` first.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr

from engines.kinds import Samples

#: Opus at the rate it works at inside; speech needs far less than music (RFC 6716, section 2.1.1).
OPUS_RATE = 48_000
SPEECH_BITS = 32_000
MUSIC_BITS = 96_000


def read(path: Path) -> tuple[Samples, int]:
    """All samples of a WAV or FLAC file, and its rate in Hz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T), int(rate)


def blocks(path: Path, seconds: float) -> Iterator[tuple[Samples, int]]:
    """The file in consecutive pieces of ``seconds``, so that long recordings need little memory."""
    with soundfile.SoundFile(path) as file:
        frames = int(seconds * file.samplerate)
        while len(piece := file.read(frames, dtype="float32", always_2d=True)):
            yield np.ascontiguousarray(piece.T), file.samplerate


def mono(samples: Samples) -> Samples:
    """The mean of the channels, shaped ``[frames]``."""
    return np.asarray(samples.mean(axis=0), dtype=np.float32)


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """``samples`` [channels, frames] or [frames] brought from ``rate`` to ``wanted`` Hz."""
    if rate == wanted:
        return samples
    return np.asarray(soxr.resample(samples.T, rate, wanted, quality="HQ").T, dtype=np.float32)


def to_flac(samples: Samples, rate: int) -> bytes:
    """Lossless 16-bit FLAC; samples beyond [-1, 1] are clipped."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(samples.T, -1.0, 1.0), rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def to_opus(samples: Samples, rate: int, *, speech: bool) -> bytes:
    """Ogg/Opus, the format both Discord and Telegram play in a voice bubble."""
    pcm = np.clip(resample(samples, rate, OPUS_RATE)[:2], -1.0, 1.0)
    layout = "mono" if len(pcm) == 1 else "stereo"
    buffer = io.BytesIO()
    with av.open(buffer, mode="w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE, layout=layout)
        stream.bit_rate = (SPEECH_BITS if speech else MUSIC_BITS) * len(pcm)
        interleaved = np.ascontiguousarray(pcm.T).reshape(1, -1)
        block = OPUS_RATE * len(pcm)
        for start in range(0, interleaved.shape[1], block):
            piece = np.ascontiguousarray(interleaved[:, start : start + block])
            frame = av.AudioFrame.from_ndarray(piece, format="flt", layout=layout)
            frame.sample_rate = OPUS_RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def peaks(samples: Samples, rate: int) -> tuple[int, ...]:
    """The loudness outline a voice bubble shows: points of 0..255.

    At most 256 of them, at least 100 ms apart: Discord's limits for a voice message's ``waveform``.
    """
    envelope = np.abs(mono(samples))
    count = int(np.clip(len(envelope) / rate / 0.1, 1, 256))
    points = np.array([piece.max(initial=0.0) for piece in np.array_split(envelope, count)])
    loudest = float(points.max(initial=0.0))
    scaled = points / loudest if loudest > 0 else points
    return tuple(round(255 * float(point)) for point in scaled)
