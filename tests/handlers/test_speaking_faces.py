"""A face that speaks what a voice of ours said is told when each phoneme is said."""

from __future__ import annotations

from dataclasses import replace

from db import jobs
from engines.kinds import Outcome
from tests.handlers.conftest import Room, sound

PHONEMES = [{"phoneme": "h", "start": 0.1, "end": 0.2}]


async def said(room: Room, channel: str) -> int:
    """A job that is queued in a channel where a voice of ours has spoken."""
    await room.say("say hello", channel=channel)
    await room.handle()
    made = Outcome("", {"phonemes": PHONEMES}, sound().artifacts, 0.1)
    await room.landing.finish(await room.claim(), made)
    turn = await room.say("say it again", channel=channel)
    await room.handle()
    (job,) = await room.jobs(turn)
    return int(job.id)


async def test_the_phonemes_of_a_sound_are_those_of_the_job_that_made_it(room: Room) -> None:
    job = await said(room, "c")
    claim = await room.claim()
    assert claim.id == job
    source = {"handle": "a1", "modality": "audio", "sha256": "1" * 64, "duration_s": 1.5}
    face = replace(claim, task="talking_head", sources=[source])
    async with room.database.read() as connection:
        assert (await jobs.behind(connection, face.id, "1" * 64))["phonemes"] == PHONEMES
        # What a person sent was made by no job.
        assert await jobs.behind(connection, face.id, "9" * 64) == {}


async def test_what_was_made_in_another_channel_is_none_of_this_one_s(room: Room) -> None:
    await said(room, "c")
    turn = await room.say("say hello", channel="d")
    await room.handle()
    (elsewhere,) = await room.jobs(turn)
    async with room.database.read() as connection:
        assert await jobs.behind(connection, elsewhere.id, "1" * 64) == {}
