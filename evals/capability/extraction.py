"""How well one described sound is taken out of a recording, by the background it is mixed into.

Labelled sounds of three Debian packages (those whose name's SHA-256 is odd: thresholds were chosen
on others) stand for some seconds in nine seconds of a background as strong as they are. Measured:
how much nearer the extracted track comes to the sound than the mixture did, in SI-SDR (Le Roux et
al., "SDR - half-baked or well done?", ICASSP 2019) over the whole track. Run it with

    python -m evals.capability.extraction [--clips N]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import soundfile

from engines.audio import mono, read, resample
from engines.kinds import Done, Samples, Source, Work
from engines.sound.extract import SoundExtraction
from evals.capability.figure import Figure, table
from evals.capability.sounds import fetched
from evals.enhancement import si_sdr
from evals.noises import Noise, chords, coloured, rain, wind

TASK = "sound_extraction"
RATE = 16_000
SECONDS, LONGEST_S, EARLIEST_S = 9.0, 3.0, 0.5
SEED = 20_260_101
LEVEL = 0.05
#: Package -> where its sounds are, and how they are called below.
FOLDERS = {
    "tuxpaint-stamps-default": "usr/share/tuxpaint/stamps",
    "sound-theme-freedesktop": "usr/share/sounds/freedesktop/stereo",
    "sonic-pi-samples": "usr/share/sonic-pi/samples",
}
STAMPS, THEME, SAMPLES = FOLDERS
#: What is asked for, and where it is in the packages (CC0, CC-BY, GPL: see their copyright files).
SOUNDS = {
    "a siren": (STAMPS, "vehicles/emergency/firetruck.ogg"),
    "a crow": (STAMPS, "animals/birds/crow.ogg"),
    "a cow mooing": (STAMPS, "animals/mammals/bovines/bull.ogg"),
    "a sheep": (STAMPS, "animals/mammals/bovines/sheep_lamb.ogg"),
    "a violin": (STAMPS, "hobbies/music/string/violin.ogg"),
    "the telephone ringing": (THEME, "phone-incoming-call.oga"),
    "drums": (SAMPLES, "loop_breakbeat.flac"),
    "a frog": (STAMPS, "animals/amphibians/frog.ogg"),
    "a vacuum cleaner": (STAMPS, "household/vacuum_cleaner.ogg"),
    "a cuckoo": (STAMPS, "animals/birds/cuckoo.ogg"),
    "a chicken": (STAMPS, "animals/birds/hen.ogg"),
    "a cymbal": (STAMPS, "hobbies/music/percussion/cymbal_crash.ogg"),
    "a goose": (STAMPS, "animals/birds/gander.ogg"),
    "sawing": (STAMPS, "household/tools/saw.ogg"),
    "a drum roll": (SAMPLES, "drum_roll.flac"),
    "a busy signal": (THEME, "phone-outgoing-busy.oga"),
}
#: The least mean gain in dB under each background: under the others it must do no harm.
GOALS = {"pink": 3.0, "rain": 3.0}
NO_HARM = -1.0

#: What is asked for, the background, and the gain in dB: None where it was refused as not heard.
Result = tuple[str, str, float | None]


def measure(clips: int | None = None) -> list[Figure]:
    """The mean gain of each background, and the share of mixtures where the sound was heard."""
    return figures(list(results(clips)))


def results(clips: int | None = None) -> Iterator[Result]:
    """The gain of every mixture."""
    engine = SoundExtraction()
    engine.load("cpu")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mixture.wav")
        for asked, background, mixture, target in mixtures(clips):
            soundfile.write(path, mixture, RATE, subtype="FLOAT")
            work = Work("sound_extraction", {"target": asked}, [Source("a1", "audio", path)])
            *_, end = engine.run([work])
            gain = None
            if isinstance(end, Done):
                estimate = getattr(end.outputs[0], "samples")[0]  # noqa: B009 - a Sound, the first
                gain = si_sdr(estimate, target) - si_sdr(mixture, target)
            yield asked, background, gain


def figures(rows: Iterable[Result]) -> list[Figure]:
    """The figures over the gains."""
    found: dict[str, list[float | None]] = {}
    for _, background, gain in rows:
        found.setdefault(background, []).append(gain)
    told = []
    for background, gains in found.items():
        known = [gain for gain in gains if gain is not None]
        data = f"under {background}, {len(gains)} mixtures at 0 dB"
        if known:
            metric = "SI-SDR gained where heard"
            mean = float(np.mean(known))
            goal = GOALS.get(background, NO_HARM)
            told.append(Figure(TASK, data, metric, mean, " dB", 0, "the mixture", goal))
        told.append(Figure(TASK, data, "sound heard", 100 * len(known) / len(gains), " %"))
    return told


def mixtures(clips: int | None = None) -> Iterator[tuple[str, str, Samples, Samples]]:
    """(what is asked for, the background's name, mixture, target), both [frames] at 16 kHz."""
    generator = np.random.default_rng(SEED)
    grounds = backgrounds(generator)
    frames = round(SECONDS * RATE)
    for asked, (package, file) in list(SOUNDS.items())[:clips]:
        samples, rate = read(fetched(package) / FOLDERS[package] / file)
        sound = resample(mono(samples), rate, RATE)[: round(LONGEST_S * RATE)]
        sound = sound * (LEVEL / float(np.sqrt(np.mean(np.square(sound)))))
        for name, ground in grounds.items():
            edge = round(EARLIEST_S * RATE)
            start = int(generator.integers(edge, frames - len(sound) - edge))
            first = int(generator.integers(0, len(ground) - frames))
            target = np.zeros(frames, dtype=np.float32)
            target[start : start + len(sound)] = sound
            mixture = target + ground[first : first + frames]
            yield asked, name, np.asarray(mixture, dtype=np.float32), target


def backgrounds(generator: np.random.Generator) -> dict[str, Samples]:
    """Twenty seconds [frames] at 16 kHz of each, at ``LEVEL``."""
    from tests import recordings  # noqa: PLC0415 - fetches the recordings

    frames = 20 * RATE
    reading, rate = read(recordings.two_cities())
    talkers = np.zeros(frames)
    for path in (recordings.beckett(), *(each.path for each in recordings.librivox())):
        samples, own = read(path)
        voice = resample(mono(samples), own, RATE)
        talkers += np.resize(voice / voice.std(), frames)
    made: dict[str, Noise | Samples] = {
        "pink": coloured(generator.standard_normal(frames), -0.5),
        "white": generator.standard_normal(frames),
        "rain": rain(frames, generator),
        "wind": wind(frames, generator),
        "music": chords(frames),
        "speech": resample(mono(reading), rate, RATE)[:frames],
        "babble": talkers,
    }
    return {name: np.asarray(LEVEL * each / each.std(), np.float32) for name, each in made.items()}


def main() -> None:
    """Print each mixture's gain and the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--clips", type=int, help="only so many sounds")
    rows = []
    for row in results(parser.parse_args().clips):
        rows.append(row)
        asked, background, gain = row
        told = "refused" if gain is None else f"{gain:+.1f} dB"
        print(f"{asked:<24}{background:<10}{told}", flush=True)
    print(table(figures(rows)))


if __name__ == "__main__":
    main()
