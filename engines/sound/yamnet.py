"""YAMNet: how much of each of AudioSet's 521 classes of sound is heard, patch by patch.

The front end and the network are those of Plakal and Ellis (``research/audioset/yamnet`` in
TensorFlow's models), after MobileNet v1 (Howard et al., arXiv 1704.04861), trained on AudioSet
(Gemmeke et al., "Audio Set: An ontology and human-labeled dataset for audio events", ICASSP 2017).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engines import weights
from engines.audio import mono_blocks
from engines.kinds import Samples
from engines.sound import checkpoint
from engines.spectra import hann, mel_filters
from engines.weights.converted import converted

if TYPE_CHECKING:
    import torch

RATE = 16_000
#: The spectra: 25 ms every 10 ms, 64 mel bands of magnitude from 125 to 7,500 Hz.
WINDOW, STEP, SIZE = 400, 160, 512
BANDS, LOWEST, HIGHEST, FLOOR = 64, 125.0, 7500.0, 1e-3
#: A patch is .96 s of them. The network was trained on patches .48 s apart; half of that tells
#: better when a sound begins and ends.
PATCH, HOP = 96, 24
HOP_S = HOP * STEP / RATE
#: Half a patch, in samples, and what follows the sound, so that the last patch is the one that is
#: centred on its end or just before it.
HALF = PATCH * STEP // 2
AFTER = HALF + WINDOW - STEP
BLOCK_S = 5.0
BATCH = 16

#: Stride and output channels of each depthwise separable block.
_BLOCKS = ((1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), *((1, 512),) * 5)
_LAST = ((2, 1024), (1, 1024))
_EPSILON = 1e-4
_PREFIX = "layer-1/layer/_func/_yamnet/layer_with_weights-"
_SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"


class Yamnet:
    """The network on the processor; raises :class:`weights.WeightsMissing` when made."""

    def __init__(self) -> None:
        path = converted("yamnet", "yamnet.safetensors", _convert)

        from safetensors.torch import load_file  # noqa: PLC0415 - seconds to import

        self._tensors = load_file(path)
        self._filters = mel_filters(RATE, SIZE, BANDS, LOWEST, HIGHEST)

    def stream(self, pieces: Iterable[Samples]) -> Iterator[Samples]:
        """Scores [patches, classes] of a sound that comes in pieces [frames] at 16 kHz.

        Patch ``k`` of them all is centred on ``k * HOP_S`` seconds, from 0 s to the end.
        """
        stream = iter(pieces)
        begun = np.zeros(0, dtype=np.float32)
        while len(begun) < 2 * HALF and (piece := next(stream, None)) is not None:
            begun = np.concatenate([begun, piece])
        if 0 < len(begun) < 2 * HALF:
            yield self._repeated(begun)
            return
        waiting: list[Samples] = []
        for spectra in log_mel(_padded(begun, stream), self._filters):
            waiting.append(spectra)
            if sum(map(len, waiting)) >= PATCH + (BATCH - 1) * HOP:
                spans = np.concatenate(waiting)
                patches = _patches(spans)
                yield self(patches)
                waiting = [spans[len(patches) * HOP :]]
        if waiting and len(patches := _patches(np.concatenate(waiting))):
            yield self(patches)

    def _repeated(self, samples: Samples) -> Samples:
        """Scores [patches, classes] of a sound that is shorter than a patch.

        A click of .2 s in .8 s of silence is taken for another sound than the same click repeated,
        and the latter is right more often. Heard with pauses between as well, and the scores
        averaged, a right class is among the first three for 71 % instead of 68 % of the labelled
        sounds on which this was chosen.
        """
        heard = []
        for pause in (0, HALF):
            over = np.pad(np.pad(samples, (0, pause)), (HALF, AFTER + len(samples)), mode="wrap")
            spectra = log_mel([over[: HALF + len(samples) + AFTER]], self._filters)
            heard.append(self(_patches(np.concatenate(list(spectra)))))
        return np.asarray(np.mean(heard, axis=0), dtype=np.float32)

    def __call__(self, patches: Samples) -> Samples:
        """Scores [patches, classes] in 0..1 of log-mel patches [patches, 96, 64]."""
        import torch  # noqa: PLC0415 - seconds to import

        # Its convolutions are too small to share: threads wait for each other most of the time.
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            batches = range(0, len(patches), BATCH)
            return np.concatenate([self._scores(patches[at : at + BATCH]) for at in batches])
        finally:
            torch.set_num_threads(threads)

    def _scores(self, patches: Samples) -> Samples:
        import torch  # noqa: PLC0415 - as above
        from torch.nn.functional import conv2d, linear, pad, relu  # noqa: PLC0415

        with torch.inference_mode():
            x = torch.tensor(patches)[:, None]
            for number, (stride, groups, size) in enumerate(_layers()):
                if size == 3:
                    # TensorFlow's "same" padding: where the stride is 2, none on the first side.
                    before = 0 if stride == 2 else 1
                    x = pad(x, (before, 1, before, 1))
                kernel, bias = self._tensors[f"kernel{number}"], self._tensors[f"bias{number}"]
                x = relu(conv2d(x, kernel, bias, stride=stride, groups=groups))
            x = linear(x.mean((2, 3)), self._tensors["classes"], self._tensors["bias"])
            return np.asarray(torch.sigmoid(x).numpy(), dtype=np.float32)


def class_names() -> tuple[str, ...]:
    """AudioSet's display names of the classes, in the order of the scores."""
    path = weights.folder("yamnet") / "yamnet_class_map.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row["display_name"] for row in csv.DictReader(file))


