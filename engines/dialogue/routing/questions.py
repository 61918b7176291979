"""Whether a message answers what was asked back, and the steps that its answer makes whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engines.dialogue.plan import Handle, Missing, Query, Question, Step
from engines.dialogue.routing import arguments, pointing, references
from engines.dialogue.routing.arguments import words
from engines.dialogue.routing.asking import is_order
from engines.dialogue.routing.quotes import masked, quoted
from engines.dialogue.routing.scene import Arguments, Scene
from engines.dialogue.routing.steps import missing
from engines.tasks import NONE, TASKS

_DROPPED = re.compile(
    r"\W*(?:(?:oh|no|nah|ok|okay|well|actually|아|아니|아니야|아냐|음)\W+)*"
    r"(?:never ?mind|nvm|forget (?:it|about it|that)|cancel(?: that| it)?|no thanks?(?: you)?"
    r"|drop it|skip it|leave it|don't bother|no|nope|nothing"
    r"|아니야|아니|됐어요?|아니야 됐어|취소(?:해)?(?: ?줘)?|괜찮아요?|관둬|그만(?:둬|해)?"
    r"|필요 ?없어요?|안 ?해도 ?돼요?)"
    r"(?:\W+(?:then|please|thanks?|thank you|고마워))?\W*",
    re.IGNORECASE,
)
_MODALITIES = ("audio", "image", "video")
_LONGEST = 400
_SURE = 0.6
_LEAD = re.compile(
    r"^\s*(?:it(?:'s| is)|the (?:text|words?|sound|target|lyrics|language) (?:is|are)"
    r"|(?:please )?(?:say|sing|find|detect|extract)|how about|let's say|maybe|just)\b[\s:,]*",
    re.IGNORECASE,
)


def dropped(text: str) -> bool:
    """Whether a message says that what was asked for is no longer wanted."""
    return _DROPPED.fullmatch(text) is not None


def answered(query: Query, probabilities: Mapping[str, float]) -> Sequence[Step]:
    """The steps that the pending question's answer makes whole; none if this is no answer to it.

    ``probabilities`` say what the message would ask for by itself; a clear request of its own wins.
    """
    question = query.question
    if question is None or question.task not in TASKS:
        return []
    if question.missing in _MODALITIES:
        return _with_file(question, query, probabilities)
    return _with_words(question, query, probabilities)


def _asks_otherwise(question: Question, query: Query, probabilities: Mapping[str, float]) -> bool:
    """Whether it is a clear request of its own: put as one, and for something."""
    if not query.text.strip():
        return False
    task = max(probabilities, key=lambda name: probabilities[name])
    if task in (NONE, question.task):
        return False
    return probabilities[task] >= _SURE and is_order(masked(query.text))


def _with_file(
    question: Question, query: Query, probabilities: Mapping[str, float]
) -> Sequence[Step]:
    blank = masked(query.text)
    came = any(asset.modality == question.missing for asset in query.attached)
    if not came and not pointing.points_at_others(blank):
        return []
    if _asks_otherwise(question, query, probabilities):
        return []
    return _completed(question, dict(question.arguments), blank, query)


def _with_words(
    question: Question, query: Query, probabilities: Mapping[str, float]
) -> Sequence[Step]:
    text = query.text.strip()
    if not text or len(text) > _LONGEST * 10 or _asks_otherwise(question, query, probabilities):
        return []
    known = dict(question.arguments)
    parsed = arguments.read(question.task, text)
    if question.missing in ("text", "target"):
        known |= {name: value for name, value in parsed.items() if name != question.missing}
        known[question.missing] = _words(question.task, text)
    elif question.missing in parsed:
        known |= parsed
    else:
        return []
    return _completed(question, known, masked(text), query) if known[question.missing] else []


def _words(task: str, text: str) -> str:
    """The answer itself: quoted, after the verb that asks, or all of it."""
    if said := quoted(text):
        return said
    if task in ("text_to_speech", "style_transfer") and (asked := words.asks_to_speak(text)):
        return asked.text
    return _LEAD.sub("", text, count=1).strip()


def _completed(question: Question, known: Arguments, blank: str, query: Query) -> Sequence[Step]:
    """The step the question was about; raises :class:`Missing` for what is still missing."""
    row = TASKS[question.task]
    scene = Scene(query)
    chosen: list[Handle] = []
    before = {scene.modality(name): name for name in question.inputs}
    for modality in row.takes:
        if modality in before and modality != question.missing:
            chosen.append(Handle(before[modality]))
            continue
        if question.missing not in _MODALITIES and len(question.inputs) == len(row.takes):
            chosen.append(Handle(question.inputs[len(chosen)]))
            continue
        attached = [each for each in query.attached if each.modality == modality]
        if attached:
            chosen.append(Handle(attached[0].handle))
            continue
        found = references.inputs(question.task, known, blank, scene)[0]
        at = row.takes.index(modality)
        if isinstance(one := found[at], Handle):
            chosen.append(one)
    for argument in row.arguments:
        if argument.required and argument.name not in known:
            raise missing(question.task, argument.name, known, chosen)
    checked: dict[str, Any] = dict(known)
    row.validate(checked)
    several = [each for each in query.attached if each.modality == question.missing]
    if len(row.takes) == 1 and len(several) > 1:
        return [Step(row.name, known, (Handle(each.handle),)) for each in several]
    return [Step(row.name, known, tuple(chosen))]


__all__ = ["Missing", "answered", "dropped"]
