"""Requests that lean on the one before: "again but slower", "now in English", "이것도 해 줘"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engines.dialogue.plan import Exchange, Handle, Missing, PastStep, ResultOf, Step
from engines.dialogue.routing import orders, pointing, references
from engines.dialogue.routing.arguments import language, times, transcripts, voice, words
from engines.dialogue.routing.asking import HANDLE, POLITE, after_politeness, is_korean
from engines.dialogue.routing.quotes import MASK, masked
from engines.dialogue.routing.scene import Arguments, Scene, heard_in, settled
from engines.speech.languages import language_code
from engines.tasks import TASKS

_LONGEST = 80
_AGAIN = re.compile(
    r"\b(?:again|once more|one more(?: time)?|another(?: one| time)?|redo|repeat"
    r"|same(?: thing)?(?: again)?|do over|one more)\b"
    r"|다시|한\s?번\s?더|하나\s?더|또\s|또$|한 개 더|반복|재시도|똑같이",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"\b(?:same (?:for|with|to|on|again for)|(?:and|now|also|do|what about"
    r"|how about)\s+(?:(?:that|the same|it) (?:for|with|to)\s+)?(?=this|these|that one"
    r"|the (?:other|next|first|second|third|last)|a\d)"
    r"|this one too|that one too|this too|likewise)\b|(?:이것|이거|얘|그것|그거|저것|저거"
    r"|첫 번째|두 번째|세 번째|마지막|a\d{1,6})\s?(?:거|것)?도|이건|나머지도",
    re.IGNORECASE,
)
#: What may be left when all that changes something was taken out of a clause.
_FILLER = re.compile(
    r"\b(?:do|did|make|try|say|read|speak|play|run|give|me|us|can|could|you|would|it|that|this"
    r"|the|these|them|one|ones|but|and|now|then|please|pls"
    r"|plz|with|a|an|for|of|to|in|time|bit|little|much|more|way|too|also|just|version|i|want"
    r"|like|need|hear|have|get|what|about|how|sing|language"
    r"|voice|same|thing|other|next|thanks|ok|okay|tell|write|out|aloud|loud|generate|create|so"
    r"|only|on|first|second|third|last|recording|clip|file|picture|photo|was|were|is|part|half|piece|meant|mean|no|s)\b"
    r"|해\s?(?:줘|주세요|봐|주라|줄래|달라고)|읽어|말해|불러|만들어|들려|해|줘|주세요|주라|좀|더"
    r"|이번엔|이번에는|이번에|이제|그럼|거|것|걸|버전|으로|로|도|은|는|이|그|저|녹음|파일|사진"
    r"|조금|그거|이거|그것|이것|얘|번째|첫|두|세|네|마지막",
    re.IGNORECASE,
)
#: Not what was done, but this: "no, the second one", "I meant the music", "and Bob's".
_RATHER = re.compile(
    r"\W*(?:(?:no|nope|nah|sorry|oops|actually|wait|i (?:meant|mean)|not that(?: one)?)\b"
    r"|(?:아니야?|아뇨|그거 말고|말고)(?![가-힣]))",
    re.IGNORECASE,
)
_AND_WHOSE = re.compile(
    r"\W*(?:and|now|what about|how about)\s+\w{2,30}'s"
    r"(?:\s+(?:one|recording|note|voice note|clip|message|file))?\W*",
    re.IGNORECASE,
)
#: "The same with thunder": more of a sound that was made.
_SAME_WITH = re.compile(
    rf"{POLITE}(?:do |make )?(?:the )?same(?: thing| sound| one)?,? (?:but )?with "
    r"(?P<more>[^\0]{2,80}?)[\s.!?]*",
    re.IGNORECASE,
)
_SHORTER = re.compile(r"\b(?:slow(?:er|ly)?)\b|천천히|느리게", re.IGNORECASE)
_FASTER = re.compile(r"\b(?:fast(?:er)?|quick(?:er|ly)?)\b|빠르게|빨리", re.IGNORECASE)
_SLOWEST, _FASTEST = 0.5, 2.0


def follow_up(clause: str, scene: Scene) -> Sequence[Step]:
    """The steps of the exchange before, changed as a clause says; none if it says otherwise."""
    exchange = scene.last_exchange
    blank = masked(clause)
    if exchange is None or len(clause) > _LONGEST or MASK in blank or scene.steps:
        return []
    if told := _once_more(blank, scene) or _with_more(clause, exchange) or _named(blank, exchange):
        return told
    again = _AGAIN.search(blank) is not None
    if _AND_WHOSE.fullmatch(blank) or (_RATHER.match(blank) and _is_other(blank, scene)):
        return _for_others(exchange, blank, scene) if not scene.query.attached else []
    changes = _changes(blank)
    also = _ALSO.search(blank) is not None
    if not _is_filler(blank) or not (again or changes or also):
        return []
    if also or (pointing.points_at_others(blank) and not changes):
        return _for_others(exchange, blank, scene)
    if scene.query.attached and not scene.query.spoken:
        return [] if not again else _for_others(exchange, blank, scene)
    last = exchange.steps[-1]
    speaks = words.SAY_RESULT.match(blank) or words.KOREAN_RESULT.match(blank)
    if last.task not in TASKS or (speaks and TASKS[last.task].gives == "text"):
        return []
    return _changed(last, exchange, changes)


def _once_more(blank: str, scene: Scene) -> Sequence[Step]:
    """A task that is named, as it was done or tried last: "describe it once more"."""
    task = orders.plain(blank)
    if task is None or not _AGAIN.search(blank) or scene.query.attached:
        return []
    mine = re.search(r"\bmine\b", blank, re.IGNORECASE) is not None
    if not mine and (pointing.points_at_others(blank) or references.describes(blank, scene)):
        return []
    for exchange in reversed(scene.query.past):
        if mine and exchange.speaker != scene.query.speaker:
            continue
        for step in reversed(exchange.steps):
            if step.task == task and step.inputs:
                inputs = tuple(Handle(name) for name in step.inputs)
                return [Step(task, settled(step, exchange), inputs)]
    return []


def _with_more(clause: str, exchange: Exchange) -> Sequence[Step]:
    """The sound that was made last, with something more in it."""
    last = exchange.steps[-1]
    asked = _SAME_WITH.fullmatch(clause) if last.task == "text_to_audio" else None
    if not asked:
        return []
    said = settled(last, exchange)
    return [Step(last.task, said | {"text": f"{said.get('text', '')} with {asked['more']}"})]


def _named(blank: str, exchange: Exchange) -> Sequence[Step]:
    """The transcript that was made last, with the names of its speakers."""
    last = exchange.steps[-1]
    if last.task != "speech_recognition" or not last.inputs or not transcripts.only_names(blank):
        return []
    names = {"names": transcripts.names(blank)}
    return [Step(last.task, settled(last, exchange) | names, tuple(map(Handle, last.inputs)))]


def _is_other(blank: str, scene: Scene) -> bool:
    """Whether nothing is said but which other file is meant."""
    rest = _RATHER.sub(" ", blank, count=1)
    named = {
        word.lower() for asset in scene.query.recent for word in re.findall(r"\w+", asset.about)
    }
    named |= {asset.by.split()[0].lower() for asset in scene.query.recent if asset.by.strip()}
    left = " ".join(word for word in re.findall(r"[\w']+", rest) if word.lower() not in named)
    points = pointing.points_at_others(rest) or references.describes(rest, scene)
    return points and _is_filler(left)


def _changes(blank: str) -> Arguments:
    """What a clause asks to be otherwise."""
    changes = voice.manner(blank)
    if into := language.target(voice.without(blank)):
        changes["language"] = into
    if long := times.duration(blank):
        changes["duration"] = long[0]
    return changes


def _is_filler(blank: str) -> bool:
    """Whether nothing is left of a clause beside what repeats, changes or points."""
    rest = after_politeness(blank)
    if long := times.duration(rest):
        rest = rest[: long[1][0]] + rest[long[1][1] :]
    rest = voice.without(rest)
    for pattern in (_ALSO, _AGAIN, HANDLE):
        rest = pattern.sub(" ", rest)
    named = [word for word in re.findall(r"\w+", rest) if not _names_language(word)]
    rest = _FILLER.sub(" ", " ".join(named))
    return not re.search(r"\w", rest)


def _names_language(word: str) -> bool:
    if is_korean(word):
        return any(word.startswith(name) for name in language.KOREAN_NAMES)
    return len(word) > 3 and language_code(word) is not None


def _changed(last: PastStep, exchange: Exchange, changes: Arguments) -> Sequence[Step]:
    """The last step once more, as far as its task knows what is to change."""
    known = {argument.name for argument in TASKS[last.task].arguments}
    inputs = tuple(Handle(name) for name in last.inputs)
    into = changes.pop("language", None)
    said = settled(last, exchange)
    if "speed" in changes:
        changes["speed"] = _pace(changes["speed"], said.get("speed"))
    fitting = {name: value for name, value in changes.items() if name in known}
    if changes and not fitting:
        return []
    if into is None:
        return [Step(last.task, said | fitting, inputs)]
    if last.task == "speech_translation":
        return [Step(last.task, said | fitting | {"language": into}, inputs)]
    heard = heard_in(exchange)
    if last.task == "speech_recognition":
        return [Step("speech_translation", {"language": into}, inputs)]
    if last.task == "text_to_speech" and heard:
        translated = Step("speech_translation", {"language": into}, (Handle(heard),))
        return [translated, Step(last.task, said | fitting | {"text": ResultOf(1)})]
    return []


def _pace(asked: object, before: object) -> object:
    """A pace relative to the one before: slower than slow is slower still."""
    if isinstance(asked, float) and isinstance(before, int | float) and asked in (0.8, 1.25):
        return round(min(_FASTEST, max(_SLOWEST, before * asked)), 3)
    return asked


def _for_others(exchange: Exchange, blank: str, scene: Scene) -> Sequence[Step]:
    """All of an exchange's steps once more, on what the clause points at."""
    first = exchange.steps[0]
    if first.task not in TASKS or len(TASKS[first.task].takes) != 1:
        return []
    try:
        found = references.inputs(first.task, {}, blank, scene)
    except Missing:
        return []
    steps: list[Step] = []
    for inputs in found:
        made: dict[str, int] = {}
        for past in exchange.steps:
            number = len(steps) + 1
            before = [made.get(name) for name in past.inputs]
            chosen = tuple(
                inputs[0] if earlier is None else ResultOf(earlier) for earlier in before
            )
            arguments = settled(past, exchange)
            if past.task == "text_to_speech" and (spoken := _source(arguments, exchange, steps)):
                arguments["text"] = spoken
            steps.append(Step(past.task, arguments, chosen))
            made |= dict.fromkeys(past.made, number)
        if past.task in ("text_to_speech", "text_to_audio", "text_to_sing") and not past.inputs:
            break
    return [replace(step, inputs=step.inputs[: len(TASKS[step.task].takes)]) for step in steps]


def _source(arguments: Arguments, exchange: Exchange, steps: Sequence[Step]) -> ResultOf | None:
    """The step of this run whose words are spoken, if those of the exchange were a step's."""
    for place, past in enumerate(exchange.steps[: len(steps) % len(exchange.steps)]):
        if past.text and past.text == arguments.get("text"):
            return ResultOf(len(steps) - len(steps) % len(exchange.steps) + place + 1)
    return None
