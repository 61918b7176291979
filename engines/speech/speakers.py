"""Who speaks when in a recording of any length, read in blocks: twice, and never held as a whole.

The first reading finds the speech, the second hears the voice in every window of it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile

from engines.audio import mono_blocks
from engines.kinds import Progress, Samples
from engines.speech.activity import RATE
from engines.speech.turns import Span, Turn, listen, spans, turns, windows
from engines.speech.voiceprint import Voiceprints

BLOCK_S = 10.0
#: Windows heard at once.
WINDOWS = 64
#: How much of the time the first reading takes.
FIRST = 0.4


def find(
    index: int, path: Path, voiceprints: Voiceprints, begin: float, end: float
) -> Generator[Progress, None, list[Turn]]:
    """Return the turns, none where nobody speaks; meanwhile item ``index`` goes on to ``end``."""
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
    return turns(speech, heard, np.concatenate(prints)) if prints else []


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
