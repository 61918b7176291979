"""What waits, counted: jobs by lane, parts by platform, and how old the oldest is."""

from __future__ import annotations

from sqlalchemy import insert

from db.backlog import Backlog, backlog
from db.models import Conversation, Job, Message, OutboxPart, Person, Turn
from db.session import Database

NOW = 5000.0


async def test_nothing_waits_at_first(database: Database) -> None:
    async with database.read() as connection:
        assert await backlog(connection, NOW) == Backlog()


async def test_what_waits_is_counted(database: Database) -> None:
    async with database.write() as connection:
        place = {"account": "a", "thread": "", "settings": {}, "last_handle": 0, "created_at": 1.0}
        for number, platform in enumerate(("telegram", "discord"), start=1):
            await connection.execute(
                insert(Conversation).values(id=number, platform=platform, channel="c", **place)
            )
        await connection.execute(
            insert(Person).values(id=1, platform="telegram", external_id="p", name="", created_at=1)
        )
        for number in (1, 2):
            message = {"id": number, "conversation_id": number, "person_id": 1, "text": ""}
            await connection.execute(
                insert(Message).values(**message, external_id="m", attachments=[], created_at=1.0)
            )
            turn = {"id": number, "conversation_id": number, "message_id": number}
            await connection.execute(
                insert(Turn).values(**turn, stage="running", created_at=1.0, updated_at=1.0)
            )
        jobs = [
            ("queued", 0, 4990.0),
            ("queued", 0, 4900.0),
            ("queued", 2, 4950.0),
            ("running", 0, 100.0),
            ("blocked", 1, None),
            ("done", 1, 50.0),
        ]
        for step, (state, lane, queued_at) in enumerate(jobs):
            await connection.execute(
                insert(Job).values(
                    turn_id=1,
                    conversation_id=1,
                    step=step,
                    task="text_to_speech",
                    engine="Kokoro",
                    state=state,
                    lane=lane,
                    queued_at=queued_at,
                )
            )
        parts = [(1, "pending"), (1, "sending"), (1, "sent"), (1, "held"), (2, "pending")]
        for number, (where, state) in enumerate(parts):
            await connection.execute(
                insert(OutboxPart).values(
                    turn_id=where,
                    conversation_id=where,
                    step=0,
                    part=number,
                    body={},
                    state=state,
                    created_at=4000.0 + number,
                )
            )
    async with database.read() as connection:
        assert await backlog(connection, NOW) == Backlog(
            queued={0: 2, 2: 1},
            running=1,
            oldest_queued_s=100.0,
            outbox={"telegram": 2, "discord": 1},
            oldest_part_s=1000.0,
        )
