"""A service without engines: turns are taken in, planned and landed by hand, on real SQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy import select

from db import jobs, outbox, turns
from db.models import AnyRow, Base
from db.session import Database
from engines.blobs import BlobStore
from engines.dialogue.plan import Plan, Planner, Query, Step
from engines.dialogue.router import Router
from engines.engine import engines
from engines.kinds import Artifact, Outcome
from engines.loop.jobs import Claim, Waiting
from handlers.access import Access
from handlers.analyse import Minds, SumUp
from handlers.bells import Bells
from handlers.buttons import Buttons
from handlers.commands import Commands
from handlers.deliver import Delivery
from handlers.edge import Address, Attachment, Capacity, Incoming, Part, Press
from handlers.forget import Forget
from handlers.intake import Intake
from handlers.landing import Landing
from handlers.media import Limits
from handlers.transform import Transform
from handlers.turn import Turns

OWNER = "the loop"
LEASE_S = 20.0


@dataclass
class Desk:
    """An edge whose files are in memory, and that keeps what it was sent."""

    platform: str = "desk"
    account: str = "one"
    files: dict[str, bytes] = field(default_factory=dict)
    sent: list[tuple[Address, Part]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    buttons: bool = True
    room: Capacity = field(default_factory=lambda: Capacity(2000, 1000, 10_000_000))

    async def capacity(self, _address: Address) -> Capacity:
        return self.room

    async def ready(self, _address: Address) -> None:
        """Always."""

    serves: tuple[str, Collection[int]] | None = None

    def only(self) -> tuple[str, Collection[int]] | None:
        return self.serves

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        yield self.files[attachment.reference]

    async def send(self, address: Address, part: Part) -> str:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append((address, part))
        return address.key


class Room:
    """Everything between an edge and the loop, driven a step at a time."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        access: Access | None = None,
        minds: Minds | None = None,
        confirm_s: float | None = None,
    ) -> None:
        access = access or Access()
        self.database = database
        self.desk = Desk()
        self.blobs = BlobStore(folder / "blobs")
        self.bells = Bells()
        self.landing = Landing(database, self.bells)
        self.intake = Intake(database, self.bells, access)
        self.delivery = Delivery(database, self.desk, self.blobs, folder / "scratch")
        self.forget = Forget(database, self.blobs, self.bells)
        self.buttons = Buttons(database, self.bells, access, self.forget)
        self.register = engines(["tests.rehearsal"])
        minds = minds or Minds(Router())
        self.turns = Turns(
            database,
            Transform(self.blobs, Limits(), folder / "scratch"),
            minds,
            self.register,
            [self.desk],
            Commands(database, self.bells, self.register, access, self.blobs, self.forget, minds),
            self.bells,
            access,
            self.forget,
            confirm_s=confirm_s,
        )
        self._updates = 0

    async def say(
        self, text: str, *attachments: Attachment, channel: str = "c", **fields: Any
    ) -> int:
        """Take a message in that is for us; returns its turn."""
        turn_id = await self.overhear(text, *attachments, channel=channel, **fields)
        assert turn_id is not None
        return turn_id

    async def overhear(
        self, text: str, *attachments: Attachment, channel: str = "c", **fields: Any
    ) -> int | None:
        """Take a message in; returns its turn if it is for us."""
        self._updates += 1
        who = {"update_id": str(self._updates), "author_id": "42", "author_name": "Somebody"}
        return await self.intake.accept(
            Incoming(
                platform="desk",
                account="one",
                channel=channel,
                text=text,
                attachments=attachments,
                **(who | fields),
            )
        )

    async def press(self, turn_id: int, action: str, value: str = "", **fields: Any) -> str:
        """Press a button; returns what is said to whoever pressed it."""
        self._updates += 1
        who = {"author_id": "42", "author_name": "Somebody", "channel": "c"}
        return await self.buttons.press(
            Press(
                platform="desk",
                account="one",
                update_id=f"press {self._updates}",
                action=action,
                turn_id=turn_id,
                value=value,
                **(who | fields),
            )
        )

    async def handle(self) -> None:
        """Take every turn as far as it goes without the loop."""
        while waiting := await self.turns._waiting(()):
            for rows in waiting.values():
                await self.turns._take(rows)

    async def claim(self) -> Claim:
        """The next job, claimed."""
        (claim,), _ = await self.landing.take(first, 8, OWNER, LEASE_S)
        return claim

    async def deliver(self) -> list[Part]:
        """Send what is in the outbox; returns the parts of this time."""
        before = len(self.desk.sent)
        for rows in (await self.delivery._open(())).values():
            await self.delivery._send_all(rows)
        return [part for _, part in self.desk.sent[before:]]

    async def stage(self, turn_id: int) -> str:
        """A turn's stage."""
        async with self.database.read() as connection:
            return str((await turns.get(connection, turn_id)).stage)

    async def jobs(self, turn_id: int) -> Sequence[AnyRow]:
        """A turn's jobs."""
        async with self.database.read() as connection:
            return await jobs.of_turn(connection, turn_id)

    async def parts(self, turn_id: int) -> list[Part]:
        """A turn's reply as it lies in the outbox."""
        async with self.database.read() as connection:
            return [Part.from_json(row.body) for row in await outbox.of_turn(connection, turn_id)]

    async def everything(self) -> str:
        """All rows of all tables, to look for words in that should not be there any more."""
        async with self.database.read() as connection:
            rows = [
                str(dict(row))
                for table in Base.metadata.sorted_tables
                for row in (await connection.execute(select(table))).mappings()
            ]
        return "\n".join(rows)


