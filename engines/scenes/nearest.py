"""The sounds that can be made and come near to one that cannot."""

from __future__ import annotations

import functools

from engines.foley.table import sounds
from engines.kinds import Samples
from engines.scenes.lexicon import Unmade, mentions
from engines.sound.classes import descendants
from engines.sound.targets import encode
from engines.sound.yamnet import class_names

MOST = 3


def nearest(text: str) -> tuple[str, ...]:
    """The names of three that come near to what ``text`` says, the nearest first.

    First those of the same kind in AudioSet's tree, then those nearest in meaning by the
    multilingual universal sentence encoder (Yang et al., arXiv 1907.04307).
    """
    names, vectors = _meanings()
    likeness = vectors @ encode([text.lower()[:200]])[0]
    kin = _of_its_kind(text)
    order = sorted(range(len(names)), key=lambda n: (names[n] not in kin, -likeness[n]))
    return tuple(dict.fromkeys(names[each] for each in order))[:MOST]


def _of_its_kind(text: str) -> frozenset[str]:
    """The sounds that share the narrowest kind with a class that ``text`` names."""
    classes = class_names()
    named = {each.meaning.number for each in mentions(text) if isinstance(each.meaning, Unmade)}
    for number in named:
        kinds = (descendants(each) for each in range(len(classes)))
        for kind in sorted((each for each in kinds if number in each), key=len):
            members = {classes[each] for each in kind}
            kin = {row.name for row in sounds().values() if members & set(row.classes)}
            if kin:
                return frozenset(kin)
    return frozenset()


@functools.cache
def _meanings() -> tuple[tuple[str, ...], Samples]:
    """Each name of each sound: whose it is, and its meaning [names, 512]."""
    listed = [(row.name, name) for row in sounds().values() for name in (*row.names, *row.korean)]
    return tuple(own for own, _ in listed), encode([f"{name} sound" for _, name in listed])
