"""A turn as one JSON object, for programs: what ``ask --json`` prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.on_console import place
from db import jobs, outbox, turns
from db.models import AnyRow, ArtifactRow
from db.session import Database
from engines.blobs import BlobStore
from handlers.phrases import say

#: What people can play or look at comes before the lossless original.
ROLES = ("playable", "waveform", "picture", "document", "main")


async def turn(database: Database, blobs: BlobStore, turn_id: int, replies: Path) -> dict[str, Any]:
    """``{"text", "steps", "artifacts", "turn", "timings"}``; artifacts lie below ``replies``."""
    async with database.read() as connection:
        row = await turns.get(connection, turn_id)
        steps = await jobs.of_turn(connection, turn_id)
        parts = await outbox.of_turn(connection, turn_id)
        query = select(ArtifactRow.__table__).where(
            ArtifactRow.job_id.in_([step.id for step in steps])
        )
        artifacts = (await connection.execute(query)).all()
    tasks = {step.id: step.task for step in steps}
    order = {step.id: step.step for step in steps}
    found = [
        {
            "kind": each.media_type.partition("/")[0].replace("application", "text"),
            "role": each.role,
            "media_type": each.media_type,
            "path": str(place(blobs.path(each.sha256), replies / str(turn_id), each.name)),
            "task": tasks[each.job_id],
        }
        | ({} if each.duration_s is None else {"duration_s": each.duration_s})
        for each in sorted(
            artifacts, key=lambda each: (order[each.job_id], ROLES.index(each.role), each.ordinal)
        )
    ]
    return {
        "text": "\n\n".join(part.body["text"] for part in parts if part.body["text"]),
        "steps": [_step(step) for step in steps],
        "artifacts": found,
        "turn": turn_id,
        "timings": {
            "total_s": round(row.updated_at - row.created_at, 3),
            "steps": [_timing(step) for step in steps],
        },
    }


def _step(step: AnyRow) -> dict[str, Any]:
    found = {"task": step.task, "arguments": step.arguments, "state": step.state}
    if step.refusal is not None:
        found["error"] = say(step.refusal["code"], **step.refusal["facts"])
    return found


def _timing(step: AnyRow) -> dict[str, Any]:
    if step.queued_at is None or step.started_at is None or step.finished_at is None:
        return {"task": step.task}
    return {
        "task": step.task,
        "queued_s": round(step.started_at - step.queued_at, 3),
        "run_s": round(step.finished_at - step.started_at, 3),
    }
