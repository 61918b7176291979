"""Which tasks can be meant, by what is at hand: the families of the paper as a gate.

A request that came with a picture alone is about the picture or about nothing sent; who sends a
recording seldom wants a new one made from words. The weights are how often people who mean a task
send what they send with it: shares, estimated by hand and held against the requests in ``evals``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engines.dialogue.plan import Query
from engines.kinds import Modality
from engines.tasks import NONE, TASKS


@dataclass(frozen=True, slots=True)
class AtHand:
    """The modalities of what came with a message, and of what the conversation holds besides."""

    attached: frozenset[Modality] = frozenset()
    recent: frozenset[Modality] = frozenset()

    @classmethod
    def of(cls, query: Query, made: Iterable[Modality] = ()) -> AtHand:
        """What a query has at hand; ``made`` is what its earlier steps give.

        What came with a spoken request is the request itself.
        """
        attached = {each.modality for each in query.attached}
        recent = {each.modality for each in query.recent} | set(made)
        if query.spoken:
            return cls(frozenset(), frozenset(attached | recent))
        return cls(frozenset(attached), frozenset(recent))


#: A task made of words alone, by what is attached.
_WORDS_ALONE = {0: 0.93, "audio": 0.07, "image": 0.04}
#: A task of files that came with it; ... and others beside them.
_FITS, _FITS_AMONG_OTHERS = 0.9, 0.06
#: ... that are in the conversation; ... that are not there yet, so that we ask for them.
_RECENT, _ABSENT = 0.5, 0.08
#: ... of which one came with it, and the other lies in the conversation, or is not there yet.
_HALF_RECENT, _HALF = 0.3, 0.02
#: Nothing that is asked of us, by how much is attached.
_NOTHING = {0: 0.9, "audio": 0.5, "image": 0.2}


def likelihood(task: str, at_hand: AtHand) -> float:
    """How likely it is that who means a task has this at hand; 0 where it is ruled out."""
    sent = at_hand.attached
    kind: int | str = 0 if not sent else "audio" if "audio" in sent else "image"
    if task == NONE:
        return _NOTHING[kind]
    takes = frozenset(TASKS[task].takes)
    if not takes:
        return _WORDS_ALONE[kind]
    if not sent:
        return _RECENT if takes <= at_hand.recent else _ABSENT
    if takes <= sent:
        return _FITS if takes == sent else _FITS_AMONG_OTHERS
    if takes & sent:
        return _HALF_RECENT if takes <= sent | at_hand.recent else _HALF
    return 0.0


def weighed(probabilities: Mapping[str, float], at_hand: AtHand) -> dict[str, float]:
    """The probabilities of tasks, knowing what is at hand."""
    masses = {task: each * likelihood(task, at_hand) for task, each in probabilities.items()}
    total = sum(masses.values())
    return {task: mass / total for task, mass in masses.items()} if total else masses


def best(probabilities: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest task, and how likely it is."""
    return max(probabilities.items(), key=lambda item: item[1])
