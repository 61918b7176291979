"""The voice of a recording apart from its music: Spleeter with two stems.

Two U-Nets look at the magnitudes of twelve seconds of stereo at once and guess those of the voice
and of the music; each bin of the spectrum is then shared out by the squares of the two guesses
(Hennequin et al., "Spleeter: a fast and efficient music source separation tool", JOSS 5 (50),
2020; the network is Jansson et al., ISMIR 2017). Samples are float32 [2, frames] at 44.1 kHz.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile
from numpy.lib.stride_tricks import sliding_window_view

from engines.audio import blocks, resampled
from engines.kinds import Samples
from engines.spectra import hann
from engines.weights.converted import converted

if TYPE_CHECKING:
    from torch import Tensor

RATE = 44_100
SIZE, HOP = 4096, 1024
#: The networks see so many spans of the lowest bins, up to 11 kHz.
SPANS, BINS = 512, 1024
#: Spans at either side of a segment that are seen but not used: near its edge a network knows less.
MARGIN = 32
KEPT = SPANS - 2 * MARGIN
#: Seconds of sound that come out at once.
SEGMENT_S = KEPT * HOP / RATE
#: Above the bins the networks see, the voice has the share it has in these.
HIGH = slice(BINS // 2, BINS)
#: Four spans overlap everywhere, and the squares of their windows add up to this.
OVERLAP = 1.5

LAYERS = 6


class Stems:
    """The two networks; they may be used from one thread at a time."""

    def __init__(self) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        from safetensors.torch import load_file  # noqa: PLC0415 - imports torch, for seconds

        self._voice, self._music = (
            load_file(converted("spleeter-2stems", f"{stem}.safetensors", _convert(file)))
            for stem, file in (("voice", "testcheckpoint0.ckpt"), ("music", "testcheckpoint1.ckpt"))
        )
        self._window = hann(SIZE)

    def voice(self, pieces: Iterable[Samples]) -> Iterator[Samples]:
        """The voice of consecutive pieces [2, frames]: as many samples, not delayed.

        What is left when it is taken away is the music. It comes in segments of ten seconds.
        """
        lead = SIZE - HOP
        # Silence before and after the sound gives its ends as many spans as its middle.
        waiting = np.zeros((2, lead + MARGIN * HOP), dtype=np.float32)
        tail = np.zeros((2, lead), dtype=np.float32)
        late, owed = lead, 0
        whole = (SPANS - 1) * HOP + SIZE
        for piece in pieces:
            owed += piece.shape[1]
            waiting = np.concatenate([waiting, piece], axis=1)
            while waiting.shape[1] >= whole:
                out, tail = self._segment(waiting[:, :whole], tail)
                waiting = waiting[:, KEPT * HOP :]
                owed -= out.shape[1] - late
                yield out[:, late:]
                late = 0
        while owed > 0:
            padded = np.zeros((2, whole), dtype=np.float32)
            padded[:, : waiting.shape[1]] = waiting
            out, tail = self._segment(padded, tail)
            waiting = waiting[:, KEPT * HOP :]
            out, late = out[:, late : late + owed], 0
            owed -= out.shape[1]
            yield out

    def voice_in(self, path: Path) -> Iterator[tuple[slice, int, Samples]]:
        """The voice in a recording of any rate and channels, two channels at a time.

        Gives (which channels, the first frame, samples [channels, frames]) piece by piece.
        """
        info = soundfile.info(path)
        frames, rate, channels = int(info.frames), int(info.samplerate), int(info.channels)
        for pair in range(0, channels, 2):
            both = slice(pair, min(pair + 2, channels))
            read = (piece[both] for piece, _ in blocks(path, 1.0))
            stereo = (np.resize(piece, (2, piece.shape[1])) for piece in read)
            inside = self.voice(resampled(stereo, rate, RATE))
            at = 0
            for found in resampled(inside, RATE, rate):
                # Resampling there and back may end a sample or two late.
                voice = found[:, : frames - at]
                one = both.stop - both.start == 1
                yield both, at, voice.mean(axis=0, keepdims=True) if one else voice
                at += voice.shape[1]

    def _segment(self, samples: Samples, tail: Samples) -> tuple[Samples, Samples]:
        """The voice in the middle of a segment, and what it adds to the next one's beginning."""
        views = sliding_window_view(samples, SIZE, axis=1)[:, ::HOP]
        spectra = np.fft.rfft(views * self._window, axis=2).astype(np.complex64)
        share = self._share(np.abs(spectra[:, :, :BINS]))
        rest = np.broadcast_to(
            share[:, :, HIGH].mean(axis=2, keepdims=True),
            (2, SPANS, SIZE // 2 + 1 - BINS),
        )
        kept = slice(MARGIN, MARGIN + KEPT)
        masked = spectra[:, kept] * np.concatenate([share, rest], axis=2)[:, kept]
        spans = np.fft.irfft(masked, SIZE, axis=2) * (self._window / OVERLAP)
        sound = np.zeros((2, (KEPT - 1) * HOP + SIZE), dtype=np.float32)
        sound[:, : tail.shape[1]] = tail
        for number in range(KEPT):
            sound[:, number * HOP : number * HOP + SIZE] += spans[:, number]
        return sound[:, : KEPT * HOP], sound[:, KEPT * HOP :].copy()

    def _share(self, magnitudes: Samples) -> Samples:
        """How much of each bin [2, 512, 1024] is the voice's, from 0 to 1."""
        import torch  # noqa: PLC0415 - as above

        with torch.inference_mode():
            seen = torch.from_numpy(magnitudes)[None]
            voice, music = (_unet(seen, net).square() for net in (self._voice, self._music))
            share = (voice + 1e-10) / (voice + music + 2e-10)
        return np.asarray(share[0].numpy(), dtype=np.float32)


def _unet(seen: Tensor, net: dict[str, Tensor]) -> Tensor:
    """A stem's share [1, 2, spans, bins] of the magnitudes, as one network sees it."""
    from torch.nn import functional  # noqa: PLC0415 - as above

    def normal(x: Tensor, name: str) -> Tensor:
        mean, variance = net[f"{name}.running_mean"], net[f"{name}.running_var"]
        weight, bias = net[f"{name}.weight"], net[f"{name}.bias"]
        return functional.batch_norm(x, mean, variance, weight, bias, eps=1e-3)

    downs: list[Tensor] = []
    x = seen
    for layer in range(1, LAYERS + 1):
        name = f"down{layer}_conv.1"
        # TensorFlow pads an even size by one before and two after.
        padded = functional.pad(x, (1, 2, 1, 2))
        downs.append(functional.conv2d(padded, net[f"{name}.weight"], net[f"{name}.bias"], 2))
        x = functional.leaky_relu(normal(downs[-1], f"down{layer}_act.0"), 0.2)
    x = downs.pop()
    for layer in range(1, LAYERS + 1):
        name = f"up{layer}.0"
        x = functional.conv_transpose2d(x, net[f"{name}.weight"], net[f"{name}.bias"], 2)
        x = normal(functional.relu(x[:, :, 1:-2, 1:-2]), f"up{layer}.3")
        if downs:
            # The unnormalised output of the way down goes across.
            x = _joined(downs.pop(), x)
    out = functional.conv2d(x, net["up7.0.weight"], net["up7.0.bias"], padding=3, dilation=2)
    return out.sigmoid()


def _joined(across: Tensor, x: Tensor) -> Tensor:
    import torch  # noqa: PLC0415 - as above

    return torch.cat([across, x], dim=1)


def _convert(file: str) -> Callable[[Path, Path], None]:
    """Makes safetensors of a checkpoint whose tensors are pickled NumPy arrays."""

    def convert(source: Path, target: Path) -> None:
        import torch  # noqa: PLC0415 - as above
        from safetensors.torch import save_file  # noqa: PLC0415

        # What rebuilds an array of numbers, under the names it had in NumPy 1; nothing else.
        rebuild: Callable[..., Any] = np.empty(0).__reduce__()[0]  # type: ignore[assignment]
        arrays: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = [
            (rebuild, "numpy.core.multiarray._reconstruct"),
            np.ndarray,
            np.dtype,
            np.dtypes.Float32DType,
        ]
        with torch.serialization.safe_globals(arrays):
            state = torch.load(source / file, map_location="cpu", weights_only=True)
        save_file({key: torch.from_numpy(array) for key, array in state.items()}, target)

    return convert
