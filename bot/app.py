"""The one place where everything is put together."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from bot.health import Health, answers, has_weights, served, waiting_in
from bot.minds import thinking
from bot.platform import Platform, SignInFailed
from bot.settings import Settings
from bot.supervise import keep_running
from db.lead import lead
from db.migrate import upgrade
from db.session import Database
from engines.blobs import BlobStore
from engines.engine import MODULES, EngineSpec, engines
from engines.loop.dispatcher import Dispatcher
from engines.loop.hosts import ProcessHost
from handlers.analyse import Minds
from handlers.bells import Bells
from handlers.board import StatusBoard
from handlers.buttons import Buttons
from handlers.commands import Commands
from handlers.deliver import Delivery
from handlers.door import Door
from handlers.edge import Edge
from handlers.forget import Forget
from handlers.intake import Intake
from handlers.landing import Landing
from handlers.previews import Previews
from handlers.tally import Tally
from handlers.transform import Transform
from handlers.turn import Turns

log = structlog.get_logger(__name__)

#: A platform that refused us is asked again after this long.
REFUSED_S = 300.0

#: A part of the service: it runs until it is cancelled.
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class App:
    """The running service, as commands and platforms see it."""

    settings: Settings
    database: Database
    blobs: BlobStore
    register: dict[str, EngineSpec]
    intake: Intake
    deliveries: Sequence[Delivery]
    health: Health


@asynccontextmanager
async def running(
    settings: Settings,
    edges: Sequence[Edge],
    modules: Sequence[str] = MODULES,
    *,
    health_port: int = 0,
    minds: Minds | None = None,
    fetches: bool = False,
) -> AsyncIterator[App]:
    """The service with these edges, from a migrated database to its loop, until the context ends.

    ``minds`` are who understands, if not those that the settings name; a service that ``fetches``
    brings the local language model in where it is missing.

    Of all processes on a database one leads: it runs the loop. Another serves its own edges, whose
    jobs the leader runs, and waits for its turn to lead.
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.database)
        stack.push_async_callback(database.close)
        await upgrade(database)
        health = Health(backlog=waiting_in(database), hidden=settings.secrets())
        if minds is None:
            fetched = health.metrics.fetched if fetches else None
            minds = await stack.enter_async_context(thinking(settings, fetched))
        app, forget, work = _put_together(settings, database, health, minds, edges, modules)
        stack.push_async_callback(forget.close)
        parts = [asyncio.create_task(keep_running(name, part)) for name, part in work.items()]
        try:
            async with served(health, health_port):
                yield app
        finally:
            for part in parts:
                part.cancel()
            for part in parts:
                with suppress(asyncio.CancelledError):
                    await part


def _put_together(
    settings: Settings,
    database: Database,
    health: Health,
    minds: Minds,
    edges: Sequence[Edge],
    modules: Sequence[str],
) -> tuple[App, Forget, Mapping[str, Work]]:
    """The service, and what is to be kept running of it, by name."""
    blobs = BlobStore(settings.blobs_dir)
    register, access, scratch = engines(modules), settings.access, settings.scratch_dir
    bells = Bells()
    health.ask("database", answers(database))
    health.ask("weights", has_weights(register))
    tally = Tally(health.metrics.turn, health.metrics.job, health.metrics.sent, health.beat)
    forget = Forget(database, blobs, bells, settings.retention_days, scratch, settings.replies_dir)
    dispatcher = Dispatcher(
        Landing(database, bells, tally),
        ProcessHost(blobs.root, modules, settings.models),
        register,
        f"{socket.gethostname()}:{os.getpid()}",
        beat=lambda: tally.beat("loop"),
    )
    intake = Intake(database, bells, access, tally)
    door = Door(intake, Buttons(database, bells, access, forget))

    def serving(edge: Edge) -> _Edge:
        turns = Turns(
            database,
            Transform(blobs, settings.limits, scratch),
            minds,
            register,
            [edge],
            Commands(database, bells, register, access, blobs, forget, minds),
            bells,
            access,
            forget,
            tally,
            settings.confirm_s,
        )
        delivery = Delivery(database, edge, blobs, scratch, tally=tally)
        return _Edge(edge, turns, delivery)

    served_here = [serving(edge) for edge in edges]

    def ring_turns() -> None:
        for each in served_here:
            each.turns.ring()

    def ring_deliveries() -> None:
        for each in served_here:
            each.delivery.ring()

    bells.turns, bells.jobs, bells.outbox = ring_turns, dispatcher.queued, ring_deliveries
    bells.cancelling = dispatcher.cancelling

    async def led() -> None:
        async with lead(database) as held, asyncio.TaskGroup() as group:
            health.leading = True
            try:
                await asyncio.to_thread(blobs.sweep)
                group.create_task(held())
                group.create_task(keep_running("loop", dispatcher.run))
                group.create_task(keep_running("forget", forget.run))
                await asyncio.Event().wait()
            finally:
                health.leading = False
                health.rest("loop")

    work: dict[str, Work] = {"lead": led}
    for each in served_here:
        work[each.edge.platform] = _serving(each, database, register, door, health, minds.previews)
    app = App(
        settings,
        database,
        blobs,
        register,
        intake,
        [each.delivery for each in served_here],
        health,
    )
    return app, forget, work


@dataclass(frozen=True, slots=True)
class _Edge:
    """An edge with what serves it."""

    edge: Edge
    turns: Turns
    delivery: Delivery


def _serving(
    each: _Edge,
    database: Database,
    register: dict[str, EngineSpec],
    door: Door,
    health: Health,
    previews: Previews,
) -> Work:
    """What serves an edge: its turns, its replies, and for a platform what comes in."""
    edge = each.edge

    async def work(*more: Work) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("turns", each.turns.run))
            group.create_task(keep_running(f"delivery:{edge.platform}", each.delivery.run))
            for part in more:
                group.create_task(keep_running(edge.platform, part))

    async def platform() -> None:
        # Two processes with one token would both answer; the second takes over when this one dies.
        async with lead(database, f"{edge.platform}-{edge.account or 'bot'}") as held:
            board = StatusBoard(database, edge, edge, register, previews)  # type: ignore[arg-type]
            receive = _receiving(edge, door, health)  # type: ignore[arg-type]
            async with asyncio.TaskGroup() as group:
                group.create_task(held())
                group.create_task(work(board.run, receive))

    return platform if isinstance(edge, Platform) else work


def _receiving(platform: Platform, door: Door, health: Health) -> Work:
    """What takes a platform's messages in, and says whether it can."""

    async def receive() -> None:
        health.down(platform.platform, "it is not signed in yet")
        try:
            await platform.sign_in()
            health.up(platform.platform)
            await platform.run(door)
        except SignInFailed as error:
            # Nothing but a person can mend that; meanwhile the others are served.
            log.error("a platform cannot be served", platform=platform.platform, reason=str(error))
            health.down(platform.platform, str(error))
            await asyncio.sleep(REFUSED_S)
        except Exception as error:
            health.down(platform.platform, f"it stopped ({type(error).__name__})")
            raise

    return receive
