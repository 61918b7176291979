"""Whether and when one asked-for sound is heard: in clips of it, in clips of others, and in scenes.

The second half of the labelled sounds of ``labelled.toml`` (thresholds were chosen on the first).
A clip's target is its accepted classes. In the scenes a clip, up to 4 s of it, stands somewhere in
12 s of speech, pink noise or rain, 10 dB above them: only clips that are heard alone, since what
the network does not know by itself it does not find in noise either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.sound import spot
from engines.sound.targets import with_kinds
from engines.sound.yamnet import HOP_S, Yamnet, class_names
from evals.capability import sounds
from evals.capability.figure import Figure
from tests import recordings

TASK = "target_sound_detection"
RATE = sounds.RATE
SEED = 3
SCENE_S, LONGEST_S, SHORTEST_S, EDGE_S = 12, 4, 0.5, 1
LEVEL, ABOVE_DB = 0.02, 10
#: A clip is put into scenes where its target scores so much in it alone.
KNOWN = 0.3
#: In the backgrounds: they are no targets.
BACKGROUND_CLASSES = ("Speech", "Narration, monologue", "Rain")
RAIN = "LRRain_in_garden_01_LA_cut.ogg"


def measure() -> list[Figure]:
    """Hits and false alarms on clips; AUC of the patches and overlap in time in scenes."""
    network = Yamnet()
    clips = sounds.labelled("second")
    scores = [np.concatenate(list(network.stream([clip.samples]))) for clip in clips]
    hits = [_score(clip, found) >= spot.ENTER for clip, found in zip(clips, scores, strict=True)]
    alarms = list(_alarms(clips, scores))
    chance = "a coin"
    data = f"{len(clips)} labelled sounds"
    others = f"{len(alarms)} targets that are not there"
    found = [
        Figure(TASK, data, "found", float(np.mean(hits)), "", 0.5, chance, 0.85),
        Figure(TASK, others, "false alarms", float(np.mean(alarms)), "", 0.5, chance, 0.1, True),
    ]
    none = {number for number, name in enumerate(class_names()) if name in BACKGROUND_CLASSES}
    usable = [
        clip
        for clip, each in zip(clips, scores, strict=True)
        if len(clip.samples) > SHORTEST_S * RATE
        and none.isdisjoint(clip.classes)
        and _score(clip, each) >= KNOWN
    ]
    areas, overlaps, plain = list[float](), list[float](), list[float]()
    for clip, scene, start, end in scenes(usable):
        heard = np.concatenate(list(network.stream([scene])))[:, with_kinds(sorted(clip.classes))]
        of_target = heard.max(axis=1)
        times = np.arange(len(of_target)) * HOP_S
        areas.append(area((times >= start) & (times < end), of_target))
        spans = [(each.start, each.end) for each in spot.spots(of_target, "", SCENE_S)]
        if shared := overlap(spans, start, end):
            overlaps.append(shared)
            plain.append((end - start) / SCENE_S)
    data = f"{len(areas)} scenes at {ABOVE_DB} dB"
    area_mean, met = float(np.mean(areas)), len(overlaps) / len(areas)
    ours, all_of_it = float(np.mean(overlaps)), float(np.mean(plain))
    return [
        *found,
        Figure(TASK, data, "AUC of the patches, mean", area_mean, "", 0.5, chance, 0.95),
        Figure(TASK, data, "found, at the right time", met),
        Figure(
            TASK,
            f"{len(overlaps)} of them where it is found",
            "overlap in time (IoU), mean",
            ours,
            "",
            all_of_it,
            "the whole scene",
            0.5,
        ),
    ]


def _score(clip: sounds.Clip, scores: Samples) -> float:
    """How surely the target of a clip is heard by scores [patches, classes]."""
    return float(scores[:, with_kinds(sorted(clip.classes))].max())


def _alarms(clips: Sequence[sounds.Clip], scores: Sequence[Samples]) -> Iterator[bool]:
    """Whether each clip seems to hold the target of every other that shares no class with it."""
    kinds = [set(with_kinds(sorted(clip.classes))) for clip in clips]
    for own, found in zip(kinds, scores, strict=True):
        for asked in kinds:
            if own.isdisjoint(asked):
                yield bool(found[:, sorted(asked)].max() >= spot.ENTER)


def scenes(
    clips: Sequence[sounds.Clip],
) -> Iterator[tuple[sounds.Clip, Samples, float, float]]:
    """(clip, scene [frames] at 16 kHz, where the clip starts and ends in s)."""
    generator = np.random.default_rng(SEED)
    frames = SCENE_S * RATE
    for ground in _backgrounds(generator).values():
        for clip in clips:
            sound = clip.samples[: LONGEST_S * RATE]
            sound = sound * (LEVEL * 10 ** (ABOVE_DB / 20) / np.sqrt(np.square(sound).mean()))
            edge = EDGE_S * RATE
            at = int(generator.integers(edge, frames - len(sound) - edge))
            first = int(generator.integers(0, len(ground) - frames))
            under = ground[first : first + frames]
            scene = LEVEL * under / under.std()
            scene[at : at + len(sound)] += sound
            yield clip, scene.astype(np.float32), at / RATE, (at + len(sound)) / RATE


def _backgrounds(generator: np.random.Generator) -> Mapping[str, Samples]:
    """Speech, pink noise and rain [frames] at 16 kHz, each longer than a scene."""
    reading, rate = read(recordings.two_cities())
    spectrum = np.fft.rfft(generator.standard_normal(30 * RATE))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    every = (*sounds.labelled("first"), *sounds.labelled("second"))
    (rain,) = (clip.samples for clip in every if clip.name.endswith(RAIN))
    return {
        "speech": resample(mono(reading), rate, RATE),
        "pink noise": np.asarray(np.fft.irfft(spectrum), dtype=np.float32),
        "rain": np.tile(rain, 8),
    }


def area(wanted: NDArray[np.bool_], scores: Samples) -> float:
    """The area under the ROC curve: how often a patch of the sound scores above one without."""
    inside, outside = scores[wanted], scores[~wanted]
    above = (inside[:, None] > outside).mean() + 0.5 * (inside[:, None] == outside).mean()
    return float(above)


def overlap(spans: Sequence[tuple[float, float]], start: float, end: float) -> float:
    """Intersection over union of spans found, in s, and the one that is right; 0 for none."""
    inside = sum(max(0.0, min(b, end) - max(a, start)) for a, b in spans)
    return inside / (end - start + sum(b - a for a, b in spans) - inside)
