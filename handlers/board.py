"""The status board: one message a request that says where it stands, until its answer is there.

It only ever adds: what cannot be shown now is left out, so it never delays an answer. Which message
shows a turn is in SQL, so that one of an earlier life is still taken away.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence

import structlog

from db import board
from db.models import AnyRow
from db.session import Database
from db.turns import in_hand
from engines.engine import EngineSpec
from engines.tasks import TASKS
from handlers.edge import Address, Board, Button, Doing, Edge, Unreachable
from handlers.leaving import answered
from handlers.phrases import say
from handlers.previews import Previews
from handlers.status import Status, status

log = structlog.get_logger(__name__)

#: An answer that comes sooner needs no announcement.
AFTER_S = 1.5
#: How often is looked, and how often what the bot is doing is shown again.
LOOK_S, BUSY_S = 0.5, 4.0
#: A message that is only a preview fades after half a minute.
FADES_S = 20.0
#: How many requests are shown at once, and of one conversation.
MOST, MOST_HERE = 200, 3


class StatusBoard:
    """Shows the requests of one edge that is a :class:`handlers.edge.Board` too."""

    def __init__(
        self,
        database: Database,
        edge: Edge,
        shows: Board,
        register: Mapping[str, EngineSpec],
        previews: Previews | None = None,
    ) -> None:
        self._database = database
        self._edge = edge
        self._board = shows
        self._register = register
        self._previews = previews or Previews()
        self._shown: dict[int, str] = {}
        self._changed: dict[int, float] = {}
        self._busy: dict[int, float] = {}
        #: When a message may next be tried to be taken away.
        self._held: dict[int, float] = {}

    async def run(self) -> None:
        """Keep the board until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Bring the board to where things stand now."""
        now = self._database.clock()
        async with self._database.read() as connection:
            rows = await in_hand(
                connection, self._edge.platform, self._edge.account, now - AFTER_S, MOST
            )
            over = await board.over(connection, self._edge.platform, self._edge.account)
        now = self._database.clock()
        ready = [row for row in over if self._held.get(row.turn_id, 0.0) <= now]
        await asyncio.gather(*(self._clear(row) for row in ready[:MOST]))
        await asyncio.gather(*map(self._show_all, _by_conversation(rows)))
        self._forget({row.id for row in rows}, {row.conversation_id for row in rows})

    def _forget(self, turns: set[int], conversations: set[int]) -> None:
        for kept in (self._shown, self._changed):
            for turn_id in kept.keys() - turns:
                del kept[turn_id]
        for conversation_id in self._busy.keys() - conversations:
            del self._busy[conversation_id]

    async def _show_all(self, rows: Sequence[AnyRow]) -> None:
        """Show the oldest requests of a conversation."""
        for row in rows[:MOST_HERE]:
            now = self._database.clock()
            if now - self._changed.get(row.id, 0.0) < self._board.every_s:
                continue
            async with self._database.read() as connection:
                standing = await status(connection, row.id, self._register, now)
            await self._tell_busy(row, standing, now)
            await self._show(row, standing, now)

    async def _show(self, row: AnyRow, standing: Status, now: float) -> None:
        if standing.stage == "composed":
            return  # its answer is on the way
        if not (row.addressed or row.attachments):
            return  # words among people: perhaps nothing was asked at all
        words = self._previews.of(row.id) or standing.words(row.locale)
        same = self._shown.get(row.id) == words
        if same and now - self._changed.get(row.id, 0.0) < FADES_S:
            return
        async with self._database.read() as connection:
            known = (await board.shown(connection, [row.id])).get(row.id)
        if same and known is not None:
            return
        button = Button("cancel", say("button_cancel", row.locale))
        address = _address(row, answered(row.external_id, row.reply_to), row.locale)
        made = await self._board.show(address, known, words, button)
        self._shown[row.id], self._changed[row.id] = words, now
        if made is not None and made != known:
            async with self._database.write() as connection:
                await board.put(connection, row.id, row.conversation_id, made)

    async def _tell_busy(self, row: AnyRow, standing: Status, now: float) -> None:
        if now - self._busy.get(row.conversation_id, 0.0) < BUSY_S:
            return
        self._busy[row.conversation_id] = now
        await self._board.busy(_address(row), _doing(standing))

    async def _clear(self, row: AnyRow) -> None:
        try:
            await self._board.clear(_address(row), row.external_id)
        except Unreachable as error:
            log.warning("a status message was not taken away", reason=str(error))
            self._held[row.turn_id] = self._database.clock() + error.after_s
            return
        self._held.pop(row.turn_id, None)
        async with self._database.write() as connection:
            await board.drop(connection, row.turn_id)


def _by_conversation(rows: Sequence[AnyRow]) -> list[list[AnyRow]]:
    ordered = sorted(rows, key=lambda row: (row.conversation_id, row.id))
    grouped = itertools.groupby(ordered, key=lambda row: row.conversation_id)
    return [list(group) for _, group in grouped]


def _doing(standing: Status) -> Doing:
    if standing.stage == "composed":
        return "sending"
    task = TASKS.get(standing.task or "")
    return "recording" if task is not None and task.gives == "audio" else "typing"


def _address(row: AnyRow, reply_to: str = "", locale: str = "en") -> Address:
    return Address(
        conversation_id=row.conversation_id,
        channel=row.channel,
        thread=row.thread,
        turn_id=row.turn_id,
        key=f"{row.turn_id}.status",
        reply_to=reply_to,
        private=row.private,
        locale=locale,
    )
