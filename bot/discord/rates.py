"""Discord's rates, kept on our side, so that the library never has to sleep inside a request."""

from __future__ import annotations

import time

from asyncio_throttle.throttler import Throttler

#: What Discord lets into one channel: five in five seconds, by its own clock. What we let go evenly
#: may arrive in a bunch, so the period is a little longer.
MESSAGES, PERIOD_S = 5, 5.5
#: What Discord takes from one bot in all is fifty a second. For the same reason, and for what the
#: library asks by itself, it is less here, and in smaller portions.
OVERALL, OVERALL_PERIOD_S = 7, 0.25
#: How often a waiting sender looks again.
LOOK_S = 0.05


class Lane(Throttler):
    """The rate of one channel."""

    def full(self) -> bool:
        """Whether there is no place now."""
        self.flush()  # type: ignore[no-untyped-call]
        return len(self._task_logs) >= self.rate_limit

    def try_acquire(self) -> bool:
        """Take a place if one is free."""
        if self.full():
            return False
        self._task_logs.append(time.monotonic())
        return True

    def idle(self) -> bool:
        """Whether nothing of it need be remembered."""
        self.flush()  # type: ignore[no-untyped-call]
        return not self._task_logs


def overall() -> Lane:
    """The rate of all requests of one bot."""
    return Lane(OVERALL, OVERALL_PERIOD_S, LOOK_S)


class Rates:
    """``limit`` requests in ``period_s`` seconds for each channel, and all within ``overall``.

    A channel that rests is forgotten, so memory stays flat however many channels there are.
    """

    def __init__(
        self, limit: int = MESSAGES, period_s: float = PERIOD_S, overall: Lane | None = None
    ) -> None:
        self._limit = limit
        self._overall = overall
        self._period_s = period_s
        self._lanes: dict[str, Lane] = {}
        self._swept = time.monotonic()

    def __len__(self) -> int:
        return len(self._lanes)

    async def wait(self, channel: str) -> None:
        """Return when the channel takes one more, and count it."""
        await self._lane(channel).acquire()  # type: ignore[no-untyped-call]
        if self._overall is not None:
            await self._overall.acquire()  # type: ignore[no-untyped-call]

    def take(self, channel: str) -> bool:
        """Count one more if the channel takes it now; never waits."""
        lane = self._lane(channel)
        if lane.full() or (self._overall is not None and not self._overall.try_acquire()):
            return False
        return lane.try_acquire()

    def _lane(self, channel: str) -> Lane:
        now = time.monotonic()
        if now - self._swept > self._period_s:
            self._swept = now
            # Whoever waits in a lane does so because it is full: an idle one has nobody in it.
            self._lanes = {key: lane for key, lane in self._lanes.items() if not lane.idle()}
        if channel not in self._lanes:
            self._lanes[channel] = Lane(self._limit, self._period_s, LOOK_S)
        return self._lanes[channel]
