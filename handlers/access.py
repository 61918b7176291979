"""Who may use the bot, and how much of it a day."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from db import turns, usage
from engines.kinds import Refusal
from handlers.edge import Incoming, Press

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Access:
    """What an operator allows. Ids may be written plainly or with their platform, ``discord:42``.

    ``allow`` names users, channels, servers or roles; when it is empty everybody may. ``admins``
    are users who may everywhere what a channel's admins may. ``daily_s`` (seconds of engine time),
    ``daily_bytes`` (of what is sent in) and ``waiting`` (requests in the queue) are for each
    person; None is no limit.
    """

    allow: frozenset[str] = field(default_factory=frozenset)
    admins: frozenset[str] = field(default_factory=frozenset)
    daily_s: float | None = None
    daily_bytes: int | None = None
    waiting: int | None = None

    def allows(self, asked: Incoming | Press) -> bool:
        """Whether somebody may use the bot where they are."""
        if not self.allow or asked.platform == "console":
            return True
        ids = (asked.author_id, asked.channel, *asked.belongs)
        return _named(self.allow | self.admins, asked.platform, ids)

    def is_admin(self, asked: Incoming | Press) -> bool:
        """Whether somebody may change how the bot behaves there."""
        private = asked.private or (isinstance(asked, Incoming) and asked.addressed == "private")
        return private or asked.admin or _named(self.admins, asked.platform, (asked.author_id,))

    async def check(
        self, connection: AsyncConnection, person_id: int, now: float, *, more_bytes: int = 0
    ) -> None:
        """Raise :class:`Refusal` when a person has used up what they may have today."""
        used = None
        if self.daily_s is not None or self.daily_bytes is not None:
            used = await usage.today(connection, person_id, now)
        hours = max(1, round((usage.DAY_S - now % usage.DAY_S) / HOUR_S))
        if used is not None and self.daily_s is not None and used.engine_s >= self.daily_s:
            raise Refusal("quota_seconds", hours=hours)
        received = more_bytes + (0 if used is None else used.received_bytes)
        if self.daily_bytes is not None and received > self.daily_bytes:
            raise Refusal("quota_bytes", hours=hours)
        if self.waiting is not None:
            in_loop = await turns.in_loop_of(connection, person_id)
            if len(in_loop) >= self.waiting:
                raise Refusal("too_many_waiting", limit=self.waiting)


def _named(allowed: frozenset[str], platform: str, ids: tuple[str, ...]) -> bool:
    return any(each in allowed or f"{platform}:{each}" in allowed for each in ids)
