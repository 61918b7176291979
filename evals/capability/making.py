"""Whether the sounds that are made are taken for what they are, by the project's own detector.

Every sound of ``engines/foley/sounds.toml``, at two seeds, through YAMNet. It is right where one of
its classes is among the five of the highest mean score; "or its family" counts the kinds above it
in AudioSet's tree ("Vehicle" of a train), those below it, and the neighbours its row names.

    python -m evals.capability.making [NAME ...]     what is heard of every sound, and the misses
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engines.audio import resample
from engines.foley.table import RATE, Row, sounds
from engines.sound import yamnet
from engines.sound.classes import descendants
from engines.sound.yamnet import Yamnet, class_names
from evals.capability.figure import Figure

TASK = "text_to_audio"
SEEDS = (1, 2)
TOP = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the detector makes of a sound: ranks from 1 of its best class and of its family's."""

    row: Row
    seed: int
    own: int
    family: int
    heard: tuple[str, ...]


def measure() -> list[Figure]:
    """Shares of the sounds that are among the first five, over all seeds."""
    found = list(verdicts(list(sounds().values())))
    data = f"{len(found) // len(SEEDS)} sounds, {len(SEEDS)} seeds each"
    return [
        Figure(TASK, data, f"{what} among the first {TOP} classes", share, " %", goal=goal)
        for what, share, goal in (
            ("the class", _share([each.own for each in found]), None),
            ("the class or its family", _share([each.family for each in found]), 70),
        )
    ]


def verdicts(rows: Sequence[Row]) -> Iterator[Verdict]:
    """Each sound at each seed, judged."""
    network, names = Yamnet(), class_names()
    number = {name: each for each, name in enumerate(names)}
    for row in rows:
        own = {number[name] for name in row.classes}
        family = _family(own, {number[name] for name in row.family}, len(names))
        for seed in SEEDS:
            sound = resample(row.render(seed), RATE, yamnet.RATE)
            scores = np.concatenate(list(network.stream([sound]))).mean(axis=0)
            order = [int(each) for each in np.argsort(-scores, kind="stable")]
            ranks = [_rank(order, wanted) for wanted in (own, family)]
            heard = tuple(f"{names[each]} {scores[each]:.2f}" for each in order[:TOP])
            yield Verdict(row, seed, ranks[0], ranks[1], heard)


def _rank(order: Sequence[int], wanted: set[int]) -> int:
    return 1 + next(at for at, each in enumerate(order) if each in wanted)


def _family(own: set[int], named: set[int], count: int) -> set[int]:
    above = {kind for kind in range(count) if not own.isdisjoint(descendants(kind))}
    below = {each for one in own for each in descendants(one)}
    return own | named | above | below


def _share(ranks: Sequence[int]) -> float:
    return 100 * sum(rank <= TOP for rank in ranks) / len(ranks)


def main() -> None:
    """Print what is heard of every sound, or of those named, and the misses."""
    wanted = [sounds()[name] for name in sys.argv[1:]] or list(sounds().values())
    found = []
    for each in verdicts(wanted):
        found.append(each)
        mark = " " if each.family <= TOP else "*"
        print(
            f"{mark} {each.row.name:24} {each.seed} {each.own:4} {each.family:4}  "
            + ", ".join(each.heard),
            flush=True,
        )
    for what, ranks in (
        ("class", [each.own for each in found]),
        ("family", [each.family for each in found]),
    ):
        print(f"{what}: {_share(ranks):.0f} %")
    print("misses:", ", ".join(dict.fromkeys(each.row.name for each in found if each.family > TOP)))


if __name__ == "__main__":
    main()
