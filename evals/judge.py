"""What is wrong with the answer to one round of a dialogue: rules on what was done and delivered.

Wording is never judged. What is: which tasks ran, in which order, on what, with which arguments;
which were refused and why; that each result was delivered, and nothing beside; and that no answer
tells of a step that was not done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.tasks import TASKS
from evals.dialogue import Expected, Round, Wanted
from handlers.edge import Part

#: A model asks in its own words: those have no code.
IN_WORDS = "in words"
_MARK = re.compile(r"\[(\w+) of ([^\]]*)\]")
_HANDLE = re.compile(r"(?<![\w.])a\d{1,4}(?![A-Za-z0-9_])")
#: An answer that says so without a step that was done claims what is not true.
_CLAIM = re.compile(
    r"\b(?:here (?:is|are) (?:your|the)|i(?:'ve| have) (?:now )?(?:transcribed|cleaned|translated"
    r"|separated|made|generated|created|extracted|repaired|described|removed|recorded|sung)"
    r"|it says|(?:he|she) says)\b"
    r"|(?:만들었|받아썼|(?:정리|번역|분리|제거|녹음|설명)했)(?:습니다|어요)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ran:
    """A step as it went.

    ``inputs`` are, for each, all names it has: its handle, and the step of this round that gave it.
    ``made`` are the handles of its results, ``playable`` the hashes of what is to be heard of them.
    ``state`` is ``done`` or ``dead``, or the code it was refused with.
    """

    number: int
    task: str
    inputs: Sequence[frozenset[str]] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    state: str = "done"
    text: str = ""
    made: Sequence[str] = ()
    playable: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a round.

    ``taken`` says that the message was for the bot; ``over`` that its turn ended. ``code`` is why
    nothing was done, as far as it is known. ``known`` are the handles that there are by now,
    ``told`` all marks of results (see :mod:`evals.rehearsed`) that were ever earned.
    """

    steps: Sequence[Ran] = ()
    parts: Sequence[Part] = ()
    code: str = ""
    taken: bool = True
    over: bool = True
    sent: Sequence[str] = ()
    known: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """All that was answered in words."""
        return "\n".join(part.text for part in self.parts if part.text)


def judge(round_: Round, seen: Seen) -> list[str]:
    """What differs from what is expected, a sentence each; empty if all is well."""
    if not seen.over:
        return ["it never came to an end"]
    found = _steps(round_, seen)
    if not round_.steps:
        found += _answer(round_, seen)
    elif found and round_.asks and not seen.steps:
        found = _answer(round_, seen)  # asking was as good
    return found + _undelivered(seen) + _claims(round_, seen)


def _steps(round_: Round, seen: Seen) -> list[str]:
    """Compare the steps in order; one that stands for several takes all that are like it."""
    found: list[str] = []
    left, texts = list(seen.steps), {str(each.number): each.text for each in seen.steps}
    numbers: dict[str, set[str]] = {}
    for number, expected in enumerate(round_.steps, start=1):
        taken: list[Ran] = []
        while left and (not taken or expected.many):
            faults = _differs(expected, left[0], numbers, texts)
            if taken and faults:
                break
            found += [f"step {number}: {fault}" for fault in faults]
            taken.append(left.pop(0))
        if not taken:
            found.append(f"step {number}: {expected.task} is missing")
        if expected.each and (missing := _results(taken, seen) - _inputs(taken)):
            found.append(
                f"step {number}: {expected.task} of {', '.join(sorted(missing))} is missing"
            )
        # Where one expected step stood for several, what follows is numbered differently.
        numbers[f"s{number}"] = {f"s{each.number}" for each in taken}
    left = [each for each in left if not _answer_aloud(round_, each, seen)]
    found += [f"{each.task} of {_names(each.inputs)} was not asked for" for each in left]
    return found


def _answer_aloud(round_: Round, ran: Ran, seen: Seen) -> bool:
    """Whether a step reads aloud what was answered in words: so talk by voice is answered."""
    text = str(ran.arguments.get("text", ""))
    talk = bool(round_.hears) and not round_.steps and ran.task == "text_to_speech"
    return talk and text != round_.hears and text in (part.text for part in seen.parts)


def _inputs(steps: Sequence[Ran]) -> set[str]:
    return {name for each in steps for given in each.inputs for name in given}


