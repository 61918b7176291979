"""A dialogue as it was held, to read: who said what, which tasks ran on what, what was answered."""

from __future__ import annotations

from collections.abc import Sequence

from evals.dialogue import Dialogue, Round
from evals.judge import Ran, Seen

HEAD = """\
# {rounds} rounds in one channel

This is a dialogue as the service holds it with its offline router alone, without any language
model: {tasks} tasks, and most rounds speak of what earlier ones brought or made. Everything between
the message and the reply is the product's own; only the engines are rehearsed, so that words
in brackets stand for what a real engine would hear. The page is written by a program, and a test
holds the dialogue again and compares:

    python -m evals.robustness --transcript > docs/dialogue.md

Handles such as `a1` name what was sent and made, in the order in which it came.
"""


def page(dialogue: Dialogue, seen: Sequence[Seen]) -> str:
    """The dialogue as a page of Markdown."""
    done = {each.task for one in seen for each in one.steps if each.state == "done"}
    lines = [HEAD.format(rounds=len(seen), tasks=len(done))]
    for number, (round_, one) in enumerate(zip(dialogue.rounds, seen, strict=True), start=1):
        lines += [f"## {number}", "", f"**{round_.by}**{_how(round_, one)}: {round_.words}", ""]
        lines += [f"- {_step(each)}" for each in one.steps]
        if one.steps:
            lines.append("")
        answer = " ".join(filter(None, (_part(part.kind, part.text) for part in one.parts)))
        lines += [f"> {answer or '(says nothing)'}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _how(round_: Round, seen: Seen) -> str:
    sent = ", ".join(f"`{each}`" for each in seen.sent)
    if round_.hears:
        return f" (by voice, {sent})"
    names = " and ".join(round_.sends)
    return f" (sends {names}: {sent})" if names else ""


def _step(ran: Ran) -> str:
    inputs = ", ".join(f"`{_handle(each)}`" for each in ran.inputs)
    given = ", ".join(f"{name} “{value}”" for name, value in ran.arguments.items() if value)
    made = ", ".join(f"`{each}`" for each in ran.made)
    state = "" if ran.state == "done" else f": {ran.state}"
    return f"`{ran.task}`" + "".join(
        (
            f" of {inputs}" if inputs else "",
            f" with {given}" if given else "",
            f" → {made}" if made else "",
            state,
        )
    )


def _handle(names: frozenset[str]) -> str:
    """The handle among an input's names, if it has come to one."""
    return min(names, key=lambda name: (not name.startswith("a"), name))


def _part(kind: str, text: str) -> str:
    shown = {"voice": "🔊", "audio": "🎵", "video": "🎬"}.get(kind, "")
    return " ".join(filter(None, (shown, text)))
