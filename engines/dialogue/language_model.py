"""Task analysis by a language model: a query in its context becomes a plan (AudioGPT, section 3.2).

A model reads what other people wrote and said, and some of that is meant to be obeyed by models.
Quoting marks it as data; what keeps it from starting anything is that only tasks may be called
which were settled before, or without, those words:

- After results were seen, only tasks done already and those of the mandate, which the first answer
  named before it saw any.
- At the first answer, if there are other people's words in the prompt, only tasks that a second
  opinion finds in the request itself, asked with all of those words left out.

A model that wants more is asked once more without the words that may have talked it into it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from engines.dialogue.plan import Exchange, Plan, Query
from engines.dialogue.prompting import memory, prompts, tools
from engines.dialogue.prompting.answers import (
    Answer,
    Call,
    Message,
    ModelFailed,
    cost,
    written_calls,
)
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.prompting.faults import Fault
from engines.dialogue.prompting.prompts import Prompt
from engines.dialogue.prompting.tokens import cut
from engines.dialogue.prompting.tool_calls import MAX_STEPS, Reading, read
from engines.dialogue.prompting.untrusted import Quoting, plain
from engines.kinds import Refusal
from engines.tasks import TASKS

log = structlog.get_logger(__name__)

#: What a prompt with its tools may cost, and all of a turn's prompts and answers.
BUDGET_TOKENS, TURN_TOKENS = 8000, 60_000
#: How often a model is told what is wrong with its calls, before a person is asked.
REPAIRS = 3
#: Faults after which a turn with results is simply over: it wanted more than there is to do.
_OVER = {"repeated", "not_asked", "too_many_steps", "later_alone"}
#: Words that say no more than that a turn is over.
_NOTHING_MORE = {"", "ok", "okay", "done", "-", "none"}
_EMPTY: Sequence[Message] = (
    {"role": "assistant", "content": "(nothing)"},
    {"role": "user", "content": "That was empty. Answer the request."},
)
#: As much of a wrong answer is told back: so many calls, and characters of a call's arguments.
_TOLD_CALLS, _TOLD_CHARACTERS = 10, 500


class ModelConfused(Exception):
    """The model's calls stayed wrong. ``refusal`` is what to tell or ask the person.

    ``faults`` are the last answer's, ``tokens`` what it took to get there.
    """

    def __init__(self, faults: Sequence[Fault], spent: int) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults
        asks = (fault.refusal for fault in faults if fault.refusal is not None)
        self.refusal = next(asks, Refusal("model_confused"))
        self.tokens = spent


class OverBudget(Refusal):
    """A turn has used up its tokens; ``tokens`` are those of this call alone."""

    def __init__(self, spent: int) -> None:
        super().__init__("budget_turn")
        self.tokens = spent


@dataclass(slots=True)
class _Turn:
    """One call of ``plan``: what it has cost, and which tasks may be called."""

    query: Query
    limit: int
    allowed: Collection[str]
    spent: int = 0
    #: Whether ``allowed`` holds whatever other people's words the model reads.
    settled: bool = False
    bare: bool = False
    repairs: list[Message] = field(default_factory=list)

    def check(self) -> None:
        """Raise if the turn's tokens are used up."""
        if self.query.spent + self.spent >= self.limit:
            raise OverBudget(self.spent)


