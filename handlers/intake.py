"""The way in: a platform's message is stored, once, before anybody is told that it arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from db import conversations, inbox
from db.session import Database
from handlers.edge import Incoming


class Intake:
    """Takes messages in. ``on_turn`` is called after a new turn was committed."""

    def __init__(self, database: Database, on_turn: Callable[[], None]) -> None:
        self._database = database
        self._on_turn = on_turn

    async def accept(self, incoming: Incoming) -> int:
        """Store a message and begin its turn; returns the turn's id.

        A message that was taken in before changes nothing and gives the turn it began then.
        """
        now = self._database.clock()
        async with self._database.write() as connection:
            known = await inbox.known(
                connection,
                platform=incoming.platform,
                account=incoming.account,
                update_id=incoming.update_id,
                channel=incoming.channel,
                thread=incoming.thread,
                author_id=incoming.author_id,
            )
            if known.turn_id is not None:
                return int(known.turn_id)
            turn_id = await inbox.accept(
                connection,
                now,
                platform=incoming.platform,
                account=incoming.account,
                update_id=incoming.update_id,
                conversation_id=known.conversation_id
                or await conversations.add_conversation(
                    connection,
                    now,
                    platform=incoming.platform,
                    account=incoming.account,
                    channel=incoming.channel,
                    thread=incoming.thread,
                ),
                person_id=known.person_id
                or await conversations.add_person(
                    connection,
                    now,
                    platform=incoming.platform,
                    external_id=incoming.author_id,
                    name=incoming.author_name,
                ),
                external_id=incoming.message_id or incoming.update_id,
                reply_to=incoming.reply_to,
                text=incoming.text,
                attachments=[asdict(attachment) for attachment in incoming.attachments],
            )
            if known.person_id is not None and known.person_name != incoming.author_name:
                await conversations.rename(connection, known.person_id, incoming.author_name)
        self._on_turn()
        return turn_id
