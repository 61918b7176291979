"""Signs of life, for whoever supervises the service: ``/healthz``, ``/readyz`` and ``/metrics``.

- ``/healthz``: this process turns: each part of it came round its loop lately. It says nothing of
  the world outside, for a restart would not mend that.
- ``/readyz``: it can serve: the database answers, every platform is signed in, every task has an
  engine with its weights. Standing by for another process is ready, too.
- ``/metrics``: see ``bot/metrics.py``.

Only this machine is answered. How it is put together, in ``bot/app.py``::

    health = Health(backlog=waiting_in(database), hidden=settings.secrets())
    health.ask("database", answers(database))
    health.ask("weights", has_weights(register))
    tally = Tally(health.metrics.turn, health.metrics.job, health.metrics.sent, health.beat)
    async with served(health, settings.health_port):
        ...

Every loop calls ``beat(name)`` first thing each time it comes round, so that one which raises and
is begun again by ``keep_running`` still counts as alive; whoever stops a part on purpose calls
``rest(name)``. A platform says ``down("telegram", reason)`` until it is signed in, then
``up("telegram")``. ``leading`` is set where this process takes the lead, and taken back where it
loses it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from bot.logs import BLOT
from bot.metrics import Metrics
from db.backlog import Backlog, backlog
from db.session import Database
from engines import weights
from engines.engine import EngineSpec

log = structlog.get_logger(__name__)

HOST = "127.0.0.1"
#: A part is stuck when it did not come round for so long: the longest pause of
#: ``keep_running`` three times over.
STUCK_S = 90.0
#: What is asked at the moment somebody looks must answer within this.
ANSWER_S = 3.0
#: Names of this machine that a request may be made to. Others are a web page that had its own
#: name point here, to read what it may not.
LOCAL = ("127.0.0.1", "localhost", "[::1]")

#: None when all is well, else why not, in a sentence for operators.
Question = Callable[[], Awaitable[str | None]]


class Health:
    """What the parts of one process report, and what operators are told."""

    def __init__(
        self,
        *,
        backlog: Callable[[], Awaitable[Backlog]] | None = None,
        hidden: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.metrics = Metrics()
        #: Whether this process runs the loop.
        self.leading = False
        self._backlog = backlog
        self._hidden = sorted(filter(None, hidden), key=len, reverse=True)
        self._clock = clock
        self._beats: dict[str, tuple[float, float]] = {}
        self._states: dict[str, str | None] = {}
        self._questions: dict[str, Question] = {}

    def beat(self, part: str, within_s: float = STUCK_S) -> None:
        """Say that a part came round, and will again within ``within_s`` seconds."""
        self._beats[part] = (self._clock(), within_s)

    def rest(self, part: str) -> None:
        """Say that a part was stopped on purpose: it is not waited for."""
        self._beats.pop(part, None)

    def up(self, name: str) -> None:
        """Say that something this process needs is there."""
        self._states[name] = None

    def down(self, name: str, reason: str) -> None:
        """Say that something this process needs is missing, and why, in a sentence of ours."""
        self._states[name] = reason

    def ask(self, name: str, question: Question) -> None:
        """Have something asked each time somebody looks."""
        self._questions[name] = question

    def stuck(self) -> dict[str, float]:
        """The parts that did not come round in time, and for how many seconds not."""
        now = self._clock()
        late = {part: (now - at, within) for part, (at, within) in self._beats.items()}
        return {part: round(ago, 1) for part, (ago, within) in late.items() if ago > within}

    async def missing(self) -> dict[str, str]:
        """What keeps this process from serving, and why."""
        answers = await asyncio.gather(*(_answer(each) for each in self._questions.values()))
        states = {**self._states, **dict(zip(self._questions, answers, strict=True))}
        return {
            name: self._without_secrets(reason)
            for name, reason in states.items()
            if reason is not None
        }

    async def measured(self) -> bytes:
        """All metrics, in Prometheus' text format."""
        found = None
        if self._backlog is not None:
            try:
                async with asyncio.timeout(ANSWER_S):
                    found = await self._backlog()
            except Exception as error:
                log.warning("what waits cannot be counted", reason=type(error).__name__)
        return self.metrics.text(found, leading=self.leading)

    def _without_secrets(self, reason: str) -> str:
        for secret in self._hidden:
            reason = reason.replace(secret, BLOT)
        return reason


@asynccontextmanager
async def served(health: Health, port: int, host: str = HOST) -> AsyncIterator[None]:
    """Answer on a port of this machine as long as the context is open; port 0 answers nowhere.

    A port that another program has is said, once, and the service goes on without.
    """
    if port == 0:
        yield
        return
    runner = web.AppRunner(_pages(health), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            log.error(
                "health and metrics are not served: the port cannot be had; set "
                "EARSHOT_HEALTH_PORT to a free one, or to 0",
                port=port,
                reason=error.strerror,
            )
        yield
    finally:
        await runner.cleanup()


def waiting_in(database: Database) -> Callable[[], Awaitable[Backlog]]:
    """What waits in a database, read anew at each call."""

    async def read() -> Backlog:
        async with database.read() as connection:
            return await backlog(connection, database.clock())

    return read


def answers(database: Database) -> Question:
    """Whether a database answers."""

    async def ask() -> str | None:
        async with database.read() as connection:
            await connection.execute(text("SELECT 1"))
        return None

    return ask


def has_weights(register: Mapping[str, EngineSpec]) -> Question:
    """Whether every task has an engine whose weights are all on this machine."""

    def look() -> str | None:
        able = {
            spec.task
            for spec in register.values()
            if all(weights.present(name) for name in spec.weights)
        }
        lacking = sorted({spec.task for spec in register.values()} - able)
        if not lacking:
            return None
        return f"no engine has its weights for {', '.join(lacking)}: python -m bot weights fetch"

    async def ask() -> str | None:
        return await asyncio.to_thread(look)

    return ask


async def _answer(question: Question) -> str | None:
    try:
        async with asyncio.timeout(ANSWER_S):
            return await question()
    except TimeoutError:
        return f"no answer within {ANSWER_S:.0f} s"
    except Exception as error:
        # Its name and not its words: drivers put URLs and statements into them.
        return f"it cannot be asked ({type(error).__name__})"


def _pages(health: Health) -> web.Application:
    @web.middleware
    async def only_local(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.host.rpartition(":")[0] not in LOCAL and request.host not in LOCAL:
            raise web.HTTPForbidden(text="Ask 127.0.0.1.\n")
        return await handler(request)

    async def healthz(_request: web.Request) -> web.Response:
        stuck = health.stuck()
        return web.json_response({"alive": not stuck, "stuck": stuck}, status=503 if stuck else 200)

    async def readyz(_request: web.Request) -> web.Response:
        missing = await health.missing()
        found = {"ready": not missing, "leading": health.leading, "missing": missing}
        return web.json_response(found, status=503 if missing else 200)

    async def metrics(_request: web.Request) -> web.Response:
        body = await health.measured()
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    pages = web.Application(middlewares=[only_local])
    pages.router.add_get("/healthz", healthz)
    pages.router.add_get("/readyz", readyz)
    pages.router.add_get("/metrics", metrics)
    return pages
