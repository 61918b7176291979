"""Sound detection: which of AudioSet's sounds are in a recording, when, and how surely."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence

import numpy as np

from engines.audio import duration
from engines.engine import engine, one_by_one
from engines.kinds import (
    Document,
    Done,
    Event,
    Note,
    Picture,
    Progress,
    Samples,
    Source,
    Work,
    note,
)
from engines.pictures.posteriorgram import posteriorgram
from engines.sound import classes, events
from engines.sound.yamnet import HOP_S, Yamnet, class_names, listen

#: A class is heard from the one score on and until it falls under the other.
ENTER, LEAVE = 0.2, 0.1
#: Nor is it heard again at less than this share of its highest score: where speech is sure, what
#: resembles it a little is something else.
AGAIN = 0.3
#: So many classes are said, and so many shown.
SAID, SHOWN = 12, 10


@engine(
    task="sound_detection",
    weights=("yamnet",),
    memory_gb=0.6,
    seconds_per_second=0.05,
)
class YamnetDetection:
    """YAMNet (see :mod:`engines.sound.yamnet`), and hysteresis on what it hears."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`weights.WeightsMissing`."""
        self.network = Yamnet()
        self.names = class_names()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Listen to each recording in turn."""
        return one_by_one(batch, self._detect)

    def _detect(self, index: int, work: Work) -> Iterator[Event]:
        total = duration(work.sources[0])
        scores = yield from heard(self.network, index, work.sources[0], total)
        found = detected(scores, self.names, total)
        order = classes.ranking(classes.overall(scores))
        shown = [number for number in order if number in found][:SHOWN]
        picture = posteriorgram(
            scores[:, shown].T, [self.names[number] for number in shown], HOP_S, total
        )
        every = [event for each in found.values() for event in each]
        yield Done(
            index,
            text=_in_words(found),
            data={
                "duration_s": round(total, 3),
                "events": events.plain(sorted(every, key=lambda each: each.start)),
                "classes": [
                    {"class": self.names[number], "score": round(float(scores[:, number].max()), 3)}
                    for number in order[:SHOWN]
                ],
                "model": "YAMNet",
            },
            outputs=(
                Document("events.csv", "text/csv", events.to_csv(every)),
                Picture("sounds", picture),
            ),
            notes=_notes(found),
        )


def heard(
    network: Yamnet, index: int, source: Source, total: float
) -> Generator[Progress, None, Samples]:
    """Scores [patches, classes] of a recording of ``total`` seconds, with progress on the way.

    They are the value of the generator. The recording is read in pieces; its scores are small,
    10 MB for 20 minutes.
    """
    parts: list[Samples] = []
    done = 0
    for part in network.stream(listen(source.path)):
        parts.append(part)
        done += len(part)
        yield Progress(index, min(1.0, done * HOP_S / max(total, HOP_S)))
    return np.concatenate(parts)


def detected(
    scores: Samples, names: Sequence[str], total: float
) -> Mapping[int, list[events.Event]]:
    """The events of every class that is heard, by its number, the surest class first.

    ``scores`` are [patches, classes]. What is generic is left out where something narrower is
    heard at the same time; silence and scenes are no events.
    """
    peaks = scores.max(axis=0)
    found = {
        number: events.found(
            names[number],
            scores[:, number],
            HOP_S,
            total,
            max(ENTER, AGAIN * float(peaks[number])),
            LEAVE,
        )
        for number in map(int, np.flatnonzero(peaks >= ENTER))
        if number != classes.SILENCE and number not in classes.SCENES
    }
    for number in [each for each in found if classes.is_generic(each)]:
        narrower = [
            event for below in classes.descendants(number) for event in found.get(below, [])
        ]
        found[number] = [event for event in found[number] if not _said_by(narrower, event)]
    kept = [number for number in found if found[number]]
    return {number: found[number] for number in sorted(kept, key=lambda each: -_peak(found[each]))}


def _said_by(narrower: Sequence[events.Event], event: events.Event) -> bool:
    return any(
        each.start < event.end
        and event.start < each.end
        and each.score >= classes.SHARE * event.score
        for each in narrower
    )


def _peak(each: Sequence[events.Event]) -> float:
    return max(event.score for event in each)


def _in_words(found: Mapping[int, Sequence[events.Event]]) -> str:
    """A line for each of the surest classes: "Dog (Bark): 0.5-1.2 s, 3.0-3.4 s (sure)"."""
    said = []
    for number, kinds in lines(found)[:SAID]:
        each = found[number]
        name = each[0].name
        if kinds:
            name += f" ({', '.join(found[kind][0].name for kind in kinds)})"
        said.append(f"{name}: {events.spoken(each)} ({events.certainty(_peak(each))})")
    return "\n".join(said)


def lines(found: Mapping[int, Sequence[events.Event]]) -> list[tuple[int, list[int]]]:
    """The classes to be said, the surest first, each with its kinds that are heard less surely."""
    said: dict[int, list[int]] = {}
    for number in found:
        parents = [each for each in said if number in classes.descendants(each)]
        if parents and not classes.is_generic(parents[0]):
            said[parents[0]].append(number)
        else:
            said[number] = []
    return list(said.items())


def _notes(found: Mapping[int, Sequence[events.Event]]) -> tuple[Note, ...]:
    if not found:
        return (note("sounds_none"),)
    best = max(_peak(each) for each in found.values())
    notes = [note("sounds_unsure")] if best < events.LIKELY else []
    if (more := len(lines(found)) - SAID) > 0:
        notes.append(note("sounds_more", more=more))
    return tuple(notes)
