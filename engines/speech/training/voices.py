"""Makes the voices a separator is trained on: synthetic people reading made-up sentences.

Only sources whose terms let the trained weights be MIT are used: Kokoro and hibari (Apache-2.0) and
flite's voices (CMU, BSD-like). Kokoro's 54 voices and blends of two of them are many people; most
are men here, because two low voices are the hardest to tell apart::

    python -m engines.speech.training.voices --folder F --minutes M [--source kokoro]

Each speaker is one file ``F/voices/SOURCE-NUMBER.npz``, made from its number alone: the work can be
stopped at any time and goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from engines.audio import resample
from engines.kinds import Samples
from engines.speech.kokoro import RATE as KOKORO_RATE
from engines.speech.kokoro import STYLE_SIZE, STYLES
from engines.speech.speak import Kokoro
from engines.speech.training.sentences import sentence
from engines.speech.voices import Voice

RATE = 8_000
#: What one speaker says, in seconds: many speakers matter more than much of each.
SPEAKER_S = 20.0
MALE_SHARE = 0.68
BLEND_SHARE = 0.65
FLITE_VOICES = ("rms", "awb", "slt", "kal16")


@dataclass(frozen=True, slots=True)
class Speaker:
    """A synthetic person: voices of the source with their shares, which sum to 1."""

    shares: tuple[tuple[str, float], ...]

    @property
    def name(self) -> str:
        """The same in words, such as "am_adam*0.60+am_onyx*0.40"."""
        return "+".join(f"{voice}*{share:.2f}" for voice, share in self.shares)

    @property
    def people(self) -> tuple[str, ...]:
        """The first names of those whose voices are in it: am_santa and pm_santa are one man."""
        return tuple(sorted({voice.rpartition("_")[2] for voice, _ in self.shares}))


def draw(rng: np.random.Generator, voices: list[str]) -> Speaker:
    """A speaker at random out of Kokoro's ``voices`` ("am_adam": accent, sex, first name)."""
    sex = "m" if rng.random() < MALE_SHARE else "f"
    same = [voice for voice in voices if voice[1] == sex]
    first = str(rng.choice(same))
    if rng.random() > BLEND_SHARE:
        return Speaker(((first, 1.0),))
    # Now and then a blend lies between the sexes.
    others = voices if rng.random() < 0.15 else same
    second = str(rng.choice([voice for voice in others if voice != first]))
    share = float(rng.uniform(0.3, 0.7))
    return Speaker(((first, round(share, 2)), (second, round(1 - share, 2))))


class Blends(Kokoro):
    """Kokoro with blended voices, on one thread."""

    def load(self, device: str) -> None:
        """Read the weights."""
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
        super().load(device)
        os.sched_setaffinity(0, cores)
        self.names = [voice.name for voice in self.voices]

    def style(self, speaker: Speaker) -> Samples:
        """The blended style [510, 256]: a row for every number of phonemes."""
        rows = np.zeros((STYLES, STYLE_SIZE), dtype=np.float32)
        for voice, share in speaker.shares:
            rows += np.float32(share) * self.style_of(Voice(voice))
        return rows

    def say(self, text: str, speaker: Speaker, speed: float) -> Samples:
        """The sentence [frames] at 24 kHz."""
        british = Voice(speaker.shares[0][0]).british
        phonemes = self.script.phonemes(text, "en", british)
        return self.network.say(phonemes, self.style(speaker), speed).samples


Speak = Callable[[np.random.Generator], tuple[Speaker, Iterator[Samples]]]


def kokoro() -> Speak:
    """Speakers of Kokoro: drawn at random, blended or not."""
    engine = Blends()
    engine.load("cpu")

    def speak(rng: np.random.Generator) -> tuple[Speaker, Iterator[Samples]]:
        speaker = draw(rng, engine.names)

        def clips() -> Iterator[Samples]:
            while True:
                said = engine.say(sentence(rng), speaker, float(rng.uniform(0.85, 1.2)))
                yield resample(said, KOKORO_RATE, RATE)

        return speaker, clips()

    return speak