class Clock:
    """The database's clock, in a test's hand."""

    def __init__(self, room: Room) -> None:
        self.now = 1_000_000.0
        room.database.clock = lambda: self.now


class Slowly:
    """Has a desk's files wait: ``asked`` is set when one is opened, ``come`` lets them through."""

    def __init__(self, desk: Desk) -> None:
        self.asked, self.come = asyncio.Event(), asyncio.Event()
        self.times = 0
        self._open = desk.open
        desk.open = self.open  # type: ignore[method-assign]

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        self.times += 1
        self.asked.set()
        await self.come.wait()
        async for piece in self._open(attachment):
            yield piece


@asynccontextmanager
async def serving(part: Turns | Delivery) -> AsyncIterator[None]:
    """A part of the service at work, until the context ends."""
    running = asyncio.create_task(part.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def first(waiting: Sequence[Waiting]) -> Sequence[int]:
    """Choose the job that has waited longest."""
    return [job.id for job in waiting[:1]]


def transcript(text: str = "the words") -> Outcome:
    """What a recogniser gives."""
    return Outcome(text, {"language": "en"}, (), 0.1)


def sound(name: str = "speech") -> Outcome:
    """What an engine that makes audio gives."""
    main = Artifact(f"{name}.flac", "main", "audio/flac", "1" * 64, 10, 1.5, True)
    playable = Artifact(f"{name}.ogg", "playable", "audio/ogg", "2" * 64, 5, 1.5, True, (1, 2))
    picture = Artifact(f"{name}.png", "waveform", "image/png", "3" * 64, 5)
    return Outcome("", {}, (main, playable, picture), 0.1)


@pytest.fixture
async def room(database: Database, tmp_path: Path) -> AsyncIterator[Room]:
    """On both databases."""
    room = Room(database, tmp_path)
    yield room
    await room.forget.close()


class Scripted:
    """A planner that answers with the plans it was given, one after the other.

    ``asked`` is set when it is asked. While ``come`` is cleared it does not answer.
    """

    def __init__(self, *plans: Plan | Exception) -> None:
        self.plans = list(plans)
        self.queries: list[Query] = []
        self.asked, self.come = asyncio.Event(), asyncio.Event()
        self.come.set()

    async def plan(self, query: Query) -> Plan:
        self.queries.append(query)
        self.asked.set()
        await self.come.wait()
        plan = self.plans.pop(0)
        if isinstance(plan, Exception):
            raise plan
        return plan


#: A plan's step, and the voice note that everybody sends.
SAY = Step("text_to_speech", {"text": "hello"})
NOTE = Attachment("note.wav", "note", voice=True)
Talking = Callable[..., tuple[Room, Scripted]]


@pytest.fixture
async def talking(database: Database, tmp_path: Path) -> AsyncIterator[Talking]:
    """A room whose language model says what it is told to; :data:`NOTE` can be sent there."""
    rooms: list[Room] = []

    def opened(
        *plans: Plan | Exception,
        router: Planner | None = None,
        sum_up: SumUp | None = None,
        confirm_s: float | None = None,
        tokens: int | None = None,
        access: Access | None = None,
    ) -> tuple[Room, Scripted]:
        model = Scripted(*plans)
        minds = Minds(router or Scripted(*[Plan()] * 9), model, sum_up, tokens_a_day=tokens)
        room = Room(database, tmp_path, access, minds=minds, confirm_s=confirm_s)
        room.desk.files["note"] = recorded(tmp_path)
        rooms.append(room)
        return room, model

    yield opened
    for room in rooms:
        await room.turns._analyse.close()
        await room.forget.close()


async def column(room: Room, what: object) -> list[object]:
    """All there is in a column."""
    async with room.database.read() as connection:
        return list((await connection.execute(select(what))).scalars())  # type: ignore[call-overload]


def recorded(folder: Path) -> bytes:
    """A recording of a second."""
    path = folder / "note.wav"
    soundfile.write(path, 0.1 * np.sin(np.arange(16_000) / 10), 16_000)
    return path.read_bytes()


@pytest.fixture
def note(room: Room, tmp_path: Path) -> Attachment:
    """A voice note of a second."""
    room.desk.files["note"] = recorded(tmp_path)
    return NOTE
