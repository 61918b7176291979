"""What it costs to plan a query after 1,000 messages, beside the same query after 10.

Two conversations of one shape on a real SQLite file: people send recordings, have them written
down, cleaned and read aloud, and talk in between. Measured is the whole of task analysis: the
context from SQL, then a plan, once by the offline router and once by a language model that answers
at once (so that what remains is our own work: the prompt, its tools, reading the answer, and the
second opinion). A conversation is summed up as the service does it. Both lengths are measured in
turn, so that the machine's moods hit both.

Run: ``python -m bench.planning [--plans N] [--rounds N] [--messages N]``
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench import arguments, publish
from bot import logs
from db import conversations, turns
from db.migrate import upgrade
from db.models import AnyRow, Job, Message, Turn
from db.session import Database, key
from engines.dialogue.language_model import LanguageModel
from engines.dialogue.plan import Exchange
from engines.dialogue.prompting.answers import Answer, Call, cost
from engines.dialogue.prompting.answers import Message as Said
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.prompting.memory import fold
from engines.dialogue.prompting.tools import ASKED
from engines.dialogue.router import Router
from handlers.analyse import Analyse, Minds

QUERY = "clean the second recording and transcribe it"
FEW = 10
#: What people say and what is done, over and over; None is small talk.
TALK: Sequence[tuple[str, str | None]] = (
    ("transcribe this", "speech_recognition"),
    ("clean it", "speech_enhancement"),
    ("thanks, that is much better than before", None),
    ("say 'good morning everybody, the meeting starts at nine'", "text_to_speech"),
    ("haha, what a day", None),
)
WORDS = "good morning everybody, the meeting starts at nine and ends when all is said. " * 3


class AtOnce(Completions):
    """A language model that calls two tools, whatever it is asked, and notes the longest prompt."""

    def __init__(self) -> None:
        super().__init__("http://nowhere.invalid")
        self.tokens = 0
        #: What it works on.
        self.handle = ""

    async def ask(
        self,
        messages: Sequence[Said],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        max_tokens: int | None = None,
        words: Callable[[str], None] | None = None,
        enough: Callable[[str], bool] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The same answer always; to who asks which tasks are meant, their names."""
        size = cost(messages, tools)
        self.tokens = max(self.tokens, size)
        if [each["function"]["name"] for each in tools] == [ASKED]:
            named = json.dumps({"tasks": ["speech_enhancement", "speech_recognition"]})
            return Answer(calls=(Call("1", ASKED, named),), tokens=size)
        return Answer(
            calls=(
                Call("1", "speech_enhancement", json.dumps({"audio": self.handle})),
                Call("2", "speech_recognition", '{"audio": "s1"}'),
            ),
            tokens=size,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation with ``messages`` behind it, and the turn that is to be planned."""

    messages: int
    row: AnyRow


async def _summed_up(summary: str, exchanges: Sequence[Exchange]) -> tuple[str, int]:
    return fold(summary, exchanges), 0


async def conversation(database: Database, messages: int) -> Place:
    """Write a conversation of so many messages into the database, and one more to be planned."""
    now, channel = time.time(), f"after {messages}"
    async with database.write() as connection:
        place = await conversations.add_conversation(
            connection,
            now,
            platform="bench",
            account="one",
            channel=channel,
            thread="",
            private=True,
        )
        people = [
            await conversations.add_person(
                connection, now, platform="bench", external_id=f"{channel} {name}", name=name
            )
            for name in ("Ann", "Bob")
        ]
        said = [TALK[number % len(TALK)] for number in range(messages)] + [(QUERY, None)]
        begun = []
        for number, (words, task) in enumerate(said):
            at = now - 60.0 * (messages - number)
            last = number == messages
            message = {
                "conversation_id": place,
                "person_id": people[0 if last else number // 3 % 2],
                "external_id": str(number),
                "text": words,
                "attachments": [{"name": "x.ogg"}] if task == "speech_recognition" else [],
                "created_at": at,
            }
            one = await connection.execute(insert(Message).values(**message))
            turn = {
                "conversation_id": place,
                "message_id": key(one),
                "stage": "received" if last else turns.OVER,
                "query": words,
                "answer": "" if task else "I did not understand what to do.",
                "created_at": at,
                "updated_at": at,
            }
            two = await connection.execute(insert(Turn).values(**turn))
            turn_id = key(two)
            begun.append(turn_id)
            if task is not None:
                await _did(connection, place, turn_id, task, at)
    async with database.read() as connection:
        return Place(messages, await turns.whole(connection, begun[-1]))


async def _did(connection: Any, place: int, turn_id: int, task: str, at: float) -> None:
    """A step that was done, and what came with it or of it."""
    sends = task == "speech_recognition"
    file = {"modality": "audio", "name": "x.ogg", "media_type": "audio/flac", "sha256": "0" * 64}
    row = file | {"turn_id": turn_id, "duration_s": 12.5, "created_at": at}
    numbers = await conversations.add_assets(connection, place, [row]) if sends else [1]
    job = {
        "turn_id": turn_id,
        "conversation_id": place,
        "step": 1,
        "task": task,
        "engine": "x",
        "arguments": {"text": WORDS[:60]} if task == "text_to_speech" else {},
        "inputs": [] if task == "text_to_speech" else [{"handle": f"a{numbers[0]}"}],
        "sources": [] if task == "text_to_speech" else [{"handle": f"a{numbers[0]}"}],
        "lane": 0,
        "state": "done",
        "text": WORDS if sends else "",
    }
    made = await connection.execute(insert(Job).values(**job))
    if not sends:
        await conversations.add_assets(connection, place, [row | {"job_id": key(made)}])


async def plan(analyse: Analyse, model: AtOnce, place: Place) -> float:
    """The seconds that one plan takes."""
    model.handle = f"a{place.row.last_handle}"
    began = time.perf_counter()
    await analyse.plan(place.row, QUERY, None, spoken=False, addressed=True)
    return time.perf_counter() - began


async def peak_kb(analyse: Analyse, model: AtOnce, place: Place) -> int:
    """The most memory that is held at once for a plan."""
    tracemalloc.start()
    try:
        await plan(analyse, model, place)
        return round(tracemalloc.get_traced_memory()[1] / 1024)
    finally:
        tracemalloc.stop()


async def measure(plans: int, rounds: int, messages: int) -> list[dict[str, Any]]:
    """The rows of the table: each planner after few and after many messages, in several rounds."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        await upgrade(database)
        places = [await conversation(database, count) for count in (FEW, messages)]
        model = AtOnce()
        planners = {
            "router": Analyse(database, Minds(Router())),
            "model": Analyse(database, Minds(Router(), LanguageModel(model), _summed_up)),
        }
        for who, analyse in planners.items():
            for place in places:
                analyse.sum_up_soon(place.row)  # does nothing where the router is alone
                await analyse.settled()
                await plan(analyse, model, place)  # caches fill
            kb = [await peak_kb(analyse, model, place) for place in places]
            tokens = []
            for place in places:
                model.tokens = 0
                await plan(analyse, model, place)
                tokens.append(model.tokens or None)
            for _ in range(rounds):
                took: list[list[float]] = [[], []]
                for place, times in list(zip(places, took, strict=True)) * plans:
                    times.append(await plan(analyse, model, place))
                few, many = (1000 * statistics.median(times) for times in took)
                rows.append(
                    {
                        "planner": who,
                        "ms_few": round(few, 2),
                        "ms_many": round(many, 2),
                        "ratio": round(many / few, 3),
                        "tokens_few": tokens[0],
                        "tokens_many": tokens[1],
                        "kb_few": kb[0],
                        "kb_many": kb[1],
                    }
                )
        await database.close()
    return rows


def goals(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Medians over the rounds, and what they must not pass."""
    found = {}
    for who in ("router", "model"):
        of = [row for row in rows if row["planner"] == who]
        found[f"time, {who}"] = (statistics.median(row["ratio"] for row in of), 1.3)
        found[f"memory, {who}"] = (of[0]["kb_many"] / of[0]["kb_few"], 1.3)
    last = rows[-1]
    found["tokens of the prompt"] = (last["tokens_many"] / last["tokens_few"], 1.3)
    return found


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    options = arguments(__doc__, plans=30, rounds=7, messages=1000)
    logs.set_up("ERROR", [])
    rows = asyncio.run(measure(options.plans, options.rounds, options.messages))
    return publish("planning", rows, goals=goals(rows))


if __name__ == "__main__":
    sys.exit(main())