def _results(steps: Sequence[Ran], seen: Seen) -> set[str]:
    """All that was made by the steps whose results these work on."""
    names = _inputs(steps)
    return {made for each in seen.steps if f"s{each.number}" in names for made in each.made}


def _differs(
    expected: Expected, ran: Ran, numbers: Mapping[str, set[str]], texts: Mapping[str, str]
) -> list[str]:
    if ran.task != expected.task:
        return [f"{ran.task} instead of {expected.task}"]
    found = []
    if len(ran.inputs) != len(expected.inputs):
        found.append(f"{expected.task} has {len(ran.inputs)} inputs")
    for wanted, given in zip(expected.inputs, ran.inputs, strict=False):
        allowed = {name for each in wanted for name in numbers.get(each, {each})}
        if not allowed & given:
            found.append(f"{ran.task} of {_names([given])} instead of {' or '.join(wanted)}")
    found += [fault for each in expected.arguments if (fault := _argument(each, ran, texts))]
    if expected.state == "*":
        if ran.state == "done":
            found.append(f"{ran.task} was done, which cannot be")
    elif ran.state != expected.state:
        found.append(f"{ran.task} is {ran.state} instead of {expected.state}")
    return found


def _argument(wanted: Wanted, ran: Ran, texts: Mapping[str, str]) -> str:
    value = ran.arguments.get(wanted.name)
    said = f"{ran.task}: {wanted.name} is {value!r} instead of {wanted.how}{wanted.value!r}"
    if reference := re.fullmatch(r"s(\d)", wanted.value):
        if isinstance(value, Mapping):
            return "" if value.get("result_of") == int(reference[1]) else said
        return "" if value and value == texts.get(reference[1]) else said
    if value is None:
        return said
    if isinstance(value, int | float):
        number = float(wanted.value)
        fits = {"<": value < number, ">": value > number}
        return "" if fits.get(wanted.how, abs(value - number) < 0.01) else said
    given, asked = _plain(value), _plain(wanted.value)
    return "" if (given == asked if wanted.how == "=" else asked in given) else said


def _plain(value: object) -> str:
    return " ".join(str(value).casefold().split()).strip(" .!?")


def _answer(round_: Round, seen: Seen) -> list[str]:
    """Whether something was said where nothing was to be done, or nothing where that is right."""
    if round_.silent:
        return ["something was said"] if seen.parts else []
    if not seen.taken:
        return ["it was not taken for a request"]
    if not seen.parts:
        return ["nothing was said"]
    codes = (*round_.asks, *round_.refused)
    if codes and "*" not in codes and seen.code not in (*codes, IN_WORDS):
        return [f"it said {seen.code or 'something else'} instead of {' or '.join(codes)}"]
    return []


def _undelivered(seen: Seen) -> list[str]:
    """Each result must be among the parts, and each refusal must be told."""
    found = []
    files = {file.sha256 for part in seen.parts for file in part.files}
    for each in seen.steps:
        if each.state != "done":
            if not seen.words:
                found.append(f"nobody was told that {each.task} failed")
        elif TASKS[each.task].gives == "text":
            if each.text not in seen.words:
                found.append(f"the words of {each.task} were not delivered")
        elif not each.playable or not set(each.playable) <= files:
            found.append(f"the files of {each.task} were not delivered")
    return found


def _claims(round_: Round, seen: Seen) -> list[str]:
    """What was said of things that are not so."""
    found = []
    done = [each for each in seen.steps if each.state == "done"]
    made = {hash_ for each in done for hash_ in each.playable}
    for part in seen.parts:
        if part.kind in ("voice", "audio", "video"):
            found += ["a file of no step" for file in part.files if file.sha256 not in made]
    for task, handles in _MARK.findall(seen.words):
        if f"[{task} of {handles}]" not in seen.told:
            found.append(f"told what {task} of {handles} gave, which was not done")
    named = set(_HANDLE.findall(seen.words)) - set(_HANDLE.findall(round_.words))
    found += [f"named {name}, which there is not" for name in sorted(named - seen.known)]
    if not done and (claim := _CLAIM.search(seen.words)):
        found.append(f"claimed “{claim[0]}” without having done anything")
    return found


def _names(inputs: Sequence[frozenset[str]]) -> str:
    return ", ".join("/".join(sorted(each)) for each in inputs) or "nothing"
