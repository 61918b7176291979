"""A whole service for the crash test, with an edge that writes each part it sends to a file.

Run as ``python -m tests.crash.service LOG [PLANNER]``; it serves until it is killed. The planner is
the product's own, or a chain of five steps: planned at ``once``, or ``looking`` at each result.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot import logs
from bot.app import running
from bot.settings import Settings
from engines.dialogue.plan import Handle, Plan, Query, ResultOf, Step
from handlers.analyse import Minds
from handlers.edge import Address, Attachment, Capacity, Part

#: A platform takes a moment: replies are out for so long when the service may be killed.
NETWORK_S = 0.1


class Recorder:
    """An edge without idempotency: every part that arrives is one line, on disk at once."""

    platform = "recorder"
    account = "one"
    buttons = True

    def __init__(self, log: Path) -> None:
        self._log = log.open("ab", buffering=0)

    async def capacity(self, _address: Address) -> Capacity:
        return Capacity(text=4000, caption=1000, file_bytes=1 << 30)

    async def ready(self, _address: Address) -> None:
        """Always."""

    def only(self) -> None:
        """All of it."""

    async def open(self, attachment: Attachment) -> AsyncIterator[bytes]:
        yield await asyncio.to_thread(Path(attachment.reference).read_bytes)

    async def send(self, address: Address, part: Part) -> str:
        line = {"key": address.key, "again": address.again, "kind": part.kind, "text": part.text}
        await asyncio.sleep(NETWORK_S)
        self._log.write(json.dumps(line).encode() + b"\n")
        os.fsync(self._log.fileno())
        return address.key


#: So long the looking planner thinks: that is when it is killed between two steps.
THINKS_S = 0.5
CHAIN = (
    Step("speech_enhancement", {}, (Handle("a1"),)),
    Step("speech_recognition", {}, (ResultOf(1),)),
    Step("text_to_speech", {"text": ResultOf(2)}),
    Step("speech_enhancement", {}, (ResultOf(3),)),
    Step("speech_recognition", {}, (ResultOf(4),)),
)


class AtOnce:
    """Plans the whole chain at once."""

    async def plan(self, query: Query) -> Plan:
        return Plan(CHAIN)


class Looking:
    """Plans a step at a time, each after it saw what the one before came to."""

    async def plan(self, query: Query) -> Plan:
        await asyncio.sleep(THINKS_S)
        done = len(query.done)
        if done == len(CHAIN):
            heard = [each.text for each in query.done if each.text]
            return Plan(words=f"All done: {', '.join(heard)}.")
        mandate = tuple({step.task for step in CHAIN})
        return Plan(CHAIN[done : done + 1], looks=True, mandate=mandate, tokens=1)


PLANNERS = {"once": AtOnce, "looking": Looking}


async def serve(log: Path, planner: str | None) -> None:
    settings = Settings()
    logs.set_up("WARNING", settings.secrets())
    minds = None
    if planner is not None:
        one = PLANNERS[planner]()
        minds = Minds(one, one)
    async with running(settings, [Recorder(log)], modules=["tests.rehearsal"], minds=minds):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), next(iter(sys.argv[2:]), None)))
