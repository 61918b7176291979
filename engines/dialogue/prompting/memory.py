"""The running summary of a conversation, kept without a model: a short line for each exchange."""

from __future__ import annotations

from collections.abc import Sequence

from engines.dialogue.plan import Exchange
from engines.dialogue.prompting.tokens import cut, tokens
from engines.dialogue.prompting.untrusted import plain

#: What a summary may cost, and what one of its lines may; the oldest lines go first.
SUMMARY_TOKENS = 300
_LINE_TOKENS, _WORDS_TOKENS, _NAME_TOKENS = 60, 24, 10


def fold(summary: str, exchanges: Sequence[Exchange]) -> str:
    """The summary with these exchanges added: who, what was asked, which handles came of it.

    >>> fold("", [Exchange("Ann", "clean this", sent=("a1",))])
    'Ann: clean this [sent a1]'
    """
    lines = [line.strip() for line in plain(summary).split("\n") if line.strip()]
    lines += [_line(exchange) for exchange in exchanges]
    kept: list[str] = []
    room = SUMMARY_TOKENS
    for line in reversed(lines):
        size = tokens(line + "\n")
        if size > room:
            break
        room -= size
        kept.insert(0, line)
    if lines and not kept:  # written as one long paragraph
        return cut(lines[-1], SUMMARY_TOKENS)
    return "\n".join(kept)


def _line(exchange: Exchange) -> str:
    speaker = _short(exchange.speaker, _NAME_TOKENS) or "somebody"
    line = f"{speaker}: {_short(exchange.words, _WORDS_TOKENS)}".rstrip()
    if exchange.sent:
        line += f" [sent {', '.join(exchange.sent[:4])}]"
    for step in [each for each in exchange.steps if each.done][:4]:
        made = f" = {', '.join(step.made[:4])}" if step.made else ""
        line += f" [{step.task}{made}]"
    return cut(line, _LINE_TOKENS)


def _short(text: str, limit: int) -> str:
    """Words on one line, cut at ``limit`` tokens."""
    line = " ".join(plain(text[:1000]).split())
    short = cut(line, limit)
    return short if short == line else short.rstrip() + "…"
