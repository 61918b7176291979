"""A planner by rules: plain requests for the tasks at hand, in English, and chains of them.

It reads clauses ("clean this, then transcribe it and read it aloud"), finds each clause's verb, and
fills inputs from what is at hand. It never guesses: a request it does not understand has no steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engines.dialogue.plan import Asset, Handle, Plan, Query, ResultOf, Step
from engines.kinds import Refusal
from engines.tasks import TASKS

_QUOTES = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»|(?<!\w)\'([^\']*)\'(?!\w)')
_HANDLE = re.compile(r"(?<![\w.])a(\d{1,6})(?!\w)", re.IGNORECASE)
_POLITE = (
    r"(?:(?:hey|ok|okay|please|earshot|can you|could you|would you|will you|i want (?:you )?to|"
    r"i'd like (?:you )?to|let's|just|and|then|now|also)\b[\s,]*)*"
)
_NOT_YET = re.compile(
    rf"^{_POLITE}(translate|sing|caption|describe|separate|detect|extract|inpaint|binaural)",
    re.IGNORECASE,
)
#: A new clause begins after one of these, when a verb we know follows.
_JOINT = re.compile(r"\s*(?:[,;.]\s*(?:and\s+)?(?:then\s+)?|\s(?:and\s+)?then\s+|\sand\s+)", re.I)

_SPEAK_WORDS = re.compile(
    rf"^{_POLITE}(?:say|speak|read(?: out)?(?: aloud)?|pronounce|narrate|tell (?:us|me))\b[\s:,]*"
    r"(?:the (?:text|words|sentence)|the following|this|these words|out loud|aloud)?[\s:,]*"
    r"(?P<text>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_SPEECH_WITH_TEXT = re.compile(
    r"\b(?:(?:generate|make|create|give)\b.*\b(?:speech|voice|audio|recording)\b"
    r"|text[- ]to[- ]speech|the text is)",
    re.IGNORECASE,
)
_SPEAK_RESULT = re.compile(
    rf"^{_POLITE}(?:say|speak|read)\s+(?:it|that|this|the (?:transcript|text|result|words))?"
    r"\s*(?:back|out|aloud|out loud|to (?:us|me)|again)*[.!?\s]*$",
    re.IGNORECASE,
)
_TRANSCRIBE = re.compile(
    r"\btranscri(?:be|pt|ption)\b|\bwrite\b.*\bdown\b|\bsubtitles?\b|\bcaptions? file\b"
    r"|\bwhat\b.*\b(?:say|said|saying|says)\b|\btext of (?:this|the|that)\b"
    r"|\bspeech[- ]to[- ]text\b|\brecogni[sz]e\b",
    re.IGNORECASE,
)
_ENHANCE = re.compile(
    r"\bclean(?:\s*up)?\b|\bde-?nois\w*|\b(?:remove|reduce|cut|take out|get rid of)\b.*\bnoise\b"
    r"|\benhance\b|\bclearer\b|\bimprove\b.*\b(?:audio|sound|voice|speech|recording|quality)\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"\b(?:it is|it's|spoken|language(?: is)?)\s+in\s+([A-Za-z]+)"
    r"|\b(?:as|in|from)\s+([A-Z][a-z]+)\b"
)
_VOICE = re.compile(r"\b(?:in|with|using)\s+(?:the\s+)?voice\s+(?:of\s+)?(\w+)", re.IGNORECASE)
_SPEED = re.compile(r"\b(slowly|slower|quickly|faster|fast)\b[.!]*\s*$", re.IGNORECASE)
_SPEEDS = {"slowly": 0.8, "slower": 0.8, "quickly": 1.25, "faster": 1.25, "fast": 1.25}


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a clause may use: the query, and the steps planned before it."""

    query: Query
    steps: Sequence[Step]


class RulePlanner:
    """Serves where there is no language model, and needs none."""

    async def plan(self, query: Query) -> Plan:
        """The steps a query asks for; raises :class:`Refusal` with what is missing."""
        text = query.text.strip()
        if not text:
            return self._silent(query)
        steps: list[Step] = []
        for clause in clauses(text):
            step = self._step(clause, _Scene(query, steps))
            if step is not None:
                steps.append(step)
        if not steps and not query.spoken and _NOT_YET.search(text):
            raise Refusal("not_yet")
        return Plan(tuple(steps))

    def _silent(self, query: Query) -> Plan:
        audio = [asset for asset in query.attached if asset.modality == "audio"]
        return Plan(
            tuple(Step("speech_recognition", inputs=(Handle(one.handle),)) for one in audio)
        )

    def _step(self, clause: str, scene: _Scene) -> Step | None:
        for reader in _READERS:
            step = reader(clause, scene)
            if step is not None:
                return step
        return None


