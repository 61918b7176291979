"""A loop over what waits in SQL: conversations side by side, each one's work in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from db.models import AnyRow

#: How often is looked when nobody rings: what other processes put there is found that way.
POLL_S = 1.0

#: Gives rows by line of work, without those of the lines that are in hand.
Waiting = Callable[[Collection[int]], Awaitable[Mapping[int, Sequence[AnyRow]]]]
Work = Callable[[Sequence[AnyRow]], Awaitable[None]]


class Serving:
    """``waiting`` gives rows by line, mostly a conversation; ``work`` gets one line's rows.

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

    def ring(self) -> None:
        """Say that something may wait."""
        self._bell.set()

    async def run(self) -> None:
        """Serve until cancelled; what ``work`` raises ends the run."""
        try:
            while True:
                self._beat()
                self._bell.clear()
                for line, rows in (await self._waiting(self._in_hand.keys())).items():
                    if line not in self._in_hand:
                        self._begin(line, rows)
                await self._rest()
        finally:
            tasks = list(self._in_hand.values())
            self._in_hand.clear()
            for task in tasks:
                task.cancel()
            # Some may have to note what they were in the midst of.
            await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, line: int, rows: Sequence[AnyRow]) -> None:
        async def work() -> None:
            await self._work(rows)

        def over(task: asyncio.Task[None]) -> None:
            failed = not task.cancelled() and task.exception() is not None
            if not failed and self._in_hand.get(line) is task:
                del self._in_hand[line]
            self._bell.set()  # more of that line may wait by now

        self._in_hand[line] = task = asyncio.create_task(work())
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
