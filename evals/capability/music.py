"""Whether composed music is what it says: its tempo, its key, its end, and that it is quick.

Forty wishes over all styles, keys and tempos, thirty seconds each. The tempo is that of the MIDI
file and that heard in the sound (``engines/music/tempo.py``: half or double of it is the same). The
key is found in the sound by ``engines/music/key.py``, and in the notes by music21's
Krumhansl-Schmuckler where that is installed (``pip install music21``; BSD).
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engines.audio import mono, resample
from engines.composition.make import Made, make
from engines.composition.midi import measured_tempo
from engines.composition.styles import STYLES
from engines.composition.theory import key_name
from engines.music.key import RATE as KEY_RATE
from engines.music.key import key
from engines.music.tempo import tempo
from evals.capability.figure import Figure

TASK = "text_to_audio"
PIECES = 40
#: How near a tempo must be, and what of it is the same beat counted otherwise.
NEAR = 0.02
COUNTED = (1.0, 2.0, 0.5, 3.0, 1 / 3)
WORDS = {"piano": "piano solo", "lofi": "lo-fi", "8bit": "8-bit", "bossa": "bossa nova"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found of one piece."""

    written: bool
    beat: bool
    key: bool
    library: bool | None
    home: bool
    digest: str
    took: float


def measure() -> list[Figure]:
    """Shares of the pieces, and the processor's seconds for thirty of music."""
    found = list(pieces())
    data = f"{len(found)} pieces of music"
    rows: list[tuple[str, list[bool], float | None]] = [
        ("tempo of the notes within 2 %", [each.written for each in found], 100),
        ("tempo heard within 2 %", [each.beat for each in found], None),
        ("key heard", [each.key for each in found], None),
        ("ends on the tonic", [each.home for each in found], 100),
    ]
    known = [each.library for each in found if each.library is not None]
    if known:
        rows.append(("key of the notes by music21", known, 80))
    shares = [
        Figure(TASK, data, name, 100 * float(np.mean(right)), " %", goal=goal)
        for name, right, goal in rows
    ]
    distinct = 100 * len({each.digest for each in found}) / len(found)
    slowest = max(each.took for each in found[1:])  # the first reads the SoundFont
    return [
        *shares,
        Figure(TASK, data, "different from all others", distinct, " %", goal=100),
        Figure(TASK, data, "processor time for 30 s, most", slowest, " s", goal=3, lower=True),
    ]


def pieces() -> Iterator[Heard]:
    """The wishes, made and listened to."""
    rng = np.random.default_rng(4)
    names = list(STYLES)
    for number in range(PIECES):
        style = names[number % len(names)]
        tonic = rng.choice(["C", "D", "E flat", "E", "F", "G", "A", "B flat"])
        mode = rng.choice(["major", "minor"])
        wish = f"{WORDS.get(style, style)} music in {tonic} {mode}"
        begun = time.process_time()
        made = make(wish, number, 30.0)
        yield heard(made, time.process_time() - begun)


def heard(made: Made, took: float) -> Heard:
    """A piece against what its brief says."""
    piece, asked = made.piece, made.brief.tempo
    sound = np.asarray(resample(mono(made.samples), made.rate, KEY_RATE))
    beat, tones = tempo(sound), key(sound)
    own = key_name(piece.tonic, piece.minor)
    tune, bass = piece.part("melody"), piece.part("bass")
    ends = [max(part.notes, key=lambda note: note.start) for part in (tune, bass) if part]
    return Heard(
        written=abs(measured_tempo(made.midi) / asked - 1) <= NEAR,
        beat=beat is not None
        and any(abs(beat.bpm / (asked * share) - 1) <= NEAR for share in COUNTED),
        key=tones is not None and tones.name == own,
        library=_by_music21(made.midi, own),
        home=all(note.pitch % 12 == piece.tonic for note in ends),
        digest=hashlib.sha256(made.midi).hexdigest(),
        took=took,
    )


def _by_music21(midi: bytes, own: str) -> bool | None:
    """Whether music21 finds the same key in the notes; None without it."""
    if importlib.util.find_spec("music21") is None:
        return None
    import mido  # noqa: PLC0415 - only here
    import music21  # noqa: PLC0415 - seconds to import

    stream = music21.stream.Stream()
    for track in mido.MidiFile(file=io.BytesIO(midi)).tracks[1:]:
        now, begun = 0, {}
        for message in track:
            now += message.time
            if getattr(message, "channel", 9) == 9:
                continue  # drums have no pitch
            if message.type == "note_on" and message.velocity:
                begun[message.note] = now
            elif message.type in ("note_off", "note_on") and message.note in begun:
                length = max(1, now - begun[message.note]) / 480
                tone = music21.note.Note(message.note, quarterLength=round(length * 4) / 4 or 0.25)
                stream.insert(round(begun.pop(message.note) / 480, 2), tone)
    found = music21.analysis.discrete.KrumhanslKessler().getSolution(stream)
    return bool(key_name(found.tonic.pitchClass, found.mode == "minor") == own)
