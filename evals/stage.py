"""Where dialogues are held: the service as it runs, with an edge and engines of our own."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from bot.app import App, running
from bot.settings import Settings
from db import conversations, jobs, turns, voices
from db.models import AnyRow, ArtifactRow
from engines.dialogue.plan import Plan, Planner, Query
from engines.kinds import Refusal
from engines.tasks import TASKS
from evals.dialogue import FILES, PICTURES, Dialogue, Round
from evals.judge import IN_WORDS, Ran, Seen
from evals.rehearsed import Script, Trouble, Troubles, mark, picture, recording
from handlers.analyse import Minds
from handlers.assign import MAX_STEPS
from handlers.edge import Address, Attachment, Capacity, Incoming, Part
from handlers.phrases import say

ENGINES = ("evals.rehearsed",)
FEW_ENGINES = ("evals.rehearsed_few",)
#: Longer than this no round takes, with a process that dies twice in it.
PATIENCE_S = 30.0
#: How often is looked whether a turn without a reply is over.
LOOK_S = 0.05


class Room:
    """The edge: its files are made of scripts, and it keeps what it was sent, by turn."""

    platform = "stage"
    account = "eval"
    buttons = True

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.sent: dict[int, list[Part]] = {}
        #: The last message of each turn's reply that had a file, or the last one.
        self.replies: dict[int, str] = {}

    def only(self) -> None:
        """All of it."""

    async def capacity(self, _address: Address) -> Capacity:
        """Plenty."""
        return Capacity(text=1 << 20, caption=1 << 20, file_bytes=1 << 30)

    async def ready(self, _address: Address) -> None:
        """Always."""

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The file's bytes."""
        yield self.files[attachment.reference]

    async def send(self, address: Address, part: Part) -> str:
        """Keep a part."""
        self.sent.setdefault(address.turn_id, []).append(part)
        if part.kind in ("voice", "audio", "video") or address.turn_id not in self.replies:
            self.replies[address.turn_id] = address.key
        return address.key


class Watched:
    """A planner, and why it would not plan a turn."""

    def __init__(self, planner: Planner, codes: dict[int, str]) -> None:
        self._planner = planner
        self._codes = codes

    async def plan(self, query: Query) -> Plan:
        """As the planner does."""
        try:
            plan = await self._planner.plan(query)
        except Refusal as refusal:
            self._codes[query.turn] = refusal.code
            raise
        if plan.words and not plan.steps:
            self._codes[query.turn] = IN_WORDS
        return plan


@dataclass(slots=True)
class Held:
    """How far a dialogue has come: the turn of each round, and what is known of it."""

    dialogue: Dialogue
    turns: list[int | None] = field(default_factory=list)
    told: set[str] = field(default_factory=set)


class Stage:
    """The running service, and dialogues that are held with it."""

    def __init__(self, app: App, room: Room, codes: Mapping[int, str]) -> None:
        self._app = app
        self._room = room
        self._codes = codes
        self._troubles = Troubles(os.getpid())
        self._told: dict[str, Sequence[Trouble]] = {}

    async def play(self, held: Held, number: int) -> Seen:
        """One round of a dialogue: say it, wait for the answer, look what was done."""
        if number == 1:
            await self._agree(held.dialogue)
        round_ = held.dialogue.rounds[number - 1]
        if round_.trouble or self._told.get(held.dialogue.name):
            self._told[held.dialogue.name] = round_.trouble
            self._troubles.put([each for one in self._told.values() for each in one])
        turn_id = await self._app.intake.accept(self._incoming(held, round_, number))
        held.turns.append(turn_id)
        if turn_id is None:
            return Seen(taken=False)
        if not await self._over(turn_id):
            return Seen(over=False)
        return await self._seen(held, round_, turn_id)

    async def _agree(self, dialogue: Dialogue) -> None:
        """Everybody lets everybody use their voice: consent is tested elsewhere."""
        database = self._app.database
        now = database.clock()
        async with database.write() as connection:
            await conversations.add_conversation(
                connection,
                now,
                platform=Room.platform,
                account=Room.account,
                channel=dialogue.name,
                thread="",
                settings={"mimicry": "on", "faces": "on"},
            )
            for name in dialogue.people:
                who = {"external_id": f"{dialogue.name} {name}", "name": name}
                person = await conversations.add_person(
                    connection, now, platform=Room.platform, **who
                )
                await voices.share(connection, person, shared=True)

    def _incoming(self, held: Held, round_: Round, number: int) -> Incoming:
        dialogue = held.dialogue
        group = len(dialogue.people) > 1
        reply_to = _message(dialogue, round_.to) if round_.to else None
        if round_.to_reply:
            turn_id = held.turns[round_.to_reply - 1]
            reply_to = self._room.replies.get(turn_id or 0)
        return Incoming(
            platform=Room.platform,
            account=Room.account,
            update_id=_message(dialogue, number),
            message_id=_message(dialogue, number),
            channel=dialogue.name,
            author_id=f"{dialogue.name} {round_.by}",
            author_name=round_.by,
            text=round_.says,
            attachments=tuple(self._attachments(dialogue, round_, number)),
            reply_to=reply_to,
            addressed="" if round_.aside else "mention" if group else "private",
            private=not group,
            locale=dialogue.lang,
        )

    def _attachments(self, dialogue: Dialogue, round_: Round, number: int) -> list[Attachment]:
        found = []
        if round_.hears:
            script = Script(round_.hears, dialogue.name, query=True)
            name = self._file(dialogue, number, "voice.wav", recording(script))
            found.append(Attachment("voice.wav", name, voice=True))
        for place, kind in enumerate(round_.sends, start=1):
            script = Script(FILES[kind], dialogue.name)
            if kind == "broken":
                suffix, data = "wav", b"this is no recording"
            elif kind in PICTURES:
                suffix, data = "png", picture(script)
            else:
                suffix, data = "wav", recording(script)
            name = f"{kind}.{suffix}"
            found.append(Attachment(name, self._file(dialogue, number, f"{place} {name}", data)))
        return found

    def _file(self, dialogue: Dialogue, number: int, name: str, data: bytes) -> str:
        reference = f"{_message(dialogue, number)} {name}"
        self._room.files[reference] = data
        return reference

    async def _over(self, turn_id: int) -> bool:
        """Wait until a turn's reply is out; False if that takes too long."""
        (delivery,) = self._app.deliveries
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            async with self._app.database.read() as connection:
                if (await turns.get(connection, turn_id)).stage == turns.OVER:
                    return True
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S), delivery.delivered:
                    await delivery.delivered.wait()
        return False

    async def _seen(self, held: Held, round_: Round, turn_id: int) -> Seen:
        async with self._app.database.read() as connection:
            row = await turns.whole(connection, turn_id)
            rows = [each for each in await jobs.of_turn(connection, turn_id) if each.step]
            made = await conversations.assets_by_step(connection, turn_id)
            sent = await conversations.assets_of_turn(connection, turn_id)
            artifacts = select(ArtifactRow.__table__).where(
                ArtifactRow.job_id.in_([each.id for each in rows]), ArtifactRow.role == "playable"
            )
            files = (await connection.execute(artifacts)).all()
        steps = [_ran(each, made, files) for each in rows]
        for each in steps:
            if each.state == "done" and TASKS[each.task].gives == "text":
                handles = [next(iter(sorted(one - _RESULTS)), "") for one in each.inputs]
                held.told.add(mark(each.task, handles))
        parts = self._room.sent.get(turn_id, [])
        code = self._codes.get(turn_id, "")
        if not steps and not code:
            code = _spoken_code("\n".join(part.text for part in parts), row.locale)
        numbers = range(1, row.last_handle + 1)
        by_job = {asset.number for assets in made.values() for asset in assets}
        return Seen(
            steps=steps,
            parts=parts,
            code=code,
            sent=[f"a{each.number}" for each in sent if each.number not in by_job],
            known=frozenset(f"a{each}" for each in numbers),
            told=frozenset(held.told),
        )


