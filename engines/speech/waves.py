"""Recordings of any length through a Conv-TasNet of the hub: two people who talk at once, parted.

A long recording is heard in overlapping parts, whose talkers are matched by what the parts have in
common (Chen et al., "Continuous Speech Separation", ICASSP 2020). The network hears one channel at
a time: of a stereo recording each channel is parted by itself, and keeps its own sound; masks laid
on both, as :mod:`engines.speech.talkers` does it, would lose what such a network does better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from engines.kinds import Samples
from engines.spectra import hann
from engines.speech import tasnet
from engines.weights import hub

TASK = "speech_separation"
#: How much the network hears at once, in seconds; half of it it hears again with the next part.
PART_S = 8.0
#: Loudness over so many seconds tells which talker of one channel is which of the other.
SPAN_S = 0.02
#: Nothing is heard in what is quieter than this.
SILENT = 1e-7


class Waves:
    """A model of the hub, ready to part recordings; it may be used from one thread at a time."""

    def __init__(self, model: hub.Model) -> None:
        """Fetch and read it; raises :class:`~engines.weights.WeightsMissing`."""
        files = hub.CHOICES[TASK]
        try:
            self._network = tasnet.read(hub.fetch(model, files) / files[0])
            self.rate = tasnet.rate_of(model.id, self._network.sizes["sample_rate"])
        except tasnet.Unfit as error:
            raise hub.missing(model, str(error)) from error
        self.name = f"Conv-TasNet, {model}"

    def parted(self, stream: Iterable[Samples]) -> Iterator[Samples]:
        """The talkers [2, channels, frames] in a stream [channels, frames], both at ``rate``.

        Pieces come as they are done; together they are as long as the stream.
        """
        half = round(PART_S * self.rate / 2)
        before: Samples | None = None
        for part, last in _parts(stream, half):
            talkers = self._part(part)
            if before is not None:
                shared = before.shape[2]
                if _unlike(before, talkers[:, :, :shared]):
                    talkers = talkers[::-1].copy()
                fade = hann(2 * shared)[:shared]
                talkers[:, :, :shared] = before * (1 - fade) + talkers[:, :, :shared] * fade
            keep = talkers.shape[2] if last else half
            yield talkers[:, :, :keep]
            before = talkers[:, :, keep:]

    def _part(self, part: Samples) -> Samples:
        """The talkers [2, channels, frames] of one part, each channel heard alone."""
        import torch  # noqa: PLC0415 - seconds to import

        kernel, stride = self._network.sizes["kernel_size"], self._network.sizes["stride"]
        frames = part.shape[1]
        # Whole spans, so that the last samples are not left out.
        spans = max(1, -(-(frames - kernel) // stride) + 1)
        channels = []
        for samples in part:
            level = float(samples.std())
            if level < SILENT:
                channels.append(np.zeros((2, frames), dtype=np.float32))
                continue
            given = np.zeros((1, (spans - 1) * stride + kernel), dtype=np.float32)
            given[0, :frames] = samples / level
            with torch.inference_mode():
                waves = self._network(torch.from_numpy(given))[0, :, :frames].numpy()
            waves = _levelled(waves, samples)
            if channels and _swapped(channels[0], waves, round(SPAN_S * self.rate)):
                waves = waves[::-1]
            channels.append(waves)
        return np.stack(channels, axis=1)


def _parts(stream: Iterable[Samples], half: int) -> Iterator[tuple[Samples, bool]]:
    """Parts [channels, frames] of at most two halves, each a half after the one before.

    With each comes whether it is the last; that one is longer than a half, unless it is the only.
    """
    waiting: list[Samples] = []
    for piece in stream:
        waiting.append(piece)
        while sum(each.shape[1] for each in waiting) > 2 * half:
            whole = np.concatenate(waiting, axis=1)
            yield whole[:, : 2 * half], False
            waiting = [whole[:, half:]]
    if any(each.shape[1] for each in waiting):
        yield np.concatenate(waiting, axis=1), True


def _levelled(waves: Samples, samples: Samples) -> Samples:
    """The waves [2, frames], each at the level at which their sum comes nearest to the samples.

    Such models are trained by a measure that no level changes (SI-SDR), and give any.
    """
    both = waves.astype(np.float64)
    gains, *_ = np.linalg.lstsq(both @ both.T, both @ samples.astype(np.float64), rcond=1e-9)
    return np.asarray(gains[:, None] * both, dtype=np.float32)


def _unlike(before: Samples, now: Samples) -> bool:
    """Whether the talkers [2, channels, frames] are in the other order than they were before."""
    straight = sum(float(np.vdot(a, b)) for a, b in zip(before, now, strict=True))
    crossed = sum(float(np.vdot(a, b)) for a, b in zip(before, now[::-1], strict=True))
    return crossed > straight


def _swapped(first: Samples, second: Samples, span: int) -> bool:
    """Whether a channel's talkers [2, frames] are in the other order than those of another channel.

    By when each is loud: a voice reaches two microphones at two moments, and its wave may be
    anything there.
    """
    count = max(1, first.shape[1] // span)
    loud = []
    for each in (first, second):
        cut = each[:, : count * span]
        level = np.sqrt(np.square(cut, dtype=np.float64).reshape(2, count, -1).mean(axis=2))
        level -= level.mean(axis=1, keepdims=True)
        loud.append(level / (np.linalg.norm(level, axis=1, keepdims=True) + 1e-12))
    like = loud[0] @ loud[1].T
    return bool(like[0, 1] + like[1, 0] > like[0, 0] + like[1, 1])
