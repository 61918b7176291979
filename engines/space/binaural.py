"""Placing a sound around the listener, for headphones.

The sound passes KEMAR's ears (``engines/space/kemar.py``) in blocks that overlap by half; each
block has the filters of the direction where it is heard, and the overlap fades from the one to the
other. Distance is a matter of level alone: no room is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import soundfile

from engines.audio import canvas, duration, mono_blocks, pieces
from engines.engine import engine, one_by_one
from engines.kinds import (
    Done,
    Event,
    Note,
    Picture,
    Progress,
    Refusal,
    Samples,
    Sound,
    Work,
    note,
)
from engines.pictures.path import path as path_picture
from engines.space.kemar import SIZE, Kemar, Spectrum
from engines.space.trajectory import ARM, Point, Trajectory, default, place, understood
from engines.spectra import hann

#: Half a block: so often the direction changes, some 11 ms.
HOP = 512
BLOCK_S = 1.0
#: Louder than this nothing comes out.
CEILING = 0.98
#: So many points of a path are told and drawn.
POINTS = 400


@engine(
    task="mono_to_binaural",
    weights=("kemar",),
    memory_gb=0.3,
    seconds_per_second=0.05,
)
class KemarBinaural:
    """Convolution with the head-related impulse responses of MIT's KEMAR."""

    def load(self, device: str) -> None:
        """Read the responses; raises :class:`weights.WeightsMissing`."""
        self._heads = {rate: Kemar.at(rate) for rate in (44_100, 48_000)}

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Place each recording in turn."""
        return one_by_one(batch, self._place)

    def _place(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        seconds = duration(source)
        asked = str(work.arguments.get("path") or "").strip()
        path = understood(asked, seconds) if asked else default()
        if path is None:
            raise Refusal("path_unknown", path=asked[:60])
        info = soundfile.info(source.path)
        head = self._heads[44_100 if 44_100 % info.samplerate == 0 else 48_000]
        if info.samplerate == 88_200:
            head = self._heads[44_100]
        frames = max(1, round(info.frames * head.rate / info.samplerate))
        placed = canvas(2, frames)
        at = 0
        for piece in rendered(mono_blocks(source.path, head.rate, BLOCK_S), head, path, frames):
            kept = piece[:, : frames - at]
            placed[:, at : at + kept.shape[1]] = kept
            if at // head.rate != (at + kept.shape[1]) // head.rate:
                yield Progress(index, min(1.0, at / frames))
            at += kept.shape[1]
        lowered = _under_the_ceiling(placed, head.rate)
        yield Progress(index, 1.0)
        yield Done(
            index,
            data=_told(path, seconds, asked) | {"level_db": lowered, "model": "KEMAR"},
            outputs=(
                Sound("binaural", placed, head.rate),
                Picture("path", path_picture(_sampled(path), seconds)),
            ),
            notes=_notes(path, int(info.channels)),
        )


def rendered(
    sound: Iterator[Samples], head: Kemar, path: Trajectory, frames: int
) -> Iterator[Samples]:
    """Pieces [2, n] for pieces [n] of ``sound``, ``frames`` long in all, at ``head.rate``.

    As many samples come out as went in, but a hop later; what the filters let ring past the end
    is cut.
    """
    window = hann(2 * HOP)
    tail = np.zeros((2, SIZE), dtype=np.float32)
    # Half a block of silence before the start: the first block fades in over it.
    waiting = np.zeros(HOP, dtype=np.float32)
    begun, given, total = -HOP, 0, 0
    still: Spectrum | None = None

    def block(samples: Samples) -> Samples:
        nonlocal still, tail, begun
        share = (begun + HOP) / frames
        if still is None or path.moves:
            still = _filters(head, path.at(share))
        heard = np.fft.irfft(np.fft.rfft(samples * window, SIZE) * still, SIZE)
        tail = tail + np.asarray(heard, dtype=np.float32)
        ready = np.asarray(tail[:, :HOP], dtype=np.float32)
        tail = np.concatenate([tail[:, HOP:], np.zeros((2, HOP), dtype=np.float32)], axis=1)
        begun += HOP
        return ready

    for piece in sound:
        total += len(piece)
        waiting = np.concatenate([waiting, piece])
        made = []
        while len(waiting) >= 2 * HOP:
            made.append(block(waiting[: 2 * HOP]))
            waiting = waiting[HOP:]
        if made:
            ready = np.concatenate(made, axis=1)
            # The first hop is the silence before the start.
            yield ready[:, HOP:] if given == 0 else ready
            given += ready.shape[1]
    while given < total + HOP:
        filled = np.zeros(2 * HOP, dtype=np.float32)
        filled[: len(waiting)] = waiting
        waiting = waiting[HOP:]
        ready = block(filled)
        yield ready[:, HOP:] if given == 0 else ready[:, : total + HOP - given]
        given += HOP


def _filters(head: Kemar, point: Point) -> Spectrum:
    return np.asarray(
        head.filters(point.azimuth, point.elevation) * np.float32(ARM / point.distance),
        dtype=np.complex64,
    )


def _under_the_ceiling(samples: Samples, rate: int) -> float:
    """Lower the whole where it would clip; by how many dB."""
    loudest = max((float(np.abs(piece).max()) for piece in pieces(samples, rate)), default=0.0)
    if loudest <= CEILING:
        return 0.0
    for piece in pieces(samples, rate):
        np.multiply(piece, CEILING / loudest, out=piece)
    return round(20 * float(np.log10(CEILING / loudest)), 1)


def _sampled(path: Trajectory) -> list[Point]:
    return (
        [path.at(float(share)) for share in np.linspace(0, 1, POINTS)]
        if path.moves
        else [path.points[0]]
    )


def _told(path: Trajectory, seconds: float, asked: str) -> dict[str, object]:
    """The path as JSON: its points with times in s, angles in degrees, distance in m."""
    return {
        "asked": asked,
        "turns": path.turns,
        "path": [
            {
                "time": round(point.share * seconds, 3),
                "azimuth": round(point.azimuth, 1),
                "elevation": round(point.elevation, 1),
                "distance": point.distance,
            }
            for point in path.points[:POINTS]
        ],
    }


def _notes(path: Trajectory, channels: int) -> tuple[Note, ...]:
    first, last = place(path.points[0]), place(path.points[-1])
    if path.turns:
        way = "clockwise" if path.turns > 0 else "anticlockwise"
        heard = note("heard_circling", turns=int(abs(path.turns)), way=way, start=first)
    elif not path.moves:
        heard = note("heard_from", place=first)
    elif len(path.points) > 4 and _returns(path):
        ends = [point for point in path.points if point.vector != path.points[1].vector]
        heard = note("heard_swinging", start=place(ends[0]), end=place(_farthest(path)))
    else:
        heard = note("heard_moving", start=first, end=last)
    mixed = (note("mixed_to_mono"),) if channels > 1 else ()
    return (heard, note("headphones"), *mixed)


def _returns(path: Trajectory) -> bool:
    """Whether the path comes by its first point again before its end."""
    return any(point.vector == path.points[0].vector for point in path.points[1:])


def _farthest(path: Trajectory) -> Point:
    first = np.array(path.points[0].vector)
    return min(path.points, key=lambda point: float(np.array(point.vector) @ first))
