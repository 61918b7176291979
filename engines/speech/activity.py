"""Where in a recording somebody speaks, found while it is read.

Silero VAD (https://github.com/snakers4/silero-vad, the copy that faster-whisper brings) gives the
probability of speech for every 32 ms. Speech begins at 0.5 and ends when it has stayed below 0.35
for two seconds: Silero's own hysteresis with faster-whisper's values. Its recurrent state is
carried from block to block, so the answer is the same however the recording is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples

RATE = 16_000
#: Samples per probability, and how many before them the model also sees.
FRAME = 512
CONTEXT = 64

BEGIN = 0.5
END = 0.35
SILENCE_FRAMES = 2 * RATE // FRAME
PAD = int(0.4 * RATE)
#: The last part of speech that goes on too long, where a pause to cut it at is looked for.
SEARCH_FRAMES = 60 * RATE // FRAME


class SpeechProbability:
    """Silero VAD over consecutive pieces: :meth:`__call__` gives [frames] for [frames * 512]."""

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model  # noqa: PLC0415 - loads onnxruntime

        self._session = get_vad_model().session
        self._hidden = np.zeros((1, 1, 128), dtype=np.float32)
        self._cell = np.zeros((1, 1, 128), dtype=np.float32)
        self._before = np.zeros(CONTEXT, dtype=np.float32)

    def __call__(self, samples: Samples) -> Samples:
        """Probabilities for whole frames of 16 kHz mono samples."""
        if not len(samples):
            return np.zeros(0, dtype=np.float32)
        frames = samples.reshape(-1, FRAME)
        tails = np.vstack([self._before, frames[:-1, -CONTEXT:]])
        self._before = frames[-1, -CONTEXT:].copy()
        out, self._hidden, self._cell = self._session.run(
            None,
            {"input": np.hstack([tails, frames]), "h": self._hidden, "c": self._cell},
        )
        return np.asarray(out, dtype=np.float32).reshape(-1)


@dataclass(frozen=True, slots=True)
class Passage:
    """Speech put together: ``samples`` [frames] are the ``spans`` of the recording end to end.

    ``spans`` are (start, end) in 16 kHz samples from the start of the recording.
    """

    samples: Samples
    spans: tuple[tuple[int, int], ...]


@dataclass
class _Finder:
    """The state between pieces.

    ``frame``, ``begun`` and ``quiet`` count frames of 512 samples from the start of the recording;
    the rest counts samples.
    """

    limit: int
    audio: Samples = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    audio_start: int = 0
    frame: int = 0
    begun: int | None = None
    quiet: int | None = None
    heard: list[float] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    kept: list[Samples] = field(default_factory=list)
    kept_to: int = 0

    @property
    def end(self) -> int:
        """How far the recording has been read."""
        return self.audio_start + len(self.audio)

    def unseen(self) -> Samples:
        """The whole frames that have no probability yet."""
        start = self.frame * FRAME - self.audio_start
        whole = (len(self.audio) - start) // FRAME * FRAME
        return self.audio[start : start + whole]

    def look(self, probabilities: Samples) -> None:
        """Take the probabilities of the next frames, keeping every span of speech that ends."""
        for probability in probabilities.tolist():
            if probability >= BEGIN:
                self.quiet = None
                if self.begun is None:
                    self.begun, self.heard = self.frame, []
            elif probability < END and self.begun is not None and self.quiet is None:
                self.quiet = self.frame
            self.frame += 1
            self.heard.append(probability)
            if self.quiet is not None and self.frame - self.quiet > SILENCE_FRAMES:
                self.close(self.quiet * FRAME + PAD)

    def close(self, end: int) -> None:
        """Set the open span aside, up to the sample ``end``."""
        if self.begun is not None:
            start = max(self.kept_to, self.begun * FRAME - PAD)
            end = min(end, self.end)
            if end > start:
                self.spans.append((start, end))
                self.kept.append(
                    self.audio[start - self.audio_start : end - self.audio_start].copy()
                )
                self.kept_to = end
        self.begun = self.quiet = None

    def split(self) -> None:
        """End the open span at its best pause of late, and open the next one there."""
        later_half = max(1, min(SEARCH_FRAMES, len(self.heard) // 2))
        recent = np.array(self.heard[-later_half:], dtype=np.float32)
        frame = self.frame - len(recent) + best_pause(recent)
        rest = self.heard[len(self.heard) - (self.frame - frame) :]
        self.close(frame * FRAME)
        self.begun, self.heard = frame, rest

    def gather(self) -> Passage | None:
        """The speech set aside, once it is enough for a passage."""
        kept = sum(map(len, self.kept))
        speaking = 0 if self.begun is None else self.end - self.begun * FRAME
        if kept + speaking < self.limit:
            return None
        if kept < self.limit // 2:
            if self.quiet is None:
                self.split()
            else:
                self.close(self.quiet * FRAME + PAD)
        return self.take()

    def take(self) -> Passage | None:
        """All the speech set aside, if any; gathering starts anew."""
        if not self.kept:
            return None
        passage = Passage(np.concatenate(self.kept), tuple(self.spans))
        self.kept, self.spans = [], []
        return passage

    def forget(self) -> None:
        """Drop the samples that no span can need any more."""
        first = self.frame if self.begun is None else self.begun
        drop = min(max(0, first * FRAME - PAD - self.audio_start), len(self.audio))
        self.audio = self.audio[drop:].copy()
        self.audio_start += drop
        if self.begun is None:
            self.heard = []


def best_pause(probabilities: NDArray[np.float32]) -> int:
    """The middle of the longest run of quiet frames, or the quietest frame where there is none."""
    quiet = np.concatenate([[False], probabilities < END, [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return int(probabilities.argmin())
    longest = int((ends - starts).argmax())
    return int(starts[longest] + ends[longest]) // 2


def passages(stream: Iterable[Samples], limit_s: float) -> Iterator[tuple[int, Passage | None]]:
    """The speech of 16 kHz mono pieces [frames], in passages of about ``limit_s`` seconds at most.

    Yields (samples read so far, passage or None) for every piece, so that a caller can report how
    far it has come; the passages are in order and hold all the speech. A passage ends at a pause
    of the speaker, and may exceed the limit by the length of one piece.
    """
    probability = SpeechProbability()
    finder = _Finder(limit=int(limit_s * RATE))
    for piece in stream:
        finder.audio = np.concatenate([finder.audio, piece])
        finder.look(probability(finder.unseen()))
        yield finder.end, finder.gather()
        finder.forget()
    rest = finder.end - finder.frame * FRAME
    if rest:
        padded = np.pad(finder.audio[len(finder.audio) - rest :], (0, FRAME - rest))
        finder.look(probability(padded))
    finder.close(finder.end)
    last = finder.take()
    if last is not None:
        yield finder.end, last
