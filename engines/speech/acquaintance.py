"""People who are known by their voices, from recordings in which somebody named them.

Two recordings of one voice with 12 s of speech each have voiceprints with a cosine of .86 and more
nine times out of ten, two voices one time in two hundred and more seldom (31 people, recordings
made in one place; where the room and the microphone change fewer are known again).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

import numpy as np

from engines.kinds import Samples

#: In an engine's arguments the people known by voice, {name: voiceprint}, where a channel keeps
#: voices; in a result's data those to keep. Neither is for people's eyes, or a language model's.
PEOPLE, VOICEPRINTS = "people", "voiceprints"
#: Voiceprints of one person have a cosine of so much.
SAME = 0.86
#: The voice of who speaks for less, in s, is not kept.
LEAST_S = 6.0


def known_again(prints: Mapping[int, Samples], people: Mapping[str, Samples]) -> dict[int, str]:
    """The names of those speakers [256] whose voice is that of one of the ``people`` [256].

    Several speakers may be one person, who was taken for two.
    """
    found: dict[int, str] = {}
    for speaker, voice in prints.items():
        likeness = {name: float(voice @ own) for name, own in people.items()}
        name = max(likeness, key=lambda each: likeness[each], default="")
        if name and likeness[name] >= SAME:
            found[speaker] = name
    return found


def to_text(voiceprint: Samples) -> str:
    """A voiceprint [256] as text, in half precision."""
    return base64.b64encode(voiceprint.astype("<f2").tobytes()).decode()


def from_text(text: str) -> Samples:
    """The voiceprint [256] of :func:`to_text`."""
    halves = np.frombuffer(base64.b64decode(text), dtype="<f2").astype(np.float32)
    return np.asarray(halves / np.linalg.norm(halves), dtype=np.float32)


def without(people: Mapping[str, str], names: Iterable[str]) -> dict[str, Samples]:
    """The voiceprints of people given as text, but for these names."""
    some = {name.casefold() for name in names}
    return {name: from_text(text) for name, text in people.items() if name.casefold() not in some}
