"""Image captioning: one sentence on a picture, with how sure each part of it is.

What is in it comes from EfficientNet-lite0 (:mod:`engines.vision.efficientnet`), which knows a
thousand things and no people; light, colours and kind are measured (:mod:`engines.vision.scene`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engines.engine import engine, one_by_one
from engines.kinds import Document, Done, Event, Note, Progress, Samples, Work, note
from engines.vision import labels
from engines.vision.efficientnet import EfficientNet
from engines.vision.scene import Scene, measured, opened

#: How likely a thing must be to be called sure, fairly sure, or to be claimed at all.
SURE, FAIRLY, CLAIMED = 0.8, 0.5, 0.25
#: The network was trained on photographs: in a drawing it is often sure of what is not there.
CLAIMED_OF_DRAWING = 0.85
#: A kind is claimed where it is so likely, and this much likelier than the likeliest thing: many
#: breeds of dog, each a little likely, add up.
CLAIMED_OF_KIND, WIDER = 0.4, 1.25
#: So many labels are kept in the data.
KEPT = 10
#: Smaller than this, in pixels, nothing can be seen in a picture.
SMALLEST = 16


@engine(
    task="image_captioning",
    weights=("efficientnet-lite0",),
    memory_gb=0.5,
    seconds_per_second=0.5,
)
class EfficientNetCaption:
    """A sentence from labels and measurements."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        self.network = EfficientNet()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Describe each picture in turn."""
        return one_by_one(batch, self._describe)

    def _describe(self, index: int, work: Work) -> Iterator[Event]:
        picture, size = opened(work.sources[0])
        yield Progress(index, 0.3)
        scene = measured(picture, size)
        found = self.network.probabilities(picture)
        yield Progress(index, 1.0)
        text = sentence(found, scene)
        best = [int(number) for number in np.argsort(-found, kind="stable")[:KEPT]]
        yield Done(
            index,
            text=text,
            data={
                "caption": text,
                "claimed": list(claimed(found, scene)),
                "labels": [_labelled(labels.LABELS[each], float(found[each])) for each in best],
                "kinds": [
                    _labelled(kind, likely)
                    for kind, likely in labels.kinds(found).items()
                    if likely >= CLAIMED
                ],
                "scene": scene.plain(),
                "model": "EfficientNet-lite0",
            },
            outputs=(Document("caption.txt", "text/plain", text + "\n"),),
            notes=_notes(found, scene),
        )


def sentence(found: Samples, scene: Scene) -> str:
    """The caption for the probabilities of the classes [1000] and what was measured."""
    subject = _subject(found, scene)
    return ", ".join([subject, *scene.words()]) + "."


def _subject(found: Samples, scene: Scene) -> str:
    """What the picture shows, or what it may show."""
    if scene.kind == "plain":
        colour = scene.colours[0] if scene.colours else "one colour"
        return f"A picture of nothing but {colour}"
    if scene.kind == "text":
        return "A page or a screen that is mostly text"
    picture = "A picture" if scene.kind == "photo" else "A drawing or a screenshot"
    if not _visible(scene):
        return f"{picture} too small to see what it shows"
    sure_of = claimed(found, scene)
    if sure_of:
        said, *narrower = (
            f"{labels.with_article(name)} ({_certainty(likely)}: {likely:.0%})"
            for name, likely in sure_of.items()
        )
        perhaps = "".join(f", perhaps {each.split(' (')[0]}" for each in narrower)
        return f"{picture} of {said}{perhaps}"
    first, second = (labels.LABELS[int(each)] for each in np.argsort(-found, kind="stable")[:2])
    # What the network is sure of in a drawing says little, and so does the number.
    guess = "a guess" if scene.kind == "drawing" else f"a guess: {float(found.max()):.0%}"
    things = f"{labels.with_article(first)} or {labels.with_article(second)}"
    return f"{picture}, perhaps of {things} ({guess})"


def claimed(found: Samples, scene: Scene) -> dict[str, float]:
    """What is said to be in the picture, and how likely: a thing, or its kind and then the thing.

    Where the network wavers between the breeds of a dog, that it is a dog is what it is sure of.
    """
    if scene.kind in {"plain", "text"} or not _visible(scene):
        return {}
    number = int(found.argmax())
    thing, likely = labels.LABELS[number], float(found[number])
    least = CLAIMED_OF_DRAWING if scene.kind == "drawing" else CLAIMED
    kind, wider = next(iter(labels.kinds(found).items()))
    if wider < max(CLAIMED_OF_KIND, least, likely * WIDER):
        return {thing: likely} if likely >= least else {}
    best = max(labels.members(kind), key=lambda each: float(found[each]))
    narrower, share = labels.LABELS[best], float(found[best])
    return {kind: wider} | ({narrower: share} if share >= CLAIMED and narrower != kind else {})


def _visible(scene: Scene) -> bool:
    return min(scene.width, scene.height) >= SMALLEST


def _notes(found: Samples, scene: Scene) -> tuple[Note, ...]:
    if scene.kind in {"plain", "text"}:
        return ()
    if not _visible(scene):
        return (note("picture_small", width=scene.width, height=scene.height),)
    sure_of = claimed(found, scene)
    if not sure_of:
        return (note("picture_guess"),)
    return (note("picture_unsure"),) if max(sure_of.values()) < FAIRLY else ()


def _certainty(likely: float) -> str:
    """The words for a probability."""
    return "sure" if likely >= SURE else "fairly sure" if likely >= FAIRLY else "not sure"


def _labelled(name: str, likely: float) -> dict[str, str | float]:
    return {"label": name, "probability": round(likely, 4)}
