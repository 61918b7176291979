"""A long result comes part by part: each at once, none twice, whatever dies in between."""

from __future__ import annotations

import pytest

from engines.kinds import Artifact, Outcome
from engines.loop.jobs import STRIKES_CRASH
from handlers.phrases import say
from tests.handlers.conftest import Room

WHOLE = Outcome(
    "",
    {"notes": [{"code": "headphones", "facts": {}}]},
    (
        Artifact("speech.flac", "main", "audio/flac", "1" * 64, 10, 80.0, True),
        Artifact("speech.png", "waveform", "image/png", "3" * 64, 5),
    ),
    1.0,
)


def part(room: Room, number: int) -> tuple[Artifact, Artifact]:
    digest = room.blobs.put_bytes(f"part {number}".encode())
    name = f"speech-{number + 1}"
    return (
        Artifact(f"{name}.ogg", "playable", "audio/ogg", digest, 6, 40.0, True, (1, 2)),
        Artifact(f"{name}.png", "waveform", "image/png", "3" * 64, 5),
    )


@pytest.fixture
async def turn(room: Room) -> int:
    turn = await room.say("say hello")
    await room.handle()
    room.blobs.put_bytes(b"")
    return turn


async def test_parts_are_heard_before_the_whole_and_not_again_with_it(
    room: Room, turn: int
) -> None:
    claim = await room.claim()
    assert await room.landing.part(claim, 0, part(room, 0))
    (first,) = await room.deliver()
    assert (first.kind, [file.name for file in first.files]) == ("voice", ["speech-1.ogg"])
    assert await room.stage(turn) == "running"
    assert await room.landing.part(claim, 1, part(room, 1))
    assert await room.landing.finish(claim, WHOLE)
    second, words, picture = await room.deliver()
    assert [file.name for file in second.files] == ["speech-2.ogg"]
    assert (words.kind, words.text) == ("text", say("headphones"))
    assert [file.name for file in picture.files] == ["speech.png"]
    assert await room.stage(turn) == "delivered"


async def test_what_dies_in_between_is_not_heard_twice(room: Room, turn: int) -> None:
    claim = await room.claim()
    assert await room.landing.part(claim, 0, part(room, 0))
    assert await room.landing.strike(claim, STRIKES_CRASH)
    again = await room.claim()
    assert not await room.landing.part(again, 0, part(room, 0))
    assert await room.landing.part(again, 1, part(room, 1))
    assert await room.landing.finish(again, WHOLE)
    names = [file.name for each in await room.deliver() for file in each.files]
    assert names == ["speech-1.ogg", "speech-2.ogg", "speech.png"]


async def test_a_claim_that_was_lost_or_cancelled_lands_no_part(room: Room, turn: int) -> None:
    claim = await room.claim()
    assert await room.landing.strike(claim, STRIKES_CRASH)
    assert not await room.landing.part(claim, 0, part(room, 0))
    again = await room.claim()
    await room.press(turn, "cancel")
    assert not await room.landing.part(again, 0, part(room, 0))
    assert await room.parts(turn) == []


async def test_forgetting_takes_the_parts_too(room: Room, turn: int) -> None:
    claim = await room.claim()
    artifacts = part(room, 0)
    assert await room.landing.part(claim, 0, artifacts)
    assert await room.landing.finish(claim, WHOLE)
    await room.deliver()
    await room.say("/forget yes", addressed="command")
    await room.handle()
    assert "speech-1.ogg" not in await room.everything()


async def test_where_the_channel_wants_it_voices_are_told_to_say_what_they_are(room: Room) -> None:
    await room.say("/settings mark on", addressed="command", admin=True)
    await room.handle()
    turn = await room.say("say hello")
    await room.handle()
    assert (await room.claim()).arguments["mark"] == "on"
    (job,) = await room.jobs(turn)
    assert "mark" not in job.arguments  # it is the channel's wish and not the request's
