"""For a weak language model: it only talks, and votes where the router is unsure.

A model of a billion parameters cannot be trusted with tools, and need not be: the router plans.
What is left for it is small talk and questions, and the choice of one task among a few. Small
models fall into loops; an answer that repeats itself is cut where it begins to.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

from engines.dialogue.plan import Query
from engines.dialogue.prompting.answers import Message, ModelFailed, cost
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.prompting.untrusted import Quoting, plain
from engines.tasks import NONE, TASKS, examples

log = structlog.get_logger(__name__)

#: What a prompt and an answer may cost; a small model on a CPU reads about 100 tokens a second.
CONTEXT_TOKENS, ANSWER_TOKENS = 600, 160
#: Seconds that a vote may take: the router is waited for with it.
VOTE_S = 8.0
_REQUEST_TOKENS, _PAST_TOKENS = 250, 60
_EXAMPLES = 2
#: Against loops, by the names that servers have for it.
_PENALTIES = {"frequency_penalty": 0.4, "repeat_penalty": 1.15}
_RULES = (
    "You are Earshot, a friendly assistant in a chat. Answer in one to three short sentences, in "
    "the language of the last message. You cannot do anything in this answer but talk: never say "
    "that you did, heard or made something. When people ask for it, the service "
    "you belong to does: {abilities}."
)
_VOTE = (
    "Which task does the message ask for? Answer with its name, or with none.\n{tasks}\n"
    "none: no task; small talk, or something else. Such as: {none}"
)
_SENTENCE = re.compile(r"[^.!?…。\n]+[.!?…。\n]*")
#: A piece that comes three times on end; laughter, dashes and large numbers are shorter.
_STUTTER = re.compile(r"(.{2,60}?)\1{2,}", re.DOTALL)
_LEAST_LOOP = 12
#: What the votes for one query cost: whoever votes serves many queries at once.
_VOTES: ContextVar[list[int]] = ContextVar("votes")


class Talker:
    """Small talk and votes by a weak model."""

    def __init__(self, completions: Completions, *, vote_s: float = VOTE_S) -> None:
        self._completions = completions
        self._vote_s = vote_s

    async def answer(self, query: Query) -> tuple[str, int]:
        """Words to say to a query, empty if there are none, and the tokens they cost.

        Raises :class:`ModelFailed`.
        """
        answer = await self._completions.ask(
            conversation(query, CONTEXT_TOKENS),
            max_tokens=ANSWER_TOKENS,
            options=_PENALTIES,
            enough=loops,
        )
        words = without_loops(plain(answer.text).strip())
        return (_whole_sentences(words) if answer.finish == "length" else words), answer.tokens

    async def vote(self, text: str, candidates: Sequence[str]) -> str | None:
        """The task of these that a message asks for; None if none, or if the model cannot say."""
        names = [name for name in candidates if name in TASKS]
        if not names:
            return None
        schema = {
            "type": "object",
            "properties": {"task": {"type": "string", "enum": [*names, NONE]}},
            "required": ["task"],
            "additionalProperties": False,
        }
        form = {"name": "vote", "strict": True, "schema": schema}
        costs = _VOTES.get([])
        try:
            async with asyncio.timeout(self._vote_s):
                answer = await self._completions.ask(
                    ballot(text, names),
                    max_tokens=30,
                    options={"response_format": {"type": "json_schema", "json_schema": form}},
                )
            costs.append(answer.tokens)
            task = json.loads(answer.text)["task"]
        except (TimeoutError, ModelFailed) as error:
            costs.append(getattr(error, "tokens", 0))
            log.info("no vote", reason=str(error) or "timeout")
            return None
        except (ValueError, KeyError, TypeError):
            return None
        return task if task in names else None


@contextmanager
def counting_votes() -> Iterator[Sequence[int]]:
    """The tokens of each vote that the caller's own task leads to, until the context ends."""
    costs: list[int] = []
    before = _VOTES.set(costs)
    try:
        yield costs
    finally:
        _VOTES.reset(before)


def conversation(query: Query, budget: int) -> list[Message]:
    """The prompt for an answer: the rules, the latest exchanges that fit, and the message.

    People's words are turns of their own here, for a small model follows no delimiters; whatever
    it can be talked into, it has no tools.
    """
    abilities = ", ".join(name.replace("_", " ") for name in TASKS)
    quoting = Quoting("")
    rules: Message = {"role": "system", "content": _RULES.format(abilities=abilities)}
    asks = quoting.words(query.text, _REQUEST_TOKENS) or "(nothing)"
    last: Message = {"role": "user", "content": asks}
    past: list[Message] = []
    for exchange in reversed(query.past):
        said = quoting.words(exchange.words, _PAST_TOKENS)
        answered = quoting.words(exchange.answer, _PAST_TOKENS)
        if not (said and answered):  # turns have to alternate
            continue
        turns: list[Message] = [
            {"role": "user", "content": said},
            {"role": "assistant", "content": answered},
        ]
        if cost([rules, *turns, *past, last]) > budget:
            break
        past = [*turns, *past]
    return [rules, *past, last]


def ballot(text: str, names: Sequence[str]) -> list[Message]:
    """The prompt for a vote: what each task is, and how people ask for it."""
    lines = [f"{name}: {TASKS[name].description} Such as: {_such_as(name)}" for name in names]
    rules = _VOTE.format(tasks="\n".join(lines), none=_such_as(NONE))
    asks = Quoting("").words(text, _REQUEST_TOKENS)
    return [{"role": "system", "content": rules}, {"role": "user", "content": asks}]


def loops(text: str) -> bool:
    """Whether an answer has begun to repeat itself."""
    return without_loops(text) != text


def without_loops(text: str) -> str:
    """An answer up to where it begins to repeat itself.

    >>> without_loops("I see. I can help. I see. I can help. I see.")
    'I see. I can help.'
    >>> without_loops("It is very very very very"), without_loops("1000000 ㅋㅋㅋㅋㅋ")
    ('It is very', '1000000 ㅋㅋㅋㅋㅋ')
    """
    seen: set[str] = set()
    for sentence in _SENTENCE.finditer(text):
        bare = " ".join(re.findall(r"\w+", sentence[0].lower()))
        if len(bare) > 3 and bare in seen:
            text = text[: sentence.start()].rstrip()
            break
        seen.add(bare)
    for match in _STUTTER.finditer(text):
        if len(match[0]) >= _LEAST_LOOP and len(set(match[1])) > 1:
            return (text[: match.start()] + match[1]).rstrip()
    return text


def _whole_sentences(text: str) -> str:
    """A text that was cut off, up to its last whole sentence if it has one."""
    ends = [match.end() for match in re.finditer(r"[.!?…。](?=\s|$)", text)]
    return text[: ends[-1]] if ends else text


def _such_as(name: str) -> str:
    return " / ".join(examples(name)[:_EXAMPLES])
