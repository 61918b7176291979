"""Consent to a voice and to a face: nobody is made to say anything unless they have agreed.

A text is spoken in somebody's manner only where they have agreed.

The channel must allow it (its setting ``mimicry``), and the recording must be of the person who
asks or of somebody who shares their voice (``/privacy voice yes``). What was made from a recording
belongs to whom the recording belongs.

A face speaks where the channel allows it (its setting ``faces``), and only in a picture that the
person who asks has sent. The drawn portrait of our own speaks everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import voices
from db.models import AnyRow, Json
from engines.kinds import Refusal
from handlers.assign import number, refuse_what_builds_on_nothing
from handlers.channel import Channel

#: The tasks that take over how somebody sounds.
MIMICKING = ("style_transfer",)


async def check(
    connection: AsyncConnection,
    rows: Sequence[Json],
    done: Sequence[AnyRow],
    turn: AnyRow,
    channel: Channel,
    now: float,
) -> None:
    """Refuse those of a turn's new steps that nobody consented to, and what builds on them.

    ``done`` are the jobs of its earlier steps; ``turn`` names its conversation and its person.
    """
    sources: dict[int, set[str]] = {
        job.step: {each["handle"] for each in job.sources} for job in done
    }
    for row in rows:
        handles = {each["handle"] for each in row["inputs"] if "handle" in each}
        earlier = (sources[each["step"]] for each in row["inputs"] if "step" in each)
        sources[row["step"]] = handles.union(*earlier)
        refusal = None
        if row["state"] != "refused" and row["task"] in MIMICKING:
            refusal = await _refusal(connection, turn, channel, sources[row["step"]])
        if row["state"] != "refused" and row["task"] == "talking_head":
            pictures = {each["handle"] for each in row["sources"] if each["modality"] == "image"}
            refusal = await _faceless(connection, turn, channel, pictures)
        if refusal is not None:
            reason = {"code": refusal.code, "facts": refusal.facts}
            row |= {"state": "refused", "refusal": reason}
    refuse_what_builds_on_nothing(rows, now)


async def _refusal(
    connection: AsyncConnection, turn: AnyRow, channel: Channel, handles: set[str]
) -> Refusal | None:
    if channel.mimicry == "off":
        return Refusal("mimicry_off")
    numbers = {number(handle) for handle in handles}
    for voice in await voices.of_assets(connection, turn.conversation_id, numbers):
        if voice.person_id != turn.person_id and not voice.shared:
            return Refusal("mimicry_not_agreed", name=voice.name)
    return None


async def _faceless(
    connection: AsyncConnection, turn: AnyRow, channel: Channel, pictures: set[str]
) -> Refusal | None:
    if not pictures:
        return None
    if channel.faces == "off":
        return Refusal("faces_off")
    numbers = {number(handle) for handle in pictures}
    for owner in await voices.of_assets(connection, turn.conversation_id, numbers):
        if owner.person_id != turn.person_id:
            return Refusal("faces_not_yours", name=owner.name)
    return None
