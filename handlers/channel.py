"""How the bot behaves in one channel: what people set with ``/settings``, and what it means.

Settings are kept in SQL as what differs from the defaults, so a default that changes in a later
version changes everywhere it was not set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from db.models import AnyRow
from engines.dialogue.plan import Plan, ResultOf, Step
from engines.kinds import Refusal
from engines.speech.languages import language_code
from engines.speech.phonemes.language import unreadable
from engines.tasks import TASKS
from handlers.edge import Addressed
from handlers.phrases import LOCALES

#: What a setting may be; those not listed are checked in :func:`changed`.
CHOICES: Mapping[str, Sequence[str]] = {
    "speak": ("mention", "reply", "wake", "always"),
    "reply": ("both", "transcript", "answer"),
    "voice": ("never", "talk", "spoken", "always"),
    "mimicry": ("off", "on"),
    "faces": ("off", "on"),
    "speakers": ("off", "on"),
    "mark": ("off", "on"),
    "locale": ("auto", *LOCALES),
}
LONGEST_RETENTION_DAYS = 3650
LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class Channel:
    """The settings of a channel.

    ``speak``: when it answers in a group: to its name, also to replies, also to ``wake_word``
    (written, or heard in a voice message), or always. ``reply``: what a voice message gets: its
    transcript, the answer to it, or both. ``voice``: when answers in words are also spoken: in a
    ``talk`` by voice messages, also when they are the result of a ``spoken`` request, or always.
    ``mimicry``: whether texts may be spoken in the manner of people's voices, of those who agree.
    ``faces``: whether faces in pictures may be made to speak.
    ``speakers``: whether the voices of people whom a request names are kept, and known again.
    ``mark``: whether what is spoken ends by saying that its voice is artificial. ``language`` is
    what is spoken here, empty when it is to be found out. ``retention`` is in
    days, 0 keeps all.
    """

    speak: str = "reply"
    reply: str = "both"
    voice: str = "talk"
    voice_name: str = ""
    mimicry: str = "off"
    faces: str = "off"
    speakers: str = "off"
    mark: str = "off"
    wake_word: str = "earshot"
    language: str = ""
    locale: str = "auto"
    retention: int = 0

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Channel:
        """The settings that were kept; what this version does not know is left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in (kept or {}).items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """What differs from the defaults."""
        defaults = asdict(Channel())
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}


def changed(channel: Channel, name: str, value: str) -> Channel:
    """The settings with one changed; raises :class:`Refusal` for what cannot be set."""
    if name not in {each.name for each in fields(Channel)}:
        names = ", ".join(each.name for each in fields(Channel))
        raise Refusal("settings_unknown", name=name, names=names)
    value = value.strip()
    if value == "auto" and name in ("voice_name", "language"):
        value = ""
    if name in CHOICES and value not in CHOICES[name]:
        raise Refusal(
            "settings_bad_value", name=name, value=value, choices=", ".join(CHOICES[name])
        )
    if name == "retention":
        if not value.isdecimal() or int(value) > LONGEST_RETENTION_DAYS:
            limits = f"0–{LONGEST_RETENTION_DAYS}"
            raise Refusal("settings_bad_value", name=name, value=value, choices=limits)
        return replace(channel, retention=int(value))
    if len(value) > LONGEST_VALUE:
        raise Refusal("settings_bad_value", name=name, value=value[:LONGEST_VALUE], choices="…")
    if name == "language" and value:
        code = language_code(value)
        if code is None:
            raise Refusal("settings_bad_value", name=name, value=value, choices="en, ko, de, …")
        value = code
    if name == "wake_word" and not re.search(r"\w", value):
        raise Refusal("settings_bad_value", name=name, value=value, choices="earshot, …")
    return Channel.of(asdict(channel) | {name: value})


def hears(channel: Channel, addressed: Addressed) -> bool:
    """Whether something said that way is said to the bot, before its words are looked at."""
    if addressed == "reply":
        return channel.speak != "mention"
    return addressed != "" or channel.speak == "always"


def after_wake_word(channel: Channel, text: str) -> str | None:
    """What follows the wake word at the beginning of ``text``; None when it is not there.

    >>> after_wake_word(Channel(), "Hey Earshot, transcribe this.")
    'transcribe this.'
    >>> after_wake_word(Channel(), "We met at Earshot today.") is None
    True
    """
    word = re.escape(channel.wake_word)
    match = re.match(rf"\W*(?:(?:hey|hi|ok|okay|hello)\W+)?{word}(?!\w)\W*", text, re.IGNORECASE)
    return text[match.end() :] if match else None


def in_its_manner(
    plan: Plan, channel: Channel, *, spoken: bool, earlier: Sequence[AnyRow] = ()
) -> Plan:
    """The plan as a channel wants it: in its voice and language, and spoken where it says so.

    Its steps are numbered after the ``earlier`` ones of its turn (rows of jobs). What is to be
    spoken by the channel's wish and not by the request is the last step.
    """
    steps = [_with_defaults(step, channel) for step in plan.steps]
    aloud = channel.voice == "always" or (channel.voice == "spoken" and spoken)
    text: ResultOf | str | None = None
    if steps and aloud and not plan.looks and TASKS[steps[-1].task].gives == "text":
        text = ResultOf(len(earlier) + len(steps))
    elif plan.words and not steps and (aloud or (channel.voice == "talk" and spoken)):
        text = None if unreadable(plan.words) else plan.words
    elif not (steps or plan.words) and aloud and earlier and _is_text(earlier[-1]):
        text = ResultOf(earlier[-1].step)
    if text is not None:
        steps.append(_with_defaults(Step("text_to_speech", {"text": text}), channel))
    return replace(plan, steps=tuple(steps))


def _is_text(job: AnyRow) -> bool:
    return job.state == "done" and TASKS[job.task].gives == "text" and bool(job.text.strip())


def _with_defaults(step: Step, channel: Channel) -> Step:
    defaults: dict[str, object] = {}
    if step.task == "text_to_speech" and channel.voice_name:
        defaults["voice"] = channel.voice_name
    if step.task == "speech_recognition" and channel.language:
        defaults["language"] = channel.language
    return replace(step, arguments={**defaults, **step.arguments})
