"""The offline router: plans with no language model, from a classifier and the words themselves.

A message is cut into clauses, the classifier tells each one's task, given what is at hand, and
parsers read its arguments and what it points at. It never guesses: what asks for nothing that is
known has no steps, and where something is missing it asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from engines.dialogue.plan import Handle, Missing, Plan, Query, Question, Step
from engines.dialogue.routing import clauses, families, orders, pointing, references, steps
from engines.dialogue.routing.arguments import words
from engines.dialogue.routing.asking import HANDLE, forms, is_order
from engines.dialogue.routing.families import AtHand
from engines.dialogue.routing.follow_ups import follow_up
from engines.dialogue.routing.intents import Intents
from engines.dialogue.routing.questions import answered, dropped
from engines.dialogue.routing.quotes import MASK, evened, masked
from engines.dialogue.routing.scene import Scene
from engines.kinds import Modality, Refusal
from engines.tasks import NONE, TASKS

MAX_STEPS = 8
#: Below this share of the likeliest task's, the second is no rival to it.
_CLOSE = 0.6
#: Of a message of several requests, each must be clear by itself.
_CLEAR = 0.5
#: People tell stories in voice notes: what they say must sound like an order, and clearly so.
_SPOKEN = 0.6
#: A few words that neither order nor ask, must be clear about what they want.
_BARE, _FEW = 0.7, 5
#: So clear a request that what was sent with it is what is wrong.
_WRONG_FILES = 0.6


class Vote(Protocol):
    """Whoever may be asked which of a few tasks is meant, where the router cannot tell."""

    async def vote(self, text: str, candidates: Sequence[str]) -> str | None:
        """One of the candidates, or None if it cannot tell either."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A clause, and how likely each task is from its words alone."""

    clause: str
    probabilities: Mapping[str, float]


class Router:
    """Serves where there is no language model, and beside a small one that votes."""

    def __init__(self, vote: Vote | None = None, intents: Intents | None = None) -> None:
        self._vote = vote
        self._intents = intents or Intents()

    async def warm(self) -> None:
        """Load everything, and fit the classifier if that was not done before."""
        await asyncio.to_thread(self._intents.warm)

    async def plan(self, query: Query) -> Plan:
        """The steps a query asks for; raises :class:`Missing`, or another ``Refusal``."""
        if query.done:
            return Plan()  # it does not look at results
        if not query.text.strip() and query.question is None:
            return _silent(query)
        if query.question is not None and dropped(query.text):
            return Plan()
        query = replace(query, text=evened(query.text))
        if self._vote is None:
            made = await asyncio.to_thread(lambda: _planned(query, self._heard(query), {}))
        else:
            heard = await asyncio.to_thread(self._heard, query)
            chosen = await self._votes(heard, query)
            made = await asyncio.to_thread(_planned, query, heard, chosen)
        if len(made) > MAX_STEPS:
            raise Refusal("too_many_steps", limit=MAX_STEPS)
        return Plan(tuple(made)) if query.text.strip() or made else _silent(query)

    def _heard(self, query: Query) -> list[_Heard]:
        """The query's clauses, each with what it may ask for."""
        at_hand = AtHand.of(query)
        together = AtHand(frozenset(), at_hand.attached | at_hand.recent | {"audio"})
        known: dict[str, Mapping[str, float]] = {}

        def read(pieces: Sequence[str]) -> list[Mapping[str, float]]:
            asking = _asking(pieces)
            fresh = [text for text in dict.fromkeys(asking) if text not in known]
            known.update(zip(fresh, self._intents.read(fresh) if fresh else (), strict=True))
            return [known[text] for text in asking]

        def asks(pieces: Sequence[str]) -> list[bool]:
            found = []
            # The whole with them, for where it is not cut: several cost little more than one.
            shares = read([*pieces, query.text.strip()])
            for piece, likely in zip(pieces, shares, strict=False):
                task, share = families.best(families.weighed(likely, together))
                named = task != NONE and share >= _CLEAR
                plain = orders.plain(masked(piece)) is not None
                found.append(named or plain or words.asks_to_speak(piece) is not None)
            return found

        pieces = clauses.clauses(query.text, asks)
        found: list[_Heard] = []
        for piece, likely in zip(pieces, read(pieces), strict=True):
            before = found[-1] if found else None
            if before and _face(before, at_hand) and words.asks_to_speak(piece):
                # "make her talk and say ...": what a face is to say belongs to it
                found[-1] = _Heard(f"{before.clause} {piece}", before.probabilities)
            else:
                found.append(_Heard(piece, likely))
        return found

    async def _votes(self, heard: Sequence[_Heard], query: Query) -> Mapping[int, str]:
        """What was voted for, by clause, where the two likeliest tasks are close."""
        if self._vote is None or len(heard) != 1 or query.spoken:
            return {}
        likely = families.weighed(heard[0].probabilities, _at_hand(heard[0].clause, query))
        first, second = sorted(likely, key=lambda name: -likely[name])[:2]
        if likely[second] < _CLOSE * likely[first] or _speaks(heard[0].clause, Scene(query)):
            return {}
        choice = await self._vote.vote(query.text, (first, second))
        return {0: choice} if choice in (first, second) else {}


def _face(heard: _Heard, at_hand: AtHand) -> bool:
    task, _ = families.best(families.weighed(heard.probabilities, at_hand))
    return task == "talking_head" and "audio" not in at_hand.attached


def _asking(pieces: Sequence[str]) -> list[str]:
    """The pieces with the words that are to be spoken quoted, so that they ask for nothing."""
    return [pointing.with_pronouns(_with_words_quoted(piece)) for piece in pieces]


