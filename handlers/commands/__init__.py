"""The few words that are commands and not requests: help and cancel."""

from __future__ import annotations

from db import jobs, outbox, turns
from db.models import AnyRow
from db.session import Database
from handlers import respond
from handlers.bells import Bells
from handlers.phrases import say

HELP = ("help", "/help", "/start")
CANCEL = ("cancel", "/cancel", "stop", "/stop")


class Commands:
    """Answers commands."""

    def __init__(self, database: Database, bells: Bells) -> None:
        self._database = database
        self._bells = bells

    async def answer(self, row: AnyRow) -> str | None:
        """The answer when the turn's words are a command (it may be empty), else None."""
        word = row.query.strip().lower().rstrip("!.?")
        if word in HELP:
            return respond.help_text()
        if word in CANCEL:
            return await self._cancel(row.conversation_id)
        return None

    async def _cancel(self, conversation_id: int) -> str:
        now = self._database.clock()
        ended = False
        async with self._database.write() as connection:
            unfinished = await turns.unfinished(connection, conversation_id)
            for turn_id in unfinished:
                if await jobs.ask_to_cancel(connection, turn_id):
                    continue  # the loop ends it, and its own reply says so
                # Nothing of it runs, so nothing would take notice of the flag: end it here.
                waiting = [row.id for row in await jobs.of_turn(connection, turn_id)]
                await jobs.drop(connection, waiting, "cancelled", None, now)
                await turns.advance(connection, turn_id, of="running", to="composed", now=now)
                await turns.advance(connection, turn_id, of="hearing", to="composed", now=now)
                await outbox.close_turn(connection, turn_id, now)
                ended = True
        self._bells.cancelling()
        if not unfinished:
            return say("nothing_to_cancel")
        return say("cancelled") if ended else ""
