"""Speech enhancement: DeepFilterNet 3 takes the noise out of a recording of speech.

The graph works on one hop of 512 samples at 48 kHz and hands its state back, so a recording is
cleaned while it is read. It gives every hop three hops late; that delay is taken out again, and the
result lies sample by sample under the recording. Chosen by measurement: ``evals/enhancement.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engines import loudness, weights
from engines.audio import blocks, canvas, duration, resampled
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Progress, Samples, Sound, Work, note
from engines.pictures.waveform import before_and_after, heights

RATE = 48_000
HOP = 512
DELAY = 3 * HOP
BLOCK_S = 1.0
#: Less noise taken out than this is not worth a number.
LEAST_DB = 2


class Denoiser:
    """One channel of sound through the network, hop by hop."""

    def __init__(self, session: Any, states: dict[str, Samples]) -> None:
        self._session = session
        self._states = dict(states)

    def __call__(self, hop: Samples) -> Samples:
        """The next 512 samples of the output for the next 512 of the input, at 48 kHz."""
        out, *states = self._session.run(None, {"input_frame": hop, **self._states})
        self._states = dict(zip(self._states, states, strict=True))
        return np.asarray(out, dtype=np.float32)

    def stream(self, pieces: Iterable[Samples]) -> Iterator[Samples]:
        """The same for pieces [frames] of any length: as many samples out as in, not delayed."""
        waiting = np.zeros(0, dtype=np.float32)
        late, owed = DELAY, 0
        for piece in pieces:
            owed += len(piece)
            waiting = np.concatenate([waiting, piece])
            whole = len(waiting) // HOP * HOP
            for start in range(0, whole, HOP):
                out = self(waiting[start : start + HOP])[min(late, HOP) :]
                late = max(0, late - HOP)
                owed -= len(out)
                if len(out):
                    yield out
            waiting = waiting[whole:]
        while owed > 0:
            hop = np.zeros(HOP, dtype=np.float32)
            hop[: len(waiting)] = waiting
            waiting = waiting[:0]
            out = self(hop)[min(late, HOP) :][:owed]
            late = max(0, late - HOP)
            owed -= len(out)
            if len(out):
                yield out


@engine(
    task="speech_enhancement",
    weights=("dfn3-512",),
    memory_gb=0.3,
    seconds_per_second=0.2,
)
class DeepFilterNet3:
    """DeepFilterNet 3, exported with a hop of 512.

    Schröter et al., "DeepFilterNet: Perceptually Motivated Real-Time Speech Enhancement",
    Interspeech 2023, arXiv 2305.08227.
    """

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`weights.WeightsMissing`."""
        folder = weights.folder("dfn3-512")

        import onnxruntime as ort  # noqa: PLC0415 - half a second to import

        options = ort.SessionOptions()
        # One hop is too little work to share between threads.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = ort.InferenceSession(
            str(folder / "denoiser_model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.states = _initial_states(folder)

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Clean each recording in turn."""
        return one_by_one(batch, self._clean)

    def denoiser(self) -> Denoiser:
        """A fresh channel."""
        return Denoiser(self.session, self.states)

    def _clean(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        duration(source)
        info = soundfile.info(source.path)
        frames, rate, channels = int(info.frames), int(info.samplerate), int(info.channels)
        cleaned = canvas(channels, frames)
        for channel in range(channels):
            at = 0
            for clean in self._channel(source.path, channel, rate):
                # Resampling there and back may end a sample or two late.
                piece = clean[: frames - at]
                cleaned[channel, at : at + len(piece)] = piece
                if at // rate != (at + len(piece)) // rate:
                    yield Progress(index, (channel + at / frames) / channels)
                at += len(piece)
        yield Progress(index, 1.0)
        levels = _levels(source.path, cleaned, rate)
        lower = round(levels["noise_reduction_db"])
        before = heights((piece for piece, _ in blocks(source.path, BLOCK_S)), frames)
        picture = before_and_after(before, heights([cleaned], frames), frames / rate)
        yield Done(
            index,
            data=levels | {"model": "DeepFilterNet3"},
            outputs=(Sound("cleaned", cleaned, rate, speech=True, png=picture),),
            notes=(note("hardly_noisy") if lower < LEAST_DB else note("cleaned", lower=lower),),
        )

    def _channel(self, path: Path, channel: int, rate: int) -> Iterator[Samples]:
        """One channel of the file, cleaned, at its own rate."""
        read = (piece[channel : channel + 1] for piece, _ in blocks(path, BLOCK_S))
        inside = (piece[0] for piece in resampled(read, rate, RATE))
        clean = (piece[None] for piece in self.denoiser().stream(inside))
        return (piece[0] for piece in resampled(clean, RATE, rate))


def _initial_states(folder: Path) -> dict[str, Samples]:
    """The recurrent state before the first hop, in the order of the graph's inputs."""
    layout = json.loads((folder / "initial_states.json").read_text("utf-8"))["states"]
    raw = (folder / "initial_states.bin").read_bytes()
    return {
        row["name"]: np.frombuffer(raw, "<f4", row["bytes"] // 4, row["offset"]).reshape(
            row["shape"]
        )
        for row in layout
    }


def _levels(path: Path, cleaned: Samples, rate: int) -> dict[str, float]:
    """How loud the recording was and is, and how far its quiet moments went down.

    ``noise_reduction_db`` compares the level that a tenth of all 100 ms stay under, before and
    after: between words that is the noise. Silence counts as -90 dB.
    """
    frames = max(1, rate // 10)
    before, after = [], []
    meter = loudness.Meter(rate)
    at = 0
    for piece, _ in blocks(path, 0.1):
        meter.add(piece[:2])
        before.append(np.square(piece, dtype=np.float64).mean())
        after.append(np.square(cleaned[:, at : at + piece.shape[1]], dtype=np.float64).mean())
        at += frames
    floor_before, floor_after = (
        10 * np.log10(max(1e-9, float(np.percentile(powers, 10)))) for powers in (before, after)
    )
    return {
        "noise_reduction_db": round(float(floor_before - floor_after), 1),
        "level_before_lufs": round(meter.integrated(), 1),
        "level_after_lufs": round(loudness.integrated(cleaned[:2], rate), 1),
    }
