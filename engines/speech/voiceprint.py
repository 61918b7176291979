"""Voiceprints: a vector for a piece of speech, near to those of the same voice.

The network is Resemblyzer's (https://github.com/resemble-ai/Resemblyzer): the LSTM of Wan et al.,
"Generalized End-to-End Loss for Speaker Verification", ICASSP 2018, arXiv 1710.10467. It hears
1.6 s at a time. The cosine of two voiceprints of several seconds is above .9 for one voice and
mostly below .8 for two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engines.kinds import Samples
from engines.spectra import stft
from engines.weights.converted import without_pickle

if TYPE_CHECKING:
    import torch

RATE = 16_000
#: The mel spectrogram: spans of 25 ms, 10 ms apart, 40 bands. Its powers are not made logarithms.
SPAN, HOP, BANDS = 400, 160, 40
#: What the network was trained to hear at once.
WINDOW_SPANS = 160
WINDOW_S = WINDOW_SPANS * HOP / RATE
SIZE = 256
#: Speech is brought to this level first, in dB of full scale: the network is not blind to level.
LEVEL_DB = -30.0
BATCH = 64


class Voiceprints:
    """The network; it may be used from one thread at a time."""

    def __init__(self) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        path = without_pickle("resemblyzer", "pretrained.pt", _wanted)

        import torch  # noqa: PLC0415 - seconds to import
        from safetensors.torch import load_file  # noqa: PLC0415

        self._torch = torch
        self._network = _network()
        self._network.load_state_dict(load_file(path))
        self._network.eval()

    def of_windows(self, windows: Sequence[Samples]) -> Samples:
        """Voiceprints [windows, 256] of length 1, for 16 kHz mono samples [frames] each.

        A window is 1.6 s; of a longer one only the beginning is heard, a shorter one is repeated.
        """
        prints = [np.zeros((0, SIZE), dtype=np.float32)]
        torch = self._torch
        for start in range(0, len(windows), BATCH):
            mels = np.stack([_mel(window) for window in windows[start : start + BATCH]])
            with torch.inference_mode():
                _, (hidden, _) = self._network["lstm"](torch.from_numpy(mels))
                raw = torch.relu(self._network["linear"](hidden[-1])).numpy()
            prints.append(unit(raw))
        return np.concatenate(prints)

    def __call__(self, samples: Samples) -> Samples:
        """The voiceprint [256] of speech [frames] at 16 kHz: the mean over its windows."""
        size = round(WINDOW_S * RATE)
        last = max(0, len(samples) - size)
        starts = np.linspace(0, last, 1 + -(-last * 2 // size)).astype(int)
        prints = self.of_windows([samples[start : start + size] for start in starts])
        return unit(prints.mean(axis=0))


def unit(vectors: Samples) -> Samples:
    """The same vectors [..., size] brought to length 1; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def _wanted(key: str) -> str | None:
    """Two numbers of the training loss lie beside the network's weights."""
    return None if key.startswith("similarity_") else key


def _network() -> torch.nn.ModuleDict:
    from torch import nn  # noqa: PLC0415 - as in Voiceprints

    return nn.ModuleDict(
        {
            "lstm": nn.LSTM(BANDS, SIZE, num_layers=3, batch_first=True),
            "linear": nn.Linear(SIZE, SIZE),
        }
    )


def _mel(window: Samples) -> Samples:
    """The mel powers [160, 40] of a window, at the level the network expects."""
    size = WINDOW_SPANS * HOP
    if 0 < len(window) < size:
        window = np.tile(window, -(-size // len(window)))
    window = np.resize(window, size) if len(window) else np.zeros(size, dtype=np.float32)
    power = float(np.square(window, dtype=np.float64).mean())
    window = window * np.float32(np.sqrt(10 ** (LEVEL_DB / 10) / max(power, 1e-12)))
    powers = np.square(np.abs(stft(window, SPAN, HOP)[:WINDOW_SPANS]))
    return np.asarray(powers @ _FILTERS, dtype=np.float32)


def _slaney_filters() -> Samples:
    """Triangular filters [201, 40] of equal area on Slaney's mel scale, which is linear to 1 kHz.

    Slaney, "Auditory Toolbox", Interval Research Technical Report 1998-010, page 29.
    """
    step = np.log(6.4) / 27
    top = 15 + np.log(RATE / 2 / 1000) / step
    mels = np.linspace(0, top, BANDS + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(step * (mels - 15)))
    bins = (np.arange(SPAN // 2 + 1) * RATE / SPAN)[:, None]
    up = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    filters = np.maximum(0.0, np.minimum(up, down)) * 2 / (edges[2:] - edges[:-2])
    return np.asarray(filters, dtype=np.float32)


_FILTERS = _slaney_filters()
