"""The pitch of a voice over time: SwiftF0 on sound at 16 kHz.

SwiftF0 (Nieradzik, "SwiftF0: Fast and Accurate Monophonic Pitch Detection", arXiv 2508.18440;
https://github.com/lars76/swift-f0) gives a fundamental frequency and how sure it is of a voice for
every 16 ms. It hears 0.18 s to either side, so a long recording is followed piece by piece and the
track is the same as from the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines import weights
from engines.kinds import Samples

RATE = 16_000
HOP = 256
#: What voices do, from a low man's to a child's shout, in Hz; the hum of the mains lies below.
LOWEST, HIGHEST = 65.0, 800.0
#: Half of its confidence is where the network was calibrated to call a moment voiced.
VOICED = 0.5
#: Digital silence is like nothing the network was trained on, and it answers at random.
SILENT = 1e-3
#: Spans of 16 ms that are followed at once, and those before and after that bear on a span.
PIECE, ASIDE = 1800, 11


@dataclass(frozen=True, slots=True)
class Track:
    """Pitch every 16 ms from the first sample on: ``hertz`` [spans], and where it is ``voiced``."""

    hertz: NDArray[np.float64]
    voiced: NDArray[np.bool_]

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """The pitch [times] in Hz at moments in s, 0 where there is none.

        A moment is voiced where the nearest span is; between two spans the pitch glides.
        """
        if not self.voiced.any():
            return np.zeros(len(times))
        places = times * RATE / HOP
        known = np.flatnonzero(self.voiced)
        logarithms = np.interp(places, known, np.log(self.hertz[known]))
        nearest = np.clip(np.round(places).astype(int), 0, len(self.voiced) - 1)
        return np.where(self.voiced[nearest], np.exp(logarithms), 0.0)


class PitchTracker:
    """The network; it may be used from one thread at a time."""

    def __init__(self) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        path = weights.folder("swift-f0") / "model.onnx"

        import onnxruntime as ort  # noqa: PLC0415 - half a second to import

        options = ort.SessionOptions()
        # Half a minute takes a fifth of a second on one thread.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def __call__(self, samples: Samples) -> Track:
        """The pitch of 16 kHz mono sound [frames]."""
        spans = len(samples) // HOP
        hertz, sure = [np.zeros(0)], [np.zeros(0)]
        for start in range(0, spans, PIECE):
            end = min(start + PIECE, spans)
            first = max(0, start - ASIDE)
            piece = samples[first * HOP : (end + ASIDE) * HOP]
            pitch, confidence = self._session.run(
                ["pitch", "confidence"],
                {
                    "audio": np.ascontiguousarray(piece, dtype=np.float32)[None],
                    "fmin": np.array(LOWEST, dtype=np.float32),
                    "fmax": np.array(HIGHEST, dtype=np.float32),
                },
            )
            inside = slice(start - first, end - first)
            hertz.append(pitch[0][inside].astype(np.float64))
            sure.append(confidence[0][inside].astype(np.float64))
        loudest = np.abs(samples[: spans * HOP]).reshape(spans, HOP).max(axis=1, initial=0.0)
        voiced = (np.concatenate(sure) >= VOICED) & (loudest >= SILENT)
        return Track(np.concatenate(hertz), voiced)
