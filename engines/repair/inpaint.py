"""Repairing a recording: dropouts, gaps and clicks are filled with what fits around them.

Short gaps are interpolated by linear prediction. For longer ones, what the sound does best without
help is tried out on the samples before the gap: going on as it was, or being like another part of
itself. Nothing outside the gaps is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import soundfile

from engines.audio import blocks, canvas, duration
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Picture, Progress, Refusal, Samples, Sound, Work, note
from engines.pictures.spectrogram import spectrogram
from engines.repair.autoregression import Line, bridged, carried_on, interpolated
from engines.repair.gaps import LONGEST_S, Gap, gaps
from engines.repair.splice import faded_in, spliced

BLOCK_S = 10.0
#: Gaps longer than this are not filled at all: it would be invention.
LIMIT_S = 3.0
#: Up to here the gap is interpolated from both sides at once.
SHORT_S = 0.05
#: Up to here a sound may be carried on.
CARRIED_S = 0.4
#: From here on people are told that what was there cannot come back.
LOST_S = 0.1
#: How far around a gap is looked, for a predictor and for a like part.
CONTEXT_S, SEARCH_S = 0.25, 5.0
#: Orders of the predictors, as time.
SHORT_ORDER_S, LONG_ORDER_S = 0.022, 0.024
TRIAL_S = 0.03
FADE_S = 0.01
MOST_GAPS = 5_000


@engine(task="audio_inpainting", memory_gb=0.3, seconds_per_second=0.1)
class GapFiller:
    """Autoregressive interpolation and extrapolation, and like parts of the same recording."""

    def load(self, device: str) -> None:
        """Nothing to read: there are no weights."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Repair each recording in turn."""
        return one_by_one(batch, self._repair)

    def _repair(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        seconds = duration(source)
        asked = _asked(work, seconds)
        info = soundfile.info(source.path)
        rate = int(info.samplerate)
        samples = canvas(int(info.channels), int(info.frames))
        at = 0
        for piece, _ in blocks(source.path, BLOCK_S):
            samples[:, at : at + piece.shape[1]] = np.nan_to_num(piece)
            at += piece.shape[1]
        if asked:
            start, end = (round(time * rate) for time in asked)
            span = (max(0, start), min(max(end, start + 1), samples.shape[1]))
            found = [Gap(channel, *span, "given") for channel in range(len(samples))]
        else:
            found = []
            for share, some in _search(samples, rate):
                found += some
                yield Progress(index, 0.5 * share)
        if not found:
            raise Refusal("no_gap")
        found = sorted(found, key=lambda gap: (gap.start, gap.channel))[:MOST_GAPS]
        told = []
        for number, gap in enumerate(found):
            filling, method = filled(samples[gap.channel], gap.start, gap.end, rate)
            samples[gap.channel, gap.start : gap.end] = filling
            told.append(_told(gap, method, rate))
            if number % 20 == 0:
                yield Progress(index, 0.5 + 0.5 * number / len(found))
        yield Progress(index, 1.0)
        spans = _spans(found, rate)
        total_ms = round(1000 * sum(end - start for start, end in spans))
        notes = [note("gaps_filled", gaps=len(spans), total_ms=max(1, total_ms))]
        if max(end - start for start, end in spans) > LOST_S:
            notes.append(note("gap_long", limit_ms=round(1000 * LOST_S)))
        yield Done(
            index,
            data={"gaps": told},
            outputs=(
                Sound("repaired", samples, rate),
                Picture("spectrogram", spectrogram(samples, rate, spans)),
            ),
            notes=notes,
        )


def filled(samples: Samples, start: int, end: int, rate: int) -> tuple[Samples, str]:
    """What fits into ``samples`` [frames] from ``start`` to ``end``, and by which method."""
    size = end - start
    context = max(int(CONTEXT_S * rate), 2 * size)
    low, high = max(0, start - context), min(len(samples), end + context)
    before, after = (samples[a:b].astype(np.float64) for a, b in ((low, start), (end, high)))
    order = int(LONG_ORDER_S * rate)
    if size <= SHORT_S * rate and min(len(before), len(after)) > 2 * size:
        near = samples[low:high].astype(np.float64)
        # A longer predictor than the gap needs only follows the noise.
        short = min(int(SHORT_ORDER_S * rate), max(32, 3 * size + 2))
        new = interpolated(near, start - low, end - low, short)
        return _bounded(new, before, after), "autoregressive interpolation"
    on = bridged(before, after, size, order)
    wide = max(int(SEARCH_S * rate), 3 * size)
    first, last = max(0, start - wide), min(len(samples), end + wide)
    around = samples[first:last].astype(np.float64)
    part = spliced(around, start - first, end - first, rate)
    goes_on = size <= CARRIED_S * rate and _foreseen(before, after, rate, order) > 0.5
    if part is None or goes_on:
        return _bounded(on, before, after), "autoregressive extrapolation"
    return _bounded(faded_in(part[0], on, int(FADE_S * rate)), before, after), "like part"


def _foreseen(before: Line, after: Line, rate: int, order: int) -> float:
    """How well each side's last moment is foreseen from what is behind it: 1 is perfectly."""
    frames = int(TRIAL_S * rate)
    scores = [
        1
        - float(np.sum((line[-frames:] - carried_on(line[:-frames], frames, order)) ** 2))
        / (float(np.sum(line[-frames:] ** 2)) + 1e-12)
        for line in (before, after[::-1])
        if len(line) > 3 * frames
    ]
    return max(scores, default=1.0)


def _bounded(new: Line, before: Line, after: Line) -> Samples:
    """The filling without overflow: no louder than the sound around it has been."""
    top = max(float(np.abs(before).max(initial=0)), float(np.abs(after).max(initial=0)), 1e-6)
    return np.asarray(np.clip(np.nan_to_num(new), -1.2 * top, 1.2 * top), dtype=np.float32)


def _asked(work: Work, seconds: float) -> tuple[float, float] | None:
    """The gap that was given; raises :class:`Refusal` where it cannot be one."""
    start, end = work.arguments.get("start"), work.arguments.get("end")
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise Refusal("gap_half_given")
    first, last = float(start), float(end)
    if last <= first:
        raise Refusal("gap_backwards", start=first, end=last)
    if first >= seconds or last > seconds + 0.05:
        raise Refusal("gap_outside", seconds=round(seconds, 2))
    if last - first > LIMIT_S:
        raise Refusal("gap_too_long", limit=round(LIMIT_S))
    if first <= 0 and last >= seconds:
        raise Refusal("gap_is_all")
    return first, min(last, seconds)


def _search(samples: Samples, rate: int) -> Iterator[tuple[float, list[Gap]]]:
    """The gaps of all channels, block by block, each once."""
    block, overlap = int(BLOCK_S * rate), int(2 * LONGEST_S * rate)
    channels, frames = samples.shape
    for channel in range(channels):
        known = 0
        for begin in range(0, max(1, frames - overlap), block):
            piece = samples[channel, begin : begin + block + overlap]
            some = [
                Gap(channel, begin + gap.start, begin + gap.end, gap.kind)
                for gap in gaps(piece, rate, channel)
                if begin + gap.start >= known
            ]
            known = max((gap.end for gap in some), default=known)
            yield (channel + min(1.0, (begin + block) / frames)) / channels, some


def _spans(found: list[Gap], rate: int) -> list[tuple[float, float]]:
    """The gaps of all channels as times in s, those that overlap as one."""
    spans: list[tuple[float, float]] = []
    for gap in sorted(found, key=lambda gap: gap.start):
        start, end = gap.start / rate, gap.end / rate
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _told(gap: Gap, method: str, rate: int) -> dict[str, Any]:
    return {
        "start": round(gap.start / rate, 5),
        "end": round(gap.end / rate, 5),
        "channel": gap.channel,
        "kind": gap.kind,
        "method": method,
    }
