"""A scene as sound: every layer rendered, put in its place, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engines import loudness
from engines.foley.table import RATE
from engines.kinds import Samples
from engines.scenes.scene import Layer, Place, Scene
from engines.scenes.space import around, heard_from, in_room, loss_db, panned

#: What was cut out of a longer sound fades so long; the whole begins and ends so softly, in s.
CUT_S, EDGE_S = 0.03, 0.02
#: Of a layer that is told to fade, this share of its length does.
FADED = 0.6
#: Several of one thing stand this far apart.
SPREAD = 0.35
#: Loudness is brought this near to what is wanted, in LU, in so many steps: a limiter takes some.
NEAR_LU, STEPS = 0.5, 6


def rendered(scene: Scene, seed: int) -> Iterator[float | Samples]:
    """Shares done, 0 to 1, and at last the scene [2, frames] at 44,100 Hz.

    The same scene and seed give the same bytes. It is at -16 LUFS, its true peak under -1 dBTP.
    """
    frames = round(scene.seconds * RATE)
    mixed = np.zeros((2, frames), dtype=np.float32)
    for number, layer in enumerate(scene.layers):
        yield number / len(scene.layers)
        _add(mixed, layer, scene, seed + 1000 * number)
    _faded(mixed, EDGE_S, EDGE_S)
    yield levelled(mixed)


def levelled(sound: Samples, target: float = loudness.TARGET_LUFS) -> Samples:
    """The sound [2, frames] at ``target`` LUFS within half a LU, peaks held under -1 dBTP.

    Of a lone crack a limiter takes so much that its loudness has to be sought.
    """
    measured = loudness.integrated(sound, RATE)
    if measured <= loudness.ABSOLUTE_GATE:
        return sound
    gain = target - measured
    for _ in range(STEPS):
        louder = np.asarray(sound * np.float32(10 ** (gain / 20)), dtype=np.float32)
        held = loudness.limited(louder, RATE, loudness.CEILING_DBTP)
        off = target - loudness.integrated(held, RATE)
        if abs(off) < NEAR_LU:
            break
        gain += off
    return held


def _add(mixed: Samples, layer: Layer, scene: Scene, seed: int) -> None:
    wanted = layer.sound.level + layer.gain
    metres = layer.place.metres if layer.end is None else min(layer.place.metres, layer.end.metres)
    count = len(layer.starts)
    for number, start in enumerate(layer.starts):
        sound = layer.sound.render(seed + number, layer.seconds)
        _faded(sound[None], 0.0, CUT_S)
        # Every call of one dog is as loud as its first would be on its own.
        sound = _at_level(sound, wanted - loss_db(metres))
        # Several that sound at once stand side by side.
        together = count > 1 and layer.starts[0] == layer.starts[-1]
        aside = SPREAD * (number - (count - 1) / 2) if together else 0.0
        stereo = _placed(sound, layer, aside)
        if layer.fade:
            shown = FADED * layer.seconds
            _faded(stereo, *((shown, 0.0) if layer.fade == "in" else (0.0, shown)))
        at = round(start * RATE)
        # A room goes on when the sound is over.
        tail = np.zeros(
            (2, min(RATE * 4, max(0, mixed.shape[1] - at - stereo.shape[1]))), np.float32
        )
        stereo = in_room(np.concatenate([stereo, tail], axis=1), RATE, scene.room, metres)
        part = stereo[:, : mixed.shape[1] - at]
        mixed[:, at : at + part.shape[1]] += part


def _placed(sound: Samples, layer: Layer, aside: float) -> Samples:
    place = layer.place
    if layer.end is not None:
        near, far = sorted((place, layer.end), key=lambda each: each.metres)
        close, distant = heard_from(sound, RATE, near), heard_from(sound, RATE, far)
        # Nearest in the middle of a way past, else at the end that is nearer.
        along = np.linspace(0, 1, len(sound), dtype=np.float32)
        nearness = (
            1 - np.abs(2 * along - 1)
            if place.metres == layer.end.metres
            else along
            if layer.end is near
            else 1 - along
        )
        return panned(close * nearness + distant * (1 - nearness), place, layer.end)
    heard = heard_from(sound, RATE, place)
    if layer.sound.wide and place.side == 0:
        return around(heard, RATE)
    side = float(np.clip(place.side + aside, -1, 1))
    return panned(heard, Place(place.metres, side, place.muffled))


def _at_level(sound: Samples, lufs: float) -> Samples:
    measured = loudness.integrated(sound[None], RATE)
    if measured <= loudness.ABSOLUTE_GATE:
        return sound
    return np.asarray(sound * np.float32(10 ** ((lufs - measured) / 20)), dtype=np.float32)


def _faded(sound: Samples, begin_s: float, end_s: float) -> None:
    """Fade the ends of [channels, frames] in place, by raised cosines."""
    for seconds, turned in ((begin_s, False), (end_s, True)):
        count = min(round(seconds * RATE), sound.shape[1])
        if count:
            ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)).astype(np.float32)
            if turned:
                sound[:, -count:] *= ramp[::-1]
            else:
                sound[:, :count] *= ramp