_RESULTS = frozenset(f"s{number}" for number in range(1, MAX_STEPS + 1))


def _message(dialogue: Dialogue, number: int) -> str:
    return f"{dialogue.name} {number}"


def _ran(row: AnyRow, made: Mapping[int, Sequence[AnyRow]], files: Sequence[AnyRow]) -> Ran:
    by_handle = {
        f"a{asset.number}": f"s{step}" for step, assets in made.items() for asset in assets
    }
    if row.sources and len(row.sources) == len(row.inputs):
        handles = [each["handle"] for each in row.sources]
        inputs = [
            frozenset({handle, by_handle.get(handle, handle)} | _reference(each))
            for handle, each in zip(handles, row.inputs, strict=True)
        ]
    else:
        inputs = [frozenset(_reference(each)) for each in row.inputs]
    state = row.state
    if state == "refused":
        state = row.refusal["code"]
    return Ran(
        number=row.step,
        task=row.task,
        inputs=inputs,
        arguments=row.arguments,
        state=state,
        text=row.text,
        made=[f"a{asset.number}" for asset in made.get(row.step, ())],
        playable=[each.sha256 for each in files if each.job_id == row.id],
    )


def _reference(given: Mapping[str, object]) -> set[str]:
    return {f"s{given['step']}"} if "step" in given else {str(given["handle"])}


def _spoken_code(words: str, locale: str) -> str:
    """The code of a refusal that no planner raised, by its sentence."""
    sentences = {
        say("too_many_steps", locale, limit=MAX_STEPS): "too_many_steps",
        say("not_understood", locale): "not_understood",
        say("cancelled", locale): "cancelled",
        say("nothing_to_cancel", locale): "nothing_to_cancel",
        say("internal", locale): "internal",
        say("media_unknown_type", locale): "media_unknown_type",
    }
    for task in TASKS.values():
        takes = "_".join(task.takes) or "none"
        sentences[say("wrong_inputs", locale, takes=takes)] = "wrong_inputs"
        sentences[say("not_yet", locale, task=task.name)] = "not_yet"
    for number in (*range(1, 41), 99):
        sentences[say("unknown_handle", locale, handle=f"a{number}")] = "unknown_handle"
    return next((code for said, code in sentences.items() if said in words), "")


@asynccontextmanager
async def stage(minds: Minds, engines: Sequence[str] = ENGINES) -> AsyncIterator[Stage]:
    """The service with these minds and engines, on a database and blobs that are then gone."""
    codes: dict[int, str] = {}
    watched = replace(
        minds,
        router=Watched(minds.router, codes),
        model=None if minds.model is None else Watched(minds.model, codes),
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)  # type: ignore[call-arg]
        room = Room()
        try:
            async with running(settings, [room], engines, minds=watched) as app:
                yield Stage(app, room, codes)
        finally:
            Troubles(os.getpid()).clear()
