"""Who speaks when: the turns of the speakers in a recording, and how many speakers there are.

Windows of 1.6 s of speech get a voiceprint each, and are gathered into one group for each speaker
(:mod:`engines.speech.clusters`). Then every stretch of speech goes to the nearest speaker, by a
path that does not change speaker without gain (Viterbi), which puts the boundaries between the
windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.kinds import Samples
from engines.speech import clusters
from engines.speech.activity import BEGIN, END, FRAME, RATE, SpeechProbability
from engines.speech.voiceprint import WINDOW_S, Voiceprints

#: Speech ends where it has paused for so long; what is shorter than the second is no speech.
PAUSE_S, SHORTEST_S = 0.25, 0.2
#: Around what the detector calls speech there are soft beginnings and ends.
PAD_S = 0.1
#: Windows are so far apart, or further in a recording that would give more than ``MOST``.
STEP_S = 0.4
MOST = 4000
#: A window is of one voice where those so many before and after it have a cosine of so much.
ASIDE, STEADY = 2, 0.7
#: Boundaries are looked for at this resolution; a change of speaker must gain so much.
CELL_S = 0.1
#: How far from the middle of a window its voice is taken to be the one heard, in s.
NEAR_S = 0.4
CHANGE = 0.8
#: Boundaries are found, then the voices are learned anew from within them, so often.
ROUNDS = 2
#: Of a window so much lies in one turn, if it is to say how that speaker sounds.
PURE = 0.85


@dataclass(frozen=True, slots=True)
class Turn:
    """``speaker`` (1, 2, ... in the order they begin) speaks from ``start`` to ``end``, in s."""

    start: float
    end: float
    speaker: int


Span = tuple[int, int]


def spans(probabilities: Samples, frames: int) -> list[Span]:
    """Where there is speech, as (start, end) in 16 kHz samples of ``frames``.

    ``probabilities`` are those of consecutive 32 ms. Neighbouring spans do not overlap.
    """
    pause, shortest = (round(seconds * RATE / FRAME) for seconds in (PAUSE_S, SHORTEST_S))
    found: list[Span] = []
    begun = quiet = None
    for number, probability in enumerate([*probabilities.tolist(), *[0.0] * (pause + 1)]):
        if probability >= BEGIN:
            begun, quiet = number if begun is None else begun, None
        elif begun is not None and probability < END:
            quiet = number if quiet is None else quiet
            if number - quiet >= pause:
                if quiet - begun >= shortest:
                    found.append((begun, quiet))
                begun = quiet = None
    pad = round(PAD_S * RATE)
    return [
        (max(0, start * FRAME - pad), min(frames, end * FRAME + pad))
        for start, end in found
        if start * FRAME < frames
    ]


def listen(pieces: Iterable[Samples]) -> Iterator[tuple[int, Samples]]:
    """(samples read, probabilities of speech) for consecutive 16 kHz mono pieces [frames]."""
    probability = SpeechProbability()
    waiting = np.zeros(0, dtype=np.float32)
    read = 0
    for piece in pieces:
        read += len(piece)
        waiting = np.concatenate([waiting, piece])
        whole = len(waiting) // FRAME * FRAME
        yield read, probability(waiting[:whole])
        waiting = waiting[whole:]
    if len(waiting):
        yield read, probability(np.pad(waiting, (0, FRAME - len(waiting))))


def windows(speech: Sequence[Span]) -> list[Span]:
    """Windows of 1.6 s within the spans of speech; one of its own length in a shorter span."""
    size = round(WINDOW_S * RATE)
    total = sum(end - start for start, end in speech)
    step = max(round(STEP_S * RATE), -(-total // MOST))
    found: list[Span] = []
    for start, end in speech:
        if end - start <= size:
            found.append((start, end))
            continue
        count = 1 + -(-(end - start - size) // step)
        starts = np.linspace(start, end - size, count).round().astype(int).tolist()
        found += [(at, at + size) for at in starts]
    return found


def turns(
    speech: Sequence[Span], heard: Sequence[Span], prints: Samples, most: int | None = None
) -> list[Turn]:
    """The turns in the spans of ``speech``, by the voiceprints [windows, 256] of ``heard``.

    ``most`` is the largest number of speakers, where it is known.
    """
    if not heard:
        return []
    steady = _steady(heard, prints)
    labels = clusters.gathered(prints[steady], _seconds(heard)[steady], most)
    found = _boundaries(speech, heard, prints, clusters.means(prints[steady], labels))
    for _ in range(ROUNDS):
        # A window across a change of speaker is like neither voice: the means are better without.
        pure = speaker_of_windows(heard, found)
        if (pure < 0).all():
            break
        known = pure >= 0
        labels = np.unique(pure[known], return_inverse=True)[1].astype(np.int64)
        seconds = _seconds(heard)[known]
        labels = clusters.merged(prints[known], labels, seconds, most)
        found = _boundaries(speech, heard, prints, clusters.means(prints[known], labels))
    return _ordered(found)


def find(samples: Samples, voiceprints: Voiceprints, most: int | None = None) -> list[Turn]:
    """The turns of a recording [frames] at 16 kHz mono: all of the above in one step."""
    probabilities = np.concatenate([np.zeros(0), *(found for _, found in listen([samples]))])
    speech = spans(probabilities.astype(np.float32), len(samples))
    heard = windows(speech)
    prints = voiceprints.of_windows([samples[start:end] for start, end in heard])
    return turns(speech, heard, prints, most)


def _steady(heard: Sequence[Span], prints: Samples) -> NDArray[np.bool_]:
    """Which windows have the same voice before and after them, as far as can be told.

    In the others the speaker may change, and they would make groups of two voices each.
    """
    steady = np.ones(len(heard), dtype=np.bool_)
    for number in range(ASIDE, len(heard) - ASIDE):
        before, after = number - ASIDE, number + ASIDE
        if heard[after][0] <= heard[before][1] + STEP_S * RATE:
            steady[number] = prints[before] @ prints[after] >= STEADY
    return steady


def _seconds(heard: Sequence[Span]) -> NDArray[np.float64]:
    """How much speech each window stands for: up to where the next begins, if they overlap."""
    starts = np.array([start for start, _ in heard], dtype=np.float64)
    ends = np.array([end for _, end in heard], dtype=np.float64)
    return np.asarray((np.minimum(ends, np.append(starts[1:], np.inf)) - starts) / RATE)


def speaker_of_windows(heard: Sequence[Span], found: Sequence[Turn]) -> NDArray[np.int64]:
    """The speaker in whose turn nearly all of a window lies, or -1 where it is not one's."""
    starts = np.array([turn.start for turn in found]) * RATE
    ends = np.array([turn.end for turn in found]) * RATE
    owners = np.full(len(heard), -1, dtype=np.int64)
    for number, (start, end) in enumerate(heard):
        inside = np.minimum(ends, end) - np.maximum(starts, start)
        best = int(inside.argmax())
        if inside[best] >= PURE * (end - start):
            owners[number] = found[best].speaker
    return owners


