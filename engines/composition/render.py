"""A piece as sound: a SoundFont played by TinySoundFont, a room around it, and its loudness.

The room is noise that dies away, different for the two ears (Moorer, "About This Reverberation
Business", Computer Music Journal 3(2), 1979: exponentially decaying noise as the ideal).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from engines import weights
from engines.composition.midi import DRUM_CHANNEL, channels
from engines.composition.piece import Piece, Role
from engines.kinds import Samples
from engines.loudness import ABSOLUTE_GATE, CEILING_DBTP, TARGET_LUFS, integrated, limited

#: Hz of what comes out.
RATE = 44_100
#: What rings on after the last note, in s, and the fade at its end.
TAIL_S, FADE_S = 2.5, 1.2
#: The room: until it has died away by 60 dB, in s, and so much later than the sound.
ROOM_S, DELAY_S = 1.6, 0.015
#: The limiter sees so much of the other side of a loop's seam, in s.
WRAP_S = 0.25
_BLOCK = 1 << 17
#: How loud each part is beside the melody, in LU. The programs of a SoundFont differ by 20 and
#: more, so each part is measured; it is turned up or down by no more than so many dB.
BALANCE: dict[Role, float] = {
    "melody": 0.0,
    "chords": -6.0,
    "bass": -3.0,
    "pad": -10.0,
    "drums": -3.0,
}
FARTHEST_DB = 15.0


def soundfont() -> Path:
    """The General MIDI SoundFont TimGM6mb; raises :class:`weights.WeightsMissing`."""
    return weights.folder("timgm6mb") / "TimGM6mb.sf2"


def render(piece: Piece, room: float = 0.12, target: float = TARGET_LUFS) -> Samples:
    """The piece as float32 [2, frames] at 44,100 Hz, at ``target`` LUFS under -1 dBTP.

    ``room`` is the share of the room's sound. A loop is exactly as long as its bars, and what
    rings past its end is at its beginning.
    """
    body = round(piece.seconds * RATE)
    sound = _roomy(_balanced(piece, body + round(TAIL_S * RATE)), room)
    if piece.loop:
        return _levelled_loop(_folded(sound, body), target)
    fade = round(FADE_S * RATE)
    sound[:, -fade:] *= np.cos(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
    return limited(_gained(sound, target), RATE, CEILING_DBTP)


def _balanced(piece: Piece, frames: int) -> Samples:
    """The parts, dry, as [2, frames], each as loud as :data:`BALANCE` says.

    Where there is no melody, the first part stands for it.
    """
    mixed = np.zeros((2, frames), dtype=np.float32)
    first: float | None = None
    for part in sorted(piece.parts, key=lambda each: each.role != "melody"):
        sound = _played(replace(piece, parts=(part,)), frames)
        level = integrated(sound, RATE)
        if level <= ABSOLUTE_GATE:
            continue
        even = level - BALANCE[part.role]
        first = even if first is None else first
        gain = float(np.clip(first - even, -FARTHEST_DB, FARTHEST_DB))
        mixed += sound * np.float32(10 ** (gain / 20))
    return mixed


def _played(piece: Piece, frames: int) -> Samples:
    """The parts through the synthesiser, dry, as [2, frames]."""
    # tinysoundfont imports pyaudio only to play to a sound card, so it works without.
    import tinysoundfont  # noqa: PLC0415 - a compiled library

    synth = tinysoundfont.Synth(gain=-9.0, samplerate=RATE)
    font = synth.sfload(str(soundfont()))
    events: list[tuple[int, int, int, int, int]] = []
    for part, channel in zip(piece.parts, channels(piece), strict=True):
        drums = channel == DRUM_CHANNEL
        synth.program_select(channel, font, 128 if drums else 0, part.program, drums)
        synth.control_change(channel, 7, round(127 * part.level))
        synth.control_change(channel, 10, round(64 + 63 * part.pan))
        for note in part.notes:
            begin, end = (round(piece.time(beat) * RATE) for beat in (note.start, note.end))
            events.append((begin, 1, channel, note.pitch, note.velocity))
            events.append((max(begin + 1, end), 0, channel, note.pitch, 0))
    out = np.empty((frames, 2), dtype=np.float32)
    at = 0
    for begun, on, channel, pitch, velocity in sorted(events):
        when = min(begun, frames)
        if when > at:
            out[at:when] = _generated(synth, when - at)
            at = when
        if on:
            synth.noteon(channel, pitch, velocity)
        else:
            synth.noteoff(channel, pitch)
    if frames > at:
        out[at:] = _generated(synth, frames - at)
    return np.ascontiguousarray(out.T)


def _generated(synth: object, frames: int) -> Samples:
    block = synth.generate_simple(frames)  # type: ignore[attr-defined]
    return np.frombuffer(block, dtype=np.float32).reshape(-1, 2)


@lru_cache(maxsize=1)
def _room() -> Samples:
    """The impulse response [2, frames] of the room, of energy 1 for each ear."""
    rng = np.random.default_rng(1979)
    frames = round(ROOM_S * RATE)
    noise = rng.standard_normal((2, frames))
    # High frequencies die sooner: each millisecond is smoother than the one before.
    soft = np.stack([np.convolve(ear, np.ones(12) / 12, "same") for ear in noise])
    share = np.linspace(0, 1, frames) ** 0.5
    response = ((1 - share) * noise + share * soft * 3) * 10 ** (-3 * np.linspace(0, 1, frames))
    response *= np.minimum(1, np.arange(frames) / (0.01 * RATE))
    response /= np.sqrt((response**2).sum(axis=1, keepdims=True))
    delayed = np.pad(response, ((0, 0), (round(DELAY_S * RATE), 0)))
    return np.asarray(delayed, dtype=np.float32)


def _roomy(sound: Samples, share: float) -> Samples:
    """The sound with the room added, as long as it was; overlap-add in blocks."""
    if share <= 0:
        return sound
    response = _room()
    size = 2 * _BLOCK
    while size - _BLOCK < response.shape[1]:
        size *= 2
    spectrum = np.fft.rfft(response, size)
    wet = np.zeros((2, sound.shape[1] + size), dtype=np.float32)
    for at in range(0, sound.shape[1], _BLOCK):
        piece = sound[:, at : at + _BLOCK]
        wet[:, at : at + size] += np.fft.irfft(np.fft.rfft(piece, size) * spectrum, size)
    return np.asarray(sound + share * wet[:, : sound.shape[1]], dtype=np.float32)


def _folded(sound: Samples, frames: int) -> Samples:
    """What lies past ``frames`` added to the beginning."""
    loop = np.array(sound[:, :frames])
    for at in range(frames, sound.shape[1], frames):
        rest = sound[:, at : at + frames]
        loop[:, : rest.shape[1]] += rest
    return loop


def _gained(sound: Samples, target: float) -> Samples:
    return np.asarray(sound * _gain(sound, target), dtype=np.float32)


def _levelled_loop(loop: Samples, target: float) -> Samples:
    """At ``target``; the limiter moves over the seam as over any other place."""
    wrap = min(round(WRAP_S * RATE), loop.shape[1])
    around = np.concatenate([loop[:, -wrap:], loop, loop[:, :wrap]], axis=1)
    gained = np.asarray(around * _gain(loop, target), dtype=np.float32)
    return np.ascontiguousarray(limited(gained, RATE, CEILING_DBTP)[:, wrap:-wrap])


def _gain(sound: Samples, target: float) -> np.float32:
    loudness = integrated(sound, RATE)
    return np.float32(1.0 if loudness <= -70 else 10 ** ((target - loudness) / 20))