def hibari() -> Speak:
    """The one voice of hibari, which is Kokoro's "heart"."""
    from hibari.tts import Hibari  # noqa: PLC0415 - half a second to import

    voice = Hibari()

    def speak(rng: np.random.Generator) -> tuple[Speaker, Iterator[Samples]]:
        def clips() -> Iterator[Samples]:
            while True:
                said = voice(sentence(rng), speed=float(rng.uniform(0.85, 1.2)), seed=0)
                yield resample(np.asarray(said, dtype=np.float32), KOKORO_RATE, RATE)

        return Speaker((("af_heart", 1.0),)), clips()

    return speak


def flite() -> Speak:
    """The voices of flite, the Debian package: two men, a woman and an older synthetic man."""
    if shutil.which("flite") is None:
        raise FileNotFoundError("flite is not installed")

    def speak(rng: np.random.Generator) -> tuple[Speaker, Iterator[Samples]]:
        voice = str(rng.choice(FLITE_VOICES, p=(0.4, 0.35, 0.15, 0.1)))

        def clips() -> Iterator[Samples]:
            while True:
                stretch = f"duration_stretch={rng.uniform(0.85, 1.2):.2f}"
                with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                    command = ["flite", "-voice", voice, "--setf", stretch]
                    command += ["-t", sentence(rng), "-o", file.name]
                    subprocess.run(command, check=True, capture_output=True, timeout=60)
                    said, rate = soundfile.read(file.name, dtype="float32")
                yield resample(said, int(rate), RATE)

        return Speaker(((f"flite_{voice}", 1.0),)), clips()

    return speak


SOURCES: dict[str, Callable[[], Speak]] = {"kokoro": kokoro, "hibari": hibari, "flite": flite}


def voiced(samples: Samples) -> Samples:
    """The same [frames] at 8 kHz, without silence at either end and at a level of -26 dB."""
    frame = RATE // 100
    power = np.square(samples[: len(samples) // frame * frame]).reshape(-1, frame).mean(axis=1)
    loud = np.flatnonzero(power > 10**-4.5 * power.max(initial=0.0))
    if not len(loud):
        return samples[:0]
    kept = samples[max(0, loud[0] - 2) * frame : (loud[-1] + 3) * frame]
    rms = float(np.sqrt(np.square(kept).mean()))
    return np.asarray(kept * (0.05 / max(rms, 1e-9)), dtype=np.float32)


def make(speak: Speak, seed: int, path: Path) -> float:
    """Write one speaker's file; returns its length in seconds.

    ``samples`` are int16 [frames] at 8 kHz, clip after clip; ``lengths`` [clips] are in frames;
    ``name`` and ``people`` are the speaker's (see :class:`Speaker`).
    """
    rng = np.random.default_rng(seed)
    speaker, endless = speak(rng)
    clips: list[Samples] = []
    frames = 0
    for said in endless:
        clip = voiced(said)
        clips.append(clip)
        frames += len(clip)
        if frames >= SPEAKER_S * RATE:
            break
    pcm = np.round(np.clip(np.concatenate(clips), -1, 1) * 32767).astype(np.int16)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        np.savez(
            file,
            samples=pcm,
            lengths=np.array([len(clip) for clip in clips]),
            name=np.array(speaker.name),
            people=np.array(speaker.people),
        )
    Path(file.name).replace(path)
    return frames / RATE


def main() -> None:
    """Make speakers until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True, help="of work, not of speech")
    parser.add_argument("--speakers", type=int, default=1_000_000, help="no more than so many")
    parser.add_argument("--source", choices=SOURCES, default="kokoro")
    given = parser.parse_args()
    end = time.monotonic() + 60 * given.minutes
    folder = given.folder / "voices"
    folder.mkdir(parents=True, exist_ok=True)
    speak = SOURCES[given.source]()
    number = 0
    while time.monotonic() < end and number < given.speakers:
        path = folder / f"{given.source}-{number:05d}.npz"
        if not path.exists():
            # Sources must not say the same in the same order.
            make(speak, 100_000 * list(SOURCES).index(given.source) + number, path)
        number += 1


if __name__ == "__main__":
    main()