def clauses(text: str) -> list[str]:
    """The text cut where a new request begins; what is in quotes is never cut.

    >>> clauses("clean this, then transcribe it and read it aloud")
    ['clean this', 'transcribe it', 'read it aloud']
    """
    quoted = [match.span() for match in _QUOTES.finditer(text)]
    pieces, start = [], 0
    for joint in _JOINT.finditer(text):
        inside = any(begin < joint.start() < end for begin, end in quoted)
        if not inside and _begins_request(text[joint.end() :]) and text[start : joint.start()]:
            if _swallows(text[start : joint.start()]):
                break
            pieces.append(text[start : joint.start()])
            start = joint.end()
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _begins_request(rest: str) -> bool:
    verb = re.match(
        rf"{_POLITE}(?:clean|de-?noise|enhance|remove|reduce|transcribe|write|say|speak|read|"
        r"make|give)\b",
        rest,
        re.IGNORECASE,
    )
    return verb is not None


def _swallows(clause: str) -> bool:
    """Whether the clause is "say" with unquoted words: all that follows is to be spoken too."""
    spoken = _SPEAK_WORDS.match(clause)
    return bool(
        spoken
        and spoken["text"].strip()
        and not _QUOTES.search(clause)
        and not _SPEAK_RESULT.match(clause)
    )


def _quoted(clause: str) -> str | None:
    match = _QUOTES.search(clause)
    return next((group for group in match.groups() if group is not None), "") if match else None


def _speak(clause: str, scene: _Scene) -> Step | None:
    arguments: dict[str, object | ResultOf] = {}
    outside = _QUOTES.sub(" ", clause)
    if voice := _VOICE.search(outside):
        arguments["voice"] = voice[1].lower()
        clause = clause.replace(voice[0], "").strip()
    quoted = _quoted(clause)
    spoken = _SPEAK_WORDS.match(clause)
    if (speed := _SPEED.search(outside)) and (
        quoted is not None or _SPEAK_RESULT.match(clause[: clause.rfind(speed[1])])
    ):
        arguments["speed"] = _SPEEDS[speed[1].lower()]
        clause = clause.removesuffix(speed[0]).strip()
    if quoted is not None and (spoken or _SPEECH_WITH_TEXT.search(outside)):
        return Step("text_to_speech", arguments | {"text": quoted})
    if _SPEAK_RESULT.match(clause) and (source := _words_of(scene)) is not None:
        return Step("text_to_speech", arguments | {"text": source})
    if spoken and spoken["text"].strip():
        return Step("text_to_speech", arguments | {"text": spoken["text"].strip()})
    if spoken and not scene.query.spoken:
        raise Refusal("nothing_to_say")
    return None


def _words_of(scene: _Scene) -> ResultOf | None:
    for number in range(len(scene.steps), 0, -1):
        if TASKS[scene.steps[number - 1].task].gives == "text":
            return ResultOf(number)
    return None


def _transcribe(clause: str, scene: _Scene) -> Step | None:
    if not _TRANSCRIBE.search(clause) or (scene.query.spoken and not _begins_request(clause)):
        return None
    arguments: dict[str, object | ResultOf] = {}
    if language := _LANGUAGE.search(clause):
        arguments["language"] = language[1] or language[2]
    return Step("speech_recognition", arguments, (_audio(clause, scene),))


def _enhance(clause: str, scene: _Scene) -> Step | None:
    if not _ENHANCE.search(clause) or (scene.query.spoken and not _begins_request(clause)):
        return None
    return Step("speech_enhancement", {}, (_audio(clause, scene),))


_READERS: Sequence[Callable[[str, _Scene], Step | None]] = (_speak, _enhance, _transcribe)


def _audio(clause: str, scene: _Scene) -> Handle | ResultOf:
    """The recording a clause is about: a named handle, an earlier step's sound, or what is near."""
    if named := _HANDLE.search(clause):
        return Handle(f"a{int(named[1])}")
    for number in range(len(scene.steps), 0, -1):
        if TASKS[scene.steps[number - 1].task].gives == "audio":
            return ResultOf(number)
    near: list[Asset] = [*scene.query.attached, *scene.query.recent]
    for asset in near:
        if asset.modality == "audio":
            return Handle(asset.handle)
    raise Refusal("needs_audio")
