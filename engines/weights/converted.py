"""Weights in a form we do not load: converted once, and kept beside what they came from."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from engines.weights import folder


def converted(name: str, result: str, convert: Callable[[Path, Path], None]) -> Path:
    """The file that ``convert(folder, target)`` made of the weight ``name``, made now if need be.

    It is made anew when the weight's files change. Raises :class:`WeightsMissing` where the weight
    is not there, OSError where nothing can be written.
    """
    source = folder(name)
    listing = source / "SHA256SUMS"
    version = hashlib.sha256(listing.read_bytes() if listing.exists() else b"").hexdigest()[:12]
    made = source / f"{version}-{result}"
    if not made.exists():
        with tempfile.TemporaryDirectory(dir=source) as scratch:
            begun = Path(scratch, result)
            convert(source, begun)
            begun.replace(made)
    return made


def without_pickle(name: str, file: str, key: Callable[[str], str | None] = str) -> Path:
    """A PyTorch checkpoint as safetensors, read with nothing but tensors let in.

    ``key`` renames a tensor, or drops it by None.
    """

    def convert(source: Path, target: Path) -> None:
        import torch  # noqa: PLC0415 - seconds to import
        from safetensors.torch import save_file  # noqa: PLC0415

        state = torch.load(source / file, map_location="cpu", weights_only=True)
        while "state_dict" in state or "model_state" in state:
            state = state.get("state_dict", state.get("model_state"))
        named = {key(each): tensor for each, tensor in state.items() if torch.is_tensor(tensor)}
        kept = {each: tensor.contiguous() for each, tensor in named.items() if each is not None}
        save_file(kept, target)

    return converted(name, f"{Path(file).stem}.safetensors", convert)
