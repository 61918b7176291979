"""What a clause points at: "this", "a3", "the second one", "두 번째 거", "Mina's note"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engines.dialogue.plan import Asset, Exchange, Handle, Missing, Question
from engines.dialogue.routing import pointing
from engines.dialogue.routing.asking import HANDLE
from engines.dialogue.routing.scene import Arguments, Input, Scene
from engines.kinds import Modality, Refusal
from engines.tasks import TASKS


def pointed_at(blank: str, scene: Scene) -> list[Handle]:
    """What a clause that asks for nothing points at by name: "back to the first recording"."""
    if not (pointing.points_at_others(blank) or _described(blank, scene.query.recent, scene)):
        return []
    modality: Modality = "image" if pointing.kinds(blank) else "audio"
    if named := _by_handle(modality, blank, scene):
        return [each for each in named if isinstance(each, Handle)]
    attached = [each for each in scene.query.attached if each.modality == modality]
    near = [each for each in scene.query.recent if each.modality == modality]
    found = _counted(modality, blank, attached, scene)
    described = _described(blank, near, scene)
    return [each for each in found if isinstance(each, Handle)] or (
        [Handle(described.handle)] if described else []
    )


def describes(blank: str, scene: Scene) -> bool:
    """Whether a clause names something by what made it, whose it is, or what it is called."""
    return _described(blank, scene.query.recent, scene) is not None


def inputs(
    task: str, arguments: Arguments, blank: str, scene: Scene
) -> Sequence[tuple[Input, ...]]:
    """For each step that is meant, its inputs; raises :class:`Missing` for what is not there.

    ``blank`` is the clause without its quotations. A task of one input gets a step for each of the
    files that are meant, a task of several gets one step.
    """
    takes = TASKS[task].takes
    if not takes:
        return [()]
    found = [_meant(modality, blank, scene, task) for modality in takes]
    for modality, meant in zip(takes, found, strict=True):
        if not meant:
            raise _missing(task, modality, arguments, found, scene)
    if len(found) == 1:
        return [(each,) for each in found[0]]
    return [tuple(each[0] for each in found)]


def _missing(
    task: str,
    modality: Modality,
    arguments: Arguments,
    found: Sequence[Sequence[Input]],
    scene: Scene,
) -> Missing:
    handles = [each[0].name for each in found if each and isinstance(each[0], Handle)]
    question = Question(task, modality, arguments, handles)
    takes = TASKS[task].takes
    sent = {asset.modality for asset in scene.query.attached}
    if sent and not sent & set(takes) and not scene.query.spoken:
        # Not on to an older recording: what was sent is what was meant.
        return Missing(question, "wrong_inputs", takes="_".join(takes))
    return Missing(question, "needs_image" if modality == "image" else "needs_audio")


def _meant(modality: Modality, blank: str, scene: Scene, task: str) -> Sequence[Input]:
    """The files of one kind that a clause is about: those named, earlier steps', what is near."""
    if named := _by_handle(modality, blank, scene):
        return named
    if pointing.ORIGINAL.search(blank) and (original := _original(modality, scene)):
        return original
    if earlier := scene.results.get(modality):
        return earlier
    query = scene.query
    attached = [] if query.spoken else [a for a in query.attached if a.modality == modality]
    if chosen := _counted(modality, blank, attached, scene):
        return chosen
    others = [asset for asset in query.recent if asset.modality == modality]
    described = None if attached else _described(blank, others, scene)
    if nth := None if attached else pointing.NTH.search(blank):
        if (place := pointing.ORDINALS[(nth[1] or nth[2] or nth[3]).lower()]) > 1:
            raise Refusal("unknown_handle", handle=_said(nth), place=place, task=task)
    elif not described and (about := scene.about.get(modality)):
        return about
    if attached:
        return _handles(attached)
    if query.attached and not query.spoken and not _half_sent(task, scene):
        return []
    if described:
        return [Handle(described.handle)]
    if task == "style_transfer" and pointing.same_voice(blank) and (last := _last_heard(scene)):
        return [Handle(last)]
    # What came with a spoken request is the request itself.
    itself = [asset for asset in query.attached if asset.modality == modality]
    return _handles([*others, *itself][:1])


def _said(nth: re.Match[str]) -> str:
    return re.sub(r"^(?:the|my|your|his|her)\s+", "", nth[0].strip(), flags=re.IGNORECASE)


def _half_sent(task: str, scene: Scene) -> bool:
    """Whether the task takes files of several kinds, of which one was sent."""
    return bool({each.modality for each in scene.query.attached} & set(TASKS[task].takes))


def _handles(assets: Iterable[Asset]) -> list[Input]:
    return [Handle(asset.handle) for asset in assets]


def _by_handle(modality: Modality, blank: str, scene: Scene) -> list[Input]:
    numbers = dict.fromkeys(int(each[1]) for each in HANDLE.finditer(blank))
    names = [f"a{number}" for number in numbers]
    return [Handle(name) for name in names if scene.modality(name) in (modality, None)]


