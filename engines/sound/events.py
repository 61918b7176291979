"""From scores, patch by patch, to events: which class, from when to when, and how surely.

A class begins where its score rises to one threshold and ends where it falls under a lower one, so
that a score which wavers around either makes no string of short events.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engines.kinds import Samples

#: Two events nearer than this are one.
GAP_S = 0.5
#: A patch that a sound fills only in part scores less, so that events begin late and end early; so
#: much is put on at each end (the medians on 120 mixtures with speech, pink noise and rain).
EDGE_S = 0.1
SURE, LIKELY = 0.6, 0.3
#: At most so many times of one class are said; the document has them all.
TIMES = 6


@dataclass(frozen=True, slots=True)
class Event:
    """One class heard from ``start`` to ``end`` in seconds; ``score`` is its highest, 0..1."""

    name: str
    start: float
    end: float
    score: float


def found(
    name: str, scores: Samples, hop_s: float, total_s: float, enter: float, leave: float
) -> list[Event]:
    """The events of one class by its scores [patches], centred ``hop_s`` apart from 0 s on.

    ``enter`` and ``leave`` are the thresholds of hysteresis; times are within ``total_s``.
    """
    above = np.concatenate([[False], scores >= leave, [False]])
    edges = np.flatnonzero(above[1:] != above[:-1])
    spans: list[tuple[float, float, float]] = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        peak = float(scores[first:last].max())
        if peak < enter:
            continue
        start, end = _span(int(first), int(last) - 1, hop_s, total_s)
        if spans and start - spans[-1][1] < GAP_S:
            start, peak = spans[-1][0], max(peak, spans[-1][2])
            spans.pop()
        spans.append((start, end, peak))
    return [
        Event(name, round(start, 2), round(end, 2), round(peak, 3)) for start, end, peak in spans
    ]


def _span(first: int, last: int, hop_s: float, total_s: float) -> tuple[float, float]:
    """When a run of patches begins and ends, within the recording."""
    start = first * hop_s - hop_s / 2 - EDGE_S
    end = last * hop_s + hop_s / 2 + EDGE_S
    start = max(0.0, min(start, total_s - hop_s))
    return start, max(start, min(end, total_s))


def certainty(score: float) -> str:
    """The word for a score: "sure", "likely" or "perhaps"."""
    return "sure" if score >= SURE else "likely" if score >= LIKELY else "perhaps"


def spoken(events: Sequence[Event]) -> str:
    """The times of one class in words: "0.5-1.2 s, 3.0-3.4 s", the surest where there are many."""
    kept = sorted(events, key=lambda event: -event.score)[:TIMES]
    times = [_times(event) for event in sorted(kept, key=lambda event: event.start)]
    more = len(events) - len(kept)
    return ", ".join(times) + (f", and {more} more" if more else "")


def to_csv(events: Iterable[Event]) -> str:
    """A table of class, start and end in seconds, and score, by time."""
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(["class", "start", "end", "score"])
    for event in sorted(events, key=lambda each: (each.start, -each.score)):
        table.writerow([event.name, f"{event.start:.2f}", f"{event.end:.2f}", f"{event.score:.3f}"])
    return buffer.getvalue()


def plain(events: Iterable[Event]) -> list[dict[str, str | float]]:
    """The same as JSON."""
    return [
        {"class": each.name, "start": each.start, "end": each.end, "score": each.score}
        for each in events
    ]


def _times(event: Event) -> str:
    if event.end < 60:
        return f"{event.start:.1f}-{event.end:.1f} s"
    return f"{_clock(event.start)}-{_clock(event.end)}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
