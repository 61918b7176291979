"""A planner by rules: plain requests for the tasks at hand, in English, and chains of them.

It reads clauses ("clean this, then transcribe it and read it aloud"), finds each clause's verb, and
fills inputs from what is at hand. It never guesses: a request it does not understand has no steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engines.dialogue import wording
from engines.dialogue.plan import Handle, Plan, Query, ResultOf, Step
from engines.kinds import Modality, Refusal
from engines.speech.languages import language_code
from engines.tasks import TASKS

Arguments = dict[str, object | ResultOf]


@dataclass(slots=True)
class _Scene:
    """What a clause may use: the query, the steps so far, and words since then that ask nothing."""

    query: Query
    steps: list[Step] = field(default_factory=list)
    unread: str = ""
    #: What "it" may mean: the steps of the latest clause that gave a text, an audio...
    results: dict[Modality, list[ResultOf]] = field(default_factory=dict)

    def add(self, steps: Sequence[Step]) -> None:
        """Take in the steps of a clause."""
        self.unread = ""
        first = len(self.steps) + 1
        self.steps += steps
        fresh: dict[Modality, list[ResultOf]] = {}
        for number, step in enumerate(steps, start=first):
            fresh.setdefault(TASKS[step.task].gives, []).append(ResultOf(number))
        self.results |= fresh

    @property
    def leads(self) -> bool:
        """Whether nothing but requests came before."""
        return not self.unread


class RulePlanner:
    """Serves where there is no language model, and needs none."""

    async def plan(self, query: Query) -> Plan:
        """The steps a query asks for; raises :class:`Refusal` with what is missing."""
        if not query.text.strip():
            return _silent(query)
        scene = _Scene(query)
        for clause in clauses(query.text):
            steps = next((found for read in _READERS if (found := read(clause, scene))), [])
            if steps:
                scene.add(steps)
            else:
                scene.unread = f"{scene.unread} {clause}"
        return Plan(tuple(scene.steps))


def clauses(text: str) -> list[str]:
    """The text cut where a new request begins; what is in quotes is never cut.

    >>> clauses("clean this, then transcribe it and read it aloud")
    ['clean this', 'transcribe it', 'read it aloud']
    """
    masked, pieces, start = _masked(text), [], 0
    for joint in wording.JOINT.finditer(masked):
        if any(pattern.match(masked, joint.end()) for pattern in _REQUESTS):
            if _has_words_of_its_own(text[start : joint.end()]):
                break  # "say" with unquoted words: all that follows is to be spoken too
            pieces.append(text[start : joint.start()])
            start = joint.end()
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _masked(text: str) -> str:
    """The text without what is in its quotes, as long as before."""
    masked = wording.QUOTES.sub(lambda match: "\0" * len(match[0]), text)
    return masked.replace("’", "'")


def _quoted(text: str) -> str:
    quotes = (
        next((group for group in match.groups() if group is not None), "")
        for match in wording.QUOTES.finditer(text)
    )
    return " ".join(quotes).strip()


def _has_words_of_its_own(clause: str) -> bool:
    masked = _masked(clause)
    asks = wording.SAY.match(masked) or wording.MAKE_SPEECH.match(masked)
    return bool(asks) and "\0" not in masked and not wording.SAY_RESULT.match(masked)


def _silent(query: Query) -> Plan:
    return Plan(
        tuple(
            Step("speech_recognition", inputs=(Handle(asset.handle),))
            for asset in query.attached
            if asset.modality == "audio"
        )
    )


def _say(clause: str, scene: _Scene) -> list[Step]:
    """Speech asked for by a verb: "say hello", "read it aloud"."""
    masked = _masked(clause)
    if wording.SAY_RESULT.match(masked):
        return _speech_of_results(_manner(masked), scene)
    if not (asks := wording.SAY.match(masked)):
        return []
    start, end = asks.span("text")
    plain = wording.SPEED.sub("", wording.VOICE.sub("", masked[start:]))
    if plain.lstrip(" ,:").startswith("\0"):
        return _speech(_quoted(clause[start:]), _manner(masked), scene)
    marked = asks["aloud"] is not None or asks["colon"] is not None
    said = asks["verb"].lower() == "say"
    if not (marked or (scene.leads and (said or not scene.query.spoken))):
        return []  # as in "I like to sing and read books"
    manner: Arguments = {}
    for voice in wording.VOICE.finditer(masked, start):
        if not masked[voice.end() :].strip(" ,.!?"):  # else it is one of the words to speak
            manner, end = _manner(voice[0]), voice.start()
    words = wording.PLEASE.sub("", clause[start:end].strip())
    if wording.ASKED.match(masked):
        words = words.removesuffix("?")
    return _speech(words, manner, scene)


def _make_speech(clause: str, scene: _Scene) -> list[Step]:
    """Speech asked for by a noun: 'Generate a speech with text "here we go"'."""
    masked = _masked(clause)
    if not (asks := wording.MAKE_SPEECH.match(masked)) or (not scene.leads and scene.query.spoken):
        return []
    start, end = asks.span(asks.lastgroup or 0)
    if "\0" in masked:
        return _speech(_quoted(clause), _manner(masked), scene)
    if wording.PRONOUN.fullmatch(clause, start, end):
        return _speech_of_results({}, scene)
    return _speech(clause[start:end], {}, scene)


def _speech_of_results(manner: Arguments, scene: _Scene) -> list[Step]:
    if words := scene.results.get("text"):
        return [Step("text_to_speech", manner | {"text": each}) for each in words]
    return _speech("", manner, scene)


def _speech(text: str, manner: Arguments, scene: _Scene) -> list[Step]:
    if text := text.strip():
        return [Step("text_to_speech", manner | {"text": text})]
    if scene.query.spoken:
        return []
    raise Refusal("nothing_to_say")


def _manner(masked: str) -> Arguments:
    """The voice and the speed that are asked for."""
    manner: Arguments = {}
    if voice := wording.VOICE.search(masked):
        manner["voice"] = (voice["name"] or voice["kind"]).lower()
    if speed := wording.SPEED.search(masked):
        word = (speed["word"] or speed["share"] or "").lower()
        known = (pace for stem, pace in wording.SPEEDS.items() if word.startswith(stem))
        manner["speed"] = float(speed["times"]) if speed["times"] else next(known)
    return manner


def _transcribe(clause: str, scene: _Scene) -> list[Step]:
    masked = _masked(clause)
    asks = wording.TRANSCRIBE.match(masked) or (
        not scene.query.spoken and wording.WHAT_IS_SAID.match(masked)
    )
    if not asks:
        return []
    arguments: Arguments = {}
    for language in wording.LANGUAGE.finditer(f"{scene.unread}. {masked}"):
        if code := language_code(language[1] or language[2]):
            arguments["language"] = code
    if not arguments and (unknown := wording.UNKNOWN_LANGUAGE.search(masked)):
        arguments["language"] = unknown[1]  # the engine says that it does not know it
    return [Step("speech_recognition", arguments, (one,)) for one in _audio(masked, scene)]


def _enhance(clause: str, scene: _Scene) -> list[Step]:
    masked = _masked(clause)
    if not wording.ENHANCE.match(masked):
        return []
    return [Step("speech_enhancement", {}, (one,)) for one in _audio(masked, scene)]


def _not_yet(clause: str, scene: _Scene) -> list[Step]:
    if not scene.query.spoken and wording.NOT_YET.match(_masked(clause)):
        raise Refusal("not_yet")
    return []


_READERS: Sequence[Callable[[str, _Scene], list[Step]]] = (
    _say,
    _make_speech,
    _transcribe,
    _enhance,
    _not_yet,
)
_REQUESTS = (
    wording.SAY,
    wording.MAKE_SPEECH,
    wording.TRANSCRIBE,
    wording.WHAT_IS_SAID,
    wording.ENHANCE,
    wording.NOT_YET,
)


def _audio(masked: str, scene: _Scene) -> Sequence[Handle | ResultOf]:
    """The recordings a clause is about: those named, earlier steps' sounds, or what is near."""
    if named := list(dict.fromkeys(int(each[1]) for each in wording.HANDLE.finditer(masked))):
        return [Handle(f"a{number}") for number in named]
    if earlier := scene.results.get("audio"):
        return earlier
    query = scene.query
    if query.attached and not query.spoken:
        sent = [Handle(asset.handle) for asset in query.attached if asset.modality == "audio"]
        if sent:
            return sent
        # Not on to an older recording: what was sent is what was meant.
        raise Refusal("wrong_inputs", takes="audio")
    # What came with a spoken request is the request itself.
    for asset in (*query.recent, *query.attached):
        if asset.modality == "audio":
            return [Handle(asset.handle)]
    raise Refusal("needs_audio")