def _original(modality: Modality, scene: Scene) -> list[Input]:
    """What the latest step worked on: of this query, else of the exchange before."""
    for step in scene.steps:
        handles = [each for each in step.inputs if isinstance(each, Handle)]
        if fitting := [each for each in handles if scene.modality(each.name) in (modality, None)]:
            return [fitting[0]]
    if scene.query.attached or (exchange := scene.last_exchange) is None:
        return []
    for past in reversed(exchange.steps):
        for handle in past.inputs:
            source = _source(handle, scene)
            if scene.modality(source) == modality:
                return [Handle(source)]
    return []


def _source(handle: str, scene: Scene) -> str:
    """What somebody sent, that this was made of by however many steps."""
    for exchange in reversed(scene.query.past):
        for step in reversed(exchange.steps):
            if handle in step.made and step.inputs:
                handle = step.inputs[0]
    return handle


def _counted(
    modality: Modality, blank: str, attached: Sequence[Asset], scene: Scene
) -> Sequence[Input]:
    """Those named by their place, or all of several."""
    few = pointing.LAST_FEW.search(blank)
    if few:
        count = pointing.COUNTS[(few[1] or few[2]).lower()]
        if len(attached) >= count:
            return _handles(attached[-count:])
        near = [asset for asset in scene.query.recent if asset.modality == modality][:count]
        return _handles(reversed(near))
    if nth := pointing.NTH.search(blank):
        place = pointing.ORDINALS[(nth[1] or nth[2] or nth[3]).lower()]
        if 0 < place <= len(attached) or (place < 0 and attached):
            return [Handle(attached[place - 1 if place > 0 else -1].handle)]
        if place > 0 and not scene.query.attached:
            pool = _pool(modality, place, scene)
            return [Handle(pool[place - 1])] if pool else []
        return []
    if not attached and pointing.ALL.search(blank) and not scene.query.attached:
        return [Handle(handle) for handle in _pool(modality, 2, scene)]
    return []


def _pool(modality: Modality, at_least: int, scene: Scene) -> Sequence[str]:
    """The files of one kind among which a place counts.

    Those of the exchange before, if it sent or made several; else all that were sent in the
    conversation, oldest first; else the latest exchange that sent or made so many.
    """
    several = max(2, at_least)
    past = scene.query.past
    if past and (found := _together(past[-1], modality, several, scene)):
        return found
    sent = [each for each in scene.query.recent if not each.task and each.modality == modality]
    if len(sent) >= at_least:
        return [each.handle for each in sorted(sent, key=lambda each: int(each.handle[1:]))]
    for exchange in reversed(past):
        if found := _together(exchange, modality, several, scene):
            return found
    return ()


def _together(exchange: Exchange, modality: Modality, at_least: int, scene: Scene) -> Sequence[str]:
    """What an exchange sent or made of this kind, if that is so much."""
    for handles in (exchange.sent, _made(exchange), (*exchange.sent, *_made(exchange))):
        fitting = [each for each in handles if scene.modality(each) == modality]
        if len(fitting) >= at_least:
            return fitting
    return ()


def _made(exchange: Exchange) -> tuple[str, ...]:
    return tuple(handle for step in exchange.steps for handle in step.made)


def _described(blank: str, assets: Sequence[Asset], scene: Scene) -> Asset | None:
    """The newest that fits its description: what made it, or who sent it."""
    for task, pattern in pointing.THE_MADE.items():
        made = [asset for asset in assets if asset.task == task]
        if made and pattern.search(blank):
            return made[0]
    for asset in assets:
        name = asset.by.split()[0] if asset.by.strip() else ""
        if len(name) > 1 and name != scene.query.speaker.split(" ")[0]:
            by_name = re.compile(
                rf"(?<![\w]){re.escape(name)}(?:'s|가|이|의|님)?(?![A-Za-z])", re.IGNORECASE
            )
            if by_name.search(blank):
                return asset
    for asset in assets:
        file = None if asset.task else pointing.FILE_NAME.fullmatch(asset.about)
        said = re.escape(file["stem"]) if file and len(file["stem"]) > 3 else None
        if said and re.search(rf"\b(?:the|my|that)\s+{said}\b", blank, re.IGNORECASE):
            return asset
    if pointing.MINE.search(blank) and scene.query.speaker:
        mine = [asset for asset in assets if asset.by == scene.query.speaker]
        return next((asset for asset in mine if not asset.task), None) or next(iter(mine), None)
    return None


def _last_heard(scene: Scene) -> str | None:
    """The recording that was last worked on or sent."""
    for exchange in reversed(scene.query.past):
        for step in reversed(exchange.steps):
            for handle in step.inputs:
                if scene.modality(handle) == "audio":
                    return handle
        for handle in reversed(exchange.sent):
            if scene.modality(handle) == "audio":
                return handle
    return None
