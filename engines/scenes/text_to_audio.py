"""Sound from a description: a scene of procedures for what sounds, a composition for music.

Nothing is learnt: every sound is a small physical or spectral model (``engines/foley/``), so what
none of them makes is said, with what comes near it; music is written by rules
(``engines/composition/``) and played by a SoundFont.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from engines.composition.brief import is_music
from engines.composition.make import make
from engines.composition.names import instruments, style_name
from engines.engine import engine, one_by_one
from engines.foley.table import RATE, Row
from engines.kinds import Document, Done, Event, Note, Progress, Refusal, Sound, Work, note
from engines.pictures.roll import roll
from engines.scenes.lexicon import Area, mentions
from engines.scenes.nearest import nearest
from engines.scenes.render import rendered
from engines.scenes.scene import Layer, Scene
from engines.scenes.schedule import NothingKnown, described, scene

CHARACTERS = 2_000
#: How sure it must be that music is wanted where no sound is named.
MUSICAL = 0.6
#: Somebody is to sing; that is another task.
VOCALS = re.compile(
    r"\b(?:vocals?|sing(?:s|ing|er)?|lyrics|rap(?:s|ping)?)\b(?<!no lyrics)|가사|보컬|노래 ?부르",
    re.I,
)
#: A file is called by so many of its sounds.
NAMED = 3


@engine(
    task="text_to_audio",
    weights=("yamnet", "timgm6mb"),
    memory_gb=0.6,
    seconds_per_second=0.2,
)
class ComposedSound:
    """Scenes, layer by layer, and music. YAMNet gives it the names of sounds it cannot make."""

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
    """The scene or the music of a text as item ``index`` of a batch.

    The same words give the same bytes. Raises :class:`Refusal` as
    :func:`engines.scenes.schedule.scene` and :func:`engines.composition.make.make` do, and
    ``sound_unknown`` with what comes near where nothing of it can be made.
    """
    if wants_music(text):
        yield from _music(index, text, seconds)
        return
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


def wants_music(text: str) -> bool:
    """Whether a text asks for music: it says so, or names a style or an instrument and no sound."""
    sure = is_music(text)
    sounds = any(
        isinstance(each.meaning, Area)
        or (isinstance(each.meaning, Row) and not each.meaning.key.startswith("instruments."))
        for each in mentions(text)
    )
    return sure == 1.0 or (sure >= MUSICAL and not sounds)


def _music(index: int, text: str, seconds: float | None) -> Iterator[Event]:
    yield Progress(index, 0.0)
    music = make(text, seconds=seconds)
    yield Progress(index, 1.0)
    brief, piece = music.brief, music.piece
    facts: dict[str, str | int | float] = {
        "style": style_name(brief.style),
        "style_ko": style_name(brief.style, korean=True),
        "key": brief.key,
        "tempo": brief.tempo,
        "metre": brief.metre,
        "instruments": instruments(piece),
        "instruments_ko": instruments(piece, korean=True),
    }
    notes = [note("music_made", **facts), *brief.notes]
    if VOCALS.search(text):
        notes.append(note("music_without_voice"))
    yield Done(
        index,
        data={
            "style": brief.style,
            "mood": brief.mood,
            "key": brief.key,
            "tempo": brief.tempo,
            "metre": brief.metre,
            "bars": brief.bars,
            "loop": brief.loop,
            "chords": [[each.start, each.numeral] for each in piece.chords],
        },
        outputs=(
            Sound(f"{brief.style}-music", music.samples, music.rate, png=roll(piece)),
            Document(f"{brief.style}-music.mid", "audio/midi", music.midi),
        ),
        notes=notes,
    )


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
