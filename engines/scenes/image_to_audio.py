"""The sound of a picture: what is made out in it becomes a scene in words, and that is made.

Labels and measurements are those of image captioning (``engines/vision/``); what they sound like
is in ``pictured.toml``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Progress, Refusal, Samples, Work, note
from engines.scenes.lexicon import Unmade, mentions
from engines.scenes.text_to_audio import made
from engines.vision.caption import claimed, sentence
from engines.vision.efficientnet import EfficientNet
from engines.vision.labels import LABELS
from engines.vision.scene import Scene, measured, opened

FILE = Path(__file__).with_name("pictured.toml")
#: The work of seeing, beside that of making the sound.
SEEN = 0.2
#: A label that is not claimed is still listened to from this probability on, as a guess.
GUESSED = 0.1
#: A colour tells of a place where the picture is a photograph, and dark below this lightness.
DARK = 0.25


@engine(
    task="image_to_audio",
    weights=("efficientnet-lite0", "yamnet"),
    memory_gb=0.8,
    seconds_per_second=0.5,
)
class PicturedSound:
    """A scene of sound for what a picture shows."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        self.network = EfficientNet()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Give each picture its sound."""
        return one_by_one(batch, self._sounded)

    def _sounded(self, index: int, work: Work) -> Iterator[Event]:
        picture, size = opened(work.sources[0])
        scene = measured(picture, size)
        found = self.network.probabilities(picture)
        yield Progress(index, SEEN)
        caption = sentence(found, scene)
        text, why = heard_in(found, scene)
        if not text:
            raise Refusal("picture_silent", saw=caption)
        for event in made(index, text):
            match event:
                case Progress(fraction=fraction):
                    yield Progress(index, SEEN + (1 - SEEN) * fraction)
                case Done():
                    data = {**event.data, "caption": caption, "scene_text": text, "by": why}
                    saw = note("picture_heard", saw=caption, why=why)
                    yield replace(event, data=data, notes=(saw, *event.notes))
                case _:
                    yield event


def heard_in(found: Samples, scene: Scene) -> tuple[str, str]:
    """A scene in words for a picture, and by what: "things", "guess", "colours"; or both empty.

    ``found`` are the probabilities of the classes [1000].
    """
    if scene.kind in ("plain", "text"):
        return "", ""
    for name in claimed(found, scene):
        if words := sounding(name):
            return words, "things"
    for number in found.argsort()[::-1][:3]:
        if found[number] >= GUESSED and (words := sounding(LABELS[int(number)])):
            return words, "guess"
    if scene.kind != "photo":
        return "", ""
    colours = _table()["colours"]
    if scene.lightness < DARK:
        return colours["dark"], "colours"
    return next(((colours[each], "colours") for each in scene.colours if each in colours), ("", ""))


def sounding(label: str) -> str:
    """What is heard of a label or a kind, in words; empty where that is nothing."""
    for group in ("animals", "things", "places"):
        if label in _table()[group]:
            return _table()[group][label]
    named = mentions(label)
    # All of it: no garden spider sounds of a garden.
    whole = len(named) == 1 and (named[0].start, named[0].end) == (0, len(label))
    return label if whole and not isinstance(named[0].meaning, Unmade) else ""


@functools.cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(FILE.read_text("utf-8"))
