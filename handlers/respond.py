"""Response generation: what a step's result looks like to people. Pure: files exist already.

Generated audio is the playable file and its waveform picture; text is the transcript itself and
its files (AudioGPT, section 3.4).
"""

from __future__ import annotations

from collections.abc import Sequence

from engines.kinds import Artifact, Outcome, Refusal
from engines.tasks import TASKS
from handlers.edge import Part
from handlers.phrases import say

#: Less noise taken out than this is not worth a number.
LEAST_DB = 2


def result(task: str, outcome: Outcome) -> list[Part]:
    """The parts of the reply for one finished step, in the order they go out."""
    parts = []
    words = _words(task, outcome)
    playable = [each for each in outcome.artifacts if each.role == "playable"]
    if words and not playable:
        parts.append(Part("text", words))
    for position, each in enumerate(playable):
        kind = "voice" if each.speech else "audio"
        parts.append(_file(kind, each, words if position == 0 else ""))
    parts += [
        _file("picture", each) for each in outcome.artifacts if each.role in ("waveform", "picture")
    ]
    parts += [_file("file", each) for each in outcome.artifacts if each.role == "document"]
    return parts


def refusal(refused: Refusal) -> list[Part]:
    """What to tell a person whose request, or a step of it, cannot be done."""
    return [Part("text", say(refused.code, **refused.facts))]


def help_text() -> str:
    """What Earshot can do, one line a task."""
    lines = [
        say("help_line", description=task.description, example=task.examples[0])
        for task in TASKS.values()
    ]
    return say("help", tasks="\n".join(lines))


def _words(task: str, outcome: Outcome) -> str:
    if TASKS[task].gives == "text":
        if outcome.data.get("no_speech"):
            return say("no_speech")
        unsure = "\n\n" + say("unsure") if outcome.data.get("unsure") else ""
        return outcome.text + unsure
    if task == "speech_enhancement" and "noise_reduction_db" in outcome.data:
        lower = round(outcome.data["noise_reduction_db"])
        return say("cleaned", lower=lower) if lower >= LEAST_DB else say("hardly_noisy")
    if outcome.data.get("stand_in"):
        return say("stand_in")
    return outcome.text


def _file(kind: str, artifact: Artifact, caption: str = "") -> Part:
    return Part(
        kind=kind,  # type: ignore[arg-type]
        text=caption,
        sha256=artifact.sha256,
        name=artifact.name,
        media_type=artifact.media_type,
        duration_s=artifact.duration_s,
        peaks=artifact.peaks,
    )


def main_artifacts(artifacts: Sequence[Artifact]) -> list[Artifact]:
    """Those that get a handle: what the next step, or the next request, can work on."""
    return [each for each in artifacts if each.role == "main"]
