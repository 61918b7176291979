"""Sound from a description: a scene of procedures for what sounds.

Nothing is recorded or learnt: every sound is a small physical or spectral model
(``engines/foley/``), so what none of them makes is said, with what comes near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from engines.engine import engine, one_by_one
from engines.foley.table import RATE
from engines.kinds import Done, Event, Note, Progress, Refusal, Sound, Work, note
from engines.scenes.nearest import nearest
from engines.scenes.render import rendered
from engines.scenes.scene import Layer, Scene
from engines.scenes.schedule import NothingKnown, described, scene

CHARACTERS = 2_000
#: A file is called by so many of its sounds.
NAMED = 3


@engine(task="text_to_audio", weights=("yamnet",), memory_gb=0.5, seconds_per_second=0.2)
class ComposedSound:
    """Scenes of sound, layer by layer. The weights give it the names of sounds it cannot make."""

    def load(self, device: str) -> None:
        """Nothing to read: the table of names is read with the first text."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Make each sound in turn."""
        return one_by_one(batch, self._make)

    def _make(self, index: int, work: Work) -> Iterator[Event]:
        text = str(work.arguments["text"])
        if len(text) > CHARACTERS:
            raise Refusal("text_too_long", characters=len(text), limit=CHARACTERS)
        seconds = work.arguments.get("duration")
        yield from made(index, text, float(seconds) if seconds else None)


def made(index: int, text: str, seconds: float | None = None) -> Iterator[Event]:
    """The scene of a text as item ``index`` of a batch; the same words give the same bytes.

    Raises :class:`Refusal` as :func:`engines.scenes.schedule.scene` does, and ``sound_unknown``
    with what comes near where nothing of it can be made.
    """
    try:
        asked = scene(text, seconds)
    except NothingKnown as unknown:
        near = ", ".join(nearest(str(unknown)))
        raise Refusal("sound_unknown", sound=str(unknown), near=near) from None
    for step in rendered(asked, seed=0):
        if isinstance(step, float):
            yield Progress(index, step)
        else:
            sound = Sound(_name(asked.layers), step, RATE)
    yield Progress(index, 1.0)
    yield Done(index, data=_told(asked), outputs=(sound,), notes=_notes(asked))


def _notes(asked: Scene) -> tuple[Note, ...]:
    english, korean = (
        described(asked.layers, asked.seconds, korean=each) for each in (False, True)
    )
    notes = [note("scene_made", made=english, made_ko=korean)]
    if asked.unknown:
        sounds = ", ".join(asked.unknown)[:80]
        notes.append(note("scene_without", sounds=sounds, near=", ".join(nearest(sounds))))
    return tuple(notes)


def _told(asked: Scene) -> dict[str, object]:
    """The scene as JSON: lengths and times in s, distances in m, gains in dB."""
    return {
        "seconds": asked.seconds,
        "room": asked.room,
        "unknown": list(asked.unknown),
        "layers": [
            {
                "sound": layer.sound.name,
                "starts": list(layer.starts),
                "seconds": round(layer.seconds, 3),
                "place": asdict(layer.place),
                "end": asdict(layer.end) if layer.end else None,
                "gain": layer.gain,
            }
            for layer in asked.layers
        ],
    }


def _name(layers: Sequence[Layer]) -> str:
    names = dict.fromkeys(layer.sound.name for layer in layers)
    return re.sub(r"[^a-z]+", "-", " ".join(list(names)[:NAMED]))
