"""A piece as a Standard MIDI File, and back as far as it must be measured."""

from __future__ import annotations

import io
from typing import Any

from engines.composition.piece import Part, Piece
from engines.composition.theory import key_name

#: Ticks of a quarter note.
TICKS = 480
#: The channel that General MIDI keeps for drums, counted from 0.
DRUM_CHANNEL = 9

# fmt: off
_SIGNATURES = (
    ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm"),
)
# fmt: on


def channels(piece: Piece) -> list[int]:
    """The channel of each part: 9 for drums, the others in order."""
    free = iter([number for number in range(16) if number != DRUM_CHANNEL])
    return [DRUM_CHANNEL if part.drums else next(free) for part in piece.parts]


def midi(piece: Piece) -> bytes:
    """The piece as the bytes of a format 1 file: tempo, metre and key first, a track per part."""
    import mido  # noqa: PLC0415 - needed for MIDI alone

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS)
    head = mido.MidiTrack()
    file.tracks.append(head)
    name = f"{piece.title}, {key_name(piece.tonic, piece.minor)}"
    head.append(mido.MetaMessage("track_name", name=name, time=0))
    head.append(mido.MetaMessage("time_signature", numerator=piece.metre, denominator=4, time=0))
    signature = _SIGNATURES[piece.minor][piece.tonic]
    head.append(mido.MetaMessage("key_signature", key=signature, time=0))
    last = 0
    for beat, bpm in piece.tempi:
        tick = round(beat * TICKS)
        tempo = mido.MetaMessage("set_tempo", tempo=round(60e6 / bpm), time=tick - last)
        head.append(tempo)
        last = tick
    head.append(mido.MetaMessage("end_of_track", time=max(0, round(piece.beats * TICKS) - last)))
    for part, channel in zip(piece.parts, channels(piece), strict=True):
        file.tracks.append(_track(mido, part, channel))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _track(mido: Any, part: Part, channel: int) -> Any:
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=part.role, time=0))
    track.append(mido.Message("program_change", channel=channel, program=part.program, time=0))
    for control, value in ((7, round(127 * part.level)), (10, round(64 + 63 * part.pan))):
        change = mido.Message(
            "control_change", channel=channel, control=control, value=value, time=0
        )
        track.append(change)
    # At the same tick notes are let go before others are struck.
    events = [(round(note.end * TICKS), 0, note.pitch, 0) for note in part.notes]
    events += [(round(note.start * TICKS), 1, note.pitch, note.velocity) for note in part.notes]
    last = 0
    for tick, on, pitch, velocity in sorted(events):
        kind = "note_on" if on else "note_off"
        track.append(
            mido.Message(
                kind, channel=channel, note=pitch, velocity=velocity or 64, time=tick - last
            )
        )
        last = tick
    return track


def measured_tempo(data: bytes) -> float:
    """Beats per minute of a file, from its first tempo; 120 where it has none."""
    import mido  # noqa: PLC0415 - as in midi

    file = mido.MidiFile(file=io.BytesIO(data))
    for message in file.tracks[0]:
        if message.type == "set_tempo":
            return float(mido.tempo2bpm(message.tempo))
    return 120.0
