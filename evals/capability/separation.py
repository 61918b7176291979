"""How clean the tracks are that a recording is parted into: speakers in turn, at once, and music.

Real readers taking turns and talking at once, and a reader over music made from a seed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from engines.audio import mono
from engines.kinds import Samples
from engines.speech.activity import RATE
from engines.speech.separate import TrackSeparation
from engines.speech.talkers import WEIGHTS, Talkers
from engines.speech.training import evaluate
from evals.capability.conversations import ORDERS, Owners, conversation, readers, speech
from evals.capability.figure import Figure
from evals.capability.running import done, tracks
from evals.enhancement import si_sdr
from tests import recordings

TASK = "speech_separation"
MUSIC_RATE, MUSIC_S = 44_100, 10
#: Three readers, one of them much louder than another (RMS).
LEVELS = (0.03, 0.06, 0.04)


def measure() -> list[Figure]:
    """Purity of the turns' tracks, and the gains in SI-SDR of voices and music."""
    engine = TrackSeparation()
    engine.load("cpu")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mixture.wav")
        found = [*_turns(engine, path), *_music(engine, path)]
    return [*found, *_at_once()]


def _turns(engine: TrackSeparation, path: Path) -> list[Figure]:
    samples, owners = conversation(readers(LEVELS), ORDERS["three"])
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    made = [
        each.samples[0] for each in tracks(done(engine, TASK, path, tracks="speakers")).values()
    ]
    worst = min(purity(track, owners) for track in made)
    plain = purity(samples, owners)
    data = "three readers in turn"
    return [
        Figure(TASK, data, "tracks", len(made)),
        Figure(
            TASK,
            data,
            "of its speaker, worst track",
            100 * worst,
            " %",
            100 * plain,
            "the recording",
            95,
        ),
    ]


def _music(engine: TrackSeparation, path: Path) -> list[Figure]:
    voice = speech(recordings.two_cities(), MUSIC_RATE)[: MUSIC_S * MUSIC_RATE]
    mixture, music = mixed(voice, MUSIC_RATE)
    soundfile.write(path, mixture.T, MUSIC_RATE, subtype="FLOAT")
    made = tracks(done(engine, TASK, path, tracks="voice and music"))
    found = []
    for name, wanted in (("voice", voice), ("music", mono(music))):
        gain = si_sdr(mono(made[name].samples), wanted) - si_sdr(mono(mixture), wanted)
        metric = f"SI-SDR gained, {name}"
        found.append(
            Figure(TASK, "a reader over music at 0 dB", metric, gain, " dB", 0, "the mixture", 6)
        )
    return found


def _at_once() -> list[Figure]:
    recordings.people()
    mixtures = evaluate.real_mixtures()
    told = evaluate.report(Talkers(WEIGHTS).separate, mixtures)
    data = f"two talkers at once, {told['mixtures']} mixtures"
    plain, clearer = "the mixture", 100 * told["over_5_db"]
    alike = [told[kind] for kind in ("two low", "two high")]
    of_alike = np.average(
        [each["mean_db"] for each in alike], weights=[each["mixtures"] for each in alike]
    )
    return [
        Figure(TASK, data, "SI-SDR gained, mean", told["mean_db"], " dB", 0, plain, 5),
        Figure(TASK, data, "of two low or two high voices", float(of_alike), " dB", 0, plain, 3),
        Figure(TASK, data, "of a high and a low voice", told["high and low"]["mean_db"], " dB"),
        Figure(TASK, data, "more than 5 dB gained", clearer, " %", 0, plain),
    ]


def purity(track: Samples, owners: Owners) -> float:
    """How much of a track's [frames] energy is of one speaker: the one who has most of it."""
    energy = np.square(track, dtype=np.float64)
    shares = [energy[owners == each].sum() for each in range(owners.max() + 1)]
    return float(max(shares) / energy.sum())


def band(frames: int, rate: int) -> Samples:
    """A drum, a bass and chords [2, frames], the chords' notes here and there in the room."""
    random = np.random.default_rng(0)
    sound = np.zeros((2, frames))
    for beat, at in enumerate(range(0, frames, rate // 2)):
        times = np.arange(min(rate, frames - at)) / rate
        chord = np.array([0, 3, 7]) + (0, 5, 7)[beat // 4 % 3]
        for pitch in [110.0, *(220 * 2 ** (chord / 12))]:
            partials = [np.sin(2 * np.pi * pitch * k * times) / k**1.2 for k in range(1, 9)]
            left = random.uniform(0.3, 0.7)
            note = np.sum(partials, axis=0) * np.exp(-2 * times)
            sound[:, at : at + len(times)] += np.array([[left], [1 - left]]) * note
        drum = random.normal(size=len(times)) * np.exp(-times / 0.02)
        sound[:, at : at + len(times)] += 0.8 * drum
    return sound.astype(np.float32)


def mixed(voice: Samples, rate: int) -> tuple[Samples, Samples]:
    """(mixture, music) [2, frames] with the music as loud as the voice [frames]."""
    music = band(len(voice), rate)
    music *= np.sqrt(np.square(voice).mean() / np.square(mono(music)).mean())
    return 0.5 * (voice + music), 0.5 * music
