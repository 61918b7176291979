"""One clause and the task it asks for become steps: arguments from its words, inputs from near."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engines.dialogue.plan import Handle, Missing, Question, ResultOf, Step
from engines.dialogue.routing import arguments, pointing, references
from engines.dialogue.routing.arguments import language, voice, words
from engines.dialogue.routing.arguments.words import Words
from engines.dialogue.routing.concepts import concepts
from engines.dialogue.routing.quotes import masked, quoted
from engines.dialogue.routing.scene import Arguments, Input, Scene, heard_in, settled
from engines.tasks import TASKS

#: What is asked for where a task's required argument is not named.
CODES: Mapping[str, str] = {
    "text_to_speech": "nothing_to_say",
    "style_transfer": "nothing_to_say",
    "text_to_sing": "nothing_to_sing",
    "text_to_audio": "nothing_to_sound",
    "target_sound_detection": "nothing_to_find",
    "sound_extraction": "nothing_to_find",
}


_VOICE_OF = re.compile(
    r"(?:(?:in|with|using) )?(?:the )?\bvoice (?:of|in|from) (?:this|that|the|my|his|her|a\d)\b"
    r"(?: (?:recording|audio|clip|file|voice|note|one))?",
    re.IGNORECASE,
)


def steps(task: str, clause: str, scene: Scene) -> Sequence[Step]:
    """What a clause asks for; raises :class:`Missing` for what it leaves open."""
    build = _BUILDERS.get(task, _plain)
    return [_checked(step) for step in build(task, clause, scene)]


def missing(task: str, name: str, known: Arguments, inputs: Sequence[Input] = ()) -> Missing:
    """What to raise where the argument ``name`` is needed."""
    plain = {key: value for key, value in known.items() if not isinstance(value, ResultOf)}
    handles = [each.name for each in inputs if isinstance(each, Handle)]
    question = Question(task, name, plain, handles)
    if code := CODES.get(task):
        return Missing(question, code)
    return Missing(question, "argument_missing", task=task, name=name)


def _checked(step: Step) -> Step:
    """The step, if its arguments fit the task's row; raises ``Refusal`` if they do not."""
    known: dict[str, Any] = {
        name: "word" if isinstance(value, ResultOf) else value
        for name, value in step.arguments.items()
    }
    TASKS[step.task].validate(known)
    return step


def _plain(task: str, clause: str, scene: Scene) -> Sequence[Step]:
    """A task whose arguments are all in the clause."""
    blank = masked(clause)
    known = arguments.read(task, clause)
    needed = [argument.name for argument in TASKS[task].arguments if argument.required]
    results = scene.results.get("text")
    if "text" in needed and "text" not in known and results:
        return [Step(task, known | {"text": each}) for each in results]
    found = references.inputs(task, known, blank, scene)
    for name in needed:
        if name not in known:
            raise missing(task, name, known, found[0])
    return [Step(task, known, inputs) for inputs in found]


def _speech(task: str, clause: str, scene: Scene) -> Sequence[Step]:
    spoken = scene.query.spoken
    asked = words.asks_to_speak(clause, leads=scene.leads, spoken=spoken)
    asked = asked or words.words_of(clause)
    manner = asked.manner
    if "voice" not in manner and pointing.same_voice(masked(clause)):
        manner = _last_voice(scene) | manner
    if asked.text.strip():
        return [Step(task, manner | {"text": asked.text.strip()})]
    if said := _of_results(asked, clause, scene):
        return [
            replace(step, arguments=manner | dict(step.arguments)) if step.task == task else step
            for step in said
        ]
    if spoken:
        return []
    raise missing(task, "text", manner)


def _of_results(asked: Words, clause: str, scene: Scene) -> list[Step]:
    """The words of the steps before spoken, translated first where another language is named."""
    into = language.target(voice.without(masked(clause))) if asked.of_result else None
    results = scene.results.get("text", [])
    if scene.query.spoken and not asked.of_result:
        return []
    if into and (translated := _translated(into, clause, scene)) is not None:
        number = len(scene.steps) + len(translated)
        said = ResultOf(number) if translated else results[-1]
        return [*translated, Step("text_to_speech", asked.manner | {"text": said})]
    if results:
        return [Step("text_to_speech", asked.manner | {"text": each}) for each in results]
    if asked.of_result and (said_here := _spoken_here(scene)):
        return [Step("text_to_speech", said_here | asked.manner)]
    if asked.of_result and (text := _last_text(scene)):
        return [Step("text_to_speech", asked.manner | {"text": text})]
    return []


