"""The voices of Kokoro, by the names people call them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
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
#: Languages by the first letter of a voice's name.
_LANGUAGES = dict(
    zip("abefhijpz", ("en", "en", "es", "fr", "hi", "it", "ja", "pt", "zh"), strict=True)
)
#: Korean has no voice of its own; of the others, a Japanese one is understood best.
USUAL = {
    "en": "af_heart", "es": "ef_dora", "fr": "ff_siwis", "hi": "hf_alpha", "it": "if_sara",
    "pt": "pf_dora", "ko": "jf_alpha",
}  # fmt: skip
#: A language without voices is spoken by those of another.
USUAL_LANGUAGE = {"ko": "ja"}
#: Asks for every voice of a language, each introducing itself.
ALL = "all"
_INTRODUCED = {
    "en": "I am {name}.",
    "es": "Soy {name}.",
    "fr": "Je suis {name}.",
    "hi": "मैं {name} हूँ।",
    "it": "Sono {name}.",
    "pt": "Eu sou {name}.",
    "ko": "안녕하세요, 만나서 반가워요.",
}
SUGGESTED = ("heart", "michael", "emma", "george")


@dataclass(frozen=True, slots=True)
class Voice:
    """``name`` as in the weights, such as "bf_emma": accent, sex, and a first name."""

    name: str

    @property
    def language(self) -> str:
        """The code of the language it grew up with."""
        return _LANGUAGES[self.name[0]]

    @property
    def first_name(self) -> str:
        """What people call it."""
        return self.name.partition("_")[2]

    @property
    def british(self) -> bool:
        """Whether it speaks, and is to be given, British English."""
        return self.name.startswith("b")


def known(names: Iterable[str]) -> tuple[Voice, ...]:
    """The voices of languages that we speak, in order, English first."""
    voices = (Voice(name) for name in sorted(names) if name[:1] in _LANGUAGES)
    return tuple(sorted(voices, key=lambda voice: voice.language != "en"))


def english(names: Iterable[str]) -> tuple[Voice, ...]:
    """The English ones among the voices' names, in order."""
    return tuple(voice for voice in known(names) if voice.language == "en")


def usual(language: str) -> Voice:
    """The voice that a language is spoken in where nobody asks for one."""
    return Voice(USUAL[language])


def of_language(voices: Iterable[Voice], language: str) -> list[Voice]:
    """The voices that speak a language, in order."""
    wanted = USUAL_LANGUAGE.get(language, language)
    return [voice for voice in voices if voice.language == wanted]


def introduction(voice: Voice, language: str) -> str:
    """What a voice says of itself."""
    return _INTRODUCED[language].format(name=voice.first_name.capitalize())


def find(asked: str, voices: Iterable[Voice], language: str = "en") -> Voice:
    """The voice called ``asked``: "bf_emma", "Emma", "british woman"; "male" in a language.

    Of two with one first name, that of the language. Raises :class:`Refusal` ``voice_unknown`` with
    the names nearest to it.
    """
    by_name = {voice.name: voice for voice in voices}
    others_first = sorted(by_name.values(), key=lambda voice: voice.language == language)
    by_first_name = {voice.first_name: voice for voice in others_first}
    wanted = " ".join(asked.lower().replace("-", " ").split())
    exact = by_name.get(wanted.replace(" ", "_")) or by_first_name.get(wanted)
    voice = exact or _described(wanted, others_first, language)
    if voice is None:
        last = wanted.replace("_", " ").split()[-1:] or [""]
        near = difflib.get_close_matches(last[0], by_first_name, n=3, cutoff=0.6)
        suggested = near or [name for name in SUGGESTED if name in by_first_name]
        raise Refusal("voice_unknown", voice=asked, near=", ".join(suggested))
    return voice


def _described(wanted: str, voices: Sequence[Voice], language: str) -> Voice | None:
    """A voice by its sex or accent."""
    sex = {"female": "f", "woman": "f", "male": "m", "man": "m"}.get(wanted)
    if sex and language != "en":
        own = of_language(voices, language)
        return next((each for each in own if each.name[1] == sex), None)
    return next((each for each in voices if each.name == _BY_DESCRIPTION.get(wanted)), None)
