"""Two people talking at once, parted: a network hears which of them each sound belongs to.

A bidirectional LSTM reads the spectrogram of the mixture at 8 kHz and gives two masks, one for each
talker (Kolbæk et al., "Multitalker Speech Separation With Utterance-Level Permutation Invariant
Training of Deep Recurrent Neural Networks", IEEE/ACM TASLP 25, 2017). We train it ourselves, see
:mod:`engines.speech.training`. A long recording is heard in overlapping parts, whose talkers are
matched by what the parts have in common (Chen et al., "Continuous Speech Separation", ICASSP 2020).
The masks are then laid on the recording at its own rate, so that the tracks keep its sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.spectra import istft, stft

if TYPE_CHECKING:
    import torch

RATE = 8_000
#: Spans of 32 ms, 16 ms apart.
SIZE, HOP = 256, 128
BINS = SIZE // 2 + 1
LAYERS, UNITS = 3, 256
WEIGHTS = Path(__file__).with_name("talkers.safetensors")

#: How much the network hears at once, and how much of it it hears again with the next part.
PART_SPANS, SHARED_SPANS = 512, 256
#: Beyond this, in Hz, where the network hears next to nothing, the talkers share the sound as they
#: do in this band on average. With ideal masks that parts what is above 4 kHz by 3 dB; a band that
#: begins at 2 kHz by 1.8 dB, and weighting by power takes 1 dB off both.
TOP = 3_900.0
HIGH_BAND = (3_000.0, TOP)
#: Recordings are parted in blocks of so many seconds.
BLOCK_S = 10.0

#: Pitches of human speech, in Hz, and what a span must correlate with itself to have one.
LOWEST_PITCH, HIGHEST_PITCH = 65.0, 400.0
VOICED = 0.6
#: Of a long recording no more spans than these are looked at.
PITCH_SPANS = 4_000


def network() -> torch.nn.ModuleDict:
    """The layers, with random weights: 4.1 million parameters."""
    from torch import nn  # noqa: PLC0415 - seconds to import

    return nn.ModuleDict(
        {
            "norm": nn.LayerNorm(BINS),
            "lstm": nn.LSTM(BINS, UNITS, LAYERS, batch_first=True, bidirectional=True, dropout=0.1),
            "out": nn.Linear(2 * UNITS, 2 * BINS),
        }
    )


def spectra(mixtures: torch.Tensor) -> torch.Tensor:
    """Complex spectra [batch, spans, bins] of mixtures [batch, frames] brought to one level."""
    import torch  # noqa: PLC0415 - as in network

    level = mixtures.std(dim=-1, keepdim=True) + 1e-8
    window = torch.hann_window(SIZE, dtype=mixtures.dtype).sqrt()
    return torch.stft(
        mixtures / level, SIZE, HOP, window=window, pad_mode="constant", return_complex=True
    ).transpose(1, 2)


def masks(layers: torch.nn.ModuleDict, heard: torch.Tensor) -> torch.Tensor:
    """Two masks [batch, 2, spans, bins] within 0..1 for spectra [batch, spans, bins]."""
    import torch  # noqa: PLC0415 - as in network

    features = layers["norm"](torch.log(heard.abs() + 1e-3))
    hidden, _ = layers["lstm"](features)
    both = torch.sigmoid(layers["out"](hidden).float())
    return both.view(*both.shape[:2], 2, BINS).transpose(1, 2)


def separated(layers: torch.nn.ModuleDict, mixtures: torch.Tensor) -> torch.Tensor:
    """The talkers [batch, 2, frames] of mixtures [batch, frames] at 8 kHz, at any level."""
    import torch  # noqa: PLC0415 - as in network

    heard = spectra(mixtures)
    tracks = (masks(layers, heard) * heard[:, None]).flatten(0, 1).transpose(1, 2)
    window = torch.hann_window(SIZE, dtype=mixtures.dtype).sqrt()
    sound = torch.istft(tracks, SIZE, HOP, window=window, length=mixtures.shape[-1])
    return sound.view(*mixtures.shape[:1], 2, -1)


class Talkers:
    """The trained network; it may be used from one thread at a time."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Read the weights; raises FileNotFoundError where there are none."""
        import torch  # noqa: PLC0415 - as in network
        from safetensors.torch import load_file  # noqa: PLC0415

        self._torch = torch
        self._layers = network()
        state = load_file(path)
        self._layers.load_state_dict({name: each.float() for name, each in state.items()})
        self._layers.eval()

    def separate(self, samples: Samples) -> Samples:
        """The two talkers [2, frames] in samples [frames] at 8 kHz; they sum to the samples."""
        if not len(samples):
            return np.zeros((2, 0), dtype=np.float32)
        shares = np.concatenate(list(self.shares(samples)), axis=1)
        return np.concatenate([piece[:, 0] for piece in parted(samples[None], RATE, shares)], 1)

    def shares(self, samples: Samples) -> Iterator[Samples]:
        """How much of each sound is whose, for samples [frames] at 8 kHz, piece by piece.

        A piece is [2, spans, 129] within 0..1, and sums to 1 over the talkers. The spans of all
        pieces together are 16 ms apart from the first sample on, ``-(-frames // 128) + 1`` of them.
        """
        spans = -(-len(samples) // HOP) + 1
        step = PART_SPANS - SHARED_SPANS
        before = np.zeros((2, 0, BINS), dtype=np.float32)
        for first in range(0, max(1, spans - SHARED_SPANS), step):
            count = min(PART_SPANS, spans - first)
            part = self._part(samples, first, count)
            shared = before.shape[1]
            if shared:
                loud = self._loudness(samples, first, shared)
                part = _matched(part, before, loud)
                fade = np.linspace(0, 1, shared, dtype=np.float32)[:, None]
                part[:, :shared] = before * (1 - fade) + part[:, :shared] * fade
            last = first + step >= spans - SHARED_SPANS
            keep = count if last else step
            yield part[:, :keep]
            before = part[:, keep:]

    def _part(self, samples: Samples, first: int, count: int) -> Samples:
        """The shares [2, count, 129] of one part, heard alone."""
        torch = self._torch
        # Whole hops, so that the part's spans are those of the whole.
        cut = np.zeros((count - 1) * HOP, dtype=np.float32)
        piece = samples[first * HOP : first * HOP + len(cut)]
        cut[: len(piece)] = piece
        if count < 2 or not cut.any():
            return np.full((2, count, BINS), 0.5, dtype=np.float32)
        with torch.inference_mode():
            given = masks(self._layers, spectra(torch.from_numpy(cut)[None]))[0].numpy()
        return np.asarray(given / (given.sum(axis=0) + 1e-6), dtype=np.float32)

    def _loudness(self, samples: Samples, first: int, count: int) -> Samples:
        """Magnitudes [count, 129] of the spans from ``first`` on."""
        cut = samples[first * HOP : (first + count - 1) * HOP]
        return np.abs(stft(cut, SIZE, HOP)[:count]) if len(cut) else np.zeros((1, BINS), np.float32)


def parted(samples: Samples, rate: int, shares: Samples) -> Iterator[Samples]:
    """The talkers in a recording [channels, frames] of any rate, piece by piece.

    ``shares`` [2, spans, 129] are those of :meth:`Talkers.shares` for the same recording. A piece
    is [2, channels, frames]; over the talkers it sums to the recording.
    """
    size = 2 * round(rate * SIZE / RATE / 2)
    hop = size // 2
    block = max(1, round(BLOCK_S * rate / hop)) * hop
    frames = samples.shape[1]
    for start in range(0, frames, block):
        # Two spans more on either side: what is cut off there is not whole.
        begin = max(0, start - 2 * hop)
        end = min(frames, start + block)
        cut = samples[:, begin : min(frames, end + 2 * hop)]
        spans = -(-cut.shape[1] // hop) + 1
        times = (begin + hop * np.arange(spans)) * RATE / rate / HOP
        share = _widened(_at(shares[0], times), rate, size)
        first = np.stack([_masked(channel, share, rate, size) for channel in cut])
        first = first[:, start - begin : end - begin]
        yield np.stack([first, samples[:, start:end] - first])


def pitch_distance(first: Samples, second: Samples) -> float | None:
    """How far apart two voices [frames] at 8 kHz are in pitch, in semitones, by their medians.

    None where either has no pitch. Voices less than some four semitones apart are hard to part.
    """
    pitches = [median_pitch(first), median_pitch(second)]
    if pitches[0] is None or pitches[1] is None:
        return None
    return abs(12 * float(np.log2(pitches[0] / pitches[1])))


def median_pitch(samples: Samples) -> float | None:
    """The median pitch in Hz of a voice [frames] at 8 kHz, None where there is none.

    By autocorrelation of spans of 64 ms, weighted against the window's own (Boersma, "Accurate
    short-term analysis of the fundamental frequency", IFA Proceedings 17, 1993).
    """
    size, hop = 512, 128
    shortest, longest = int(RATE / HIGHEST_PITCH), int(RATE / LOWEST_PITCH)
    if len(samples) < size:
        return None
    window = np.hanning(size).astype(np.float32)
    own = np.fft.irfft(np.square(np.abs(np.fft.rfft(window, 2 * size))))[: longest + 2]
    count = min(PITCH_SPANS, (len(samples) - size) // hop + 1)
    starts = np.linspace(0, len(samples) - size, count).astype(int)
    spans = np.stack([samples[start : start + size] for start in starts])
    spans = spans - spans.mean(axis=1, keepdims=True)
    power = np.square(spans).mean(axis=1)
    spans = spans[power > max(0.01 * power.max(), 1e-12)] * window
    likeness = np.fft.irfft(np.square(np.abs(np.fft.rfft(spans, 2 * size))), axis=1)
    likeness = likeness[:, : longest + 2] / (likeness[:, :1] + 1e-12) / (own / own[0])
    middle = likeness[:, shortest:-1]
    peaks = (middle >= likeness[:, shortest - 1 : -2]) & (middle > likeness[:, shortest + 1 :])
    best = np.where(peaks, middle, 0.0).max(axis=1, initial=0.0)
    likeness, peaks, best = (each[best > VOICED] for each in (likeness, peaks, best))
    if not len(best):
        return None
    # Twice the period is as like as the period itself: take the first that is nearly the best.
    nearly = peaks & (likeness[:, shortest:-1] > 0.92 * best[:, None])
    lags = shortest + np.argmax(nearly, axis=1)
    rows = np.arange(len(lags))
    left, top, right = (likeness[rows, lags + step] for step in (-1, 0, 1))
    lags = lags + 0.5 * (left - right) / np.minimum(left - 2 * top + right, -1e-9)
    return float(RATE / np.median(lags))


def _matched(part: Samples, before: Samples, loudness: Samples) -> Samples:
    """The part [2, spans, bins] with its talkers in the order of the part before it."""
    shared = before.shape[1]
    # Each sums to 1, so that one talker's share tells both; what is loud counts.
    likeness = float(((part[0, :shared] - 0.5) * (before[0] - 0.5) * loudness[:shared]).sum())
    return part[::-1].copy() if likeness < 0 else part.copy()


def _widened(shares: Samples, rate: int, size: int) -> Samples:
    """The shares [spans, size // 2 + 1] for spans of ``size`` at ``rate`` Hz.

    Above 4 kHz they are those at 4 kHz.
    """
    wanted = np.arange(size // 2 + 1) * rate / size
    places = np.minimum(wanted * SIZE / RATE, BINS - 1)
    left = np.minimum(places.astype(int), BINS - 2)
    part = (places - left).astype(np.float32)
    return np.asarray(shares[:, left] * (1 - part) + shares[:, left + 1] * part)


def _at(share: Samples, times: NDArray[np.float64]) -> Samples:
    """The shares [times, bins] between those of the spans; ``times`` count spans."""
    times = np.clip(times, 0, len(share) - 1)
    left = np.minimum(times.astype(int), max(0, len(share) - 2))
    right = np.minimum(left + 1, len(share) - 1)
    part = (times - left).astype(np.float32)[:, None]
    return np.asarray(share[left] * (1 - part) + share[right] * part, dtype=np.float32)


def _masked(channel: Samples, share: Samples, rate: int, size: int) -> Samples:
    """The channel [frames] under a talker's shares [spans, bins]; above 4 kHz by what is below."""
    heard = stft(channel, size, size // 2)
    low, high, top = (round(edge * size / rate) for edge in (*HIGH_BAND, TOP))
    heard[:, :top] *= share[:, :top]
    heard[:, top:] *= share[:, low:high].mean(axis=1, keepdims=True)
    return istft(heard, size, size // 2, len(channel))
