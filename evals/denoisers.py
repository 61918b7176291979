"""The enhancement models that were measured and not chosen, as functions over a whole clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from engines.kinds import Samples


def _session(path: Path) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Dtln:
    """Dual-signal transformation LSTM network (Westhausen and Meyer, Interspeech 2020).

    Two stages, a mask over the spectrum and one over a learned representation, each on 512 samples
    every 128, overlapped and added.
    """

    BLOCK, SHIFT = 512, 128

    def __init__(self, folder: Path) -> None:
        self._first = _session(folder / "model_1.onnx")
        self._second = _session(folder / "model_2.onnx")

    def __call__(self, noisy: Samples) -> Samples:
        """Samples [frames] at 16 kHz, cleaned and not delayed."""
        names = [[item.name for item in s.get_inputs()] for s in (self._first, self._second)]
        states = [
            np.zeros(s.get_inputs()[1].shape, dtype=np.float32) for s in (self._first, self._second)
        ]
        before = self.BLOCK - self.SHIFT
        padded = np.pad(noisy, (before, self.BLOCK))
        out = np.zeros(len(padded), dtype=np.float32)
        for start in range(0, len(padded) - self.BLOCK + 1, self.SHIFT):
            spectrum = np.fft.rfft(padded[start : start + self.BLOCK])
            magnitude = np.abs(spectrum).reshape(1, 1, -1).astype(np.float32)
            mask, states[0] = self._first.run(
                None, {names[0][0]: magnitude, names[0][1]: states[0]}
            )
            block = np.fft.irfft(spectrum * mask.reshape(-1))
            block = block.reshape(1, 1, -1).astype(np.float32)
            block, states[1] = self._second.run(None, {names[1][0]: block, names[1][1]: states[1]})
            out[start : start + self.BLOCK] += block.reshape(-1)
        return out[before : before + len(noisy)]


class Gtcrn:
    """Grouped temporal convolutional recurrent network (Rong et al., ICASSP 2024).

    A complex mask over the short-time spectrum of 512 samples every 256, square-root Hann windows.
    """

    BLOCK, SHIFT = 512, 256

    def __init__(self, folder: Path) -> None:
        self._session = _session(folder / "gtcrn_simple.onnx")

    def __call__(self, noisy: Samples) -> Samples:
        """Samples [frames] at 16 kHz, cleaned and not delayed."""
        caches = {
            "conv_cache": np.zeros((2, 1, 16, 16, 33), dtype=np.float32),
            "tra_cache": np.zeros((2, 3, 1, 1, 16), dtype=np.float32),
            "inter_cache": np.zeros((2, 1, 33, 16), dtype=np.float32),
        }
        window = np.sqrt(np.hanning(self.BLOCK + 1)[:-1])
        padded = np.pad(noisy, (self.SHIFT, self.BLOCK))
        out = np.zeros(len(padded))
        for start in range(0, len(padded) - self.BLOCK + 1, self.SHIFT):
            spectrum = np.fft.rfft(padded[start : start + self.BLOCK] * window)
            frame = np.stack([spectrum.real, spectrum.imag], axis=-1)[None, :, None, :]
            clean, *states = self._session.run(None, {"mix": frame.astype(np.float32), **caches})
            caches = dict(zip(caches, states, strict=True))
            bins = clean[0, :, 0, 0] + 1j * clean[0, :, 0, 1]
            out[start : start + self.BLOCK] += np.fft.irfft(bins) * window
        return np.asarray(out[self.SHIFT : self.SHIFT + len(noisy)], dtype=np.float32)
