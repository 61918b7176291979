"""Who speaks when in a recording of any length, read in blocks: twice, and never held as a whole.

The first reading finds the speech, the second hears the voice in every window of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from engines.audio import mono_blocks
from engines.kinds import Progress, Samples
from engines.speech.activity import RATE
from engines.speech.turns import Span, Turn, listen, spans, speaker_of_windows, turns, windows
from engines.speech.voiceprint import Voiceprints, unit

BLOCK_S = 10.0
#: Windows heard at once.
WINDOWS = 64
#: How much of the time the first reading takes.
FIRST = 0.4


@dataclass(frozen=True, slots=True)
class Told:
    """The turns, none where nobody speaks, and each speaker's voiceprint [256] and time, in s.

    There is no voiceprint of a speaker who has no window of their own.
    """

    turns: Sequence[Turn] = ()
    prints: Mapping[int, Samples] = field(default_factory=dict)
    seconds: Mapping[int, float] = field(default_factory=dict)


def find(
    index: int, path: Path, voiceprints: Voiceprints, begin: float, end: float
) -> Generator[Progress, None, list[Turn]]:
    """Return the turns, none where nobody speaks; meanwhile item ``index`` goes on to ``end``."""
    told = yield from tell(index, path, voiceprints, begin, end)
    return list(told.turns)


def tell(
    index: int,
    path: Path,
    voiceprints: Voiceprints,
    begin: float,
    end: float,
    most: int | None = None,
) -> Generator[Progress, None, Told]:
    """Return the turns and the voices of at most ``most`` speakers, where that is known.

    Meanwhile item ``index`` goes on from ``begin`` to ``end``.
    """
    info = soundfile.info(path)
    total = max(1, round(info.frames / info.samplerate * RATE))
    probabilities = [np.zeros(0, dtype=np.float32)]
    read = 0
    for read, found in listen(mono_blocks(path, RATE, BLOCK_S)):
        probabilities.append(found)
        yield Progress(index, begin + (end - begin) * FIRST * min(1.0, read / total))
    speech = spans(np.concatenate(probabilities), read)
    heard = windows(speech)
    prints: list[Samples] = []
    waiting: list[Samples] = []
    for number, window in enumerate(cut(mono_blocks(path, RATE, BLOCK_S), heard), 1):
        waiting.append(window)
        if len(waiting) == WINDOWS or number == len(heard):
            prints.append(voiceprints.of_windows(waiting))
            waiting.clear()
            share = FIRST + (1 - FIRST) * number / len(heard)
            yield Progress(index, begin + (end - begin) * share)
    if not prints:
        return Told()
    every = np.concatenate(prints)
    told = turns(speech, heard, every, most)
    owners = speaker_of_windows(heard, told)
    seconds: dict[int, float] = defaultdict(float)
    for turn in told:
        seconds[turn.speaker] += turn.end - turn.start
    voices = {
        speaker: unit(every[owners == speaker].mean(axis=0))
        for speaker in seconds
        if (owners == speaker).any()
    }
    return Told(told, voices, seconds)


def cut(stream: Iterable[Samples], spans: Sequence[Span]) -> Iterator[Samples]:
    """The samples of spans, which are in the order they begin and may overlap, out of a stream."""
    pieces = iter(stream)
    kept = np.zeros(0, dtype=np.float32)
    at = 0  # where in the stream ``kept`` begins
    for start, end in spans:
        while True:
            passed = min(max(0, start - at), len(kept))
            kept, at = kept[passed:], at + passed
            piece = next(pieces, None) if at + len(kept) < end else None
            if piece is None:
                break
            kept = np.concatenate([kept, piece])
        yield kept[: end - start]
