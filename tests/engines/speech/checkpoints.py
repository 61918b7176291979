"""Checkpoints of Conv-TasNets in Asteroid's format, whose weights are made by a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from engines.speech import tasnet

#: A tiny one, with every argument as Asteroid writes it.
TINY: Mapping[str, Any] = {
    "fb_name": "FreeFB",
    "n_filters": 8,
    "kernel_size": 32,
    "stride": 16,
    "sample_rate": 16_000,
    "in_chan": 8,
    "out_chan": 8,
    "bn_chan": 6,
    "hid_chan": 10,
    "skip_chan": 5,
    "conv_kernel_size": 3,
    "n_blocks": 3,
    "n_repeats": 2,
    "n_src": 2,
    "norm_type": "gLN",
    "mask_act": "relu",
    "causal": False,
    "encoder_activation": None,
}


def weights(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    """A wave for each weight, of a frequency of its own."""
    found = {}
    for number, name in enumerate(sorted(shapes)):
        count = int(np.prod(shapes[name]))
        values = 0.5 * np.sin((0.37 + 0.011 * number) * np.arange(1, count + 1) + number)
        found[name] = torch.tensor(values.reshape(shapes[name]), dtype=torch.float32)
    return found


def checkpoint(**changed: object) -> dict[str, Any]:
    """What Asteroid would save of the tiny network, with some arguments changed."""
    return {
        "model_name": "ConvTasNet",
        "model_args": {**TINY, **changed},
        "state_dict": weights(tasnet.shapes({**TINY, **changed})),
        "infos": {"dataset": "none", "software_versions": {"asteroid_version": "0.7.0"}},
    }


def saved(content: object) -> bytes:
    """As a file."""
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def mixture(frames: int) -> torch.Tensor:
    """Two tones and a beat [1, frames]."""
    times = np.arange(frames)
    wave = 0.3 * np.sin(0.05 * times) + 0.2 * np.sin(0.31 * times) * np.cos(0.002 * times)
    return torch.tensor(wave[None], dtype=torch.float32)
