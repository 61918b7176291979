"""Who plans: a language model where there is a good one, else the router; and what if one fails."""

from __future__ import annotations

from dataclasses import replace

import structlog

from engines.dialogue.language_model import LanguageModel, ModelConfused, OverBudget
from engines.dialogue.plan import Plan, Planner, Query
from engines.dialogue.prompting.answers import ModelFailed
from engines.dialogue.talker import Talker, counting_votes
from engines.kinds import Refusal

log = structlog.get_logger(__name__)


class _Spent(Exception):
    """The cause of a refusal that cost something before it was raised."""

    def __init__(self, tokens: int) -> None:
        super().__init__(tokens)
        self.tokens = tokens


class Planning:
    """Plans with a ``model``; or with the ``router``, beside which a ``talker`` may talk.

    Messages that are not meant for us have no business in a language model: for those, whoever
    calls asks the router alone.
    """

    def __init__(
        self,
        router: Planner,
        model: LanguageModel | None = None,
        talker: Talker | None = None,
    ) -> None:
        self._router = router
        self._model = model
        self._talker = talker

    async def plan(self, query: Query) -> Plan:
        """What to do for a query; raises a ``Refusal``, of which :func:`spent` tells the cost.

        Without the model there is the router's plan, with the note ``model_silent``; if it fails
        once results were seen, those stand, with the note ``model_silent_after``, or
        ``budget_turn_after`` if the turn's tokens are used up.
        """
        if self._model is not None:
            return await self._planned(self._model, query)
        plan = await self._routed(query)
        if self._talker is None or plan.steps or plan.words:
            return plan
        return await self._talked(self._talker, query, plan)

    async def _planned(self, model: LanguageModel, query: Query) -> Plan:
        try:
            return await model.plan(query)
        except ModelConfused as confused:
            raise confused.refusal from confused
        except OverBudget as over:
            if not query.done:
                raise
            return Plan(tokens=over.tokens, notes=("budget_turn_after",))
        except ModelFailed as failed:
            log.warning("planned without the language model", reason=failed.reason)
            if query.done:
                return Plan(tokens=failed.tokens, notes=("model_silent_after",))
            plan = await self._routed(query, failed.tokens)
            return replace(plan, notes=(*plan.notes, "model_silent"))

    async def _routed(self, query: Query, before: int = 0) -> Plan:
        """The router's plan or refusal, which cost its votes and what was spent ``before``."""
        with counting_votes() as votes:
            try:
                plan = await self._router.plan(query)
            except Refusal as refusal:
                raise refusal from _Spent(before + sum(votes))
        return replace(plan, tokens=plan.tokens + before + sum(votes))

    async def _talked(self, talker: Talker, query: Query, plan: Plan) -> Plan:
        try:
            words, tokens = await talker.answer(query)
        except ModelFailed as failed:
            log.info("no answer to small talk", reason=failed.reason)
            return replace(plan, tokens=plan.tokens + failed.tokens)
        by = "model" if words else plan.by
        return replace(plan, words=words, by=by, tokens=plan.tokens + tokens)


def spent(error: BaseException) -> int:
    """The tokens that planning had cost when it raised."""
    return int(getattr(error, "tokens", 0) or getattr(error.__cause__, "tokens", 0))