def _spoken_here(scene: Scene) -> Arguments:
    """What a step before has spoken, and how: "say hello, then say it slower"."""
    spoken = (each for each in reversed(scene.steps) if each.task == "text_to_speech")
    return dict(next(spoken, Step("text_to_speech")).arguments)


def _translated(into: str, clause: str, scene: Scene) -> list[Step] | None:
    """The step that says it in another language, starting from the recording; none if it is done.

    None where there is no recording to start from.
    """
    for step in reversed(scene.steps):
        if step.task == "speech_translation" and step.arguments.get("language", "en") == into:
            return []
        if step.task in ("speech_recognition", "speech_translation"):
            return [Step("speech_translation", {"language": into}, tuple(step.inputs))]
    exchange = None if scene.query.attached else scene.last_exchange
    if exchange and not scene.steps and (heard := heard_in(exchange)):
        return [Step("speech_translation", {"language": into}, (Handle(heard),))]
    try:
        found = references.inputs("speech_translation", {}, masked(clause), scene)
    except Missing:
        return None
    return [Step("speech_translation", {"language": into}, found[0])]


def said_before(scene: Scene) -> bool:
    """Whether the exchange before came to words that may be spoken."""
    return bool(_last_text(scene))


def _last_text(scene: Scene) -> str:
    """The words that the exchange before came to."""
    if scene.query.attached and not scene.query.spoken:
        return ""
    if not scene.query.past:
        return ""
    exchange = scene.query.past[-1]
    texts = (step.text for step in reversed(exchange.steps) if step.text.strip())
    return next(texts, exchange.answer)


def _last_voice(scene: Scene) -> Arguments:
    exchange = scene.last_exchange
    for step in reversed(exchange.steps) if exchange else ():
        if step.task == "text_to_speech":
            chosen = settled(step, exchange).get("voice") if exchange else None
            return {"voice": chosen} if chosen else {}
    return {}


def _mimicry(task: str, clause: str, scene: Scene) -> Sequence[Step]:
    """Words in the voice of a recording; of a stock voice, if that is what was heard before."""
    blank = masked(clause)
    last = scene.last_exchange
    stock = last and last.steps and last.steps[-1].task == "text_to_speech"
    if stock and pointing.same_voice(blank) and not scene.query.attached:
        return _speech("text_to_speech", clause, scene)
    asked = words.words_of(clause)
    text = asked.text.strip()
    if _VOICE_OF.fullmatch(text.strip(" .!?")):
        text = ""  # that is whose voice, and no word to be spoken
    results = scene.results.get("text")
    if not text and results:
        found = references.inputs(task, {}, blank, scene)
        return [Step(task, {"text": results[-1]}, found[0])]
    known: Arguments = {"text": text} if text else {}
    found = references.inputs(task, known, blank, scene)
    if not text:
        raise missing(task, "text", known, found[0])
    return [Step(task, known, found[0])]


def _talking_head(task: str, clause: str, scene: Scene) -> Sequence[Step]:
    """A face that speaks a recording; words are spoken first where they are given instead."""
    query = scene.query
    heard = [*query.attached, *(() if query.attached else query.recent)]
    has_audio = scene.results.get("audio") or any(each.modality == "audio" for each in heard)
    if not has_audio and (text := quoted(clause)):
        speech = Step("text_to_speech", voice.manner(masked(clause)) | {"text": text})
        inner = Scene(query, [*scene.steps], dict(scene.results))
        inner.add([speech])
        return [speech, *_plain(task, clause, inner)]
    return _plain(task, clause, scene)


_BUILDERS: Mapping[str, Callable[[str, str, Scene], Sequence[Step]]] = {
    "text_to_speech": _speech,
    "style_transfer": _mimicry,
    "talking_head": _talking_head,
}


def names_voice(blank: str) -> bool:
    """Whether a clause names the voice of a recording."""
    return _VOICE_OF.search(blank) is not None


def imitates(clause: str) -> bool:
    """Whether a clause wants a voice that was heard, or a singing one, rather than a stock one."""
    named = concepts(masked(clause))
    sung = "singing" in named and "-singing" not in named and not words.SAY.match(masked(clause))
    return "mimic" in named or sung or names_voice(masked(clause))
