"""Conv-TasNet: two people talking at once, parted by a network that works on the wave itself.

A learned filterbank takes the place of the spectrogram, dilated convolutions give a mask for each
talker, and a second filterbank makes waves of what is left under the masks (Luo & Mesgarani,
"Conv-TasNet: Surpassing Ideal Time–Frequency Magnitude Masking for Speech Separation", IEEE/ACM
TASLP 27(8), 2019). The weights have the names that Asteroid gives them (Pariente et al., "Asteroid:
the PyTorch-based audio source separation toolkit for researchers", Interspeech 2020), so that its
published models can be used; :mod:`engines.speech.waves` uses them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

#: What a checkpoint may leave out, as Asteroid has it.
DEFAULTS: Mapping[str, Any] = {
    "fb_name": "free",
    "n_filters": 512,
    "kernel_size": 16,
    "stride": 8,
    "sample_rate": None,
    "in_chan": None,
    "out_chan": None,
    "bn_chan": 128,
    "hid_chan": 512,
    "skip_chan": 128,
    "conv_kernel_size": 3,
    "n_blocks": 8,
    "n_repeats": 3,
    "n_src": None,
    "norm_type": "gLN",
    "mask_act": "sigmoid",
    "causal": False,
    "encoder_activation": None,
}
#: What of it can be used here.
USABLE: Mapping[str, tuple[object, ...]] = {
    "n_src": (2,),
    "fb_name": ("free", "FreeFB"),
    "norm_type": ("gLN",),
    "causal": (False,),
    "mask_act": ("relu", "sigmoid", "softmax", "linear"),
    "encoder_activation": (None, "linear", "relu"),
}
#: The sizes, and the most that is believed of each.
COUNTS: Mapping[str, int] = {
    "n_filters": 4096,
    "kernel_size": 4096,
    "stride": 4096,
    "bn_chan": 4096,
    "hid_chan": 4096,
    "conv_kernel_size": 63,
    "n_blocks": 16,
    "n_repeats": 16,
}


class Unfit(Exception):
    """A checkpoint that cannot be used here; the text says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Network:
    """A Conv-TasNet: its sizes under Asteroid's names, and its weights by theirs."""

    sizes: Mapping[str, Any]
    weights: Mapping[str, torch.Tensor]

    def __call__(self, mixtures: torch.Tensor) -> torch.Tensor:
        """The talkers [batch, 2, frames] of mixtures [batch, frames], at some level or other."""
        import torch  # noqa: PLC0415 - seconds to import
        from torch.nn import functional  # noqa: PLC0415

        stride, filters = self.sizes["stride"], self.sizes["n_filters"]
        batch, frames = mixtures.shape
        heard = functional.conv1d(mixtures[:, None], self._filters("encoder"), stride=stride)
        if self.sizes["encoder_activation"] == "relu":
            heard = torch.relu(heard)
        scores = self._scores(heard).view(batch, 2, filters, -1)
        match self.sizes["mask_act"]:
            case "softmax":
                masks = torch.softmax(scores, dim=1)
            case "sigmoid":
                masks = torch.sigmoid(scores)
            case "relu":
                masks = torch.relu(scores)
            case _:
                masks = scores
        masked = (masks * heard[:, None]).flatten(0, 1)
        waves = functional.conv_transpose1d(masked, self._filters("decoder"), stride=stride)
        return functional.pad(waves, (0, frames - waves.shape[-1])).view(batch, 2, frames)

    def _scores(self, heard: torch.Tensor) -> torch.Tensor:
        """The masks [batch, 2 * filters, spans] before their activation."""
        kernel, hidden = self.sizes["conv_kernel_size"], self.sizes["hid_chan"]
        state = self._convolved(self._normed(heard, "bottleneck.0"), "bottleneck.1")
        skipped: torch.Tensor | None = None
        for number in range(self.sizes["n_blocks"] * self.sizes["n_repeats"]):
            block, dilation = f"TCN.{number}", 2 ** (number % self.sizes["n_blocks"])
            inner = f"{block}.shared_block"
            new = self._bent(self._convolved(state, f"{inner}.0"), f"{inner}.1")
            new = self._convolved(
                self._normed(new, f"{inner}.2"),
                f"{inner}.3",
                padding=(kernel - 1) * dilation // 2,
                dilation=dilation,
                groups=hidden,
            )
            new = self._normed(self._bent(new, f"{inner}.4"), f"{inner}.5")
            if self.sizes["skip_chan"]:
                skip = self._convolved(new, f"{block}.skip_conv")
                skipped = skip if skipped is None else skipped + skip
            state = state + self._convolved(new, f"{block}.res_conv")
        last = state if skipped is None else skipped
        return self._convolved(self._bent(last, "mask_net.0"), "mask_net.1")

    def _filters(self, name: str) -> torch.Tensor:
        return self.weights[f"{name}.filterbank._filters"]

    def _convolved(self, heard: torch.Tensor, name: str, **how: int) -> torch.Tensor:
        from torch.nn import functional  # noqa: PLC0415 - as in __call__

        kernels, bias = (self.weights[f"masker.{name}.{each}"] for each in ("weight", "bias"))
        return functional.conv1d(heard, kernels, bias, **how)

    def _bent(self, heard: torch.Tensor, name: str) -> torch.Tensor:
        from torch.nn import functional  # noqa: PLC0415 - as in __call__

        return functional.prelu(heard, self.weights[f"masker.{name}.weight"])

    def _normed(self, heard: torch.Tensor, name: str) -> torch.Tensor:
        """Global layer normalisation: over channels and time (section II.E of the paper)."""
        gain, bias = (self.weights[f"masker.{name}.{each}"] for each in ("gamma", "beta"))
        mean = heard.mean(dim=(1, 2), keepdim=True)
        spread = (heard.var(dim=(1, 2), keepdim=True, unbiased=False) + 1e-8).sqrt()
        return (heard - mean) / spread * gain[:, None] + bias[:, None]


