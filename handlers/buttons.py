"""Buttons: what a press does, and who may press."""

from __future__ import annotations

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, inbox, jobs, outbox, turns
from db.models import NO_MESSAGE, AnyRow, Json
from db.session import Database
from engines.kinds import Refusal
from handlers import release
from handlers.access import Access
from handlers.bells import Bells
from handlers.commands.cancel import cancel
from handlers.commands.privacy import CHANNEL, ME, forgotten
from handlers.commands.settings import put
from handlers.edge import Press, origin
from handlers.forget import Forget
from handlers.phrases import LOCALES, locale_of, say

log = structlog.get_logger(__name__)

#: What only whoever asked, or an admin, may do; the rest is everybody's in the channel.
ONES_OWN = ("cancel", "retry", "forget", "go", "drop")


class Buttons:
    """Does what buttons ask, once for each press, and says so in a sentence."""

    def __init__(self, database: Database, bells: Bells, access: Access, forget: Forget) -> None:
        self._database = database
        self._bells = bells
        self._access = access
        self._forget = forget

    async def press(self, press: Press) -> str:
        """Do what a button asks; returns what to tell whoever pressed it."""
        locale = locale_of(press.locale)
        if not self._access.allows(press):
            return say("not_allowed", locale, id=press.author_id)
        async with self._database.read() as connection:
            row = await turns.find(connection, press.turn_id)
            own = row is not None and await _is_by(connection, row, press)
        # A button of another channel is not believed: what it names could be anything.
        if row is None or (row.platform, row.account, row.channel, row.thread) != (
            press.platform,
            press.account,
            press.channel,
            press.thread,
        ):
            return say("pressed_gone", locale)
        admin = self._access.is_admin(press)
        if press.action in ONES_OWN and not (own or admin):
            return say("pressed_not_yours", locale)
        try:
            told = await self._do(press, row, locale, own=own, admin=admin)
        except Refusal as refusal:
            return say(refusal.code, locale, **refusal.facts)
        log.info("a button was pressed", action=press.action, turn=press.turn_id)
        return told

    async def _do(self, press: Press, row: AnyRow, locale: str, *, own: bool, admin: bool) -> str:
        match press.action:
            case "cancel":
                return await self._cancel(row, locale)
            case "go" | "drop":
                return await self._decide(row, locale, go=press.action == "go")
            case "subtitles":
                return await self._subtitles(row, _step(press), locale)
            case "retry":
                request = {"text": row.text, "request": row.request}
                files = {"attachments": row.attachments, "replied": row.replied}
                # It stays its author's, whoever had it tried again.
                message = request | files | {"person_id": row.person_id}
                return await self._again(press, row, message, locale, "pressed_retry")
            case "speak":
                return await self._speak(press, row, locale)
            case "forget":
                return await self._delete(press, row, locale, own=own, admin=admin)
            case "set":
                name, _, value = press.value.partition("=")
                return await put(self._database, row, name, value, admin=admin)
        return say("pressed_over", locale)

    async def _cancel(self, row: AnyRow, locale: str) -> str:
        async with self._database.write() as connection:
            now = await turns.find(connection, row.id)
            if now is None or now.stage not in turns.CANCELLABLE:
                return say("pressed_nothing_to_cancel", locale)
            await cancel(connection, row.id, self._database.clock())
        self._bells.cancelling()
        self._bells.outbox()
        return say("pressed_cancelled", locale)

    async def _decide(self, row: AnyRow, locale: str, *, go: bool) -> str:
        now = self._database.clock()
        async with self._database.write() as connection:
            if not (
                await _decide_whether(connection, row, now, go=go)
                or await _consent(connection, row, now, go=go)
            ):
                return say("pressed_over", locale)
            await outbox.close_turn(connection, row.id, now)
        self._bells.turns()
        self._bells.jobs()
        return say("pressed_go" if go else "pressed_dropped", locale)

    async def _subtitles(self, row: AnyRow, step: int, locale: str) -> str:
        async with self._database.write() as connection:
            released = await outbox.release(connection, row.id, step)
        self._bells.outbox()
        return say("pressed_subtitles" if released else "pressed_subtitles_sent", locale)

    async def _speak(self, press: Press, row: AnyRow, locale: str) -> str:
        async with self._database.read() as connection:
            steps = {each.step: each.text for each in await jobs.of_turn(connection, row.id)}
        if not (text := steps.get(_step(press), "")):
            return say("pressed_over", locale)
        request = {"task": "text_to_speech", "arguments": {"text": text}}
        message = {"text": "", "request": request, "attachments": [], "replied": []}
        return await self._again(press, row, message, locale, "pressed_speak")

    async def _again(self, press: Press, row: AnyRow, message: Json, locale: str, told: str) -> str:
        """Begin a turn that a button asks for, as if whoever pressed it had written."""
        async with self._database.write() as connection:
            known = await inbox.known(connection, **origin(press))
            if known.update_id is not None:
                return say(told, locale)
            now = self._database.clock()
            person_id = known.person_id or await conversations.add_person(
                connection,
                now,
                platform=press.platform,
                external_id=press.author_id,
                name=press.author_name,
            )
            await inbox.accept(
                connection,
                now,
                update={
                    "platform": press.platform,
                    "account": press.account,
                    "update_id": press.update_id,
                },
                message={"person_id": person_id}
                | message
                | {
                    "conversation_id": row.conversation_id,
                    "external_id": f"{NO_MESSAGE}{press.update_id}",
                    "reply_to": row.reply_to,
                    "addressed": row.addressed or "command",
                    "admin": self._access.is_admin(press),
                    "album": "",
                },
                turn={
                    "stage": "received",
                    "locale": row.locale if row.locale in LOCALES else locale,
                    "quiet": False,
                    "not_before": 0.0,
                    "origin": row.id,
                },
            )
        self._bells.turns()
        return say(told, locale)

    async def _delete(
        self, press: Press, row: AnyRow, locale: str, *, own: bool, admin: bool
    ) -> str:
        if press.value == CHANNEL:
            if not admin:
                raise Refusal("forget_channel_admin")
            return forgotten(await self._forget.conversation(row.conversation_id), locale)
        if press.value == ME:
            if not own:  # an admin's say ends at the channel
                return say("pressed_not_yours", locale)
            return forgotten(await self._forget.person(row.person_id), locale)
        await self._forget.turn(row.id)
        return say("pressed_forgotten", locale)


async def _is_by(connection: AsyncConnection, row: AnyRow, press: Press) -> bool:
    known = await inbox.known(connection, **origin(press))
    return known.person_id is not None and known.person_id == row.person_id


def _step(press: Press) -> int:
    return int(press.value) if press.value.isdecimal() else 1


async def _decide_whether(
    connection: AsyncConnection, row: AnyRow, now: float, *, go: bool
) -> bool:
    """Begin a turn that came late, or let it be; False when that was not the question."""
    to = "received" if go else "composed"
    return await turns.advance(connection, row.id, of="asking", to=to, now=now)


async def _consent(connection: AsyncConnection, row: AnyRow, now: float, *, go: bool) -> bool:
    """Begin the steps of a costly plan, or drop them; False when that was not the question."""
    to = "running" if go else "composed"
    if not await turns.advance(connection, row.id, of="confirming", to=to, now=now):
        return False
    if go and await release.next_step(connection, row, now):
        return True
    waiting = [each.id for each in await jobs.of_turn(connection, row.id)]
    await jobs.drop(connection, waiting, "cancelled", None, now)
    await turns.advance(connection, row.id, of="running", to="composed", now=now)
    return True
