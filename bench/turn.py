"""What the whole path adds to a turn, beside a bare loop that makes as many commits.

Engines cost nothing here. Every turn is one that a person could ask: taken in, planned, queued,
claimed, run in the child process, landed, delivered. The bare loop writes one row a transaction
through the same engine in the same run, so a slow disk slows both. The task is chosen by name, as a
slash command does: understanding words is ``bench.planning``'s to measure.

Run: ``python -m bench.turn [--turns N] [--rounds N]``
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, insert

from bench import arguments, publish
from bot import logs
from bot.app import App, running
from bot.settings import Settings
from db.models import EngineCost
from db.session import READ_ONLY, Database
from handlers.edge import Address, Attachment, Capacity, Incoming, Part, Request

CHANNELS = 20


class Sink:
    """An edge that takes everything at once and tells when a turn's reply came."""

    platform = "sink"
    account = "one"
    buttons = True

    def __init__(self) -> None:
        self.arrived: dict[int, asyncio.Event] = {}

    async def capacity(self, _address: Address) -> Capacity:
        """Plenty."""
        return Capacity(text=4000, caption=1000, file_bytes=1 << 30)

    async def ready(self, _address: Address) -> None:
        """Always."""

    def only(self) -> None:
        """All of it."""

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Nothing is ever attached."""
        yield b""

    async def send(self, address: Address, part: Part) -> str:
        """Note the arrival."""
        self.of(address.turn_id).set()
        return address.key

    def of(self, turn_id: int | None) -> asyncio.Event:
        """The event of a turn's arrival."""
        if turn_id is None:
            raise ValueError("a message that is no request has no reply")
        return self.arrived.setdefault(turn_id, asyncio.Event())


class Commits:
    """Counts the write transactions of a database."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.engine.sync_engine, "commit", self._note)

    def _note(self, connection: Connection) -> None:
        if not connection.get_execution_options().get(READ_ONLY):
            self.count += 1


def request(number: int) -> Incoming:
    """A small request, in one of some channels."""
    return Incoming(
        platform=Sink.platform,
        account=Sink.account,
        update_id=str(number),
        channel=f"channel {number % CHANNELS}",
        author_id="somebody",
        author_name="Somebody",
        request=Request("text_to_speech", {"text": "plain"}),
    )


async def one_by_one(app: App, sink: Sink, numbers: range) -> list[float]:
    """Seconds of each turn when nothing else runs."""
    seconds = []
    for number in numbers:
        began = time.perf_counter()
        turn_id = await app.intake.accept(request(number))
        await sink.of(turn_id).wait()
        seconds.append(time.perf_counter() - began)
    return seconds


async def together(app: App, sink: Sink, numbers: range) -> float:
    """Seconds until all turns of many channels, sent at once, are answered."""
    began = time.perf_counter()
    turns = await asyncio.gather(*(app.intake.accept(request(number)) for number in numbers))
    await asyncio.gather(*(sink.of(turn_id).wait() for turn_id in turns))
    return time.perf_counter() - began


async def bare(database: Database, commits: int) -> float:
    """Seconds of as many transactions of one insert each."""
    began = time.perf_counter()
    for number in range(commits):
        async with database.write() as connection:
            await connection.execute(
                insert(EngineCost).values(
                    engine=f"bare {began} {number}",
                    device="cpu",
                    seconds_per_second=1.0,
                    samples=1,
                    updated_at=0.0,
                )
            )
    return time.perf_counter() - began


async def measure(turns: int, rounds: int) -> list[dict[str, Any]]:
    """The rows of the table: short rounds, so that the machine's moods hit both sides of each."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), chat="off")
        sink = Sink()
        async with running(settings, [sink], modules=["tests.rehearsal"]) as app:
            commits = Commits(app.database)
            await one_by_one(app, sink, range(20))  # the child starts, caches fill
            first = 20
            for how in ("one by one", "together") * rounds:
                numbers, first = range(first, first + turns), first + turns
                before = commits.count
                if how == "one by one":
                    each = await one_by_one(app, sink, numbers)
                    seconds, median = sum(each), statistics.median(each)
                else:
                    seconds = await together(app, sink, numbers)
                    median = None
                await asyncio.sleep(0.1)  # the last turn's closing commits are counted too
                made = commits.count - before
                floor = await bare(app.database, made)
                rows.append(
                    {
                        "how": how,
                        "turns_per_s": round(turns / seconds, 1),
                        "median_ms": None if median is None else round(1000 * median, 2),
                        "commits": round(made / turns, 2),
                        "bare_ms": round(1000 * floor / turns, 2),
                        "ratio": round(seconds / floor, 2),
                    }
                )
    return rows


def main() -> int:
    """Print the table; 1 when the goal is missed."""
    options = arguments(__doc__, turns=40, rounds=8)
    logs.set_up("ERROR", [])
    rows = asyncio.run(measure(options.turns, options.rounds))
    medians = {
        how: statistics.median(row["ratio"] for row in rows if row["how"] == how)
        for how in ("one by one", "together")
    }
    return publish("turn", rows, goals={f"ratio, {how}": (medians[how], 3.0) for how in medians})


if __name__ == "__main__":
    sys.exit(main())
