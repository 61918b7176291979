"""When the sounds of a scene are heard: from its stages to layers with times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast

import numpy as np

from engines.foley.table import Row
from engines.kinds import Refusal
from engines.scenes.clauses import Named, Stage, stages
from engines.scenes.scene import FAR_M, NEAR_M, Layer, Room, Scene
from engines.scenes.wording import room

#: Seconds: the shortest and longest scene, and that of one whose sounds go on and on.
SHORTEST_S, LONGEST_S, USUAL_S = 0.5, 300.0, 10.0
#: A stage of events takes so long at least, that what rings is heard.
LEAST_S = 2.0
#: An event among sounds that go on comes so late in its stage, as a share of it.
LATE = 0.3
#: Between two calls that were counted, in s, and between bouts of calls that were not.
GAP_S, PAUSE_S = 0.3, 3.5
#: So much quieter is what a place brought along, in dB.
BEHIND_DB = -4.0
#: So much is read of a text.
READ = 2000


class NothingKnown(Exception):
    """No sound that is asked for can be made; its one argument is what was asked for."""


def scene(text: str, seconds: float | None = None, seed: int = 0) -> Scene:
    """The scene that a text asks for; ``seconds`` overrules what it says of the whole.

    Raises :class:`Refusal` ``scene_empty`` for no words and ``scene_length`` for a length that is
    none; :class:`NothingKnown` where no procedure makes anything of it.
    """
    if not any(letter.isalpha() for letter in text):
        raise Refusal("scene_empty")
    found = stages(text[:READ])
    unknown = tuple(dict.fromkeys(word for stage in found for word in stage.unknown))
    found = [stage for stage in found if stage.named or stage.lasts is not None]
    if not any(stage.named for stage in found):
        raise NothingKnown(", ".join(unknown)[:80] or text.strip()[:80])
    lengths = [_length(stage, alone=len(found) == 1) for stage in found]
    told = found[0].lasts if len(found) == 1 else None
    total = next((each for each in (seconds, told) if each is not None), sum(lengths))
    if not SHORTEST_S <= total <= LONGEST_S:
        raise Refusal("scene_length", seconds=round(total), least=SHORTEST_S, most=round(LONGEST_S))
    lengths = [length * total / sum(lengths) for length in lengths]
    generator = np.random.default_rng([seed, *text.encode()[:64]])
    layers: list[Layer] = []
    begun = 0.0
    for stage, length in zip(found, lengths, strict=True):
        layers += _layers(stage, begun, length, total, generator)
        begun += length
    where: Room = room(text.lower()[:READ])
    return Scene(tuple(layers), total, where, unknown)


def _length(stage: Stage, *, alone: bool) -> float:
    """How long a stage takes of itself."""
    if stage.lasts is not None:
        return max(stage.lasts, 1e-3)
    going = [each for each in stage.named if _goes_on(each) and not each.lasts]
    needed = [_needs(each) for each in stage.named]
    if len(stage.named) == 1 and alone and going:
        return max(needed[0], going[0].sound.seconds)
    if going and alone:
        return max(USUAL_S, max(needed) / (1 - LATE))
    if going:
        return max(5.0, max(needed) / (1 - LATE))
    return max(*needed, LEAST_S)


def _needs(named: Named) -> float:
    """Seconds from a sound's first start to its last end."""
    row = named.sound
    if named.lasts is not None:
        return (named.at or 0.0) + named.lasts
    if _goes_on(named):
        return (named.at or 0.0) + (6.0 if named.end is None else row.seconds)
    count = named.count or named.often or 1
    each = _once(row) if named.count else row.seconds
    apart = named.every or (PAUSE_S if named.often else GAP_S)
    return (named.at or 0.0) + count * each + (count - 1) * apart


def _goes_on(named: Named) -> bool:
    """Whether it lasts, rather than happens: three strokes of a hammer are counted."""
    return named.sound.kind == "bed" and not (named.count and named.sound.once)


def _once(row: Row) -> float:
    return row.once or row.seconds


def _layers(
    stage: Stage, begun: float, length: float, total: float, generator: np.random.Generator
) -> list[Layer]:
    going = any(_goes_on(each) for each in stage.named)
    single = [each for each in stage.named if not _goes_on(each)]
    layers = []
    for each in stage.named:
        if _goes_on(each):
            layer = _bed(each, begun, length, total)
        else:
            # Events share the time that is left to them, in the order of the text.
            share = single.index(each) / len(single)
            late = LATE if going or share else 0.0
            first = begun + length * (late + (0.95 - late) * share)
            layer = _event(each, first, begun, length, total, generator)
        gain = each.gain + (BEHIND_DB if each.background else 0.0)
        fade = cast(Literal["", "in", "out"], each.fade)
        layers.append(replace(layer, gain=gain, fade=fade, background=each.background))
    return layers


