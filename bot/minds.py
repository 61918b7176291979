"""Who understands: the router alone, with a language model beside it, or a language model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from bot.settings import Settings
from engines.dialogue.language_model import LanguageModel
from engines.dialogue.local_model import WEIGHT, LocalModel
from engines.dialogue.plan import Exchange
from engines.dialogue.planning import Planning
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.prompting.memory import fold
from engines.dialogue.router import Router
from engines.dialogue.routing.intents import Intents
from engines.dialogue.talker import Talker
from engines.weights.background import fetch_in_background
from handlers.analyse import Minds
from handlers.previews import Previews

#: A small model on a small machine takes this long for an answer.
LOCAL_S = 90.0
OPENAI = "https://api.openai.com/v1"
#: Names of this machine.
HERE = ("localhost", "127.0.0.1", "::1")


@asynccontextmanager
async def thinking(
    settings: Settings, note: Callable[[float], None] | None = None
) -> AsyncIterator[Minds]:
    """Those who understand, as ``settings.chat`` says, until the context ends.

    With ``note`` the local model is fetched in the background where it is missing, and ``note`` is
    told the fraction that is there; without, it only serves if it is there.
    """
    async with AsyncExitStack() as stack:
        intents = Intents()
        # Alone it serves what was not said to us, too: of that nothing goes to a model elsewhere.
        router = Router(intents=intents)
        warming = asyncio.create_task(router.warm())
        stack.push_async_callback(_end, warming)
        previews = Previews()
        remote = _remote(settings)
        if remote is not None:
            stack.push_async_callback(remote.close)
        match settings.mode:
            case "plan" if remote is not None:
                model = LanguageModel(
                    remote, per_turn_tokens=settings.chat_tokens_per_turn, words=previews.note
                )
                planner = Planning(router, model)
                limit = settings.chat_tokens_per_day
                yield Minds(router, planner, model.summarise, limit, previews, host=_host(settings))
            case "talk":
                here = [1.0]

                def noted(fraction: float) -> None:
                    here[0] = fraction
                    if note is not None:
                        note(fraction)

                fetching = noted if note is not None else None
                talker = Talker(remote or _local(settings, stack, fetching))
                planner = Planning(Router(talker, intents), talker=talker)
                limit = settings.chat_tokens_per_day if remote is not None else None
                host = _host(settings) if remote is not None else ""
                yield Minds(router, planner, _fold, limit, previews, lambda: here[0], host)
            case _:
                yield Minds(router)


def _host(settings: Settings) -> str:
    """Where words are sent; empty when that is this machine."""
    name = urlsplit(settings.openai_base_url or OPENAI).hostname or ""
    return "" if name in HERE else name


def _remote(settings: Settings) -> Completions | None:
    if settings.mode == "off" or not settings.has_model:
        return None
    key = settings.openai_api_key
    return Completions(
        settings.openai_base_url or OPENAI,
        "none" if key is None else key.get_secret_value(),
        settings.chat_model,
        call_s=settings.chat_timeout_s,
        total_s=settings.chat_timeout_s,
    )


def _local(
    settings: Settings, stack: AsyncExitStack, note: Callable[[float], None] | None
) -> Completions:
    """The local model, which starts when it is first asked something."""
    local = LocalModel(threads=settings.chat_threads)
    stack.push_async_callback(local.close)
    if note is not None and not local.available():
        note(0.0)
        fetching = asyncio.create_task(fetch_in_background(WEIGHT, note))
        stack.push_async_callback(_end, fetching)
    completions = Completions(local.address, call_s=LOCAL_S, total_s=LOCAL_S, tries=1)
    stack.push_async_callback(completions.close)
    return completions


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _fold(summary: str, exchanges: Sequence[Exchange]) -> tuple[str, int]:
    """Sum up by rules: a small model's summary loses more than it keeps."""
    return fold(summary, exchanges), 0
