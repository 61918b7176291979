"""The way in: a platform's message is stored, once, before anybody is told that it arrived."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, cursors, inbox, outbox, usage
from db.models import NO_MESSAGE, AnyRow, Json
from db.session import Database
from handlers.access import Access
from handlers.bells import Bells
from handlers.channel import Channel, after_wake_word, hears
from handlers.commands import is_cancel
from handlers.deliver import AFTER_STEPS, QUESTION
from handlers.edge import Attachment, Button, Incoming, Part, origin
from handlers.phrases import LOCALES, locale_of, say
from handlers.tally import Tally

#: The pieces of an album come as messages of their own: this long the next one is waited for.
ALBUM_S = 2.5
#: What was sent longer ago than this, while nobody was there to read it, may be wanted no more.
STALE_S = 300.0
#: What is kept of a person's name.
NAME = 200


class Intake:
    """Takes messages in, and keeps up to where they were taken in."""

    def __init__(
        self,
        database: Database,
        bells: Bells,
        access: Access | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._database = database
        self._bells = bells
        self._access = access or Access()
        self._tally = tally or Tally()

    async def accept(self, incoming: Incoming) -> int | None:
        """Store a message and begin its turn; returns the turn's id, None if it is not for us.

        A message that was taken in before changes nothing and gives the turn it began then.
        """
        async with self._database.write() as connection:
            known = await inbox.known(connection, **origin(incoming))
            if known.update_id is not None:
                return None if known.turn_id is None else int(known.turn_id)
            private = incoming.private or incoming.addressed == "private"
            if known.conversation_id is not None and known.private != private:
                await conversations.set_private(connection, known.conversation_id, private=private)
            settings = known.settings
            if known.conversation_id is None and incoming.thread:
                settings = await _of_the_whole_channel(connection, incoming)
            if incoming.album and known.conversation_id is not None:
                begun = await inbox.album(connection, known.conversation_id, incoming.album)
                if begun is not None:
                    meant = self._quiet(incoming, Channel.of(known.settings), known) is False
                    await self._extend(connection, begun, incoming, meant=meant)
                    return int(begun.turn_id)
            channel = Channel.of(settings)
            quiet = self._quiet(incoming, channel, known)
            if quiet is None or await self._told_already(connection, incoming, known):
                return None
            turn_id, told = await self._store(connection, incoming, known, channel, quiet, settings)
        self._tally.turn(incoming.platform, "received")
        self._bells.turns()
        if told:
            self._bells.outbox()
        return turn_id

    async def cursor(self, platform: str, account: str, channel: str = "") -> str | None:
        """Up to where a platform's messages were taken in, as :meth:`reached` said last."""
        async with self._database.read() as connection:
            return await cursors.get(connection, platform, account, channel)

    async def reached(self, platform: str, account: str, cursor: str, channel: str = "") -> None:
        """Keep up to where a platform's messages were taken in."""
        async with self._database.write() as connection:
            await cursors.put(connection, platform, account, channel, cursor)

    async def moved(self, platform: str, account: str, old: str, new: str) -> None:
        """Go on with a channel under the new id that its platform gave it."""
        async with self._database.write() as connection:
            await conversations.move(connection, platform, account, old, new)

    async def channels(self, platform: str, account: str) -> dict[str, str]:
        """Every channel's cursor."""
        async with self._database.read() as connection:
            return await cursors.channels(connection, platform, account)

    def _quiet(self, incoming: Incoming, channel: Channel, known: AnyRow) -> bool | None:
        """None for what is not said to the bot; True when only its recording can tell."""
        addressed = incoming.addressed
        if not self._access.allows(incoming):
            return None if addressed in ("", "reply") else False
        if known.opted_out and addressed == "":
            return None
        if hears(channel, addressed):
            return False
        if addressed == "" and channel.speak == "wake":
            if after_wake_word(channel, incoming.text) is not None:
                return False
            if _voice(incoming.attachments):
                return True
        # The piece of an album that speaks to the bot may be yet to come.
        return True if incoming.album else None

    async def _told_already(
        self, connection: AsyncConnection, incoming: Incoming, known: AnyRow
    ) -> bool:
        """Whether somebody who may not use the bot was told so today."""
        if self._access.allows(incoming) or known.person_id is None:
            return False
        now = self._database.clock()
        used = await usage.today(connection, known.person_id, now)
        return used is not None and used.requests > 0

    async def _extend(
        self, connection: AsyncConnection, begun: AnyRow, incoming: Incoming, *, meant: bool
    ) -> None:
        now = self._database.clock()
        await inbox.note(connection, now, _update(incoming), begun.id)
        await inbox.extend(
            connection,
            begun,
            text=incoming.text,
            attachments=[asdict(each) for each in incoming.attachments],
            not_before=now + ALBUM_S,
            addressed=incoming.addressed if meant else None,
        )

    async def _store(
        self,
        connection: AsyncConnection,
        incoming: Incoming,
        known: AnyRow,
        channel: Channel,
        quiet: bool,
        settings: Json | None,
    ) -> tuple[int, bool]:
        """Store a message and its turn; returns its id, and whether anything was told."""
        now = self._database.clock()
        conversation_id = known.conversation_id or await conversations.add_conversation(
            connection,
            now,
            platform=incoming.platform,
            account=incoming.account,
            channel=incoming.channel,
            thread=incoming.thread,
            private=incoming.private or incoming.addressed == "private",
            settings=settings or {},
        )
        attachments = [asdict(each) for each in incoming.attachments]
        person_id = known.person_id or await conversations.add_person(
            connection,
            now,
            platform=incoming.platform,
            external_id=incoming.author_id,
            name=incoming.author_name[:NAME],
        )
        if known.person_id is not None and known.person_name != incoming.author_name[:NAME]:
            await conversations.rename(connection, known.person_id, incoming.author_name[:NAME])
        locale = channel.locale if channel.locale in LOCALES else locale_of(incoming.locale)
        allowed = self._access.allows(incoming)
        late = None if incoming.sent_at is None else now - incoming.sent_at
        stale = allowed and not quiet and late is not None and late > STALE_S
        replied = incoming.replied
        if replied and await conversations.opted_out(
            connection, incoming.platform, incoming.replied_by
        ):
            replied = ()
        words = after_wake_word(channel, incoming.text)
        turn_id = await inbox.accept(
            connection,
            now,
            update=_update(incoming),
            message={
                "conversation_id": conversation_id,
                "person_id": person_id,
                "external_id": incoming.message_id or f"{NO_MESSAGE}{incoming.update_id}",
                "reply_to": incoming.reply_to,
                # What somebody sent who may not is nothing to keep.
                "text": incoming.text if allowed else "",
                "attachments": attachments if allowed else [],
                "replied": [asdict(each) for each in replied] if allowed else [],
                "replied_by": incoming.replied_by if replied and allowed else "",
                "request": asdict(incoming.request) if incoming.request and allowed else None,
                "addressed": incoming.addressed,
                "admin": self._access.is_admin(incoming),
                "album": incoming.album,
            },
            turn={
                "stage": "asking" if stale else "received" if allowed else "composed",
                "locale": locale,
                "quiet": quiet,
                "called": words is not None,
                "urgent": is_cancel(incoming.text if words is None else words),
                "not_before": now + ALBUM_S if incoming.album else 0.0,
            },
        )
        if stale and late is not None:
            asked = _question(late, locale)
            await _post(connection, turn_id, conversation_id, QUESTION, asked, now)
        elif not allowed:
            told = Part("text", say("not_allowed", locale, id=incoming.author_id))
            await _post(connection, turn_id, conversation_id, AFTER_STEPS, told, now)
            await usage.add(connection, person_id, now, requests=1)
        return turn_id, stale or not allowed


def _update(incoming: Incoming) -> Json:
    return {
        "platform": incoming.platform,
        "account": incoming.account,
        "update_id": incoming.update_id,
    }


async def _of_the_whole_channel(connection: AsyncConnection, incoming: Incoming) -> Json | None:
    """A thread begins with the settings of the channel it is in."""
    whole = await inbox.known(connection, **(origin(incoming) | {"thread": ""}))
    return whole.settings  # type: ignore[no-any-return]


async def _post(
    connection: AsyncConnection,
    turn_id: int,
    conversation_id: int,
    step: int,
    part: Part,
    now: float,
) -> None:
    await outbox.add(
        connection,
        now,
        turn_id=turn_id,
        conversation_id=conversation_id,
        step=step,
        parts=[part.to_json()],
    )


def _question(late_s: float, locale: str) -> Part:
    return Part(
        "text",
        say("stale_question", locale, minutes=round(late_s / 60)),
        buttons=(
            Button("go", say("button_go", locale)),
            Button("drop", say("button_drop", locale)),
        ),
    )


def _voice(attachments: tuple[Attachment, ...]) -> bool:
    return any(each.voice for each in attachments)
