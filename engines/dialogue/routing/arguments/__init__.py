"""What a clause says of its task's arguments: one module a subject, in English and Korean."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engines.dialogue.routing.arguments import (
    language,
    lyrics,
    paths,
    scenes,
    targets,
    times,
    tracks,
    transcripts,
)
from engines.dialogue.routing.quotes import masked

Arguments = dict[str, object]


def _one(name: str, value: object) -> Arguments:
    return {} if value is None else {name: value}


#: The tasks whose arguments are read from the clause alone; words to speak need its context.
_READERS: Mapping[str, Callable[[str], Arguments]] = {
    "speech_recognition": lambda clause: _transcript(masked(clause)),
    "speech_translation": lambda clause: _one("language", language.target(masked(clause)[:1000])),
    "target_sound_detection": lambda clause: _one("target", targets.target(clause)),
    "sound_extraction": lambda clause: _one("target", targets.target(clause)),
    "speech_separation": lambda clause: _tracks(masked(clause)),
    "audio_inpainting": lambda clause: times.gap(masked(clause)),
    "mono_to_binaural": lambda clause: _one("path", paths.path(masked(clause))),
    "text_to_audio": scenes.scene,
    "text_to_sing": lyrics.lyrics,
}


def read(task: str, clause: str) -> Arguments:
    """The arguments that a clause names for a task; those it does not name are left out."""
    return _READERS[task](clause) if task in _READERS else {}


def _tracks(blank: str) -> Arguments:
    chosen = tracks.tracks(blank)
    return {} if chosen == "speakers" else {"tracks": chosen}


def _transcript(blank: str) -> Arguments:
    return (
        _one("language", language.spoken(blank[:1000]))
        | _one("names", transcripts.names(blank))
        | _one("vocabulary", transcripts.vocabulary(blank))
    )