class LanguageModel:
    """Plans with a language model.

    ``words`` is told the text so far of an answer in words, as it grows. ``nonce`` draws what
    delimits quoted data. ``budget_tokens`` bound a prompt with its tools, repairs apart;
    ``per_turn_tokens`` all that planning one query may cost. With ``second_opinion`` off, a first
    answer may call any task.
    """

    def __init__(
        self,
        completions: Completions,
        *,
        budget_tokens: int = BUDGET_TOKENS,
        per_turn_tokens: int = TURN_TOKENS,
        repairs: int = REPAIRS,
        words: Callable[[Query, str], None] | None = None,
        second_opinion: bool = True,
        nonce: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        most = cost([], [*tools.tools(TASKS), tools.later(TASKS)])
        if budget_tokens - most < prompts.LEAST_TOKENS:
            least = most + prompts.LEAST_TOKENS
            raise ValueError(f"a language model needs a budget of {least} tokens")
        self._completions = completions
        self._budget = budget_tokens
        self._per_turn = per_turn_tokens
        self._repairs = repairs
        self._words = words
        self._second_opinion = second_opinion
        self._nonce = nonce

    async def plan(self, query: Query) -> Plan:
        """What to do next for a query.

        Raises :class:`ModelFailed`, :class:`ModelConfused` or :class:`OverBudget`, each with its
        ``tokens``.
        """
        if query.done:
            wanted = {each.step.task for each in query.done} | set(query.mandate)
            turn = _Turn(query, self._per_turn, [name for name in TASKS if name in wanted])
            turn.settled = True
        else:
            turn = _Turn(query, self._per_turn, tuple(TASKS))
            turn.settled = not self._second_opinion
        try:
            made = await self._planned(turn)
        except ModelFailed as failed:
            failed.tokens += turn.spent
            raise
        # What was settled before any result was seen holds until the turn is over.
        return replace(made, mandate=query.mandate) if query.done else made

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> tuple[str, int]:
        """A summary that tells the exchanges too, and the tokens it cost.

        Where the model fails, one is made without it.
        """
        prompt = prompts.summarising(summary, exchanges, Quoting(self._nonce()), self._budget)
        try:
            answer = await self._completions.ask(
                prompt.messages, max_tokens=2 * memory.SUMMARY_TOKENS
            )
        except ModelFailed as failed:
            log.warning("no model to summarise", reason=failed.reason)
            return memory.fold(summary, exchanges), failed.tokens
        told = cut(plain(answer.text).strip(), memory.SUMMARY_TOKENS)
        return told or memory.fold(summary, exchanges), answer.tokens

    async def _planned(self, turn: _Turn) -> Plan:
        faults: Sequence[Fault] = ()
        for _ in range(self._repairs + 1):
            answer, foreign = await self._answer(turn)
            calls = answer.calls or written_calls(answer.text)
            if not calls:
                if plan := _in_words(answer, turn):
                    return plan
                faults = ()
                turn.repairs += _EMPTY
                continue
            if len(turn.query.done) >= MAX_STEPS:
                break
            reading = read(calls, turn.query, turn.allowed)
            if foreign and not turn.settled and not reading.faults:
                turn.allowed, turn.settled = await self._opinion(turn), True
                reading = read(calls, turn.query, turn.allowed)
            if not reading.faults and reading.steps:
                return Plan(
                    reading.steps,
                    by="model",
                    looks=True,
                    tokens=turn.spent,
                    mandate=reading.mandate,
                )
            faults = self._mend(turn, calls, reading, foreign=foreign)
        if turn.query.done and all(fault.code in _OVER for fault in faults):
            return Plan(by="model", tokens=turn.spent)
        if not faults:
            raise ModelFailed("empty")
        log.warning("the language model is confused", faults=[each.code for each in faults])
        raise ModelConfused(faults, turn.spent)

    async def _answer(self, turn: _Turn) -> tuple[Answer, bool]:
        """The model's answer, and whether other people's words were before it."""
        turn.check()
        query = turn.query
        offered = tools.tools(turn.allowed)
        if offered and not query.done:
            offered.append(tools.later(turn.allowed))
        if len(query.done) >= MAX_STEPS:
            offered = []
        quoting = Quoting(self._nonce(), turn.bare)
        prompt = prompts.planning(query, quoting, self._budget - cost([], offered))
        answer = await self._asked(turn, prompt, offered, show=True)
        return answer, prompt.foreign and not turn.bare

    async def _asked(
        self, turn: _Turn, prompt: Prompt, offered: list[tools.Tool], *, show: bool = False
    ) -> Answer:
        def words(text: str) -> None:
            if self._words is not None and not _may_be_call(text):
                self._words(turn.query, text)

        answer = await self._completions.ask(
            [*prompt.messages, *turn.repairs] if show else prompt.messages,
            tools=offered,
            words=words if show else None,
        )
        turn.spent += answer.tokens
        return answer

    async def _opinion(self, turn: _Turn) -> Collection[str]:
        """The tasks that the request's own words ask for, as the model sees it without others'."""
        turn.check()
        prompt = prompts.witness(turn.query, Quoting(self._nonce(), bare=True))
        answer = await self._asked(turn, prompt, [tools.asked(TASKS)])
        named: set[str] = set()
        for call in answer.calls or written_calls(answer.text):
            try:
                tasks = json.loads(call.arguments)["tasks"]
                named |= {each for each in tasks if isinstance(each, str)}
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
        return [name for name in TASKS if name in named]

    def _mend(
        self, turn: _Turn, calls: Sequence[Call], reading: Reading, *, foreign: bool
    ) -> Sequence[Fault]:
        """Prepare the next try; returns what was wrong with this one."""
        faults = reading.faults
        if not faults:
            alone = "`later` alone starts nothing. Call what is to be done first, or answer."
            faults = {0: Fault("later_alone", alone)}
        tempted = any(fault.code == "not_asked" for fault in faults.values())
        if tempted and not turn.bare and (foreign or turn.query.done):
            log.warning("the language model wanted what was not asked")
            turn.bare, turn.repairs = True, []
        else:
            turn.repairs += _told_back(calls, faults, len(turn.repairs))
        return tuple(faults.values())


def _in_words(answer: Answer, turn: _Turn) -> Plan | None:
    """The plan of an answer without calls; None if it is empty where something is to be said."""
    words = plain(answer.text).strip()
    if turn.query.done and words.lower().strip(" .!") in _NOTHING_MORE:
        words = ""
    elif not words:
        return None
    return Plan(words=words, by="model", tokens=turn.spent)


def _told_back(calls: Sequence[Call], faults: Mapping[int, Fault], at: int) -> list[Message]:
    """The calls as the model made them, each with what was wrong with it; ``at`` numbers them."""
    calls = calls[:_TOLD_CALLS]
    held = '{"held": true, "message": "Right, but not run: make all calls again, corrected."}'
    identities = [f"call_{at}_{position}" for position in range(len(calls))]
    written: list[Message] = [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": identity,
                    "type": "function",
                    "function": {"name": _name(call), "arguments": _arguments(call)},
                }
                for identity, call in zip(identities, calls, strict=True)
            ],
        }
    ]
    for position, identity in enumerate(identities):
        told = faults[position].told() if position in faults else held
        written.append({"role": "tool", "tool_call_id": identity, "content": told})
    return written


def _name(call: Call) -> str:
    """A name that the protocol allows, whatever the model made up."""
    return (
        "".join(each if each.isalnum() and each.isascii() else "_" for each in call.name)[:64]
        or "unnamed"
    )


def _arguments(call: Call) -> str:
    """Arguments that are JSON: servers read them again, and refuse a prompt that holds others."""
    try:
        value = json.loads(call.arguments)
    except (ValueError, RecursionError):
        return "{}"
    if not isinstance(value, dict) or len(call.arguments) > _TOLD_CHARACTERS:
        return "{}"
    return json.dumps(value, ensure_ascii=False)


def _may_be_call(text: str) -> bool:
    """Whether words may turn out to be a tool call that was written down."""
    return text.lstrip().startswith(("{", "[", "`", "<"))
