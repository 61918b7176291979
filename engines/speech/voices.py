"""The English voices of Kokoro, by the names people call them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from engines.kinds import Refusal

#: What people say who know no names.
_BY_DESCRIPTION = {
    "female": "af_heart",
    "woman": "af_heart",
    "american": "af_heart",
    "male": "am_michael",
    "man": "am_michael",
    "british": "bf_emma",
    "british female": "bf_emma",
    "british woman": "bf_emma",
    "british male": "bm_george",
    "british man": "bm_george",
}
SUGGESTED = ("heart", "michael", "emma", "george")


@dataclass(frozen=True, slots=True)
class Voice:
    """``name`` as in the weights, such as "bf_emma": accent, sex, and a first name."""

    name: str

    @property
    def british(self) -> bool:
        """Whether it speaks, and is to be given, British English."""
        return self.name.startswith("b")


def english(names: Iterable[str]) -> tuple[Voice, ...]:
    """The English ones among the voices' names, in order."""
    return tuple(
        Voice(name) for name in sorted(names) if name.startswith(("af_", "am_", "bf_", "bm_"))
    )


def find(asked: str, voices: Iterable[Voice]) -> Voice:
    """The voice called ``asked``: "bf_emma", "Emma", "british woman".

    Raises :class:`Refusal` ``voice_unknown`` with the names nearest to it.
    """
    by_name = {voice.name: voice for voice in voices}
    by_first_name = {name.partition("_")[2]: voice for name, voice in by_name.items()}
    wanted = " ".join(asked.lower().replace("-", " ").split())
    exact = by_name.get(wanted.replace(" ", "_")) or by_first_name.get(wanted)
    described = by_name.get(_BY_DESCRIPTION.get(wanted, ""))
    voice = exact or described
    if voice is None:
        last = wanted.replace("_", " ").split()[-1:] or [""]
        near = difflib.get_close_matches(last[0], by_first_name, n=3, cutoff=0.6)
        suggested = near or [name for name in SUGGESTED if name in by_first_name]
        raise Refusal("voice_unknown", voice=asked, near=", ".join(suggested))
    return voice
