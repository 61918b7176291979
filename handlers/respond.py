"""Response generation: what a step's result looks like to people. Pure: files exist already.

Generated audio is the playable file and its waveform picture, video itself and a few frames; text
is the transcript itself and its files (AudioGPT, section 3.4), which wait for their button where a
platform has buttons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engines.kinds import Artifact, Outcome, Refusal
from engines.speech.languages import SPOKEN
from engines.tasks import TASKS
from handlers.edge import Action, Button, File, Part, PartKind
from handlers.phrases import say

#: Refusals that may go better another time.
WORTH_ANOTHER_TRY = (
    "dead",
    "internal",
    "disk_full",
    "weights_missing",
    "model_missing",
    "cancelled",
)


def result(task: str, outcome: Outcome, locale: str = "en", step: int = 1) -> list[Part]:
    """The parts of the reply for one finished step, in the order they go out."""
    parts = []
    words = _words(outcome, locale)
    playable = [each for each in outcome.artifacts if each.role == "playable"]
    documents = [each for each in outcome.artifacts if each.role == "document"]
    videos = [each for each in outcome.artifacts if each.media_type.startswith("video/")]
    if words and not playable and not videos:
        offered: Sequence[Action] = ()
        if TASKS[task].gives == "text" and outcome.text:
            spoken = outcome.data.get("language") in (None, *SPOKEN)
            able: dict[Action, bool] = {
                "subtitles": bool(documents),
                "speak": spoken,
                "forget": True,
            }
            offered = [action for action, is_able in able.items() if is_able]
        parts.append(Part("text", words, buttons=buttons(offered, locale, step)))
    for position, each in enumerate(playable):
        kind: PartKind = "voice" if each.speech else "audio"
        parts.append(Part(kind, words if position == 0 else "", (_file(each),)))
    for position, each in enumerate(videos):
        kind = "video_note" if each.round else "video"
        parts.append(Part(kind, words if position == 0 else "", (_file(each),)))
    pictures = [each for each in outcome.artifacts if each.role in ("waveform", "picture")]
    if pictures:
        parts.append(Part("picture", files=tuple(map(_file, pictures))))
    if documents:
        # They wait for a button only where there is one to ask for them.
        asked = bool(parts) and any(each.action == "subtitles" for each in parts[0].buttons)
        parts.append(Part("file", files=tuple(map(_file, documents)), held=asked))
    return parts


def partial(artifacts: Sequence[Artifact]) -> list[Part]:
    """The parts of the reply for a part of a result: what is to be heard of it."""
    return [
        Part("voice" if each.speech else "audio", "", (_file(each),))
        for each in artifacts
        if each.role == "playable"
    ]


def refusal(refused: Refusal, locale: str = "en") -> list[Part]:
    """What to tell a person whose request, or a step of it, cannot be done."""
    again: Sequence[Action] = ("retry",) if refused.code in WORTH_ANOTHER_TRY else ()
    words = say(refused.code, locale, **refused.facts)
    return [Part("text", words, buttons=buttons(again, locale))]


def buttons(actions: Sequence[Action], locale: str, step: int | None = None) -> tuple[Button, ...]:
    """Buttons for what can be done next; those about one step's result name it."""
    value = "" if step is None else str(step)
    return tuple(Button(action, say(f"button_{action}", locale), value) for action in actions)


def help_text(locale: str = "en", tasks: Collection[str] = ()) -> str:
    """What Earshot can do: one line for each of these tasks, in the order of the table."""
    lines = [
        say(
            "help_line",
            locale,
            description=say(f"task_{name}", locale),
            example=say(f"task_{name}_example", locale),
        )
        for name in TASKS
        if name in tasks
    ]
    return "\n".join([say("help", locale), *lines, say("help_more", locale)])


def _words(outcome: Outcome, locale: str) -> str:
    notes = [say(each["code"], locale, **each["facts"]) for each in outcome.data.get("notes", ())]
    return "\n\n".join(filter(None, [outcome.text, *notes]))


def _file(artifact: Artifact) -> File:
    return File(
        sha256=artifact.sha256,
        name=artifact.name,
        media_type=artifact.media_type,
        size=artifact.size,
        duration_s=artifact.duration_s,
        peaks=artifact.peaks,
        pixels=artifact.pixels,
    )


def main_artifacts(artifacts: Sequence[Artifact]) -> list[Artifact]:
    """Those that get a handle: what the next step, or the next request, can work on."""
    return [each for each in artifacts if each.role == "main"]
