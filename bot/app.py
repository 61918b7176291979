"""The one place where everything is put together."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bot.on_console import Console
from bot.settings import Settings
from bot.supervise import keep_running
from db.lead import lead
from db.migrate import upgrade
from db.session import Database
from engines.blobs import BlobStore
from engines.dialogue.rules import RulePlanner
from engines.engine import MODULES, EngineSpec, engines
from engines.loop.dispatcher import Dispatcher
from engines.loop.hosts import ProcessHost
from handlers.bells import Bells
from handlers.deliver import Delivery
from handlers.edge import Edge
from handlers.intake import Intake
from handlers.landing import Landing
from handlers.transform import Transform
from handlers.turn import Turns


@dataclass(frozen=True, slots=True)
class App:
    """The running service, as commands and platforms see it."""

    settings: Settings
    database: Database
    blobs: BlobStore
    register: dict[str, EngineSpec]
    intake: Intake
    deliveries: Sequence[Delivery]


@asynccontextmanager
async def running(
    settings: Settings, edges: Sequence[Edge], modules: Sequence[str] = MODULES
) -> AsyncIterator[App]:
    """The service with these edges, from a migrated database to its loop, until the context ends.

    Only one process on a database runs turns and the loop; another takes messages in, waits for
    its turn to lead, and delivers what belongs to its own edges.
    """
    database = Database(settings.database)
    await upgrade(database)
    blobs = BlobStore(settings.data_dir.absolute() / "blobs")
    register = engines(modules)
    host = ProcessHost(blobs.root, modules)
    bells = Bells()
    owner = f"{socket.gethostname()}:{os.getpid()}"
    dispatcher = Dispatcher(Landing(database, bells), host, register, owner)
    deliveries = [Delivery(database, edge) for edge in edges]
    turns = Turns(
        database,
        Transform(blobs, settings.limits, settings.data_dir.absolute() / "scratch"),
        RulePlanner(),
        register,
        # Files that were given on this machine's console can be read by whoever leads.
        {"console": Console(), **{edge.platform: edge for edge in edges}},
        bells,
    )

    def outbox() -> None:
        for delivery in deliveries:
            delivery.ring()

    bells.turns, bells.jobs, bells.outbox = turns.ring, dispatcher.queued, outbox
    bells.cancelling = dispatcher.cancelling

    async def led() -> None:
        async with lead(database) as held, asyncio.TaskGroup() as group:
            await asyncio.to_thread(blobs.sweep)
            group.create_task(held())
            group.create_task(keep_running("turns", turns.run))
            group.create_task(keep_running("loop", dispatcher.run))

    parts = [asyncio.create_task(keep_running("lead", led))]
    parts += [asyncio.create_task(keep_running("delivery", each.run)) for each in deliveries]
    try:
        yield App(settings, database, blobs, register, Intake(database, turns.ring), deliveries)
    finally:
        for part in parts:
            part.cancel()
        for part in parts:
            with suppress(asyncio.CancelledError):
                await part
        await database.close()
