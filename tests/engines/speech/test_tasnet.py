"""Conv-TasNet against Asteroid's own numbers, and the files that are no such model."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.speech import tasnet
from tests.engines.speech.checkpoints import checkpoint, mixture, saved

#: What asteroid 0.7.0 (torch 2.13) gives for ``mixture(2005)`` at these places, for each talker.
PLACES = [0, 100, 777, 1500, 1999, 2004]
GIVEN = [
    (
        {},
        [2.0021746, 3.4988549, -0.6473202, 1.3049312, -2.6936781, 0.0],
        [2.550947, 0.9467272, -0.5825859, -0.3621851, -1.6368779, 0.0],
    ),
    (
        {"mask_act": "softmax", "encoder_activation": "relu", "skip_chan": 0},
        [1.048619, -0.0542371, -0.2020862, 0.0672701, -0.0643605, 0.0],
        [-0.0606707, -0.0831774, 0.0058115, 0.8904646, -0.0103425, 0.0],
    ),
    (
        {"mask_act": "sigmoid", "skip_chan": 0},
        [1.250194, -0.8963258, -0.4535635, 1.21505, -0.6549832, 0.0],
        [0.1227604, 0.4855062, -0.3280145, 0.5501944, -0.2538907, 0.0],
    ),
]


def _read(folder: Path, content: bytes) -> tasnet.Network:
    path = folder / "pytorch_model.bin"
    path.write_bytes(content)
    return tasnet.read(path)


@pytest.mark.parametrize(("changed", "first", "second"), GIVEN)
def test_it_gives_what_asteroid_gives(
    changed: dict[str, object], first: list[float], second: list[float], tmp_path: Path
) -> None:
    network = _read(tmp_path, saved(checkpoint(**changed)))
    with torch.inference_mode():
        waves = network(mixture(2005))
    assert waves.shape == (1, 2, 2005)
    np.testing.assert_allclose(waves[0][:, PLACES].numpy(), [first, second], atol=1e-5)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"n_src": 3}, "n_src is 3"),
        ({"norm_type": "cLN"}, "norm_type is cLN"),
        ({"causal": True}, "causal is True"),
        ({"fb_name": "STFTFB"}, "fb_name is STFTFB"),
        ({"mask_act": "prelu"}, "mask_act is prelu"),
        ({"n_blocks": "3"}, "n_blocks is no number from 1 to 16"),
        ({"n_blocks": 10**6, "n_repeats": 1}, "n_blocks is no number"),
        ({"conv_kernel_size": 4}, "conv_kernel_size is even"),
        ({"skip_chan": -5}, "do not fit its arguments"),
        ({"stride": [16]}, "stride is no plain value"),
        ({"n_src": torch.tensor([2, 2])}, "n_src is no plain value"),
        ({"out_chan": 4}, "not of the form of its filterbank"),
        ({"bn_chan": 7}, "do not fit its arguments"),
        ({"who_is_pinv": "decoder"}, "not known here: who_is_pinv"),
    ],
)
def test_another_model_is_refused(changed: dict[str, object], why: str, tmp_path: Path) -> None:
    content = checkpoint()
    content["model_args"] |= changed
    with pytest.raises(tasnet.Unfit, match=why):
        _read(tmp_path, saved(content))


@pytest.mark.parametrize(
    "content",
    [
        saved({**checkpoint(), "model_name": "DPRNNTasNet"}),
        saved({"model_name": "ConvTasNet"}),
        saved({**checkpoint(), "state_dict": {"masker": 1}}),
        saved({**checkpoint(), "state_dict": {"masker": torch.tensor([float("nan")])}}),
        saved([1, 2]),
        b"",
        b"no checkpoint at all",
        saved(checkpoint())[:5000],
    ],
    ids=["another", "empty", "no tensors", "no numbers", "a list", "nothing", "text", "cut"],
)
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(tasnet.Unfit):
        _read(tmp_path, content)


class _Code:
    def __init__(self, target: Path) -> None:
        self._target = target

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self._target,))


@pytest.mark.parametrize("plain", [True, False], ids=["a pickle", "a checkpoint"])
def test_code_in_a_checkpoint_is_not_run(plain: bool, tmp_path: Path) -> None:
    target = tmp_path / "ran"
    content = {**checkpoint(), "infos": _Code(target)}
    with pytest.raises(tasnet.Unfit, match="not made of tensors alone"):
        _read(tmp_path, pickle.dumps(content) if plain else saved(content))
    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "said", "rate"),
    [
        # Recipes of 2020 wrote 8000 into models of either rate.
        ("JorisCos/ConvTasNet_Libri2Mix_sepclean_16k", 8000, 16_000),
        ("JorisCos/ConvTasNet_Libri2Mix_sepclean_8k", None, 8_000),
        ("somebody/separator", 16_000.0, 16_000),
    ],
)
def test_the_rate(name: str, said: object, rate: int) -> None:
    assert tasnet.rate_of(name, said) == rate


def test_no_rate_is_guessed() -> None:
    for said in (None, "16000", 0, float("nan")):
        with pytest.raises(tasnet.Unfit, match="sample rate"):
            tasnet.rate_of("somebody/separator", said)
