"""Two people talking at once, as two tracks whose sum is the recording.

The network is our own small one, whose masks are laid on the recording
(:mod:`engines.speech.talkers`), or the one of the hub that the operator chose for speech
separation, which gives waves (:mod:`engines.speech.waves`). What those leave of the recording,
all that is above their band among it, is shared between the two, so that their sum is the recording
(mixture consistency; Wisdom et al., "Differentiable Consistency Constraints for Improved Deep
Speech Enhancement", ICASSP 2019). In equal halves each would hear the other hiss: it goes to them
by their powers at that moment just below the end of the network's band.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import soundfile

from engines.audio import blocks, canvas, mono, mono_blocks, pieces, resampled
from engines.kinds import Done, Event, Progress, Refusal, Samples, Sound, note
from engines.speech import talkers, turns
from engines.speech.activity import RATE
from engines.speech.talkers import Talkers
from engines.speech.waves import TASK, Waves
from engines.weights import hub

BLOCK_S = 10.0
#: Voices whose pitches are nearer than this, in semitones, our own network hardly parts: see
#: docs/benchmarks.
CLOSE = 6.0
#: Over how many seconds it is heard who is louder, and from where on in the network's band. Of the
#: octave above it, two men's voices come 2 dB nearer to their own that way than with equal halves;
#: by their powers in the whole band they came no nearer.
POWER_S = 0.03
HIGH = 0.75


class AtOnce:
    """The network that is chosen, and what is done with it."""

    def __init__(self) -> None:
        """Read our own network; one of the hub is fetched and read when it is first needed."""
        self._chosen = hub.chosen(TASK)
        self._small = Talkers() if self._chosen is None else None
        self._waves: Waves | None = None

    def separate(self, index: int, path: Path) -> Iterator[Event]:
        """Two tracks, each with one of two people, in the form of the recording.

        Raises :class:`Refusal` where nobody speaks, and :class:`~engines.weights.WeightsMissing`
        where the model that is chosen is not to be had: then nothing else takes its place.
        """
        info = soundfile.info(path)
        frames, rate, channels = int(info.frames), int(info.samplerate), int(info.channels)
        heard = turns.listen(mono_blocks(path, RATE, BLOCK_S))
        probabilities = np.concatenate([np.zeros(0), *(found for _, found in heard)])
        if not turns.spans(probabilities.astype(np.float32), frames * RATE // rate):
            raise Refusal("no_speech_to_separate")
        yield Progress(index, 0.1)
        tracks = (canvas(channels, frames), canvas(channels, frames))
        if self._small is not None:
            done = _by_masks(path, self._small, tracks)
        else:
            done = _by_waves(path, self._network(), tracks)
        for fraction in done:
            yield Progress(index, 0.1 + 0.85 * fraction)
        apart = talkers.pitch_distance(*(_low(track, rate) for track in tracks))
        yield Progress(index, 1.0)
        near = apart is None or (self._waves is None and apart < CLOSE)
        yield Done(
            index,
            data={
                "model": self._waves.name if self._waves else "BLSTM masks, trained by Earshot",
                "duration_s": round(frames / rate, 3),
                "pitches_apart_semitones": None if apart is None else round(apart, 1),
            },
            outputs=tuple(
                Sound(f"talker-{number}", track, rate, speech=True)
                for number, track in enumerate(tracks, 1)
            ),
            notes=(note("talkers_parted"), *((note("pitches_close"),) if near else ())),
        )

    def _network(self) -> Waves:
        if self._waves is None:
            if self._chosen is None:
                raise ValueError("no model of the hub is chosen")
            self._waves = Waves(self._chosen)
        return self._waves


def _by_masks(path: Path, network: Talkers, tracks: tuple[Samples, Samples]) -> Iterator[float]:
    """Write the tracks [channels, frames] by our own network; yields how much is done."""
    low = np.concatenate([*mono_blocks(path, talkers.RATE, BLOCK_S)])
    spans = len(low) // talkers.HOP + 1
    found = [np.zeros((2, 0, talkers.BINS), dtype=np.float32)]
    for piece in network.shares(low):
        found.append(piece)
        yield 0.7 * min(1.0, sum(each.shape[1] for each in found) / spans)
    shares = np.concatenate(found, axis=1)
    rate = int(soundfile.info(path).samplerate)
    frames = tracks[0].shape[1]
    whole = canvas(*tracks[0].shape)
    for _ in _laid(whole, (piece for piece, _ in blocks(path, BLOCK_S))):
        pass
    at = 0
    for both in talkers.parted(whole, rate, shares):
        for track, part in zip(tracks, both, strict=True):
            track[:, at : at + part.shape[1]] = part
        at += both.shape[2]
        yield 0.7 + 0.3 * at / max(1, frames)


def _by_waves(path: Path, network: Waves, tracks: tuple[Samples, Samples]) -> Iterator[float]:
    """The same by a network of the hub."""
    rate = int(soundfile.info(path).samplerate)
    channels, frames = tracks[0].shape
    own = resampled((piece for piece, _ in blocks(path, 1.0)), rate, network.rate)
    flat = (both.reshape(2 * channels, -1) for both in network.parted(own))
    raw = canvas(2 * channels, frames)
    for at in _laid(raw, resampled(flat, network.rate, rate)):
        yield 0.9 * at / frames
    margin = round(POWER_S * rate)
    above = HIGH * min(rate, network.rate) / rate
    at = 0
    for piece, _ in blocks(path, BLOCK_S):
        end = at + piece.shape[1]
        # A little more on either side, for what is loud there.
        begin = max(0, at - margin)
        around = raw[:, begin : end + margin].reshape(2, channels, -1)
        both = around[:, :, at - begin : end - begin]
        rest = piece - both.sum(axis=0)
        share = louder(around, margin, above)[:, at - begin : end - begin]
        tracks[0][:, at:end] = both[0] + share * rest
        tracks[1][:, at:end] = piece - tracks[0][:, at:end]
        at = end
        yield 0.9 + 0.1 * at / frames


def louder(both: Samples, span: int, above: float) -> Samples:
    """How much of the power of two tracks [2, channels, frames] is the first one's, 0 to 1.

    The power is that of ``span`` samples around each and ``above`` a frequency, as a part of half
    the sample rate; where there is none, each has half.
    """
    from scipy.ndimage import uniform_filter1d  # noqa: PLC0415 - a fifth of a second to import
    from scipy.signal import butter, sosfilt  # noqa: PLC0415

    high = sosfilt(butter(4, above, "high", output="sos"), both, axis=2)
    squares = np.square(high, dtype=np.float64)
    power = np.maximum(uniform_filter1d(squares, span, axis=2, mode="constant"), 0.0) + 1e-12
    return np.asarray(power[0] / power.sum(axis=0), dtype=np.float32)


def _laid(whole: Samples, stream: Iterable[Samples]) -> Iterator[int]:
    """Write a stream [channels, frames] into ``whole``; yields how many frames are there.

    A resampled stream may be a sample too long.
    """
    at = 0
    for piece in stream:
        part = piece[:, : whole.shape[1] - at]
        whole[:, at : at + part.shape[1]] = part
        at += part.shape[1]
        yield at


def _low(track: Samples, rate: int) -> Samples:
    """A track [channels, frames] as one channel at the rate at which pitches are looked for."""
    stream = (mono(piece)[None] for piece in pieces(track, rate, BLOCK_S))
    low = [piece[0] for piece in resampled(stream, rate, talkers.RATE)]
    return np.concatenate([np.zeros(0, dtype=np.float32), *low])