def read(path: Path) -> Network:
    """The model in a checkpoint of Asteroid's; raises :class:`Unfit`. No code in it is ever run."""
    import torch  # noqa: PLC0415 - as in Network

    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever is wrong with a stranger's file
        raise Unfit(f"its file is not made of tensors alone ({type(error).__name__})") from error
    if not isinstance(kept, dict) or kept.get("model_name") != "ConvTasNet":
        raise Unfit("it is no Conv-TasNet in Asteroid's format")
    given, tensors = kept.get("model_args"), kept.get("state_dict")
    if not isinstance(given, dict) or not isinstance(tensors, dict):
        raise Unfit("it lacks its arguments or its weights")
    sizes = _sizes(given)
    for each in tensors.values():
        if not torch.is_tensor(each) or not each.is_floating_point() or not each.isfinite().all():
            raise Unfit("its weights are not all numbers")
    if {name: tuple(each.shape) for name, each in tensors.items()} != shapes(sizes):
        raise Unfit("its weights do not fit its arguments")
    return Network(sizes, {name: each.float() for name, each in tensors.items()})


def _sizes(given: Mapping[object, object]) -> dict[str, Any]:
    """A checkpoint's arguments, with what it leaves out; raises :class:`Unfit`."""
    if unknown := sorted(map(str, set(given) - set(DEFAULTS))):
        raise Unfit(f"it has an argument that is not known here: {unknown[0]}")
    sizes: dict[str, Any] = {**DEFAULTS, **{str(name): value for name, value in given.items()}}
    for name, value in sizes.items():
        if not isinstance(value, str | int | float | None):
            raise Unfit(f"its {name} is no plain value")
    for name, usable in USABLE.items():
        if sizes[name] not in usable:
            wanted = " or ".join(str(each) for each in usable if each is not None)
            raise Unfit(f"its {name} is {sizes[name]}, where only {wanted} can be used")
    for name, most in COUNTS.items():
        if type(sizes[name]) is not int or not 1 <= sizes[name] <= most:
            raise Unfit(f"its {name} is no number from 1 to {most}")
    if sizes["conv_kernel_size"] % 2 == 0:
        raise Unfit("its conv_kernel_size is even")
    if any(sizes[name] not in (None, sizes["n_filters"]) for name in ("in_chan", "out_chan")):
        raise Unfit("its masks are not of the form of its filterbank")
    return sizes


def shapes(sizes: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shape of every weight, by its name."""
    filters, inner, hidden = (sizes[name] for name in ("n_filters", "bn_chan", "hid_chan"))
    skip = sizes["skip_chan"] or 0
    found: dict[str, tuple[int, ...]] = {
        f"{each}.filterbank._filters": (filters, 1, sizes["kernel_size"])
        for each in ("encoder", "decoder")
    }

    def convolution(name: str, out: int, *rest: int) -> None:
        found[f"masker.{name}.weight"], found[f"masker.{name}.bias"] = (out, *rest), (out,)

    def norm(name: str, channels: int) -> None:
        found[f"masker.{name}.gamma"] = found[f"masker.{name}.beta"] = (channels,)

    norm("bottleneck.0", filters)
    convolution("bottleneck.1", inner, filters, 1)
    for number in range(sizes["n_blocks"] * sizes["n_repeats"]):
        block = f"TCN.{number}"
        convolution(f"{block}.shared_block.0", hidden, inner, 1)
        convolution(f"{block}.shared_block.3", hidden, 1, sizes["conv_kernel_size"])
        for bend, place in ((1, 2), (4, 5)):
            found[f"masker.{block}.shared_block.{bend}.weight"] = (1,)
            norm(f"{block}.shared_block.{place}", hidden)
        convolution(f"{block}.res_conv", inner, hidden, 1)
        if skip:
            convolution(f"{block}.skip_conv", skip, hidden, 1)
    found["masker.mask_net.0.weight"] = (1,)
    convolution("mask_net.1", 2 * filters, skip or inner, 1)
    return found


def rate_of(name: str, said: object) -> int:
    """What rate a model was trained at, in Hz; raises :class:`Unfit`.

    The ending of its name comes first, as in “…_16k”: before 2021 Asteroid's recipes wrote 8000
    into every checkpoint (asteroid-team/asteroid, issue 392).
    """
    if ending := re.search(r"[_-](8|16|24|32|44\.1|48)k(?:hz)?$", name, re.IGNORECASE):
        return round(1000 * float(ending[1]))
    if isinstance(said, int | float) and 4_000 <= said <= 96_000:
        return round(said)
    raise Unfit("it does not say its sample rate")