def _boundaries(
    speech: Sequence[Span], heard: Sequence[Span], prints: Samples, means: Samples
) -> list[Turn]:
    """The turns with the likeliest boundaries, given every speaker's voiceprint."""
    cell = round(CELL_S * RATE)
    likeness = prints @ means.T
    middles = np.array([(start + end) / 2 for start, end in heard])
    starts = np.array([start for start, _ in heard])
    found: list[Turn] = []
    cells: list[Span] = []
    owners: list[NDArray[np.float64]] = []
    for start, end in speech:
        inside = np.flatnonzero((starts >= start) & (starts < end))
        for at in range(start, end, cell):
            stop = min(at + cell, end)
            # The windows whose middles are near say who speaks here.
            distance = np.abs(middles[inside] - (at + stop) / 2) / (NEAR_S * RATE)
            weight = np.exp(-0.5 * np.square(distance - distance.min()))
            owners.append((weight[:, None] * likeness[inside]).sum(axis=0) / weight.sum())
            cells.append((at, stop))
    path = _path(np.array(owners), CHANGE * cell / RATE / CELL_S)
    for (start, stop), speaker in zip(cells, path, strict=True):
        last = found[-1] if found else None
        if last and last.speaker == speaker and abs(last.end * RATE - start) < 1:
            found[-1] = Turn(last.start, stop / RATE, speaker)
        else:
            found.append(Turn(start / RATE, stop / RATE, speaker))
    return found


def _path(scores: NDArray[np.float64], change: float) -> list[int]:
    """The speaker of each cell: the best sum of ``scores`` [cells, speakers] less the changes."""
    best = scores[0]
    came: list[NDArray[np.int64]] = []
    for score in scores[1:]:
        top = int(best.argmax())
        stays = best >= best[top] - change
        came.append(np.where(stays, np.arange(len(best)), top))
        best = np.where(stays, best, best[top] - change) + score
    path = [int(best.argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _ordered(found: Sequence[Turn]) -> list[Turn]:
    """The same turns with the speakers numbered from 1 in the order they begin."""
    numbers: dict[int, int] = {}
    for turn in found:
        numbers.setdefault(turn.speaker, len(numbers) + 1)
    return [Turn(turn.start, turn.end, numbers[turn.speaker]) for turn in found]
