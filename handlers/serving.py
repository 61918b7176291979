"""A loop over what waits in SQL: conversations side by side, each one's work in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from db.models import AnyRow

#: How often is looked when nobody rings: what other processes put there is found that way.
POLL_S = 1.0

Waiting = Callable[[], Awaitable[Mapping[int, Sequence[AnyRow]]]]
Work = Callable[[Sequence[AnyRow]], Awaitable[None]]


class Serving:
    """``waiting`` gives rows by conversation; ``work`` gets all rows of one that is not in hand.

    ``beat`` is called each time it comes round.
    """

    def __init__(
        self, waiting: Waiting, work: Work, beat: Callable[[], None] = lambda: None
    ) -> None:
        self._waiting = waiting
        self._beat = beat
        self._work = work
        self._bell = asyncio.Event()
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        #: Conversations in hand for which more came in the meantime.
        self._more: set[int] = set()

    def ring(self) -> None:
        """Say that something may wait."""
        self._bell.set()

    async def run(self) -> None:
        """Serve until cancelled; what ``work`` raises ends the run."""
        try:
            while True:
                self._beat()
                self._bell.clear()
                for conversation, rows in (await self._waiting()).items():
                    if conversation in self._in_hand:
                        self._more.add(conversation)
                    else:
                        self._begin(conversation, rows)
                await self._rest()
        finally:
            for task in self._in_hand.values():
                task.cancel()
            self._in_hand.clear()

    def _begin(self, conversation: int, rows: Sequence[AnyRow]) -> None:
        async def work() -> None:
            await self._work(rows)

        def over(task: asyncio.Task[None]) -> None:
            failed = not task.cancelled() and task.exception() is not None
            if not failed and self._in_hand.get(conversation) is task:
                del self._in_hand[conversation]
            if failed or conversation in self._more:
                self._more.discard(conversation)
                self._bell.set()

        self._in_hand[conversation] = task = asyncio.create_task(work())
        task.add_done_callback(over)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._bell.wait()
        except TimeoutError:
            pass
        for task in list(self._in_hand.values()):
            if task.done():
                task.result()  # raises what the work raised