def _with_words_quoted(piece: str) -> str:
    blank = masked(piece)
    if MASK in blank or words.SAY_RESULT.match(blank) or steps.names_voice(blank):
        return piece
    asks = words.SAY.match(blank)
    if asks and asks["verb"].lower() != "read":
        start = asks.start("text")
    elif (asks := words.MAKE_SPEECH.match(blank)) and asks.lastgroup != "korean":
        start = asks.start(asks.lastgroup or 0)
    else:
        return piece
    said = piece[start:]
    return piece if words.PRONOUN.fullmatch(said) else f'{piece[:start].rstrip(" :,")} "{said}"'


def _silent(query: Query) -> Plan:
    return Plan(
        tuple(
            Step("speech_recognition", inputs=(Handle(asset.handle),))
            for asset in query.attached
            if asset.modality == "audio"
        )
    )


def _planned(query: Query, heard: Sequence[_Heard], chosen: Mapping[int, str]) -> Sequence[Step]:
    """The steps of all clauses, each on what those before it give."""
    if query.question is not None:
        likely: Mapping[str, float] = heard[0].probabilities if heard else {NONE: 1.0}
        if found := answered(query, families.weighed(likely, AtHand.of(query))):
            return found
    scene = Scene(query)
    for place, each in enumerate(heard):
        blank = masked(each.clause)
        before = masked(heard[place - 1].clause) if place else ""
        if scene.steps and (orders.takes_back(blank) or orders.ends_taking_back(before)):
            scene = Scene(query)
        found = follow_up(each.clause, scene) or _of_clause(each, chosen.get(place), scene)
        if found and all(step.inputs and step in scene.steps for step in found):
            continue  # asked for twice in other words: "is there a dog in it? find the dog"
        if found:
            scene.add(found)
        else:
            scene.unread = True
            scene.point_at(references.pointed_at(blank, scene))
    return scene.steps


def _at_hand(clause: str, query: Query, made: Iterable[Modality] = ()) -> AtHand:
    """What a clause may be about; of what it says was sent before, that it was."""
    at_hand = AtHand.of(query, made)
    if pointing.sets_aside(masked(clause)):
        return AtHand(frozenset(), at_hand.recent)
    if not at_hand.attached and pointing.points_back(masked(clause)):
        return AtHand(frozenset(), at_hand.recent | {"audio", "image"})
    return at_hand


def _of_clause(heard: _Heard, chosen: str | None, scene: Scene) -> Sequence[Step]:
    clause, query = heard.clause, scene.query
    given: set[Modality] = set(scene.results)
    at_hand = _at_hand(clause, query, given)
    if scene.steps:  # what was sent is what the steps before are about
        at_hand = AtHand(frozenset(), at_hand.attached | at_hand.recent)
    likely = families.weighed(heard.probabilities, at_hand)
    task, share = families.best(likely)
    if chosen is not None:
        task = chosen
    if _speaks(clause, scene) and (task in (NONE, "text_to_speech") or not _reads(clause, scene)):
        task, share = "text_to_speech", 1.0
    if plain := orders.plain(masked(clause)):
        task, share = _of_kind(plain, clause, scene), 1.0
    if query.spoken and not (
        is_order(masked(clause)) and (share >= _SPOKEN or task == "text_to_speech")
    ):
        return []
    fits = plain is not None and families.likelihood(task, at_hand) > 0
    if not fits and (wrong := _wrong_files(heard.probabilities, at_hand, clause)):
        raise wrong
    if task == NONE or (share < _BARE and _is_bare(clause)):
        return []
    return steps.steps(task, clause, scene)


def _is_bare(clause: str) -> bool:
    """Whether it is a few words that neither order nor ask: "and the second part"."""
    return len(clause.split()) <= _FEW and not forms(masked(clause))


def _of_kind(task: str, clause: str, scene: Scene) -> str:
    """What a picture is described by is not what a recording is."""
    if task != "audio_captioning":
        return task
    named = pointing.kinds(masked(clause))
    kinds = {asset.modality for asset in scene.query.attached} or named
    return "image_captioning" if kinds == {"image"} else task


def _speaks(clause: str, scene: Scene) -> bool:
    """Whether a clause is put as a request for speech in a stock voice."""
    asked = words.asks_to_speak(clause, leads=scene.leads, spoken=scene.query.spoken)
    return asked is not None and not steps.imitates(clause)


def _reads(clause: str, scene: Scene) -> bool:
    """Whether "read" may mean another task than speech: "read what it says on the picture"."""
    blank = masked(clause)
    if words.SAY_RESULT.match(blank):
        aloud = "aloud" in blank or "out loud" in blank
        return not (aloud or scene.steps or steps.said_before(scene))
    if asks := words.SAY.match(blank):
        return asks["verb"].lower() == "read" and asks["colon"] is None
    asks = words.MAKE_SPEECH.match(blank)
    if asks is None or asks.lastgroup in (None, "korean"):
        return True
    return asks.lastgroup != "tts" and not asks[asks.lastgroup].strip()


def _wrong_files(
    probabilities: Mapping[str, float], at_hand: AtHand, clause: str
) -> Missing | None:
    """What to raise where a clear request came with nothing but files of the wrong kind."""
    task, share = families.best(probabilities)
    sent = at_hand.attached
    if task == NONE or share < _WRONG_FILES or not sent or families.likelihood(task, at_hand):
        return None
    if HANDLE.search(masked(clause)) or not forms(masked(clause)):
        return None
    takes = TASKS[task].takes
    return Missing(Question(task, takes[0]), "wrong_inputs", takes="_".join(takes))