def _bed(named: Named, begun: float, length: float, total: float) -> Layer:
    start = begun + (named.at or 0.0)
    until = total if named.sound.wide else begun + length
    lasts = named.lasts or max(SHORTEST_S, until - start)
    start = min(start, total - SHORTEST_S)
    starts = (start,) * min(4, named.count or 1)
    return Layer(named.sound, starts, min(lasts, total - start), named.place, named.end)


def _event(
    named: Named,
    first: float,
    begun: float,
    length: float,
    total: float,
    generator: np.random.Generator,
) -> Layer:
    row = named.sound
    alone = named.count is None and named.often is None and named.every is None
    lasts = named.lasts or (row.seconds if named.count is None else _once(row))
    if named.at is not None:
        first = begun + named.at
    if row.kind == "calls" and alone and named.at is None and named.lasts is None:
        return _calls(named, begun, length, total, generator)
    if named.every:
        starts = np.arange(first, max(first + 0.01, total - 0.3), named.every)
    elif named.often:
        room_left = max(0.0, length - lasts)
        starts = begun + np.sort(generator.random(named.often)) * room_left
    else:
        count = named.count or 1
        apart = lasts + GAP_S * generator.uniform(0.7, 1.3, count)
        starts = first + np.concatenate([[0.0], np.cumsum(apart[: count - 1])])
    if named.last:
        starts = starts - starts[-1] + total - lasts
    if not named.every:
        # Most of what happens is heard, even if the words put it too late.
        latest = max(0.0, total - min(lasts, total) * (1.0 if named.last else 0.7))
        starts = starts - max(0.0, float(starts[-1]) - latest)
    kept = tuple(round(float(each), 3) for each in starts if 0 <= each < total) or (0.0,)
    return Layer(row, kept, min(lasts, total), named.place, named.end)


def _calls(
    named: Named, begun: float, length: float, total: float, generator: np.random.Generator
) -> Layer:
    """Bouts of calls over a stage, with pauses: a dog does not bark for a minute."""
    row = named.sound
    lasts = min(row.seconds, length)
    starts: list[float] = []
    at = begun
    while not starts or at + 0.5 * lasts < begun + length:
        starts.append(round(float(at), 3))
        at += lasts + (PAUSE_S if named.background else 1.0) * generator.uniform(0.6, 1.4)
    return Layer(row, tuple(starts), lasts, named.place, named.end)


def described(layers: Sequence[Layer], total: float, *, korean: bool = False) -> str:
    """The layers in words, for the reply: "rain throughout; thunder, far away, at 3 s"."""
    return "; ".join(_in_words(layer, total, korean=korean) for layer in layers)


def _in_words(layer: Layer, total: float, *, korean: bool) -> str:
    name = layer.sound.korean[0] if korean else layer.sound.name
    said = [name]
    if layer.end is not None:
        nearer = layer.end.metres < layer.place.metres
        passing = layer.end.side * layer.place.side < 0
        words = (
            ("passing by", "지나감")
            if passing
            else ("coming closer", "다가옴")
            if nearer
            else ("going away", "멀어짐")
        )
        said.append(words[korean])
    elif layer.place.metres >= FAR_M:
        said.append(("far away", "멀리서")[korean])
    elif layer.place.metres <= NEAR_M:
        said.append(("close", "가까이서")[korean])
    if layer.place.muffled:
        said.append(("behind a wall", "벽 너머")[korean])
    if layer.end is None and abs(layer.place.side) > 0.5:
        left = layer.place.side < 0
        said.append((("on the left", "왼쪽") if left else ("on the right", "오른쪽"))[korean])
    if layer.seconds >= 0.9 * total and len(layer.starts) == 1:
        return ", ".join(said) + (" (전체)" if korean else " throughout")
    if len(layer.starts) > 3:
        return ", ".join(said) + (
            f" {len(layer.starts)}번" if korean else f" {len(layer.starts)} times"
        )
    times = ", ".join(f"{each:.0f}" for each in layer.starts)
    return ", ".join(said) + (f" {times}초" if korean else f" at {times} s")
