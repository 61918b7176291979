"""Target sound detection: whether and when one sound, named in words, is in a recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engines.audio import duration
from engines.engine import engine, one_by_one
from engines.kinds import Document, Done, Event, Picture, Samples, Work, note
from engines.pictures.posteriorgram import posteriorgram
from engines.sound import events
from engines.sound.detect import heard
from engines.sound.targets import Targets, with_kinds
from engines.sound.yamnet import HOP_S, Yamnet, class_names

#: The sound is there where a class of it scores the one, until all fall under the other. Both are
#: lower than where nothing was asked for: that it was asked for makes it likelier.
ENTER, LEAVE = 0.15, 0.08
#: So many kinds of the sound are shown below it.
SHOWN = 5


@engine(
    task="target_sound_detection",
    weights=("yamnet",),
    memory_gb=0.8,
    seconds_per_second=0.05,
)
class YamnetSpotting:
    """YAMNet's scores of the classes that a description means (:mod:`engines.sound.targets`)."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`weights.WeightsMissing`."""
        self.network = Yamnet()
        self.names = class_names()
        self.targets = Targets(self.names)

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Listen to each recording in turn."""
        return one_by_one(batch, self._spot)

    def _spot(self, index: int, work: Work) -> Iterator[Event]:
        source = work.sources[0]
        total = duration(source)
        target = " ".join(str(work.arguments["target"]).split())[:80]
        meant = self.targets.meant(target)
        classes = with_kinds(meant)
        scores = yield from heard(self.network, index, source, total)
        name = " / ".join(self.names[number] for number in meant)
        of_target = scores[:, classes].max(axis=1)
        spotted = spots(of_target, name, total)
        notes = []
        if not spotted:
            notes.append(note("target_absent", target=target, classes=name))
        elif max(event.score for event in spotted) < events.LIKELY:
            notes.append(note("target_unsure", target=target))
        yield Done(
            index,
            text=_in_words(spotted, name),
            data={
                "duration_s": round(total, 3),
                "target": target,
                "classes": [self.names[number] for number in meant],
                "present": bool(spotted),
                "score": round(float(of_target.max()), 3),
                "events": events.plain(spotted),
                "model": "YAMNet",
            },
            outputs=(
                Document("events.csv", "text/csv", events.to_csv(spotted)),
                Picture("target", self._picture(scores, of_target, classes, name, total)),
            ),
            notes=tuple(notes),
        )

    def _picture(
        self, scores: Samples, of_target: Samples, classes: Sequence[int], name: str, total: float
    ) -> bytes:
        """The target's row, and below it those of its kinds that are heard best."""
        rows, names = [of_target], [name]
        best = sorted(classes, key=lambda number: -float(scores[:, number].max()))
        for number in best[:SHOWN]:
            if scores[:, number].max() >= LEAVE and self.names[number] != name:
                rows.append(scores[:, number])
                names.append(self.names[number])
        return posteriorgram(np.stack(rows), names, HOP_S, total)


def spots(scores: Samples, name: str, total: float) -> list[events.Event]:
    """When a sound is heard in ``total`` seconds by its scores [patches]; none if it is not."""
    return events.found(name, scores, HOP_S, total, ENTER, LEAVE)


def _in_words(spotted: Sequence[events.Event], name: str) -> str:
    if not spotted:
        return f"{name}: not heard"
    best = max(event.score for event in spotted)
    return f"{name}: {events.spoken(spotted)} ({events.certainty(best)})"
