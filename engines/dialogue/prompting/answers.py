"""What comes of asking a language model: an answer put together from its stream, or a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engines.dialogue.prompting.tokens import tokens

#: A message of the protocol.
Message = Mapping[str, Any]

#: What a message costs beside its words: its role and what parts it from the next.
MESSAGE_TOKENS = 4
_WRITTEN = re.compile(
    r"```(?:json|tool_call|tool_code)?\s*(?P<fence>[\[{].*?[\]}])\s*```"
    r"|<tool_call>\s*(?P<tag>\{.*?\})\s*(?:</tool_call>|$)",
    re.DOTALL,
)
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>\s*|$)", re.DOTALL)


class ModelFailed(Exception):
    """The language model gave no answer. ``reason`` is one short word for logs.

    It is one of ``timeout``, ``unreachable``, ``rate_limited``, ``server_error``, ``denied`` (the
    key), ``bad_request``, ``garbled`` (no such protocol), ``cut_off`` (the stream ended early),
    ``empty``, ``no_model`` or ``not_started``. ``tokens`` is what was spent before.
    """

    def __init__(self, reason: str, status: int | None = None, spent: int = 0) -> None:
        super().__init__(reason if status is None else f"{reason} ({status})")
        self.reason = reason
        self.status = status
        self.tokens = spent


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call as the model wrote it: ``arguments`` should be a JSON object, and may not be."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said. ``tokens`` is prompt and answer together, estimated if not told.

    ``finish`` is the protocol's reason: ``stop``, ``length``, ``tool_calls``; ``enough`` if whoever
    asked had heard enough.
    """

    text: str = ""
    calls: Sequence[Call] = ()
    tokens: int = 0
    finish: str = "stop"


@dataclass(slots=True)
class Heard:
    """What has come of a stream."""

    text: str = ""
    finish: str = ""
    used: int = 0
    calls: dict[int, Call] = field(default_factory=dict)

    def take(self, chunk: Any) -> None:
        """Add a chunk; of fields that are none, ``AttributeError`` or ``TypeError``."""
        if chunk.usage is not None:
            self.used = chunk.usage.total_tokens or 0
        for choice in chunk.choices or ():
            self.finish = choice.finish_reason or self.finish
            for piece in choice.delta.tool_calls or ():
                self._gather(piece)
            self.text += choice.delta.content or ""

    def answer(self, prompt: int) -> Answer:
        """All of it; ``prompt`` are the tokens to count for the question if nobody told."""
        calls = tuple(
            replace(call, id=call.id or f"call_{at}") for at, call in sorted(self.calls.items())
        )
        said = self.text + "".join(call.name + call.arguments for call in calls)
        used = self.used or prompt + tokens(said)
        return Answer(without_thoughts(self.text), calls, used, self.finish)

    def _gather(self, piece: Any) -> None:
        """Add a piece of a tool call. Servers that give no index send each call in one piece."""
        at = piece.index if piece.index is not None else len(self.calls)
        before = self.calls.get(at, Call("", "", ""))
        name, arguments = piece.function.name, piece.function.arguments
        self.calls[at] = Call(
            before.id or piece.id or "",
            before.name or name or "",
            before.arguments + (arguments or ""),
        )


def without_thoughts(text: str) -> str:
    """An answer without the thinking aloud that some models put before it.

    >>> without_thoughts("<think>The user wants..."), without_thoughts("<think>Hm.</think>Hello")
    ('', 'Hello')
    """
    return _THOUGHT.sub("", text, count=1) if text.lstrip().startswith("<think>") else text


def written_calls(text: str) -> list[Call]:
    r"""The calls that a model wrote into its words, as those without a way to call tools do.

    >>> written_calls('```json\n{"name": "text_to_speech", "arguments": {"text": "hi"}}\n```')
    [Call(id='written_0', name='text_to_speech', arguments='{"text": "hi"}')]
    """
    found = [match["fence"] or match["tag"] for match in _WRITTEN.finditer(text)]
    if not found and text.strip().startswith(("{", "[")):
        found = [text]
    calls: list[Call] = []
    for piece in found:
        try:
            value = json.loads(piece)
        except (ValueError, RecursionError):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and isinstance(each.get("name"), str):
                arguments = each.get("arguments", each.get("parameters"))
                if isinstance(arguments, dict):
                    written = json.dumps(arguments, ensure_ascii=False)
                    calls.append(Call(f"written_{len(calls)}", each["name"], written))
    return calls


def cost(messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> int:
    """The estimated tokens of a prompt."""
    each = (MESSAGE_TOKENS + tokens(_written(message)) for message in messages)
    return sum(each) + (tokens(_json(list(tools))) if tools else 0)


def _written(message: Message) -> str:
    calls = message.get("tool_calls")
    return (message.get("content") or "") + (_json(calls) if calls else "")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
