"""EfficientNet-lite0: how likely a picture shows each of ImageNet's thousand things.

The network is that of Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
Networks", ICML 2019, arXiv 1905.11946, in Google's lite form: no squeeze-and-excitation, ReLU6 for
swish, and the first and last layers of the smallest size. The weights were trained in TensorFlow,
so their padding is its "same", which puts the odd row at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from engines.kinds import Samples
from engines.weights.converted import without_pickle

if TYPE_CHECKING:
    from torch import Tensor

SIZE = 224
#: The network was trained on the middle of a picture, this share of the shorter side.
MIDDLE = 224 / 256
MEAN, SPREAD = 127.0, 128.0
EPSILON = 1e-3

#: Each stage: the stride of its first block, how many blocks it has, and how much they widen.
_STAGES = ((1, 1, 1), (2, 2, 6), (2, 2, 6), (2, 3, 6), (1, 3, 6), (2, 4, 6), (1, 1, 6))


class EfficientNet:
    """The network on the processor; raises :class:`~engines.weights.WeightsMissing` when made."""

    def __init__(self) -> None:
        path = without_pickle("efficientnet-lite0", "efficientnet-lite0-57934424.pth")

        from safetensors.torch import load_file  # noqa: PLC0415 - seconds to import

        self._tensors = load_file(path)

    def probabilities(self, picture: Image.Image) -> Samples:
        """Of each class [1000], adding up to 1, for the middle of an RGB picture.

        The mean of what is seen in the picture and in its mirror image, which differ by chance.
        """
        import torch  # noqa: PLC0415 - as above

        pixels = (np.asarray(_middle(picture), dtype=np.float32) - MEAN) / SPREAD
        both = np.stack([pixels, pixels[:, ::-1]]).transpose(0, 3, 1, 2)
        # Its convolutions are too small to share: threads wait for each other most of the time.
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                seen = torch.from_numpy(np.ascontiguousarray(both))
                found = self._logits(seen).softmax(1).mean(0)
        finally:
            torch.set_num_threads(threads)
        return np.asarray(found.numpy(), dtype=np.float32)

    def _logits(self, x: Tensor) -> Tensor:
        """[pictures, 1000] of [pictures, 3, 224, 224]."""
        from torch.nn.functional import linear  # noqa: PLC0415 - as above

        x = self._layer(x, "_conv_stem", "_bn0", stride=2).clamp(0, 6)
        number = 0
        for first, count, widened in _STAGES:
            for place in range(count):
                x = self._block(x, f"_blocks.{number}.", first if place == 0 else 1, widened)
                number += 1
        x = self._layer(x, "_conv_head", "_bn1").clamp(0, 6)
        return linear(x.mean((2, 3)), self._tensors["_fc.weight"], self._tensors["_fc.bias"])

    def _block(self, x: Tensor, name: str, stride: int, widened: int) -> Tensor:
        """An inverted residual: wider, each channel filtered on its own, narrow again."""
        y = x
        if widened > 1:
            y = self._layer(y, f"{name}_expand_conv", f"{name}_bn0").clamp(0, 6)
        filtered = self._layer(y, f"{name}_depthwise_conv", f"{name}_bn1", stride, y.shape[1])
        y = self._layer(filtered.clamp(0, 6), f"{name}_project_conv", f"{name}_bn2")
        return x + y if stride == 1 and x.shape == y.shape else y

    def _layer(self, x: Tensor, conv: str, norm: str, stride: int = 1, groups: int = 1) -> Tensor:
        """A convolution and its normalisation."""
        from torch.nn.functional import batch_norm, conv2d, pad  # noqa: PLC0415 - as above

        kernel = self._tensors[f"{conv}.weight"]
        before, after = _padding(x.shape[-1], kernel.shape[-1], stride)
        if before or after:
            x = pad(x, (before, after, before, after))
        x = conv2d(x, kernel, stride=stride, groups=groups)
        mean, variance, weight, bias = (
            self._tensors[f"{norm}.{each}"]
            for each in ("running_mean", "running_var", "weight", "bias")
        )
        return batch_norm(x, mean, variance, weight, bias, eps=EPSILON)


def _padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "same" padding of a side, before and after."""
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing // 2, missing - missing // 2


def _middle(picture: Image.Image) -> Image.Image:
    """The middle of a picture as a square of 224 pixels."""
    side = max(1.0, min(picture.size) * MIDDLE)
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    box = (left, top, left + side, top + side)
    return picture.resize((SIZE, SIZE), Image.Resampling.BICUBIC, box=box)