def listen(path: Path) -> Iterator[Samples]:
    """The recording in pieces [frames]: one channel at 16 kHz."""
    return mono_blocks(path, RATE, BLOCK_S)


def log_mel(pieces: Iterable[Samples], filters: Samples | None = None) -> Iterator[Samples]:
    """Log-mel spectra [spans, 64] of a sound in pieces [frames] at 16 kHz; only whole windows."""
    if filters is None:
        filters = mel_filters(RATE, SIZE, BANDS, LOWEST, HIGHEST)
    window = hann(WINDOW)
    waiting = np.zeros(0, dtype=np.float32)
    for piece in pieces:
        waiting = np.concatenate([waiting, piece])
        if len(waiting) < WINDOW:
            continue
        views = sliding_window_view(waiting, WINDOW)[::STEP]
        magnitudes = np.abs(np.fft.rfft(views * window, SIZE, axis=1)).astype(np.float32)
        yield np.log(magnitudes @ filters + np.float32(FLOOR))
        waiting = waiting[len(views) * STEP :]


def _padded(begun: Samples, stream: Iterator[Samples]) -> Iterator[Samples]:
    """The sound with half a patch of silence before and after it."""
    yield np.concatenate([np.zeros(HALF, dtype=np.float32), begun])
    yield from stream
    yield np.zeros(AFTER, dtype=np.float32)


def _patches(spectra: Samples) -> Samples:
    """Patches [patches, 96, 64], ``HOP`` spans apart, of spectra [spans, 64]."""
    if len(spectra) < PATCH:
        return np.zeros((0, PATCH, BANDS), dtype=np.float32)
    return sliding_window_view(spectra, PATCH, axis=0)[::HOP].transpose(0, 2, 1)


def _layers() -> Iterator[tuple[int, int, int]]:
    """Stride, groups and kernel size of each convolution."""
    yield 2, 1, 3
    channels = 32
    for stride, wider in _BLOCKS + _LAST:
        yield stride, channels, 3
        yield 1, 1, 1
        channels = wider


def _convert(source: Path, target: Path) -> None:
    """The checkpoint as safetensors, its batch normalisation folded into the convolutions."""
    import torch  # noqa: PLC0415 - as above
    from safetensors.torch import save_file  # noqa: PLC0415

    data = source / "variables.data-00000-of-00001"
    variables = checkpoint.read(source / "variables.index", data)

    def variable(layer: int, name: str) -> torch.Tensor:
        return torch.from_numpy(variables[f"{_PREFIX}{layer}/{name}{_SUFFIX}"].copy())

    tensors: dict[str, torch.Tensor] = {}
    for number, (_, groups, _) in enumerate(_layers()):
        # A layer of weights is followed by the layer that normalises it.
        layer = 2 * number
        if groups == 1:
            kernel = variable(layer, "kernel").permute(3, 2, 0, 1)
        else:
            kernel = variable(layer, "depthwise_kernel").permute(2, 3, 0, 1)
        scale = torch.rsqrt(variable(layer + 1, "moving_variance") + _EPSILON)
        tensors[f"kernel{number}"] = (kernel * scale[:, None, None, None]).contiguous()
        tensors[f"bias{number}"] = (
            variable(layer + 1, "beta") - variable(layer + 1, "moving_mean") * scale
        )
    tensors["classes"] = variable(54, "kernel").T.contiguous()
    tensors["bias"] = variable(54, "bias")
    save_file(tensors, target)
